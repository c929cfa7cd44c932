"""What was posted in hiring channels, so that it can be brought up to date or taken back: ids, hashes and counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from connectors.models import ChangeKind, Record

from .base import Row, Store, Write
from .vault import CannotOpen, SealedColumn, Vault

TABLE, TALLIES = "cards", "tallies"
RETENTION = 90 * 86_400.0
"""Seconds since a card last changed; what is older is left as it is."""
WEEKS = 53
"""How many weeks the counts are kept."""
LINE = "line:"
"""How the ids of lines in threads begin; their state is the mark of whom they tell."""
REMEMBERED = 12
"""How many earlier states and events of a candidate are remembered."""


class Seen(Record):
    """What a channel was told of one candidate, the latest last; only keyed hashes, and ids of events.

    `spots` are jobs and talent pools, `places` also say how far somebody has come there.
    """

    spots: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    tags: str = ""
    events: tuple[str, ...] = ()

    def then(self, spots: str, places: str, tags: str, event: str) -> Seen:
        return Seen(
            spots=(*self.spots, spots)[-REMEMBERED:],
            places=(*self.places, places)[-REMEMBERED:],
            tags=tags,
            events=(*self.events, event)[-REMEMBERED:],
        )


class Gathered(Record):
    """One hour of a channel: the cards that were posted, and what was only counted. `named` are lines in the thread."""

    posted: int = 0
    counts: Mapping[ChangeKind, int] = {}
    doubtful: int = 0
    named: int = 0


@dataclass(frozen=True)
class Posted:
    """One message in a channel. Without `ts` it is not there, or `sending` says that it may be."""

    team: str
    channel: str
    id: str
    connection: str
    ts: str = ""
    level: int = 0
    state: str = field(default="", repr=False)
    sending: str = ""
    at: float = 0.0

    @property
    def seen(self) -> Seen:
        return Seen.model_validate_json(self.state) if self.state else Seen()

    @property
    def gathered(self) -> Gathered:
        return Gathered.model_validate_json(self.state) if self.state else Gathered()

    def knowing(self, state: Seen | Gathered) -> Posted:
        return replace(self, state=state.model_dump_json(exclude_defaults=True))


class CardTable:
    """Everything asks for the workspace and the channel."""

    def __init__(
        self, store: Store, vault: Vault, clock: Callable[[], float] = time.time, keep: float = RETENTION
    ) -> None:
        self._store, self._vault, self._clock, self._keep = store, vault, clock, keep

    def marks(self, team: str, channel: str, text: str) -> tuple[str, ...]:
        """A text as hashes, one for each marking, that say nothing and differ from channel to channel."""
        return self._vault.marks(f"card:{team}:{channel}", text)

    async def find(self, team: str, channel: str, *ids: str) -> Posted | None:
        """The first of these that there is."""
        for id in ids:
            rows = await self._store.rows(TABLE, {"team_id": team, "channel_id": channel, "id": id})
            if rows:
                return _posted(rows[0])
        return None

    async def above(self, team: str, channel: str, level: int) -> list[Posted]:
        """What shows more than people in a room of this level may see."""
        found: list[Posted] = []
        for more in range(level + 1, 4):
            rows = await self._store.rows(TABLE, {"team_id": team, "channel_id": channel, "level": more})
            found += [_posted(row) for row in rows if row["ts"]]
        return found

    async def about(self, team: str, subjects: Iterable[str]) -> list[Posted]:
        """The cards of a person and the lines in threads that name them; `subjects` as `Traces` has them."""
        rows = [_posted(row) for row in await self._store.rows(TABLE, {"team_id": team})]
        rooms = {(each.channel, each.connection) for each in rows}
        known = list(subjects)
        marks = {
            room: {mark for each in known for mark in self._marks_in(team, *room, each)} for room in rooms
        }
        cards = [each for each in rows if each.id in marks[each.channel, each.connection]]
        told = {(each.channel, f"{LINE}{event}") for each in cards for event in each.seen.events}
        lines = [
            each
            for each in rows
            if each.id.startswith(LINE)
            and (each.state in marks[each.channel, each.connection] or (each.channel, each.id) in told)
        ]
        return [*cards, *lines]

    def _marks_in(self, team: str, channel: str, connection: str, subject: str) -> tuple[str, ...]:
        """How a card of this person would be called there, if the subject is one that this connection has."""
        own = f"id:{connection}:"
        if subject.startswith("email:"):
            return self.marks(team, channel, f"{connection}\0{subject}")
        if subject.startswith(own):
            return self.marks(team, channel, f"{connection}\0id:{subject.removeprefix(own)}")
        return ()

    async def save(self, posted: Posted) -> None:
        await self._store.write(lambda write: write.put(TABLE, self._row(posted)))

    async def record(
        self,
        posted: Posted,
        *,
        hour: Posted | None = None,
        week: int = 0,
        told: Mapping[str, int] | None = None,
    ) -> None:
        """Keep what was told, count the hour, and add to the week's counts by label: all of it or nothing."""

        def keep(write: Write) -> None:
            write.put(TABLE, self._row(posted))
            if hour:
                write.put(TABLE, self._row(hour))
            for label, count in (told or {}).items():
                self._count(write, posted, week, label, count)

        await self._store.write(keep)

    async def drop(self, posted: Posted) -> None:
        where = {"team_id": posted.team, "channel_id": posted.channel, "id": posted.id}
        await self._store.write(lambda write: write.remove(TABLE, where))

    async def counts(self, team: str, channel: str, connection: str, week: int) -> dict[str, int]:
        """By label, the largest first."""
        where: Row = {
            "team_id": team,
            "channel_id": channel,
            "connection_id": connection,
            "week": week,
        }
        found: dict[str, int] = {}
        for row in await self._store.rows(TALLIES, where):
            try:
                label = self._vault.open(_owner(row), str(row["label"]))
            except CannotOpen:
                continue  # sealed with a key that is gone: nobody can say what was counted
            found[label] = found.get(label, 0) + int(row["count"] or 0)
        return dict(sorted(found.items(), key=lambda each: -each[1]))

    async def sweep(self) -> None:
        """Forget what nobody asks for any more."""
        now = self._clock()

        def remove(write: Write) -> None:
            write.remove_below(TABLE, "updated", now - self._keep)
            write.remove_below(TALLIES, "week", week_of(now) - WEEKS)

        await self._store.write(remove)

    def _count(self, write: Write, posted: Posted, week: int, label: str, count: int) -> None:
        marks = self.marks(posted.team, posted.channel, label)
        where: Row = {
            "team_id": posted.team,
            "channel_id": posted.channel,
            "connection_id": posted.connection,
            "week": week,
            "id": marks[0],
        }
        known = write.rows(TALLIES, where)
        before = int(known[0]["count"] or 0) if known else 0
        sealed = self._vault.seal(_owner(where), label)
        write.put(TALLIES, {**where, "label": sealed, "count": before + count})

    def _row(self, posted: Posted) -> Row:
        return {
            "team_id": posted.team,
            "channel_id": posted.channel,
            "id": posted.id,
            "connection_id": posted.connection,
            "ts": posted.ts,
            "level": posted.level,
            "state": posted.state,
            "sending": posted.sending,
            "at": posted.at,
            "updated": self._clock(),
        }


def week_of(now: float) -> int:
    """Weeks since the epoch, each from Monday on in UTC: the first of January 1970 was a Thursday."""
    return int((now + 3 * 86_400) // (7 * 86_400))


def _posted(row: Row) -> Posted:
    return Posted(
        team=str(row["team_id"]),
        channel=str(row["channel_id"]),
        id=str(row["id"]),
        connection=str(row["connection_id"]),
        ts=str(row["ts"] or ""),
        level=int(row["level"] or 0),
        state=str(row["state"] or ""),
        sending=str(row["sending"] or ""),
        at=float(row["at"] or 0),
    )


def _owner(row: Row) -> str:
    """Of a tally."""
    return f"tally:{row['team_id']}:{row['channel_id']}:{row['connection_id']}:{row['week']}:{row['id']}"


SEALED = (SealedColumn(TALLIES, "label", _owner),)
