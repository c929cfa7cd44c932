"""What one channel is told of one event: a new card, a card brought up to date, or one more in an hour's digest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog

from bot.slack.client import SlackRefused
from bot.store.cards import LINE, CardTable, Gathered, Posted, Seen, week_of
from bot.work.channels.announcement import ROLLUP, Announcement, Hour
from bot.work.channels.channel import Doubtful, HiringChannel
from commands.base import Card
from commands.cards.announcement import News, announced, rolled_up, told
from commands.cards.source import Source
from commands.ports.rooms import Level
from commands.ports.subscription import Subscription
from connectors.models import Candidate, Change, ChangeKind, Kind, Status
from connectors.vendors import CONNECTORS

log = structlog.get_logger()

HOUR = 3600.0
GATHERING = 5.0
"""Seconds for which more events are awaited before a digest is brought up to date."""
NAMED = 20
"""How many lines a digest's thread gets; what comes after is only counted."""
ENDED = (Status.HIRED, Status.REJECTED)


class Telling:
    """One event in one channel. Whoever uses it holds the channel's turn, and has opened the channel."""

    def __init__(
        self,
        cards: CardTable,
        room: HiringChannel,
        subscription: Subscription,
        announcement: Announcement,
        put: Callable[..., Awaitable[None]],
        now: float,
    ) -> None:
        self._cards, self._room, self._subscription = cards, room, subscription
        self._said, self._put, self._now = announcement, put, now
        self._team, self._channel = announcement.team, subscription.channel
        kind = CONNECTORS[announcement.connection.vendor]
        connection = announcement.connection
        source = Source(connection.id, connection.name, kind.title, kind.site, kind.capabilities)
        self._news = News(announcement.change, source, announcement.at, announcement.actor)
        self._marks = self._hashes(subject_of(announcement))

    async def run(self) -> str:
        """Return the outcome in a word."""
        row = await self._cards.find(self._team, self._channel, *self._marks)
        seen, event = row.seen if row else Seen(), self._said.reference
        if row and event in seen.events:
            return await self._go_on(row)
        newer = row is None or self._said.at >= row.at
        state = self._state()
        news = state.is_news(self._said.change.kind, seen, newer)
        if not news and not (newer and state.differs(seen)):
            return "known"
        wants = self._subscription.wants(self._said.change)
        if row and row.ts:
            follows = self._said.change.kind in self._subscription.kinds
            return await self._again(row, newer, tells=news and (wants or follows))
        return await self._first(row) if news and wants else "not wanted"

    async def _go_on(self, row: Posted) -> str:
        """An earlier attempt came as far as the card, or the count."""
        if not row.ts:
            return await self._show_hour()
        await self._line(row.ts, named=False)
        return "posted"

    async def _first(self, row: Posted | None) -> str:
        hour = await self._hour()
        gathered, knows = hour.gathered, self._knows(row.seen if row else Seen())
        new = replace(row or self._row(self._marks[0]), sending=self._said.reference, at=self._said.at)
        if new.sending == (row.sending if row else "") and not new.ts:
            return await self._doubt(new, hour)
        if gathered.posted >= self._subscription.budget:
            counts = {**gathered.counts, self._kind: gathered.counts.get(self._kind, 0) + 1}
            hour = hour.knowing(gathered.model_copy(update={"counts": counts}))
            await self._record(replace(new, sending="").knowing(knows), hour)
            return await self._show_hour()
        try:
            posted = await self._room.post(new, self._draw)
        except Doubtful:
            return await self._doubt(new, hour)
        more = gathered.model_copy(update={"posted": gathered.posted + 1})
        await self._record(posted.knowing(knows), hour.knowing(more))
        await self._line(posted.ts, named=False)
        return "posted"

    async def _doubt(self, new: Posted, hour: Posted) -> str:
        """The card may be there or not: it is not posted again, and the hour's digest says so."""
        gathered = hour.gathered
        more = {"posted": gathered.posted + 1, "doubtful": gathered.doubtful + 1}
        knows = self._knows(new.seen)
        await self._record(
            replace(new, sending="").knowing(knows), hour.knowing(gathered.model_copy(update=more))
        )
        return await self._show_hour()

    async def _again(self, row: Posted, newer: bool, *, tells: bool) -> str:
        """Bring the card up to date, unless it knows more than this event does."""
        knows = self._knows(row.seen)
        if newer:
            updated = await self._room.update(row, self._draw)
            if updated is None:
                gone = replace(row, ts="")
                await self._cards.save(gone)
                return await self._first(gone) if tells else "gone"
            row = replace(updated, at=self._said.at)
        else:
            knows = row.seen.model_copy(update={"events": knows.events})
        await self._record(row.knowing(knows), None, counted=tells)
        if tells:
            await self._line(row.ts, named=False)
        return "updated"

    async def _show_hour(self) -> str:
        """Post the hour's digest, or see to it that it is brought up to date soon."""
        hour = await self._hour()
        if not hour.ts:
            try:
                hour = await self._room.post(replace(hour, sending=self._said.reference), self._digest(hour))
            except Doubtful:
                await self._cards.save(replace(hour, sending=""))
                return "doubtful"
            await self._cards.save(hour)
        else:
            await self._soon()
        await self._name(hour)
        return "counted"

    async def _name(self, hour: Posted) -> None:
        gathered = hour.gathered
        if gathered.named >= NAMED or not gathered.counts:
            return
        if await self._line(hour.ts, named=True):
            more = gathered.model_copy(update={"named": gathered.named + 1})
            await self._cards.save(hour.knowing(more))

    async def _soon(self) -> None:
        slot = int(self._now // GATHERING)
        hour = Hour(
            team=self._team,
            channel=self._channel,
            connection=self._subscription.connection,
            hour=int(self._now // HOUR),
        )
        id = f"{hour.team}:{hour.channel}:{hour.hour}:{slot}"
        await self._put(ROLLUP, id, hour.model_dump_json(), delay=GATHERING)

    async def _line(self, thread: str, *, named: bool) -> bool:
        """Add one line to a thread; whether it is new."""
        event = self._said.reference
        line = replace(self._row(f"{LINE}{event}"), state=self._marks[0])
        known = await self._cards.find(self._team, self._channel, line.id)
        if known and known.ts:
            return False
        try:
            posted = await self._room.post(
                replace(line, sending=event), lambda level: told(self._news, level, named=named), thread
            )
        except Doubtful:  # a line more or less: the card above it says how things stand
            return False
        except SlackRefused as refused:
            log.warning("no line in the thread", team=self._team, slack=refused.code)
            return False
        await self._cards.save(posted)
        return True

    async def _hour(self) -> Posted:
        id = hour_id(int(self._now // HOUR))
        return await self._cards.find(self._team, self._channel, id) or self._row(id)

    async def _record(self, row: Posted, hour: Posted | None, *, counted: bool = True) -> None:
        counts = labels(self._said) if counted else {}
        await self._cards.record(row, hour=hour, week=week_of(self._now), told=counts)

    def _draw(self, level: Level) -> Card:
        return announced(self._news, level)

    def _digest(self, hour: Posted) -> Callable[[Level], Card]:
        return digest_of(hour.gathered, self._subscription)

    @property
    def _kind(self) -> ChangeKind:
        return self._said.change.kind

    def _row(self, id: str) -> Posted:
        return Posted(self._team, self._channel, id, self._subscription.connection, at=self._said.at)

    def _hashes(self, text: str) -> tuple[str, ...]:
        return self._cards.marks(self._team, self._channel, f"{self._subscription.connection}\0{text}")

    def _state(self) -> State:
        spots, places, tags = state_of(self._said)
        return State(self._hashes(spots), self._hashes(places), self._hashes(tags))

    def _knows(self, seen: Seen) -> Seen:
        state = self._state()
        return seen.then(state.spots[0], state.places[0], state.tags[0], self._said.reference)


@dataclass(frozen=True)
class State:
    """Where somebody is, how far they have come there, and their tags: each as hashes, one for each key."""

    spots: tuple[str, ...]
    places: tuple[str, ...]
    tags: tuple[str, ...]

    def is_news(self, kind: ChangeKind, seen: Seen, newer: bool) -> bool:
        """Whether the channel has not been told of this yet: the bot tells what it did, and a watch sees it later."""
        if kind is ChangeKind.NOTED:
            return True
        if kind is ChangeKind.TAGGED:
            return seen.tags not in self.tags
        if kind is ChangeKind.ADDED:
            return not set(self.spots) & set(seen.spots)
        known = seen.places[-1:] if newer else seen.places
        return not set(self.places) & set(known)

    def differs(self, seen: Seen) -> bool:
        """Whether a card that was posted would look different now."""
        return not set(self.places) & set(seen.places[-1:]) or seen.tags not in self.tags


def digest_of(gathered: Gathered, subscription: Subscription) -> Callable[[Level], Card]:
    return lambda level: rolled_up(
        gathered.counts, gathered.doubtful, level, subscription.connection, subscription.budget
    )


def hour_id(hour: int) -> str:
    return f"hour:{hour}"


def subject_of(said: Announcement) -> str:
    """Whom or what it is about. An ATS may have several records of one person, who has one card all the same."""
    if not isinstance(said.change, Change):
        return f"job:{said.change.destination.id}"
    email = (said.change.candidate.email or "").strip().casefold()
    return f"email:{email}" if email else f"id:{said.change.candidate.id}"


def state_of(said: Announcement) -> tuple[str, str, str]:
    """Where, how far, and the tags, in a form that can be compared."""
    if not isinstance(said.change, Change):
        return said.change.kind, said.change.kind, ""
    candidate = said.change.candidate
    spots = sorted({str(p.destination_id) for p in candidate.placements})
    return "\0".join(spots), "\0".join(_places(candidate)), "\0".join(sorted(candidate.tags))


def _places(candidate: Candidate) -> list[str]:
    ended = {status.value for status in ENDED}
    return sorted(
        f"{p.destination_id}/{p.stage or ''}/{p.status if p.status in ended else ''}"
        for p in candidate.placements
    )


def labels(said: Announcement) -> dict[str, int]:
    """What the week counts: the kind, and for who comes somewhere the pool or job and the stage."""
    found = {f"kind:{said.change.kind}": 1}
    if isinstance(said.change, Change) and said.change.kind in (ChangeKind.ADDED, ChangeKind.MOVED):
        for placed in said.change.candidate.placements:
            found[f"{'pool' if placed.kind is Kind.POOL else 'job'}:{placed.title}"] = 1
            found |= {f"stage:{placed.stage}": 1} if placed.stage else {}
    return found
