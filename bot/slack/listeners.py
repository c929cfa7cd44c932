"""What Slack's interactions lead to: an answer at once, a form, or a job that is on disk before the ack."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.operate.log import frames
from bot.slack.client import PASSING, meaning
from bot.slack.deliver import Deliver
from bot.slack.invocation import Invocation, Malformed
from bot.slack.people import People
from bot.slack.understand import Understood, action_of, command_of, continues, opening_of, submitted, typed
from commands import open_form
from commands.base import Action, Block, Card, Desk, Interrupt, Invalid, Office, Opening, Person, Usage
from commands.cards import blocks, flow
from commands.cards.form import notice
from commands.connection import called_or_ask
from commands.permission import refusal

log = structlog.get_logger()

Ack = Callable[..., Awaitable[Any]]
Body = Mapping[str, Any]
CHECKING = notice("One moment", [blocks.section(":hourglass_flowing_sand: Checking with the ATS…")])
ANYTHING = re.compile(".*", re.DOTALL)


class Inbox(Protocol):
    async def put(self, id: str, invocation: str) -> None:
        """Return once it is durable."""
        ...


class Listeners:
    """One listener per kind of payload: Bolt tries them one after the other, our own table does not."""

    def __init__(
        self, inbox: Inbox, people: People, deliver: Deliver, office: Callable[[str], Office]
    ) -> None:
        self._inbox, self._people, self._deliver, self._office = inbox, people, deliver, office

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
            refused = await self._open_unfinished(client, invocation, meant)
            await (_say(ack, refused) if refused else ack())
            return
        await self._put(invocation)
        await ack()

    async def button(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        invocation = Invocation.from_slack(body)
        match action_of(invocation):
            case Action.LINK:
                pass
            case Action.DISMISS:
                await self._deliver.take_away(invocation)
            case Action.OPEN_FORM:
                await self._open_from_card(client, invocation)
            case Action.CHOOSE | Action.SEND_AGAIN:
                await self._put(invocation)
            case None:
                await self._deliver.answer(client, invocation, flow.expired_choice(), replace=True)
        await ack()

    async def form(self, ack: Ack, body: Body) -> None:
        invocation = Invocation.from_slack(body)
        try:
            meant = submitted(invocation)
        except Invalid as wrong:
            await ack(response_action="errors", errors=wrong.errors)
            return
        channel = opening_of(invocation.opening).channel
        await self._put(invocation.model_copy(update={"channel": channel}))
        await (ack(response_action="update", view=CHECKING) if meant.command.holds_form else ack())

    async def _at_once(self, ack: Ack, invocation: Invocation, meant: Understood) -> None:
        person = Person(id=invocation.user, name="")
        office = self._office(invocation.team)
        desk = Desk(job=invocation.id, person=person, channel=invocation.channel, office=office)
        try:
            card = (await meant.command.run(desk, meant.request)).card
        except Interrupt as question:
            card = question.card
        await _say(ack, card)

    async def _put(self, invocation: Invocation) -> None:
        on = continues(invocation)
        if on and on.once:
            # Two clicks on one button have two trigger ids; what they ask for is one thing.
            click = hashlib.blake2b(
                f"{invocation.action}\0{invocation.value}".encode(), digest_size=8
            ).hexdigest()
            invocation = invocation.model_copy(update={"id": f"{on.of}:{click}"})
        await self._inbox.put(invocation.id, invocation.model_dump_json())
        log.info("job taken", ref=invocation.reference, team=invocation.team, user=invocation.user)

    async def _open_unfinished(
        self, client: AsyncWebClient, invocation: Invocation, meant: Understood
    ) -> Card | None:
        """Open the form of a command that lacks something, filled in with what was typed."""
        command, request, draw = meant.command, meant.request, meant.command.form
        if draw is None:
            raise LookupError("this command has no form")
        opening = Opening(command=command.name, verb=command.verb, channel=invocation.channel)
        if request.via and command.needs_ats:
            connections = await self._office(invocation.team).connections()
            try:
                opening = opening.model_copy(
                    update={"connection": called_or_ask(connections, request.via).id}
                )
            except Interrupt as unknown:
                return unknown.card
        return await self._open(client, invocation, draw(request, opening, None), opening)

    async def _open_from_card(self, client: AsyncWebClient, invocation: Invocation) -> None:
        opening = opening_of(invocation.value)
        opening = opening.model_copy(update={"channel": opening.channel or invocation.channel})
        if refused := await self._open(client, invocation, open_form(opening), opening):
            await self._deliver.answer(client, invocation, refused, replace=False)

    async def _open(
        self, client: AsyncWebClient, invocation: Invocation, view: Block, opening: Opening
    ) -> Card | None:
        """Open a form, or return the card that says why not: a trigger lives three seconds."""
        command = command_of(opening)
        try:
            if command.admin:
                person = await self._people.person(client, invocation.team, invocation.user)
                if refused := refusal(person, command):
                    return refused
            await client.views_open(trigger_id=invocation.trigger_id, view=view)
        except (SlackApiError, *PASSING) as error:
            found = meaning(error)
            log.warning("form not opened", ref=invocation.reference, slack=getattr(found, "code", "away"))
            return flow.form_not_opened(opening)
        return None


async def _say(ack: Ack, card: Card) -> None:
    await ack(text=card.text, blocks=list(card.blocks), response_type="ephemeral")


async def failed(error: Exception) -> BoltResponse:
    """Not acknowledged: Slack tells the person that it did not work, since nothing was kept."""
    if isinstance(error, Malformed):
        log.warning("malformed body", problem=str(error))
        return BoltResponse(status=400, body="")
    log.error("interaction not taken", error=type(error).__name__, where=frames(error))
    return BoltResponse(status=503, body="")
