"""How a test plays the people of the workspace: the page's own acts, and waiting for what follows."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from bot.demo.slack.act import Acts
from bot.demo.slack.clicks import CannotDo, found, named
from bot.demo.slack.deliver import Delivery
from bot.demo.slack.files import Files, Given
from bot.demo.slack.inputs import INPUTS
from bot.demo.slack.windows import Windows
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Message, View, Workspace

T = TypeVar("T")


class Drive:
    """Each act returns once the bot has acknowledged and Slack has done what the ack says."""

    acts: Acts

    def __init__(self, workspace: Workspace, windows: Windows, files: Files) -> None:
        self.workspace = workspace
        self.windows = windows
        self.files = files

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Delivery | None:
        """Types a slash command; None when Slack knows none of that name."""
        return await self.acts.command(user, channel, command, text)

    def say(self, user: str, channel: str, text: str, *, ago: float = 0.0) -> Message:
        """Posts a person's own message, or one of `ago` seconds ago; the bot does not hear of it."""
        return self.acts.say(user, channel, text, ago=ago)

    def upload(
        self, user: str, channel: str, text: str, files: Iterable[Given], *, ago: float = 0.0
    ) -> Message:
        """Posts a person's message with files (name, content, mimetype); the bot does not hear of it."""
        kept = [self.files.keep(user, *each).id for each in files]
        return self.acts.say(user, channel, text, kept, ago=ago)

    async def post(self, user: str, channel: str, text: str) -> Message:
        """Posts a person's own message, and tells the bot if it subscribed to that."""
        message = self.acts.say(user, channel, text)
        await self.acts.tell_of(message)
        return message

    async def action(self, user: str, channel: str, ts: str, action: Json) -> Delivery:
        """Uses an element of a message; `action` as the page sends it."""
        return await self.acts.act_on_message(user, channel, ts, action)

    async def click(
        self, user: str, where: Message | View | str, name: str, *, values: Mapping[str, object] | None = None
    ) -> Delivery:
        """Clicks the button with this action_id or text; `where`: a message, a view, or its ts or id.

        `values` is what was typed in the view by then.
        """
        place = self._find(where)
        if isinstance(place, View):
            action = named(place.body["blocks"], name)
            return await self.acts.act_in_view(user, place.id, action, values)
        action = named(list(place.blocks or ()), name)
        return await self.acts.act_on_message(user, place.channel, place.ts, action)

    async def choose(self, user: str, where: Message | View | str, action_id: str, value: object) -> Delivery:
        """Chooses in a menu: an option by its value or text; for a menu that searches, the option itself."""
        place = self._find(where)
        blocks = place.body["blocks"] if isinstance(place, View) else list(place.blocks or ())
        block, element = found(blocks, {"action_id": action_id})
        kind = INPUTS.get(element["type"])
        field = kind.field if kind else "selected_option"
        action = {"action_id": action_id, "block_id": block["block_id"], field: value}
        if isinstance(place, View):
            return await self.acts.act_in_view(user, place.id, action)
        return await self.acts.act_on_message(user, place.channel, place.ts, action)

    async def submit(self, user: str, view_id: str, values: Mapping[str, object]) -> Delivery | None:
        """Submits a modal; None when a required field is empty, then `errors(view_id)` says so.

        `values` is Slack's `state.values`, or `{block_id or action_id: plain value}`; the rest stays. What a
        file input takes is a list of (name, content, mimetype).
        """
        return await self.acts.submit(user, view_id, values)

    async def close(self, user: str, view_id: str) -> list[Delivery]:
        """Closes a modal with its X."""
        return await self.acts.close(user, view_id)

    async def shortcut(
        self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None
    ) -> Delivery:
        """Picks a message shortcut (with `channel` and `ts`) or a global one."""
        return await self.acts.shortcut(user, callback_id, channel, ts)

    async def suggest(
        self, user: str, where: Message | View | str, action_id: str, value: str, block_id: str | None = None
    ) -> Json:
        """Types into a menu that searches; `{options}` or `{option_groups}`."""
        place = self._find(where)
        if isinstance(place, View):
            return await self.acts.suggest(user, action_id, value, view_id=place.id, block_id=block_id)
        at = {"channel_id": place.channel, "ts": place.ts}
        return await self.acts.suggest(user, action_id, value, block_id=block_id, **at)

    async def open_home(self, user: str) -> None:
        """Opens the bot's Home tab."""
        await self.acts.read(user, self.workspace.dm(user).id, "home")

    async def event(self, inner: Json) -> Delivery:
        """Delivers an event of the Events API; `inner` is what stands under `event`."""
        return await self.acts.event(inner)

    async def repeat(self, delivery: Delivery, times: int = 1, *, retry: int = 0) -> list[Delivery]:
        """The same payload again, signed anew; `retry` marks it as Slack's n-th retry of an event."""
        return [await self.acts.carry(delivery.errand.again(retry)) for _ in range(times)]

    def modal(self, user: str) -> View | None:
        """The modal on top, if any."""
        stack = self.windows.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        """The person's Home, if published."""
        return self.windows.home(user)

    def errors(self, view_id: str) -> dict[str, str]:
        """The sentences last shown beside the inputs of a modal: block_id → sentence."""
        return self.workspace.view_errors.get(view_id, {})

    def notices(self, user: str) -> list[str]:
        """What Slack itself has said to the person."""
        return [text for to, text in self.workspace.notices if to == user]

    async def until(self, predicate: Callable[[], T | None], timeout: float = 20.0) -> T:  # noqa: ASYNC109
        """What `predicate` returns once it is true; looked at after every change, call, and delivery.

        Raises TimeoutError that tells what was said meanwhile.
        """
        with self.workspace.listening() as queue:
            try:
                async with asyncio.timeout(timeout):
                    while not (result := predicate()):
                        await queue.get()
            except TimeoutError:
                last = [message.everything for message in self.workspace.said()[-3:]]
                raise TimeoutError(f"not within {timeout} s; last messages: {last}") from None
        return result

    async def heard(
        self, user: str, text: str, *, channel: str | None = None, seconds: float = 5.0
    ) -> Message:
        """The newest message with `text` in it that the person can see, waited for."""
        return await self.until(lambda: self._newest(user, text, channel), seconds)

    async def opened(self, user: str, title: str = "", *, seconds: float = 5.0) -> View:
        """The top modal whose title holds `title`, waited for."""
        return await self.until(lambda: self._titled(user, title), seconds)

    def _newest(self, user: str, text: str, channel: str | None) -> Message | None:
        fitting = [one for one in self.workspace.said(user, channel) if text in one.everything]
        return fitting[-1] if fitting else None

    def _titled(self, user: str, title: str) -> View | None:
        view = self.modal(user)
        return view if view and title in view.body["title"]["text"] else None

    def _find(self, where: Message | View | str) -> Message | View:
        """The thing as it is now: a message may have changed since the test took hold of it."""
        if isinstance(where, View):
            return self.workspace.views.get(where.id, where)
        if isinstance(where, Message):
            return self.workspace.messages.get((where.channel, where.ts), where)
        if where in self.workspace.views:
            return self.workspace.views[where]
        for (_, ts), message in self.workspace.messages.items():
            if ts == where:
                return message
        raise CannotDo("There is no such message or view.")
