"""Finds people in Recruspace, which searches for a part of an address and for nothing else."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from .errors import NotFound
from .http import Api
from .matching import matching
from .models import Candidate, Destination, same_email
from .recruspace_pools import CLIENT, Pools, pages
from .wire import recruspace as wire

Read = Callable[[wire.Person, Destination | None], Candidate]
HIT_PAGES = 3
"""Pages of addresses that are read for one word: a common one is in thousands of them."""


class Search:
    def __init__(self, api: Api, pools: Pools, read: Read) -> None:
        self._api, self._pools, self._read = api, pools, read

    async def person(self, id: str) -> wire.Person:
        if not id.isdigit():
            raise NotFound("Recruspace", "has no such record")
        return await self._api.get(f"{CLIENT}/candidates/{id}/", wire.PERSON)

    async def candidate(self, id: str) -> Candidate:
        return (await self._placed([await self.person(id)]))[0]

    async def by_id(self, id: str) -> list[Candidate]:
        return await self._placed(await self._people([id]))

    async def by_address(self, address: str, limit: int) -> list[Candidate]:
        """Whether the search minds capitals is not said, so that one with them is tried without them too."""
        spellings = dict.fromkeys([address, address.lower()])
        hits = list[wire.Hit]()
        for spelling in spellings:
            hits = hits or [h for h in await self._hits(spelling) if same_email(h.email, address)]
        ids = dict.fromkeys(str(h.id) for h in hits)
        return matching(await self._placed(await self._people([*ids][: limit * 2])), address)

    async def by_words(self, query: str, limit: int) -> list[Candidate]:
        """Of those whose address holds a word, and of those in the pools: either half alone would be a guess."""
        words = query.split()
        if not words:
            return []
        ids, (members, searched) = await asyncio.gather(self._ranked(words), self._members(query, limit))
        others = await self._people([id for id in ids[: limit * 2] if id not in members])
        found = {c.id: c for c in await self._placed(others, but=searched)} | members
        best = [*(found[id] for id in ids if id in found), *found.values()]
        return matching(best, query)[:limit]

    async def _ranked(self, words: Sequence[str]) -> list[str]:
        """Whoever's address holds the most of the words comes first."""
        hits = await asyncio.gather(*(self._hits(word, HIT_PAGES) for word in words))
        counted = Counter(str(id) for of_word in hits for id in dict.fromkeys(h.id for h in of_word))
        return [id for id, _ in counted.most_common()]

    async def _members(self, query: str, limit: int) -> tuple[dict[str, Candidate], set[int]]:
        """Whoever in the pools is meant, as many as are asked for, and the pools that were read for it."""
        found, searched = dict[str, Candidate](), set[int]()
        async for member, pool in self._pools.searched():
            searched.add(pool.id)
            read = self._read(member, wire.pool_destination(pool))
            found.update({c.id: c for c in matching([read], query)})
            if len(found) >= limit:
                break
        return found, searched

    async def _hits(self, part: str, most: int | None = None) -> list[wire.Hit]:
        path = f"{CLIENT}/candidates/search-by-email/"
        return [hit async for hit in pages(self._api, path, wire.HITS, most, email=part)]

    async def _people(self, ids: Iterable[str]) -> list[wire.Person]:
        """Whoever was deleted since a search knew them is left out."""
        return [p for p in await asyncio.gather(*map(self._perhaps, ids)) if p]

    async def _perhaps(self, id: str) -> wire.Person | None:
        try:
            return await self.person(id)
        except NotFound:
            return None

    async def _placed(self, people: Sequence[wire.Person], but: Collection[int] = ()) -> list[Candidate]:
        """Candidates with the pool that each is in, where that can be found out."""
        where = await self._pools.holding([p.id for p in people if not p.job_post], but)
        found = {p.id: where.get(p.id) for p in people}
        return [self._read(p, wire.pool_destination(at) if (at := found[p.id]) else None) for p in people]
