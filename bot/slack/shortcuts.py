"""Shortcuts: from a message to a form that is filled in with what the message says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING
from bot.slack.deliver import Deliver
from bot.slack.files import Cv, cv_in
from bot.slack.forms import Forms
from bot.slack.in_time import in_time
from bot.slack.invocation import ANYTHING, ID, Invocation
from bot.slack.people import People
from bot.slack.session import Session
from commands.base import Card, Opening, Request
from commands.cards import blocks, flow
from commands.cards.about import candidate_of
from commands.extract import Found, Message, message_text, people_in
from commands.find import FindRequest
from commands.move import MoveRequest
from commands.note import NoteRequest
from commands.tag import TagRequest
from commands.text.person import AddRequest

log = structlog.get_logger()

Ack = Callable[..., Awaitable[Any]]
ReadCv = Callable[[AsyncWebClient, Cv, str | None], Awaitable[tuple[Found | None, str]]]
"""Reads a CV in Slack: whom it is about, or a sentence that says why it could not be read."""

ReadTable = Callable[[AsyncWebClient, Invocation], Awaitable[None]]
"""Leads on to the import of the table that a message has."""

TABLE = "import_candidates"
VERBS = {
    "add_candidate": "add",
    "add_note": "note",
    "tag_candidate": "tag",
    "move_candidate": "move",
    "new_candidate": "add",
    "find_candidate": "find",
}
"""Every other shortcut's `callback_id`, and the verb whose form it opens."""
COUNTRY = 2.0
"""Seconds that the person's country is worth: it only helps to read a phone number."""
READING = ":hourglass_flowing_sand: Reading the CV…"


@dataclass(frozen=True)
class _Said:
    """What a message tells before anything is asked."""

    opening: Opening
    people: tuple[AddRequest, ...]
    text: str
    cv: Cv | None


class Shortcuts:
    """Opens the form at once; a CV and the ATSs are asked behind it."""

    def __init__(
        self, forms: Forms, people: People, deliver: Deliver, read_cv: ReadCv, read_table: ReadTable
    ) -> None:
        self._forms, self._people, self._deliver = forms, people, deliver
        self._read_cv, self._read_table = read_cv, read_table

    def register(self, app: AsyncApp) -> None:
        app.shortcut(ANYTHING)(self.opened)

    async def opened(
        self, ack: Ack, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        invocation = Invocation.from_slack(body)
        await in_time(self._forms.start, partial(self._lead, client, invocation, context.bot_id))
        await ack()

    async def _lead(self, client: AsyncWebClient, invocation: Invocation, bot: str | None) -> None:
        verb = VERBS.get(invocation.action)
        if invocation.action == TABLE:
            await self._read_table(client, invocation)
        elif verb is None:
            await self._deliver.say(client, invocation, flow.unknown_entry(), replace=False)
        else:
            country = await self._country(client, invocation)
            await self._open(client, invocation, _said(invocation, verb, bot, country), country)

    async def _country(self, client: AsyncWebClient, invocation: Invocation) -> str | None:
        """None as well while Slack does not say who asks: opening the form then says so."""
        try:
            async with asyncio.timeout(COUNTRY):
                return (await self._people.person(client, invocation.team, invocation.user)).country
        except (SlackApiError, *PASSING) as error:
            log.info("country not known", ref=invocation.reference, error=type(error).__name__)
            return None

    async def _open(
        self, client: AsyncWebClient, invocation: Invocation, said: _Said, country: str | None
    ) -> None:
        adding = said.opening.verb == "add"
        answer = await self._forms.open(
            client,
            invocation,
            said.opening,
            _request(said),
            people=said.people if adding else (),
            news=READING if adding and said.cv else "",
        )
        if isinstance(answer, Card):
            await self._deliver.say(client, invocation, answer, replace=False)
        elif adding and said.cv:
            self._forms.start(self._read(client, answer, said.cv, country))
        elif adding:
            self._forms.learn(answer)

    async def _read(self, client: AsyncWebClient, session: Session, cv: Cv, country: str | None) -> None:
        found, problem = await self._read_cv(client, cv, country)
        self._forms.fill(session, _person(found) if found else AddRequest(), problem)


def _said(invocation: Invocation, verb: str, bot: str | None, country: str | None) -> _Said:
    raw = invocation.message
    # Anybody can write a message that looks like a card: only our own are believed.
    card = candidate_of(raw.get("blocks")) if bot and raw.get("bot_id") == bot else None
    adding, ts = verb == "add", ID.fullmatch(str(raw.get("ts", "")))
    cv = cv_in(raw) if adding else None
    opening = Opening(
        command="/candidate",
        verb=verb,
        channel=invocation.channel,
        message=f"{invocation.channel}:{ts[0]}" if invocation.channel and ts else None,
        file=cv.id if cv else None,
        filename=blocks.shortened(cv.name, 100) if cv else None,
    )
    if card and not adding:
        about = {"connection": card.connection, "candidate": card.candidate, "name": card.name}
        opening = opening.model_copy(update=about)
    people = () if card else tuple(_person(each) for each in people_in(message_text(raw), region=country))
    text = Message.from_slack(raw).model_copy(update={"files": ()}).plain
    return _Said(opening, people, text, cv)


def _person(found: Found) -> AddRequest:
    return AddRequest(
        name=found.name, email=found.email, phone=found.phone, links=found.links, tags=found.tags
    )


def _request(said: _Said) -> Request:
    """What the form begins with: the first person of the message, and for a note its text."""
    first = said.people[0] if said.people else AddRequest()
    who = first.email or first.name
    return {
        "add": first,
        "note": NoteRequest(who=who, text=said.text),
        "tag": TagRequest(who=who, tags=first.tags),
        "move": MoveRequest(who=who),
        "find": FindRequest(who=who),
    }[said.opening.verb]
