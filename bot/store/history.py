"""Reads the audit: the latest entries, all of them for an export, and whether a chain is whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import takewhile

from commands.ports.auditing import Checked

from . import registry
from .audit import CHAINS, TABLE, chain_of, key_of, listed, number_of
from .base import Row, Store, Value
from .chain import Chain, Check, line
from .vault import CannotOpen, Vault

PAGE = 500
"""Entries that are read at once; between two pages others get their turn."""
LOCKED = "its key cannot be opened with the present encryption keys, so the seals were not looked at"
FEW = 1000
"""Workspaces whose list is looked through while somebody waits for a card; of more, those who run Shortlist ask."""
UNCHAINED = "there are entries, but nothing is known of their chain"


class History:
    """Everything asks for the workspace."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store, self._vault = store, vault

    async def chain(self, team: str) -> Chain:
        """Where it stands; an empty one where there is none."""
        found = await self._store.rows(CHAINS, {"team_id": team})
        return chain_of(found[0]) if found else Chain(team)

    async def latest(
        self, team: str, fits: Callable[[Row], bool], most: int, *, before: int = 0, since: float = 0.0
    ) -> list[Row]:
        """The latest first. With `before`, only those of smaller numbers; `since` in seconds since the epoch."""
        chain, found = await self.chain(team), list[Row]()
        top = min(before - 1, chain.number) if before else chain.number
        while top > chain.cut and len(found) < most:
            low = max(top - PAGE, chain.cut)
            page = await self._store.after(TABLE, {"team_id": team}, "number", low, top - low)
            here = [row for row in reversed(page) if number_of(row["number"]) <= top]
            recent = list(takewhile(lambda row: number_of(row["at"]) >= since, here))
            found += filter(fits, recent)
            top = low if len(recent) == len(here) else 0
            await asyncio.sleep(0)
        return found[:most]

    async def lines(self, team: str, *, most: int = 0, since: float = 0.0) -> AsyncIterator[str]:
        """Entries as lines of an export, the earliest first; with `most`, only so many of the latest."""
        chain = await self.chain(team)
        number, previous = chain.cut, chain.anchor
        if most and chain.number - most > chain.cut:
            number = chain.number - most
            before = await self._store.rows(TABLE, {"team_id": team, "number": number})
            previous = str(before[0]["hash"]) if before else ""
        bound: Value = number
        while page := await self._store.after(TABLE, {"team_id": team}, "number", bound, PAGE):
            for row in page:
                if number_of(row["at"]) >= since:
                    yield line(row, previous)
                previous = str(row["hash"])
            bound = page[-1]["number"]
            await asyncio.sleep(0)

    async def teams(self) -> AsyncIterator[str]:
        """Every workspace of which there is a chain, or an entry without one."""
        bound: Value = ""
        while page := await self._store.after(CHAINS, {}, "team_id", bound, 1):
            yield str(bound := page[0]["team_id"])
        bound = ""
        while page := await self._store.after(TABLE, {}, "team_id", bound, 1):
            bound = page[0]["team_id"]
            if not await self._store.rows(CHAINS, {"team_id": bound}):
                yield str(bound)

    async def whole(self, team: str) -> Checked:
        """`check`, and the list of all chains: with its chain as a whole, nothing of a workspace would tell."""
        checked = await self.check(team)
        found = await self._registry()
        if found and registry.registry_of(found).members > FEW:
            return checked
        problem = await self.registry_problem()
        return Checked(count=checked.count, problems=(*checked.problems, *([problem] if problem else [])))

    async def registry_problem(self) -> str:
        """What is wrong with the list of all chains; empty if nothing is."""
        while True:
            before = await self._registry()
            teams = [team async for team in self._listed()]
            if before == await self._registry():  # nobody was entered meanwhile
                return registry.problem(before, self._vault, teams)

    async def _registry(self) -> Row | None:
        found = await self._store.rows(registry.TABLE, {"id": registry.ONE})
        return found[0] if found else None

    async def _listed(self) -> AsyncIterator[str]:
        bound: Value = ""
        while page := await self._store.after(CHAINS, {}, "team_id", bound, PAGE):
            for row in page:
                if listed(row, self._vault):
                    yield str(row["team_id"])
            bound = page[-1]["team_id"]
            await asyncio.sleep(0)

    async def check(self, team: str) -> Checked:
        """Go through the whole chain, also through what is written meanwhile."""
        found = await self._store.rows(CHAINS, {"team_id": team})
        if not found:
            left = await self._store.after(TABLE, {"team_id": team}, "number", -1, 1)
            return Checked(count=len(left), problems=(UNCHAINED,) if left else ())
        try:
            key = key_of(found[0], self._vault)
        except CannotOpen:
            key = None
        begun = chain_of(found[0])
        check = Check(key, begun)
        end = await self._followed(begun, check)
        if end.cut != begun.cut:  # the oldest entries went meanwhile
            return await self.check(team)
        if not check.enough:
            check.end(end)
        return Checked(count=check.count, problems=(*check.problems, *([] if key else [LOCKED])))

    async def _followed(self, chain: Chain, check: Check) -> Chain:
        """Show all entries to the check; return where the chain ended when there was no more."""
        bound: Value = -1
        while not check.enough:
            page = await self._store.after(TABLE, {"team_id": chain.team}, "number", bound, PAGE)
            for row in page:
                check.entry(row)
            if page:
                bound = page[-1]["number"]
            elif (now := await self.chain(chain.team)) == chain:
                break
            else:
                chain = now
            await asyncio.sleep(0)
        return chain
