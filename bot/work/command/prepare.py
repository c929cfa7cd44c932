"""What a job needs before its command can run: who asks, what is meant, which ATS."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, meaning
from bot.slack.deliver import Deliver
from bot.slack.files import Attachment, Files
from bot.slack.invocation import Invocation, Source
from bot.slack.people import People
from bot.slack.understand import Understood, again, asked_for, continues, opening_of
from bot.slack.upload import Upload
from bot.store.subscriptions import SubscriptionTable, WorkspaceSubscriptions
from bot.store.traces import email_subject, record_subject
from bot.store.workspaces import Workspaces
from bot.work.command.book import WorkspaceBook
from bot.work.command.journal import Journal
from bot.work.command.journalled import Journalled
from bot.work.command.ledger import Ledger
from bot.work.command.line import Lines
from bot.work.command.progress import Progress
from bot.work.command.rooms import Noted, SlackRooms
from bot.work.connections import Connections, WorkspaceRegistry
from bot.work.engine.steps import Steps
from bot.work.forgetting.erasing import Put, WorkspaceErasing
from bot.work.forgetting.trail import Kind, Place, Trail
from commands.base import NOT_ALLOWED, ConnectionInfo, Context, Interrupt, Opening, Person, Picks, Request
from commands.cards import flow
from commands.connection import settle
from commands.permission import refusal
from connectors.errors import Unavailable
from connectors.models import Candidate, Record

log = structlog.get_logger()


class Kept(Protocol):
    async def load(self, id: str) -> str | None:
        """The invocation of an earlier job as JSON, while it is kept."""
        ...

    async def put_work(self, kind: str, id: str, payload: str) -> None:
        """Return once this work is on disk; a known id leaves it as it is."""
        ...


@dataclass(frozen=True)
class Tools:
    """What jobs work with; `client` makes a Slack client that speaks for a workspace, or None if it left."""

    workspaces: Workspaces
    connections: Connections
    people: People
    deliver: Deliver
    files: Files
    client: Callable[[str], Awaitable[AsyncWebClient | None]]
    progress: Progress
    subscriptions: SubscriptionTable
    ledger: Ledger
    lines: Lines
    upload: Upload
    trail: Trail
    put: Put
    """`Jobs.put_work`, also before the engine is there."""
    now: Callable[[], float] = time.time


@dataclass(frozen=True)
class Prepared:
    """What a command runs with: the request may read differently once the connections are known."""

    context: Context
    request: Request


async def understand(kept: Kept, invocation: Invocation, steps: Steps) -> tuple[Understood, Invocation]:
    """What is meant, and the invocation that it began with. Raises `Usage`, `Invalid`, `Malformed`, `Interrupt`."""
    on = continues(invocation)
    if on is None:
        return asked_for(invocation), invocation

    async def original() -> str:
        return await kept.load(on.of) or ""

    text = await steps.once("original", original)
    first = Invocation.model_validate_json(text) if text else None
    if first is None or first.team != invocation.team:
        raise Interrupt(flow.expired_choice())
    if first.user != invocation.user:
        raise Interrupt(flow.not_yours(), NOT_ALLOWED)
    return again(first, on.picks), first


class _Known(Record):
    """Who asks, unless Slack did not say, and what their workspace has connected."""

    person: Person | None
    connections: list[ConnectionInfo]


async def look_up(
    tools: Tools, client: AsyncWebClient, invocation: Invocation, steps: Steps
) -> tuple[Person, list[ConnectionInfo]]:
    """One step for both, since each costs a commit. Raises `Unavailable` while Slack does not say, and `SlackRefused`."""

    async def ask() -> str:
        person = await _ask_slack(tools, client, invocation)
        connections = await tools.workspaces.connections(invocation.team)
        return _Known(person=person, connections=connections).model_dump_json()

    known = _Known.model_validate_json(await steps.once("who", ask))
    if known.person is None:
        raise Unavailable("Slack", "does not say who is asking")
    elsewhere = invocation.user_team != invocation.team
    person = known.person.model_copy(update={"stranger": known.person.stranger or elsewhere})
    return person, known.connections


async def _ask_slack(tools: Tools, client: AsyncWebClient, invocation: Invocation) -> Person | None:
    try:
        return await tools.people.person(client, invocation.team, invocation.user)
    except (SlackApiError, *PASSING) as error:
        if isinstance(found := meaning(error), SlackAway):
            return None
        raise found from None


async def prepare(
    tools: Tools,
    client: AsyncWebClient,
    invocation: Invocation,
    journal: Journal,
    meant: Understood,
    first: Invocation,
) -> Prepared:
    """Raises `Interrupt` where the person may not, or no ATS is meant."""
    person, connections = await look_up(tools, client, invocation, journal.steps)
    if refused := refusal(person, meant.command, meant.request, meant.picks):
        raise Interrupt(refused, NOT_ALLOWED)
    context = Context(
        job=first.id,
        person=person,
        channel=place(invocation, first),
        registry=WorkspaceRegistry(invocation.team, tools.workspaces, tools.connections),
        picks=meant.picks,
        rooms=SlackRooms(client, journal.steps, _noted(tools, invocation.team, meant.picks)),
        erasing=WorkspaceErasing(invocation.team, invocation.user, first.id, tools.put, tools.now),
        subscriptions=WorkspaceSubscriptions(invocation.team, tools.subscriptions),
        rules=tools.people.rules(client, invocation.team),
        book=WorkspaceBook(invocation.team, invocation.user, tools.ledger.history, client, tools.upload),
        asked=invocation.received,
        clock=tools.now,
        permalink=await _permalink(client, first, journal.steps),
        attached=_attached(tools, client, first),
    )
    if not meant.command.needs_ats:
        return Prepared(context, meant.request)
    return await _with_ats(context, tools, invocation.team, connections, journal, meant)


def _noted(tools: Tools, team: str, picks: Picks) -> Noted:
    async def noted(channel: str, ts: str, about: Candidate) -> None:
        place = Place(channel=channel, ts=ts, kind=Kind.SHARE)
        emails = [email_subject(about.email)] if about.email else []
        records = [record_subject(picks.connection, about.id)] if picks.connection else []
        await tools.trail.about(team, place, [*emails, *records])

    return noted


async def _permalink(client: AsyncWebClient, first: Invocation, steps: Steps) -> str | None:
    """The address of the message that a form was opened from; without one a note only names its author."""
    channel, _, ts = (_opened(first).message or "").partition(":")
    if not ts:
        return None

    async def ask() -> str:
        try:
            answer = await client.chat_getPermalink(channel=channel, message_ts=ts)
        except (SlackApiError, *PASSING) as error:
            log.info("no permalink", team=first.team, slack=getattr(meaning(error), "code", "away"))
            return ""
        return str(answer["permalink"])

    return await steps.once("permalink", ask) or None


def _attached(tools: Tools, client: AsyncWebClient, first: Invocation) -> Attachment | None:
    opening = _opened(first)
    return Attachment(tools.files, client, opening.file, opening.filename or "CV") if opening.file else None


def _opened(first: Invocation) -> Opening:
    """What the form was opened for; nothing for what was not a form."""
    return opening_of(first.opening) if first.source is Source.FORM else Opening(command="", verb="")


def place(invocation: Invocation, first: Invocation) -> str | None:
    """The channel where the answer belongs: a form knows it only from the card or command that opened it."""
    return invocation.channel or first.channel


async def _with_ats(
    context: Context,
    tools: Tools,
    team: str,
    connections: list[ConnectionInfo],
    journal: Journal,
    meant: Understood,
) -> Prepared:
    request, connection = meant.request, _picked(connections, meant.picks)
    if connection is None:
        request, connection = settle(request, connections, context.channel, context.person)
    real = await tools.connections.connector(team, connection)
    picks = meant.picks.model_copy(update={"connection": connection.id})
    context = replace(context, picks=picks, connection=connection, connector=Journalled(real, journal))
    return Prepared(context, request)


def _picked(connections: list[ConnectionInfo], picks: Picks) -> ConnectionInfo | None:
    """The connection that the ids on a card belong to; they mean nothing to another one."""
    if picks.connection is None:
        return None
    for connection in connections:
        if connection.id == picks.connection:
            return connection
    raise Interrupt(flow.expired_choice())
