"""What a job needs before its command can run: who asks, what is meant, which ATS."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pydantic import TypeAdapter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, meaning
from bot.slack.deliver import Deliver
from bot.slack.invocation import Invocation, Source
from bot.slack.people import People
from bot.slack.understand import Understood, again, continues, submitted, typed
from bot.store.workspaces import Workspaces
from bot.work.connections import Connections, WorkspaceOffice
from bot.work.journal import Journal, Journalled
from bot.work.steps import Steps
from commands.base import Card, ConnectionInfo, Desk, Interrupt, Person
from commands.cards import flow
from commands.cards.connection import Vendor
from commands.permission import refusal
from connectors import CONNECTORS
from connectors.errors import Unavailable


class Kept(Protocol):
    async def load(self, id: str) -> str | None:
        """The invocation of an earlier job as JSON, while it is kept."""
        ...


@dataclass(frozen=True)
class Tools:
    """What jobs work with; `client` makes a Slack client that speaks for a workspace, or None if it left."""

    workspaces: Workspaces
    connections: Connections
    people: People
    deliver: Deliver
    client: Callable[[str], AsyncWebClient | None]
    now: Callable[[], float] = time.time


async def understand(kept: Kept, invocation: Invocation, steps: Steps) -> tuple[Understood, Invocation]:
    """What is meant, and the invocation that it began with. Raises `Usage`, `Invalid`, `Malformed`, `Interrupt`."""
    on = continues(invocation)
    if on is None:
        meant = submitted(invocation) if invocation.source is Source.FORM else typed(invocation)
        return meant, invocation

    async def original() -> str:
        return await kept.load(on.of) or ""

    text = await steps.once("original", original)
    first = Invocation.model_validate_json(text) if text else None
    if first is None or (first.team, first.user) != (invocation.team, invocation.user):
        raise Interrupt(flow.expired_choice())
    return again(first, on.picks), first


async def ask_who(tools: Tools, client: AsyncWebClient, invocation: Invocation, steps: Steps) -> Person:
    """Raises `Unavailable` while Slack does not say, and `SlackRefused`."""

    async def ask() -> str:
        try:
            person = await tools.people.person(client, invocation.team, invocation.user)
        except (SlackApiError, *PASSING) as error:
            if isinstance(found := meaning(error), SlackAway):
                return ""
            raise found from None
        return person.model_dump_json()

    if not (text := await steps.once("who", ask)):
        raise Unavailable("Slack", "does not say who is asking")
    person = Person.model_validate_json(text)
    elsewhere = invocation.user_team != invocation.team
    return person.model_copy(update={"stranger": person.stranger or elsewhere})


async def prepare(
    tools: Tools,
    client: AsyncWebClient,
    invocation: Invocation,
    journal: Journal,
    meant: Understood,
    first: Invocation,
) -> Desk:
    """Raises `Interrupt` where the person may not, or no ATS is meant."""
    person = await ask_who(tools, client, invocation, journal.steps)
    if refused := refusal(person, meant.command):
        raise Interrupt(refused)
    desk = Desk(
        job=first.id,
        person=person,
        channel=place(invocation, first),
        office=WorkspaceOffice(invocation.team, tools.workspaces, tools.connections),
        picks=meant.picks,
    )
    return await _with_ats(desk, tools, invocation, journal, meant) if meant.command.needs_ats else desk


def place(invocation: Invocation, first: Invocation) -> str | None:
    """The channel where the answer belongs: a form knows it only from the card or command that opened it."""
    return invocation.channel or first.channel


async def _with_ats(
    desk: Desk, tools: Tools, invocation: Invocation, journal: Journal, meant: Understood
) -> Desk:
    async def choose() -> str:
        known = await tools.workspaces.connections(invocation.team)
        return _CHOICE.dump_json((_chosen(known, meant, desk.channel), known)).decode()

    chosen, known = _CHOICE.validate_json(await journal.steps.once("connection", choose))
    if chosen is None:
        raise Interrupt(_no_ats(meant, known, desk.person))
    real = await tools.connections.connector(invocation.team, chosen)
    return Desk(
        job=desk.job,
        person=desk.person,
        channel=desk.channel,
        office=desk.office,
        permalink=desk.permalink,
        picks=meant.picks.model_copy(update={"connection": chosen.id}),
        connection=chosen,
        connector=Journalled(real, journal),
    )


VENDORS = tuple(Vendor(c.vendor, c.title) for c in CONNECTORS.values())
_CHOICE: TypeAdapter[tuple[ConnectionInfo | None, list[ConnectionInfo]]] = TypeAdapter(
    tuple[ConnectionInfo | None, list[ConnectionInfo]]
)


def _no_ats(meant: Understood, known: list[ConnectionInfo], person: Person) -> Card:
    if not known:
        return flow.no_connection(VENDORS, admin=person.admin)
    return flow.unknown_connection(meant.request.via, known) if meant.request.via else flow.no_default(known)


def _chosen(known: list[ConnectionInfo], meant: Understood, channel: str | None) -> ConnectionInfo | None:
    """The one that was picked or named, else the channel's, else the workspace's default."""
    if meant.picks.connection:
        return next((c for c in known if c.id == meant.picks.connection), None)
    if meant.request.via:
        return next((c for c in known if c.name.casefold() == meant.request.via.casefold()), None)
    of_channel = next((c for c in known if channel in c.channels), None)
    return of_channel or next((c for c in known if c.default), None)
