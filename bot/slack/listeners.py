"""What Slack's interactions lead to: an answer at once, a form, or a job that is on disk before the ack."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from traceback import walk_tb
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.operate.log import frames
from bot.slack.corrections import Corrections
from bot.slack.deliver import Deliver
from bot.slack.forms import Forms
from bot.slack.home import Home
from bot.slack.imports import ImportForms
from bot.slack.in_time import in_time
from bot.slack.invocation import ANYTHING, Invocation, Malformed, Outdated
from bot.slack.understand import (
    Understood,
    action_of,
    command_of,
    continues,
    opening_of,
    ran,
    runs,
    submitted,
    typed,
)
from commands.base import (
    Action,
    Card,
    ConnectionRegistry,
    Context,
    Interrupt,
    Invalid,
    Opening,
    Person,
    Usage,
)
from commands.cards import blocks, flow, menu
from commands.cards.form import notice
from commands.catalogue import draft

log = structlog.get_logger()

Ack = Callable[..., Awaitable[Any]]
Body = Mapping[str, Any]
Lead = Callable[[AsyncWebClient, Invocation], Awaitable[None]]
"""Where a button leads to."""

TOO_OLD = notice("Too old", [blocks.section("This form is too old to go on with. Please open it once more.")])
CHECKING = notice("One moment", [blocks.section(":hourglass_flowing_sand: Checking with the ATS…")])


class Inbox(Protocol):
    async def put(self, id: str, invocation: str) -> None:
        """Return once it is durable."""
        ...


class Listeners:
    """One listener per kind of payload: Bolt tries them one after the other, our own table does not."""

    def __init__(
        self,
        inbox: Inbox,
        deliver: Deliver,
        registry: Callable[[str], ConnectionRegistry],
        forms: Forms,
        home: Home,
        corrections: Corrections,
        imports: ImportForms,
    ) -> None:
        self._inbox, self._deliver, self._office, self._forms = inbox, deliver, registry, forms
        self._home, self._imports = home, imports
        self._buttons: dict[Action, Lead] = {
            Action.LINK: _nothing,
            Action.DISMISS: self._dismiss,
            Action.EDIT: partial(self._in_time, corrections.open),
            Action.OPEN_FORM: partial(self._in_time, self._open_from_card),
            Action.CHOOSE: self._go_on,
            Action.SEND_AGAIN: self._go_on,
            Action.RUN: self._run,
            Action.MENU: self._run,
            Action.IMPORT: imports.buttons.clicked,
        }

    def register(self, app: AsyncApp) -> None:
        app.command(ANYTHING)(self.command)
        app.action(ANYTHING)(self.button)
        app.view(ANYTHING)(self.form)
        app.error(failed)

    async def command(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        invocation = Invocation.from_slack(body)
        try:
            meant = typed(invocation)
        except Usage as wrong:
            await _say(ack, flow.usage(wrong.problem, wrong.command))
            return
        if meant.command.instant:
            await self._at_once(ack, invocation, meant)
            return
        if not meant.request.complete and meant.command.form:
            work = partial(self._open_typed, client, invocation, meant)
            card = await in_time(self._forms.start, work, partial(self._say_late, client, invocation))
            await (_say(ack, card) if card else ack())
            return
        await self._put(invocation)
        await ack()

    async def _open_typed(
        self, client: AsyncWebClient, invocation: Invocation, meant: Understood
    ) -> Card | None:
        """Open the form of what was typed, or return the card that says why not."""
        command = meant.command
        opening = Opening(command=command.name, verb=command.verb, channel=invocation.channel)
        answer = await self._forms.open(client, invocation, opening, meant.request)
        return answer if isinstance(answer, Card) else None

    async def _say_late(self, client: AsyncWebClient, invocation: Invocation, card: Card | None) -> None:
        if card:
            await self._deliver.say(client, invocation, card, replace=False)

    async def button(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        invocation = Invocation.from_slack(body)
        if invocation.at_home:
            self._home.used(invocation)
        try:
            known = await self._used(client, invocation)
        except (Outdated, Usage):
            log.info("card too old", ref=invocation.reference)
            known = False
        if not known:
            card = flow.unknown_entry() if invocation.at_home else flow.expired_choice()
            on_card = invocation.on_card
            say = partial(self._deliver.say, client, invocation, card, replace=on_card)
            await in_time(self._forms.start, say)
        await ack()

    async def _used(self, client: AsyncWebClient, invocation: Invocation) -> bool:
        """Do what a button or a field of ours is for; whether it was one. Raises `Outdated`."""
        if action := action_of(invocation):
            await self._buttons[action](client, invocation)
            return True
        return await self._imports.changed(client, invocation) or await self._forms.changed(invocation)

    async def form(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        invocation = Invocation.from_slack(body)
        answer: Mapping[str, Any]
        try:
            found = await self._imports.columns_sent(client, invocation)
            answer = found or await self._sent(client, invocation)
        except Invalid as wrong:
            answer = {"response_action": "errors", "errors": wrong.errors}
        except (Outdated, Usage):
            log.info("form too old", ref=invocation.reference)
            answer = {"response_action": "update", "view": TOO_OLD}
        await ack(**answer)

    async def _sent(self, client: AsyncWebClient, invocation: Invocation) -> Mapping[str, Any]:
        """What a form of the command table is acknowledged with. Raises `Invalid`."""
        invocation = invocation.model_copy(update={"channel": opening_of(invocation.opening).channel})
        if everybody := await self._forms.everybody(invocation):
            for each in everybody:
                await self._put(each)
            return {}
        meant = submitted(invocation)
        if answer := await self._imports.sent(client, invocation, meant):
            return answer
        await self._put(invocation)
        if meant.command.holds_form:
            return {"response_action": "update", "view": CHECKING}
        return {"response_action": "clear"}  # a form that was opened instead of another one takes it along

    async def _at_once(self, ack: Ack, invocation: Invocation, meant: Understood) -> None:
        person = Person(id=invocation.user, name="")
        registry = self._office(invocation.team)
        context = Context(job=invocation.id, person=person, channel=invocation.channel, registry=registry)
        try:
            card = (await meant.command.run(context, meant.request)).card
        except Interrupt as question:
            card = question.card
        await _say(ack, card)

    async def _in_time(self, lead: Lead, client: AsyncWebClient, invocation: Invocation) -> None:
        """For what only asks Slack for something; a job has to be on disk before the ack, however long that takes."""
        await in_time(self._forms.start, partial(lead, client, invocation))

    async def _dismiss(self, client: AsyncWebClient, invocation: Invocation) -> None:
        if invocation.at_home:
            await self._home.dismiss(invocation)
        else:
            await in_time(self._forms.start, partial(self._deliver.take_away, invocation))

    async def _go_on(self, client: AsyncWebClient, invocation: Invocation) -> None:
        await self._put(invocation)

    async def _run(self, client: AsyncWebClient, invocation: Invocation) -> None:
        if invocation.value == menu.LINK:  # an entry with an address: Slack has opened it
            return
        run = runs(invocation)
        ran(invocation)  # what cannot be read is refused here, before it is kept
        about = f"{invocation.team}:{invocation.user}:{invocation.spot}"
        await self._put(_one_click(about, invocation) if run and run.once else invocation)

    async def _put(self, invocation: Invocation) -> None:
        on = continues(invocation)
        if on and on.once:
            invocation = _one_click(on.of, invocation)
        await self._inbox.put(invocation.id, invocation.model_dump_json())
        log.info("job taken", ref=invocation.reference, team=invocation.team, user=invocation.user)

    async def _open_from_card(self, client: AsyncWebClient, invocation: Invocation) -> None:
        opening = opening_of(invocation.value)
        opening = opening.model_copy(update={"channel": opening.channel or invocation.channel})
        request, problem = draft(command_of(opening), opening)
        answer = await self._forms.open(client, invocation, opening, request, problem=problem)
        if isinstance(answer, Card):
            await self._deliver.say(client, invocation, answer, replace=False)


def _one_click(about: str, invocation: Invocation) -> Invocation:
    """Two clicks on one button have two trigger ids; what they ask for is one thing, if one person clicks."""
    said = "\0".join((invocation.team, invocation.user, invocation.action, invocation.value))
    click = hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
    return invocation.model_copy(update={"id": f"{about}:{click}"})


async def _nothing(client: AsyncWebClient, invocation: Invocation) -> None:
    """A button with a url: Slack has opened it, and only reports the click."""


async def _say(ack: Ack, card: Card) -> None:
    await ack(text=card.text, blocks=list(card.blocks), response_type="ephemeral")


async def failed(error: Exception) -> BoltResponse:
    """Not acknowledged: Slack tells the person that it did not work, since nothing was kept."""
    if isinstance(error, Malformed) or not _came_to_us(error):
        problem = str(error) if isinstance(error, Malformed) else type(error).__name__
        log.warning("malformed body", problem=problem)
        return BoltResponse(status=400, body="")
    log.error("interaction not taken", error=type(error).__name__, where=frames(error))
    return BoltResponse(status=503, body="")


def _came_to_us(error: Exception) -> bool:
    """Whether code of ours had been called: before that, Bolt stumbles over what Slack would not send."""
    modules = [str(frame.f_globals.get("__name__")) for frame, _ in walk_tb(error.__traceback__)]
    return any(module.startswith("bot.") for module in modules)
