"""Recruspace's pools: who is in which, since a record does not say it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from itertools import islice
from typing import Protocol, TypeVar

from .errors import NotFound
from .http import Api
from .wire import recruspace as wire


class Row(Protocol):
    @property
    def id(self) -> object: ...


R = TypeVar("R", bound=Row)
CLIENT = "/api/v1/client"
PAGE_SIZE = 100
SEARCHED = 20
"""Pages of members that one search by name may read: a fifth of the minute's calls."""
LOOKED = 5
"""Pages of members that may be read only to say where somebody is."""
SEARCHED_AS_READ = 20.0
"""Seconds for which a pool is searched as it was read: whoever types a name asks again at each letter."""
REMEMBERED = 60.0
"""Seconds that a place is believed."""


async def pages(
    api: Api, path: str, shape: type[wire.Page[R]], most: int | None = None, **query: str
) -> AsyncIterator[R]:
    """Each row of a list once, of at most so many pages.

    `next` is only read as "there is more": the samples show it with another path. A bare list of a whole page may
    go on, or be all there is from a server that minds no page numbers: then the next one brings nobody new.
    """
    seen = set[object]()
    for number in islice(api.numbers(), most):
        page = await _page(api, path, shape, number, query)
        fresh = {row.id: row for row in page.results if row.id not in seen} if page else {}
        for row in fresh.values():
            yield row
        if page is None or not page.goes_on(PAGE_SIZE) or (page.bare and not fresh):
            return
        seen |= fresh.keys()


async def _page(
    api: Api, path: str, shape: type[wire.Page[R]], number: int, query: Mapping[str, str]
) -> wire.Page[R] | None:
    """None past the last page, which a list that became shorter meanwhile answers with 404."""
    try:
        return await api.get(path, shape, page=number, page_size=PAGE_SIZE, **query)
    except NotFound:
        if number == 1:
            raise
        return None


class Pools:
    def __init__(self, api: Api, clock: Callable[[], float] = time.monotonic) -> None:
        self._api, self._clock = api, clock
        self._where: dict[int, tuple[float, wire.Pool]] = {}
        self._inside: dict[int, tuple[float, list[wire.Person]]] = {}

    async def all(self) -> list[wire.Pool]:
        return [pool async for pool in pages(self._api, f"{CLIENT}/talent-pools/", wire.POOLS)]

    async def members(self, pool: int) -> AsyncIterator[wire.Person]:
        """Nobody in a pool that is gone."""
        try:
            async for person in pages(self._api, f"{CLIENT}/talent-pools/{pool}/candidates/", wire.PEOPLE):
                yield person
        except NotFound:
            return

    async def searched(self) -> AsyncIterator[tuple[wire.Person, wire.Pool]]:
        """Everybody in as many pools as one search may read."""
        for pool in await self._small(SEARCHED):
            for member in await self._look_into(pool):
                yield member, pool

    async def holding(self, ids: Collection[int], but: Collection[int] = ()) -> dict[int, wire.Pool]:
        """Which pool each record is in, as far as a few pages tell; `but` are pools that were just searched."""
        missing = {id for id in ids if not self._known(id)}
        pools = await self._small(LOOKED) if missing else []
        for pool in [each for each in pools if each.id not in but]:
            missing -= {member.id for member in await self._look_into(pool)}
            if not missing:
                break
        return {id: self._where[id][1] for id in ids if self._known(id)}

    async def _small(self, budget: int) -> list[wire.Pool]:
        """As many pools as can be read with so many pages, the smallest first."""
        chosen = list[wire.Pool]()
        for pool in sorted(await self.all(), key=_cost):
            budget -= _cost(pool)
            if _cost(pool) and budget >= 0:
                chosen.append(pool)
        return chosen

    async def _look_into(self, pool: wire.Pool) -> list[wire.Person]:
        at, members = self._inside.get(pool.id, (float("-inf"), []))
        if self._clock() - at >= SEARCHED_AS_READ:
            members = [member async for member in self.members(pool.id)]
            self._inside[pool.id] = (self._clock(), members)
            self._where.update({member.id: (self._clock(), pool) for member in members})
        return members

    def changed(self) -> None:
        """Something was written from here: what was read of the pools is old."""
        self._inside.clear()

    def _known(self, id: int) -> bool:
        at, _ = self._where.get(id, (float("-inf"), None))
        return self._clock() - at < REMEMBERED


def _cost(pool: wire.Pool) -> int:
    """Pages to read; a pool that does not say how many are in it is taken for a small one."""
    return 1 if pool.candidate_count is None else -(-pool.candidate_count // PAGE_SIZE)
