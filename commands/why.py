"""*Why do I see this?* on an announcement, and the changes that it offers."""

from __future__ import annotations

from pydantic import ValidationError

from commands.base import Command, ConnectionInfo, Context, Interrupt, Reply, Request, Usage
from commands.cards import flow, subscription
from commands.cards.announcement import WHY as VERB
from commands.cards.announcement import Reason
from commands.cards.subscription import MUTE as MUTE_VERB
from commands.ports.subscription import Subscription
from commands.subscribe import KINDS, NOWHERE, table_of
from connectors.models import ChangeKind


class WhyRequest(Request):
    kind: ChangeKind | None = None


class MuteRequest(Request):
    """A channel's id, and what it shall hear no more of."""

    channel: str
    kind: ChangeKind


def parse_why(text: str) -> WhyRequest:
    try:
        return WhyRequest(kind=Reason.model_validate_json(text or "{}").kind)
    except ValidationError:
        raise Usage("This button cannot be read.") from None


async def run_why(context: Context, request: WhyRequest) -> Reply:
    if context.channel is None:
        raise Interrupt(flow.not_here(NOWHERE))
    found, connection = await _meant(context, context.channel)
    if found is None or connection is None:
        return Reply(subscription.not_any_more(context.channel))
    return Reply(subscription.explained(found, connection, request.kind, admin=context.person.admin))


def parse_mute(text: str) -> MuteRequest:
    channel, _, word = text.partition(" ")
    if not channel or word not in KINDS:
        raise Usage("This button cannot be read.")
    return MuteRequest(channel=channel, kind=KINDS[word])


async def run_mute(context: Context, request: MuteRequest) -> Reply:
    found, connection = await _meant(context, request.channel)
    if found is None:
        return Reply(subscription.not_any_more(request.channel))
    kinds = tuple(kind for kind in found.kinds if kind is not request.kind)
    less = found.model_copy(update={"kinds": kinds})
    await table_of(context).save(less)
    return Reply(subscription.muted(less, request.kind), about=connection)


async def _meant(context: Context, channel: str) -> tuple[Subscription | None, ConnectionInfo | None]:
    wanted = context.picks.connection
    found = next((each for each in await table_of(context).of(channel) if each.connection == wanted), None)
    connections = await context.registry.connections()
    return found, next((each for each in connections if each.id == wanted), None)


WHY = Command(
    name="/ats",
    verb=VERB,
    usage="/ats why",
    example="/ats why",
    summary="Say why a channel sees something.",
    request=WhyRequest,
    parse=parse_why,
    run=run_why,
    needs_ats=False,
    writes=False,
)
MUTE = Command(
    name="/ats",
    verb=MUTE_VERB,
    usage="/ats mute",
    example="/ats mute",
    summary="Let a channel hear no more of one kind.",
    request=MuteRequest,
    parse=parse_mute,
    run=run_mute,
    admin=True,
    needs_ats=False,
)
