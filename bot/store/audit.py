"""The audit: who did what with which connection and how it ended, in one chain for each workspace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import takewhile

import structlog
from pydantic import Field

from connectors.models import Record

from . import registry
from .base import Row, Store, Value, Write
from .chain import BROKEN, Chain, ChainKey, Check, digest
from .vault import CannotOpen, SealedColumn, Vault

log = structlog.get_logger()

TABLE, CHAINS = "audit", "audit_chains"
DAY = 86_400.0
CUTS = 200
"""Entries that one transaction removes: people's commands write in between."""
CHAINS_AT_ONCE = 100


class Happened(Record):
    """What is to be written down. `candidate` is the ATS's id, of which only a keyed hash is kept.

    `actor` is somebody's id in Slack, or a word for who is nobody there. There is one entry for each `id`.
    """

    id: str
    team: str
    actor: str
    verb: str
    outcome: str
    at: float
    """Seconds since the epoch."""
    connection: str = ""
    vendor: str = ""
    candidate: str = Field("", repr=False)


class Written(Record):
    number: int
    hash: str


class Damaged(Exception):
    """A chain is not as it was left: nothing of it may be cut off, since with that would go what shows it."""


def owner(row: Row) -> str:
    return f"audit:{row['team_id']}"


SEALED = (SealedColumn(CHAINS, "sealed", owner),)


def append(write: Write, vault: Vault, happened: Happened) -> Written | None:
    """Add an entry within a transaction; None if it is there already. Raises `CannotOpen`.

    A chain that begins, or that an older version has begun, is entered into the list of all of them.
    """
    if write.rows(TABLE, {"team_id": happened.team, "id": happened.id}):
        return None
    found = write.rows(CHAINS, {"team_id": happened.team})
    chain = chain_of(found[0]) if found else Chain(happened.team)
    key = key_of(found[0], vault) if found else ChainKey.fresh()
    at = round(happened.at, 3)
    row: dict[str, Value] = {
        "team_id": happened.team,
        "number": chain.number + 1,
        **happened.model_dump(include={"id", "actor", "verb", "connection", "vendor", "outcome"}),
        "at": at,
        "candidate": key.mark(happened.connection, happened.candidate),
    }
    hash = digest(row, chain.head)
    write.put(TABLE, {**row, "hash": hash, "seal": key.seal("entry", hash)})
    oldest = at if chain.number == chain.cut else chain.oldest
    after = Chain(chain.team, chain.number + 1, hash, chain.cut, chain.anchor, oldest)
    if found:
        write.change(CHAINS, {"team_id": chain.team}, _row(after, key, intact=chain.intact(key)))
    else:
        _begin(write, vault, after, key)
    if not key.listed:
        _enlist(write, vault, chain.team, key)
    return Written(number=after.number, hash=hash)


def bury(write: Write, vault: Vault, happened: Happened) -> None:
    """Within a transaction, forget all entries of a workspace, and put this last one, whose hash covers them all.

    What is left says that there was a chain, how long it was and when it ended, and nothing of anybody: the key goes,
    too, so that no hash of a candidate in an old export can be told apart from any other text. Whoever has an export
    can still prove that it was whole. A workspace that comes back goes on from there, under another key.
    """
    found = write.rows(CHAINS, {"team_id": happened.team})
    if not found:
        return
    chain = chain_of(found[0])
    write.remove(TABLE, {"team_id": happened.team})
    empty = Chain(chain.team, chain.number, chain.head, chain.number, chain.head)
    fresh = ChainKey.fresh()
    _begin(write, vault, empty, fresh.listing() if listed(found[0], vault) else fresh)
    append(write, vault, happened)


def enlist(write: Write, vault: Vault, teams: Iterable[str]) -> None:
    """Within a transaction, enter those of these chains that are not."""
    for row in (each for team in teams for each in write.rows(CHAINS, {"team_id": team})):
        if not listed(row, vault):
            _enlist(write, vault, str(row["team_id"]), key_of(row, vault))


def _enlist(write: Write, vault: Vault, team: str, key: ChainKey) -> None:
    if registry.enter(write, vault, team):
        _mark_listed(write, vault, team, key)


def _mark_listed(write: Write, vault: Vault, team: str, key: ChainKey) -> None:
    sealed = vault.seal(owner({"team_id": team}), key.listing().secret)
    write.change(CHAINS, {"team_id": team}, {"sealed": sealed})


def renew_registry(write: Write, vault: Vault) -> None:
    """Within a transaction, enter all chains that there are into a new list."""
    rows = write.rows(CHAINS, {})
    registry.begin_anew(write, vault, (str(row["team_id"]) for row in rows))
    for row in rows:
        if not listed(row, vault):
            _mark_listed(write, vault, str(row["team_id"]), key_of(row, vault))


def listed(row: Row, vault: Vault) -> bool:
    """Whether a chain says that it is entered; of one whose key is lost, which nobody can enter, it is taken so."""
    try:
        return key_of(row, vault).listed
    except CannotOpen:
        return True


def cut(write: Write, vault: Vault, team: str, bound: float) -> bool:
    """Remove the first entries if they are older than this; whether there may be more. Raises `Damaged`, `CannotOpen`."""
    found = write.rows(CHAINS, {"team_id": team})
    if not found:
        return False
    chain, key = chain_of(found[0]), key_of(found[0], vault)
    rows = write.after(TABLE, {"team_id": team}, "number", chain.cut, CUTS + 1)
    old = list(takewhile(lambda row: number_of(row["at"]) < bound, rows[:CUTS]))
    check = Check(key, chain)
    for row in old:
        check.entry(row)
    if check.problems or not chain.intact(key):
        raise Damaged
    for row in old:
        write.remove(TABLE, {"team_id": team, "number": row["number"]})
    shorter = _shorter(chain, old, rows[len(old) :])
    write.change(CHAINS, {"team_id": team}, _row(shorter, key, intact=True))
    return len(old) == CUTS


def _shorter(chain: Chain, gone: Sequence[Row], left: Sequence[Row]) -> Chain:
    oldest = number_of(left[0]["at"]) if left else 0.0
    if not gone:
        return Chain(chain.team, chain.number, chain.head, chain.cut, chain.anchor, oldest)
    at, anchor = whole_of(gone[-1]["number"]), str(gone[-1]["hash"])
    return Chain(chain.team, chain.number, chain.head, at, anchor, oldest)


class Audit:
    """Writes entries, and keeps them for so many `days`."""

    def __init__(
        self, store: Store, vault: Vault, days: float = 400, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._vault, self._days, self._clock = store, vault, days, clock

    async def record(self, happened: Happened) -> None:
        """Add an entry, unless it is there. Raises `CannotOpen` and what a database raises."""
        entry = await self._store.write(lambda write: append(write, self._vault, happened))
        if entry:
            # The log is another place: whoever shortens the chain does not shorten it there.
            log.info("audited", team=happened.team, number=entry.number, hash=entry.hash)

    async def mark(self, team: str, connection: str, candidate: str) -> str:
        """The hash under which entries name a candidate; empty if there is no entry at all. Raises `CannotOpen`."""
        found = await self._store.rows(CHAINS, {"team_id": team})
        return key_of(found[0], self._vault).mark(connection, candidate) if found else ""

    async def enlist(self) -> None:
        """Enter the chains that an older version has begun. Run this at a start."""
        bound: Value = ""
        while page := await self._store.after(CHAINS, {}, "team_id", bound, CHAINS_AT_ONCE):
            teams = [str(row["team_id"]) for row in page if not listed(row, self._vault)]
            if teams:
                await self._store.write(partial(enlist, vault=self._vault, teams=teams))
            bound = page[-1]["team_id"]
            await asyncio.sleep(0)

    async def sweep(self) -> None:
        """Cut off what is too old. A damaged chain stays as it is, and is told of each time."""
        bound = self._clock() - self._days * DAY
        seen: str | float = 0.0
        while True:
            page = await self._store.after(CHAINS, {}, "oldest", seen, CHAINS_AT_ONCE)
            old = [row for row in page if number_of(row["oldest"]) < bound]
            for row in old:
                await self._shorten(str(row["team_id"]), bound)
            if len(old) < CHAINS_AT_ONCE:
                return
            seen = number_of(old[-1]["oldest"])

    async def _shorten(self, team: str, bound: float) -> None:
        try:
            while await self._store.write(lambda write: cut(write, self._vault, team, bound)):
                continue
        except (Damaged, CannotOpen) as error:
            log.error("audit not shortened", team=team, error=type(error).__name__)


def chain_of(row: Row) -> Chain:
    return Chain(
        team=str(row["team_id"]),
        number=whole_of(row["number"]),
        head=str(row["head"]),
        cut=whole_of(row["cut"]),
        anchor=str(row["anchor"]),
        oldest=number_of(row["oldest"]),
        seal=str(row["seal"]),
    )


def key_of(row: Row, vault: Vault) -> ChainKey:
    """Raises `CannotOpen`."""
    return ChainKey(vault.open(owner(row), str(row["sealed"])))


def number_of(value: Value) -> float:
    """A number from a row; 0 for what our code never writes, since that has to be found, not stumbled over."""
    return value if isinstance(value, (int, float)) else 0.0


def whole_of(value: Value) -> int:
    """The same for a whole number, where 0 has a meaning."""
    return value if isinstance(value, int) else -1


def _begin(write: Write, vault: Vault, chain: Chain, key: ChainKey) -> None:
    row: dict[str, Value] = {"team_id": chain.team}
    sealed = vault.seal(owner(row), key.secret)
    write.put(CHAINS, {**row, **_row(chain, key, intact=True), "sealed": sealed})


def _row(chain: Chain, key: ChainKey, *, intact: bool) -> Row:
    return {
        "number": chain.number,
        "head": chain.head,
        "cut": chain.cut,
        "anchor": chain.anchor,
        "oldest": chain.oldest,
        "seal": chain.sealed_by(key) if intact else BROKEN,
    }
