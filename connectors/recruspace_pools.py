"""Recruspace's pools: who is in which, since a record does not say it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Collection
from typing import TypeVar

from .http import Api
from .wire import recruspace as wire

T = TypeVar("T")
CLIENT = "/api/v1/client"
PAGE_SIZE = 100
SEARCHED = 20
"""Pages of members that one search by name may read: a fifth of the minute's calls."""
LOOKED = 5
"""Pages of members that may be read only to say where somebody is."""
REMEMBERED = 60.0
"""Seconds that a place is believed."""


async def pages(api: Api, path: str, shape: type[wire.Page[T]]) -> AsyncIterator[T]:
    """All rows of a list. `next` is only read as "there is more": the samples show it with another path."""
    for number in api.numbers():
        page = await api.get(path, shape, page=number, page_size=PAGE_SIZE)
        for row in page.results:
            yield row
        if not page.next or not page.results:
            return


class Pools:
    def __init__(self, api: Api, clock: Callable[[], float] = time.monotonic) -> None:
        self._api, self._clock = api, clock
        self._where: dict[int, tuple[float, wire.Pool]] = {}

    async def all(self) -> list[wire.Pool]:
        return [pool async for pool in pages(self._api, f"{CLIENT}/talent-pools/", wire.POOLS)]

    async def members(self, pool: int) -> AsyncIterator[wire.Person]:
        async for person in pages(self._api, f"{CLIENT}/talent-pools/{pool}/candidates/", wire.PEOPLE):
            yield person

    async def small(self, budget: int) -> list[wire.Pool]:
        """As many pools as can be read with so many pages, the smallest first."""
        chosen = list[wire.Pool]()
        for pool in sorted(await self.all(), key=lambda p: p.candidate_count):
            budget -= -(-pool.candidate_count // PAGE_SIZE)
            if pool.candidate_count and budget >= 0:
                chosen.append(pool)
        return chosen

    async def holding(self, ids: Collection[int]) -> dict[int, wire.Pool]:
        """Which pool each record is in, as far as a few pages tell."""
        missing = {id for id in ids if not self._known(id)}
        for pool in await self.small(LOOKED) if missing else []:
            async for member in self.members(pool.id):
                self._where[member.id] = (self._clock(), pool)
                missing.discard(member.id)
            if not missing:
                break
        return {id: self._where[id][1] for id in ids if self._known(id)}

    def _known(self, id: int) -> bool:
        at, _ = self._where.get(id, (float("-inf"), None))
        return self._clock() - at < REMEMBERED
