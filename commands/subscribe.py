"""`/ats subscribe`, `unsubscribe` and `subscriptions`: which channel hears of what."""

from __future__ import annotations

import re

from commands.base import (
    Block,
    Command,
    ConnectionInfo,
    Context,
    Interrupt,
    Opening,
    Picks,
    Reply,
    Request,
    Usage,
    Values,
)
from commands.cards import flow, subscription
from commands.connection import called_or_ask
from commands.ports.subscription import (
    ALL,
    BUDGET,
    LARGEST_BUDGET,
    USUAL,
    WORDS,
    Filters,
    Subscription,
    Subscriptions,
)
from commands.text.grammar import NAME_LIMIT, Word, bounded, fitting, shown, unescaped, via, words
from commands.text.reading import Reading
from connectors.models import ChangeKind

CHANNEL = re.compile(r"<#([CG][A-Z0-9]{1,30})(?:\|[^<>]{0,100})?>")
"""A channel as Slack sends it."""
KINDS = {WORDS[kind]: kind for kind in ALL}
SYNONYMS = {
    "add": "added",
    "new": "added",
    "move": "moved",
    "note": "noted",
    "notes": "noted",
    "tags": "tagged",
    "hire": "hired",
    "reject": "rejected",
    "open": "opened",
    "close": "closed",
}
FILTERS = {"pool": "pools", "job": "jobs", "stage": "stages", "tag": "tags"}
MANY = 20
"""How many titles of one sort can be named."""
NOT_A_CHANNEL = "Announcements go to channels; this is a conversation between us."
NOWHERE = "There is no channel here: name one with #."


class SubscribeRequest(Request):
    """`channel` is a channel's id; without one it is the channel in which the command is given."""

    channel: str | None = None
    kinds: tuple[ChangeKind, ...] = USUAL
    filters: Filters = Filters()
    budget: int = BUDGET
    weekly: bool = False
    said: bool = False
    """Whether anything was said at all."""

    @property
    def complete(self) -> bool:
        return self.said

    def of(self, context: Context, channel: str) -> Subscription:
        return Subscription(
            channel=channel,
            connection=context.source.id,
            kinds=self.kinds,
            filters=self.filters,
            budget=self.budget,
            weekly=self.weekly,
            by=context.person.id,
        )


class UnsubscribeRequest(Request):
    channel: str | None = None


class ListRequest(Request):
    pass


def parse(text: str) -> SubscribeRequest:
    """A channel or `here`, events, filters, `budget N`, `weekly`: in any order."""
    if not text.strip():
        return SubscribeRequest()
    channel, rest = channel_in(bounded(text))
    short, connection = via(unescaped(rest))
    reader = _Words(words(short))
    reader.read()
    return SubscribeRequest(
        channel=channel,
        kinds=tuple(kind for kind in ALL if kind in reader.kinds) or USUAL,
        filters=Filters.model_validate({name: tuple(found) for name, found in reader.filters.items()}),
        budget=reader.budget,
        weekly=reader.weekly,
        via=connection,
        said=True,
    )


def channel_in(text: str) -> tuple[str | None, str]:
    """The channel that is named, and the text without it."""
    found = CHANNEL.search(text)
    return (found[1], f"{text[: found.start()]} {text[found.end() :]}") if found else (None, text)


class _Words:
    """Reads one word after the other. Raises `Usage`."""

    def __init__(self, found: list[Word]) -> None:
        self._left = found
        self.kinds: set[ChangeKind] = set()
        self.filters: dict[str, list[str]] = {}
        self.budget, self.weekly = BUDGET, False

    def read(self) -> None:
        while self._left:
            word = self._left.pop(0)
            self._one(word, word.text.strip(",").casefold() if not word.quoted else "")

    def _one(self, word: Word, key: str) -> None:
        kind = KINDS.get(SYNONYMS.get(key, key))
        if key in FILTERS:
            named = self.filters.setdefault(FILTERS[key], [])
            named.append(self._next(f"Say which {key}, in quotation marks."))
            if len(named) > MANY:
                raise Usage(f"{MANY} of one sort are the most I can take.")
        elif kind:
            self.kinds.add(kind)
        elif key == "budget":
            self.budget = budget(self._next("Say how many cards an hour."))
        elif key == "weekly":
            self.weekly = True
        elif key not in ("here", "", "and") or word.quoted:
            raise Usage(_unknown(word))

    def _next(self, missing: str) -> str:
        if not self._left:
            raise Usage(missing)
        return fitting(self._left.pop(0).text.rstrip(","), NAME_LIMIT, "name")


def _unknown(word: Word) -> str:
    if word.text.startswith("#"):
        return f"Pick the channel from the list that Slack offers after #; {shown(word.text)} says only its name."
    known = ", ".join(KINDS)
    return f"I do not know {shown(word.text)}. A channel can hear of: {known}."


def budget(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:4]) <= LARGEST_BUDGET):
        raise Usage(f"Cards an hour: a number from 0 to {LARGEST_BUDGET}.")
    return int(text)


async def run(context: Context, request: SubscribeRequest) -> Reply:
    channel = request.channel or context.channel
    if channel is None:
        raise Interrupt(flow.not_here(NOWHERE))
    wanted = request.of(context, channel)
    answer = await context.talk.room(channel)
    if answer.room is None and answer.refused not in ("not_in_channel", "channel_not_found"):
        raise Interrupt(subscription.refused(answer.refused))
    if answer.room is None or not answer.room.member:
        raise Interrupt(subscription.not_in_there(channel, subscription.again(wanted)))
    if answer.room.direct:
        raise Interrupt(flow.not_here(NOT_A_CHANNEL))
    table = table_of(context)
    before = [each for each in await table.of(channel) if each.connection == context.source.id]
    await table.save(wanted)
    return Reply(subscription.subscribed(wanted, context.source, answer.room, instead=bool(before)))


def table_of(context: Context) -> Subscriptions:
    if context.subscriptions is None:
        raise LookupError("this command was given no subscriptions")
    return context.subscriptions


def draw(request: SubscribeRequest, opening: Opening, problem: str | None) -> Block:
    shown_first = Subscription(
        channel=request.channel or "",
        connection="",
        kinds=request.kinds,
        filters=request.filters,
        budget=request.budget,
        weekly=request.weekly,
    )
    return subscription.subscribe_form(shown_first, opening, problem)


def read(values: Values, opening: Opening) -> SubscribeRequest:
    reading = Reading(values)
    channel = reading.needed("channel", str, "Choose a channel.")
    kinds = {KINDS[each] for each in reading.several("kinds") if each in KINDS}
    cards = reading.needed("budget", budget, "Say how many cards an hour.")
    named = {name: reading.optional(name, _listed) or () for name in FILTERS.values()}
    connection = reading.connection(opening)
    reading.finish()
    return SubscribeRequest(
        channel=channel,
        kinds=tuple(kind for kind in ALL if kind in kinds),
        filters=Filters.model_validate(named),
        budget=BUDGET if cards is None else cards,
        weekly=bool(reading.several("weekly")),
        said=True,
        picks=Picks(connection=connection),
    )


def _listed(text: str) -> tuple[str, ...]:
    found = [" ".join(each.split()) for each in text.split(",") if each.strip()]
    if len(found) > MANY:
        raise Usage(f"{MANY} of one sort are the most I can take.")
    return tuple(fitting(each, NAME_LIMIT, "name") for each in found)


def parse_unsubscribe(text: str) -> UnsubscribeRequest:
    channel, rest = channel_in(bounded(text))
    short, connection = via(f"x {unescaped(rest)}")  # `via` needs something to stand after
    for word in words(short)[1:]:
        if word.text.casefold() != "here":
            raise Usage(_unknown(word))
    return UnsubscribeRequest(channel=channel, via=connection)


async def run_unsubscribe(context: Context, request: UnsubscribeRequest) -> Reply:
    channel = request.channel or context.channel
    if channel is None:
        raise Interrupt(flow.not_here(NOWHERE))
    connections = {each.id: each for each in await context.registry.connections()}
    said = called_or_ask(list(connections.values()), request.via).id if request.via else None
    only = said or context.picks.connection
    gone = [each for each in await table_of(context).of(channel) if only in (None, each.connection)]
    await table_of(context).remove(gone)
    card = subscription.unsubscribed(channel, [_name(connections, each) for each in gone])
    return Reply(card, about=connections.get(gone[0].connection) if len(gone) == 1 else None)


def _name(connections: dict[str, ConnectionInfo], each: Subscription) -> str:
    return connections[each.connection].name if each.connection in connections else "an ATS"


async def run_list(context: Context, request: ListRequest) -> Reply:
    connections = {each.id: each for each in await context.registry.connections()}
    rows = [(each, connections.get(each.connection)) for each in await table_of(context).all()]
    return Reply(subscription.all_of_them(rows))


SUBSCRIBE = Command(
    name="/ats",
    verb=subscription.SUBSCRIBE,
    usage="/ats subscribe [#channel] [EVENTS] [pool|job|stage|tag NAME] [budget N] [weekly] [via NAME]",
    example='/ats subscribe here added moved hired pool "Backend talent"',
    summary=f"Announce in a channel what happens in the ATS: {', '.join(KINDS)}.",
    request=SubscribeRequest,
    parse=parse,
    run=run,
    form=draw,
    read_form=read,
    admin=True,
    aliases=("follow",),
)
UNSUBSCRIBE = Command(
    name="/ats",
    verb=subscription.UNSUBSCRIBE,
    usage="/ats unsubscribe [#channel] [via NAME]",
    example="/ats unsubscribe here",
    summary="Announce nothing more in a channel.",
    request=UnsubscribeRequest,
    parse=parse_unsubscribe,
    run=run_unsubscribe,
    admin=True,
    needs_ats=False,
    aliases=("unfollow",),
)
SUBSCRIPTIONS = Command(
    name="/ats",
    verb="subscriptions",
    usage="/ats subscriptions",
    example="/ats subscriptions",
    summary="Show which channel hears of what.",
    request=ListRequest,
    parse=lambda text: ListRequest(),
    run=run_list,
    admin=True,
    needs_ats=False,
    writes=False,
)
