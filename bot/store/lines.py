"""Who asked about whom, in the order in which they did: what is asked of one person is done one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from .base import Row, Store, Write
from .vault import Vault

TABLE = "lines"
RETENTION = 86_400.0
"""Seconds after which nobody stands in a line any more."""
UNKNOWN = ""
"""In place of a connection, until it is known which one is meant."""


@dataclass(frozen=True)
class Place:
    """One job's place. `about` is a hash, `number` grows from one who comes to the next.

    `until` is when the job asks the ATS again, in seconds since the epoch.
    """

    job: str
    team: str
    about: str
    number: int
    connection: str = UNKNOWN
    until: float | None = None


@dataclass(frozen=True)
class Came:
    """A job that has something to do about somebody."""

    team: str
    who: str
    job: str


class LineTable:
    """There is a line for each person and ATS of a workspace; whoever is not sure of the ATS stands in all of them."""

    def __init__(self, store: Store, vault: Vault, clock: Callable[[], float] = time.time) -> None:
        self._store, self._vault, self._clock = store, vault, clock
        self._last: int | None = None

    async def enter(self, *comes: Came) -> list[Place]:
        """Take the last places, in this order; whoever comes back after a crash still has theirs."""
        if self._last is None:
            self._last = max([_place(row).number for row in await self._store.rows(TABLE, {})], default=0)
        fresh, entered = [self._next(each) for each in comes], self._clock()

        def take(write: Write) -> list[Place]:
            places = []
            for place in fresh:
                mine = write.rows(TABLE, {"job": place.job})
                places.append(_place(mine[0]) if mine else place)
                if not mine:
                    write.put(TABLE, _row(place, entered))
            return places

        return await self._store.write(take)

    async def first(self, place: Place) -> Place | None:
        """The first of those who were there before and are not done; None when it is this one's turn."""
        line: Row = {"team_id": place.team, "about": place.about}
        heads = [
            _place(row)
            for connection in {UNKNOWN, place.connection}
            for row in await self._store.after(TABLE, {**line, "connection_id": connection}, "number", 0, 1)
        ]
        ahead = [head for head in heads if head.number < place.number]
        return min(ahead, key=lambda head: head.number, default=None)

    async def note(self, job: str, values: Row) -> None:
        await self._store.write(lambda write: write.change(TABLE, {"job": job}, values))

    async def leave(self, job: str) -> None:
        await self._store.write(lambda write: write.remove(TABLE, {"job": job}))

    async def sweep(self) -> None:
        bound = self._clock() - RETENTION
        await self._store.write(lambda write: write.remove_below(TABLE, "entered", bound))

    def _next(self, came: Came) -> Place:
        # A clock that is set back lets nobody go before those who were there.
        self._last = max((self._last or 0) + 1, int(self._clock() * 1e6))
        return Place(came.job, came.team, self._about(came.team, came.who), self._last)

    def _about(self, team: str, who: str) -> str:
        """An address, name or id as a hash that says nothing and differs from workspace to workspace."""
        return self._vault.marks(f"line:{team}", who)[0]


def _row(place: Place, entered: float) -> Row:
    return {
        "job": place.job,
        "team_id": place.team,
        "about": place.about,
        "connection_id": place.connection,
        "number": place.number,
        "entered": entered,
        "until": place.until,
    }


def _place(row: Row) -> Place:
    return Place(
        job=str(row["job"]),
        team=str(row["team_id"]),
        about=str(row["about"]),
        number=int(row["number"] or 0),
        connection=str(row["connection_id"]),
        until=None if row["until"] is None else float(row["until"]),
    )
