"""What a person can do in Slack; the page and the tests go through here alike."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from bot.demo.slack import payloads
from bot.demo.slack.acks import Acks
from bot.demo.slack.clicks import CannotDo, completed, found, typed_values, with_action
from bot.demo.slack.deliver import Courier, Delivery
from bot.demo.slack.files import Files
from bot.demo.slack.inputs import INPUTS, complaints, elements, state_of
from bot.demo.slack.oauth import from_team
from bot.demo.slack.passes import new_response_url, new_trigger
from bot.demo.slack.payloads import Errand
from bot.demo.slack.people import BOT_USER, Channel, User
from bot.demo.slack.typed import typed
from bot.demo.slack.windows import Windows
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Message, View, Workspace

_MESSAGE_EVENT = {"app": "im", "public": "channels", "shared": "channels", "private": "groups"}
_MESSAGE_KIND = {"app": "im", "public": "channel", "shared": "channel", "private": "group"}


class Acts:
    """Every act delivers to the bot and applies its ack, as one call."""

    def __init__(
        self,
        workspace: Workspace,
        windows: Windows,
        files: Files,
        courier: Courier,
        acks: Acks,
        commands: Sequence[Json],
        events: Collection[str],
        url: str,
    ) -> None:
        self._workspace = workspace
        self._windows = windows
        self._files = files
        self._courier = courier
        self._acks = acks
        self._commands = {str(command["command"]): command for command in commands}
        self._events = frozenset(events)
        self._url = url

    async def carry(self, errand: Errand) -> Delivery:
        """Delivers and applies the ack."""
        delivery = await self._courier.carry(from_team(errand))
        self._acks.apply(delivery)
        self._workspace.announce({"type": "delivered"}, frozenset())
        return delivery

    def say(
        self, user_id: str, channel_id: str, text: str, files: Sequence[str] = (), *, ago: float = 0.0
    ) -> Message:
        """A person's own message; `files` are ids of what they uploaded, `ago` seconds have gone since."""
        user, channel = self._who(user_id, channel_id)
        attached = self._files.attached(user.id, files)
        message = Message(
            self._workspace.now_ts(ago), channel.id, self._marked(text), user.id, files=attached
        )
        return self._workspace.put(message)

    async def command(self, user_id: str, channel_id: str, command: str, text: str = "") -> Delivery | None:
        """A slash command; None when Slack knows none of that name."""
        user, channel = self._who(user_id, channel_id)
        known = self._commands.get(command)
        if self._commands and known is None:
            self._workspace.notice(user.id, f"{command} is not a valid command.")
            return None
        said = text.strip()
        if known and known.get("should_escape"):
            said = self._marked(said, named=True)
        url = self._response_url(user, channel)
        trigger = new_trigger(self._workspace, user.id)
        form = payloads.slash_command(user, channel, command, said, trigger, url)
        return await self.carry(Errand("slash_commands", form, user.id, command, channel.id))

    async def act_on_message(
        self,
        user_id: str,
        channel_id: str,
        ts: str,
        action: Json,
        values: Mapping[str, object] | None = None,
    ) -> Delivery:
        """A button or menu of a message; `values` is what its other inputs hold."""
        user, channel = self._who(user_id, channel_id)
        message = self._message(user, channel, ts)
        blocks = list(message.blocks or ())
        done = completed(blocks, action)
        before = self._workspace.message_state.get((user.id, channel.id, ts), {})
        held = state_of(blocks, {**before, **typed_values(blocks, values or {})})
        state = with_action(held, blocks, done)
        self._workspace.message_state[user.id, channel.id, ts] = state
        url = self._response_url(user, channel, ts)
        trigger = new_trigger(self._workspace, user.id)
        payload = payloads.message_click(user, channel, message, done, state, trigger, url)
        return await self.carry(Errand("interactive", payload, user.id, self._app, channel.id))

    async def act_in_view(
        self, user_id: str, view_id: str, action: Json, values: Mapping[str, object] | None = None
    ) -> Delivery:
        """A button or menu of a modal or Home; `values` is what else was typed by then."""
        user = self._workspace.users[user_id]
        view = self._typed(self._windows.shown(user_id, view_id), values or {})
        done = completed(view.body["blocks"], action)
        changed = with_action(view.values, view.body["blocks"], done)
        view = self._windows.type_into(view, changed)
        modal = view.id if view.body["type"] == "modal" else None
        payload = payloads.view_click(user, view, done, new_trigger(self._workspace, user_id, modal))
        return await self.carry(Errand("interactive", payload, user_id, self._app, view_id=view_id))

    async def submit(self, user_id: str, view_id: str, values: Mapping[str, object]) -> Delivery | None:
        """Submits a modal; None when its own form already says no (a required field is empty)."""
        user = self._workspace.users[user_id]
        view = self._typed(self._windows.shown(user_id, view_id), values)
        wrong = complaints(view.body["blocks"], view.values)
        if wrong:
            self._acks.view_errors(user_id, view_id, wrong)
            return None
        urls = self._modal_response_urls(user, view)
        payload = payloads.view_submission(user, view, new_trigger(self._workspace, user_id, view.id), urls)
        return await self.carry(Errand("interactive", payload, user_id, self._app, view_id=view_id))

    async def close(self, user_id: str, view_id: str) -> list[Delivery]:
        """Closes a modal; the bot hears of those that asked for it."""
        user = self._workspace.users[user_id]
        closed = self._windows.close(user_id, view_id)
        cleared = len(closed) > 1
        heard = [view for view in closed if view.body.get("notify_on_close")]
        shapes = [payloads.view_closed(user, view, cleared=cleared) for view in heard]
        errands = [Errand("interactive", payload, user_id, self._app) for payload in shapes]
        return list(await asyncio.gather(*map(self.carry, errands)))

    async def shortcut(
        self, user_id: str, callback_id: str, channel_id: str | None = None, ts: str | None = None
    ) -> Delivery:
        """A message shortcut with `ts`, else a global one."""
        user = self._workspace.users[user_id]
        trigger = new_trigger(self._workspace, user_id)
        if ts is None:
            payload = payloads.global_shortcut(user, callback_id, trigger)
            return await self.carry(Errand("interactive", payload, user_id, self._app))
        user, channel = self._who(user_id, str(channel_id))
        message = self._message(user, channel, ts)
        url = self._response_url(user, channel, ts)
        payload = payloads.message_shortcut(user, channel, message, callback_id, trigger, url)
        return await self.carry(Errand("interactive", payload, user_id, self._app, channel.id))

    async def suggest(
        self,
        user_id: str,
        action_id: str,
        value: str,
        *,
        view_id: str | None = None,
        channel_id: str | None = None,
        ts: str | None = None,
        block_id: str | None = None,
    ) -> Json:
        """What a menu that searches offers: `{options}` or `{option_groups}`, none after a bad answer."""
        user = self._workspace.users[user_id]
        if view_id:
            view = self._windows.shown(user_id, view_id)
            where, blocks = payloads.suggestion_in_view(view), view.body["blocks"]
        else:
            user, channel = self._who(user_id, str(channel_id))
            message = self._message(user, channel, str(ts))
            where, blocks = payloads.suggestion_in_message(channel, message), list(message.blocks or ())
        block, element = found(blocks, {"action_id": action_id, "block_id": block_id})
        payload = payloads.suggestion(user, element, block["block_id"], value, where)
        errand = Errand("interactive", payload, user_id, self._app)
        delivery = await self.carry(errand)
        return self._acks.suggestions(delivery)

    def type_into(self, user_id: str, view_id: str, values: Mapping[str, object]) -> None:
        """Fills inputs of a view; nobody is told."""
        self._typed(self._windows.shown(user_id, view_id), values)

    async def tell_of(self, message: Message) -> None:
        """Delivers what the app subscribed to of a message: `message.im` and its like, `app_mention`."""
        channel = self._workspace.channels[message.channel]
        inner = {
            **payloads.message(message, channel),
            **({"subtype": "file_share"} if message.files else {}),
            "channel": channel.id,
            "channel_type": _MESSAGE_KIND[channel.kind],
        }
        if f"message.{_MESSAGE_EVENT[channel.kind]}" in self._events and channel.bot_in:
            await self.event(inner)
        if "app_mention" in self._events and f"<@{BOT_USER}" in message.text:
            await self.event({**inner, "type": "app_mention"})

    async def event(self, inner: Json) -> Delivery:
        """Delivers an event of the Events API."""
        channel = inner.get("channel")
        room = self._workspace.channels.get(channel) if isinstance(channel, str) else None
        shared = room is not None and room.kind == "shared"
        payload = payloads.event(inner, self._workspace.new_id("Ev"), shared=shared)
        return await self.carry(Errand("events_api", payload, str(inner.get("user", "")), str(inner["type"])))

    async def read(self, user_id: str, channel_id: str, tab: str) -> None:
        """The person looks at a channel; the bot hears when it is its own (`app_home_opened`)."""
        user, channel = self._who(user_id, channel_id)
        self._workspace.unread[user.id, channel.id] = 0
        if channel.kind == "app" and "app_home_opened" in self._events:
            await self.event({"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab})

    def _marked(self, text: str, *, named: bool = False) -> str:
        people = {user.name: user.id for user in self._workspace.users.values()}
        known = {**people, self._app.lower(): BOT_USER}
        rooms, groups = self._workspace.channels.values(), self._workspace.groups.values()
        return typed(text, known, rooms, groups, named=named)

    @property
    def _app(self) -> str:
        return self._workspace.app_name

    def _who(self, user_id: str, channel_id: str) -> tuple[User, Channel]:
        user, channel = self._workspace.users.get(user_id), self._workspace.channels.get(channel_id)
        if user is None or channel is None or not channel.seen_by(user):
            raise CannotDo("That person cannot see that channel.")
        return user, channel

    def _message(self, user: User, channel: Channel, ts: str) -> Message:
        message = self._workspace.messages.get((channel.id, ts))
        if message is None or message.ephemeral_to not in (None, user.id):
            raise CannotDo("That message is no longer there.")
        return message

    def _response_url(self, user: User, channel: Channel, original: str | None = None) -> str:
        return f"{self._url}/response/{new_response_url(self._workspace, user.id, channel.id, original)}"

    def _modal_response_urls(self, user: User, view: View) -> list[Json]:
        """A conversation menu with `response_url_enabled` brings a URL for what was chosen."""
        urls: list[Json] = []
        for block, element in elements(view.body["blocks"]):
            field = INPUTS[element["type"]].field if element["type"] in INPUTS else ""
            if element.get("response_url_enabled"):
                chosen = self._workspace.channels[view.values[block["block_id"]][element["action_id"]][field]]
                place = {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": chosen.id,
                }
                urls.append({**place, "response_url": self._response_url(user, chosen)})
        return urls

    def _typed(self, view: View, values: Mapping[str, object]) -> View:
        blocks = view.body["blocks"]
        filled = self._files.chosen(view.user, blocks, typed_values(blocks, values))
        return self._windows.type_into(view, filled)
