"""Where something of a person was posted, by keyed hashes: so that it can be taken back when they are to be forgotten."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import islice

from connectors.models import Record

from .base import Row, Store, Write
from .vault import Vault

TABLE = "traces"
RETENTION = 90 * 86_400.0
"""Seconds since it was posted or changed."""
AT_ONCE = 500
QUIET = 3600.0
"""Seconds after somebody was forgotten in which what an ATS tells of them is taken for old news."""


class Kind(StrEnum):
    SHARE = "share"
    """A card that somebody shared to a channel."""
    DIRECT = "direct"
    """An answer by direct message."""
    FILE = "file"
    """A file with the rows that an import could not take; its id stands in place of a message's ts."""
    QUIET = "quiet"
    """No place: nothing is announced of this person for a while."""


class Place(Record):
    channel: str
    ts: str
    kind: Kind


def email_subject(address: str) -> str:
    return f"email:{address.strip().casefold()}"


def record_subject(connection: str, candidate: str) -> str:
    return f"id:{connection}:{candidate}"


class Traces:
    """Everything asks for the workspace. A subject is an address or an id of an ATS, see above."""

    def __init__(
        self, store: Store, vault: Vault, clock: Callable[[], float] = time.time, keep: float = RETENTION
    ) -> None:
        self._store, self._vault, self._clock, self._keep = store, vault, clock, keep

    def marks(self, team: str, subject: str) -> tuple[str, ...]:
        """A subject as hashes, one for each marking, the first for writing down."""
        return self._vault.marks(f"trace:{team}", subject)

    async def note(self, team: str, place: Place, subjects: Iterable[str]) -> None:
        """A message tells of these; what it told of before stays known, since Slack may show it in a history."""
        rows = iter([self._row(team, place, subject) for subject in set(subjects)])
        while batch := list(islice(rows, AT_ONCE)):

            def keep(write: Write, batch: list[Row] = batch) -> None:
                for row in batch:
                    write.put(TABLE, row)

            await self._store.write(keep)

    async def of(self, team: str, subjects: Iterable[str]) -> list[Place]:
        return await self.under(team, [mark for subject in subjects for mark in self.marks(team, subject)])

    async def under(self, team: str, marks: Iterable[str]) -> list[Place]:
        """Like `of`, for whoever is no longer to know whom it is about."""
        rows = [
            row for mark in marks for row in await self._store.rows(TABLE, {"team_id": team, "mark": mark})
        ]
        rows = [row for row in rows if row["kind"] != Kind.QUIET]
        found = {(str(row["channel_id"]), str(row["ts"])): Kind(str(row["kind"])) for row in rows}
        return [Place(channel=channel, ts=ts, kind=kind) for (channel, ts), kind in sorted(found.items())]

    async def hush(self, team: str, subjects: Iterable[str]) -> None:
        """Whoever is forgotten must not come back with news that was on its way."""
        # As old as what is swept when the time is over.
        at = self._clock() + QUIET - self._keep
        place = Place(channel="", ts="", kind=Kind.QUIET)
        rows = [{**self._row(team, place, each), "at": at} for each in subjects]

        def keep(write: Write) -> None:
            for row in rows:
                write.put(TABLE, row)

        await self._store.write(keep)

    async def hushed(self, team: str, subjects: Iterable[str]) -> bool:
        bound = self._clock() - self._keep
        marks = [mark for subject in subjects for mark in self.marks(team, subject)]
        rows = [
            row
            for mark in marks
            for row in await self._store.rows(TABLE, {"team_id": team, "mark": mark, "kind": Kind.QUIET})
        ]
        return any(float(row["at"] or 0) > bound for row in rows)

    async def drop(self, team: str, place: Place) -> None:
        """Nothing of anybody stands there any more."""
        where: Row = {"team_id": team, "channel_id": place.channel, "ts": place.ts}
        await self._store.write(lambda write: write.remove(TABLE, where))

    async def sweep(self) -> None:
        bound = self._clock() - self._keep
        await self._store.write(lambda write: write.remove_below(TABLE, "at", bound))

    def _row(self, team: str, place: Place, subject: str) -> Row:
        return {
            "team_id": team,
            "channel_id": place.channel,
            "ts": place.ts,
            "mark": self.marks(team, subject)[0],
            "kind": place.kind.value,
            "at": self._clock(),
        }
