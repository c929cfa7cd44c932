"""`shortlist audit`: prints the audit, says whether it is whole, and begins it anew."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from pydantic import BaseModel, ValidationError

from bot.settings import Settings
from bot.store.audit import TABLE, Happened, append, bury, renew_registry
from bot.store.base import Store, Write
from bot.store.chain import Chain
from bot.store.history import History
from bot.store.open import open_store
from bot.store.registry import LOCKED
from bot.store.vault import Vault
from commands.ports.auditing import OPERATOR

ALL = "all workspaces"
RENEWED = "The list of workspaces that have an audit did not fit, and was begun anew."


@dataclass(frozen=True)
class Found:
    """How many entries of how many workspaces there are, and what is wrong, each as a sentence without a stop."""

    workspaces: int = 0
    entries: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        entries = _counted(self.entries, "entry", "entries")
        return f"The audit is whole: {entries} in {_counted(self.workspaces, 'workspace', 'workspaces')}."


class _Known(BaseModel):
    """What a line of an export, and one of the log, says of an entry."""

    team: str
    number: int
    hash: str


async def verify(store: Store, vault: Vault, team: str = "") -> list[str]:
    """What is wrong with the chains of all workspaces, or of one; nothing if they are whole."""
    return (await _survey(store, vault, team)).problems


async def verify_all(settings: Settings, team: str, known: Iterable[str] | None) -> Found:
    """`known` are lines of an export or of the log, kept where whoever changes the database does not reach."""
    async with _opened(settings) as (store, vault):
        found = await _survey(store, vault, team)
        more = await against(store, vault, known) if known is not None else []
        return Found(found.workspaces, found.entries, [*found.problems, *more])


async def against(store: Store, vault: Vault, known: Iterable[str]) -> list[str]:
    """Which of the entries that are known from elsewhere are not there, or are others."""
    history, problems, count = History(store, vault), list[str](), 0
    for text in known:
        if (line := _read(text)) is None:
            continue
        count += 1
        chain = await history.chain(line.team)
        if line.number < chain.cut:
            continue  # too old to be kept
        rows = await store.rows(TABLE, {"team_id": line.team, "number": line.number})
        here = chain.anchor if line.number == chain.cut else str(rows[0]["hash"]) if rows else None
        if here != line.hash:
            what = "is not there" if here is None else "is another one"
            problems.append(f"{line.team}: entry {line.number} {what}")
    return problems if count else ["there are no entries in what to compare with"]


async def export(settings: Settings, team: str, since: datetime | None, say: Callable[[str], None]) -> None:
    """Say one line for each entry, the earliest first. A day begins in UTC."""
    start = since.replace(tzinfo=UTC).timestamp() if since else 0.0
    async with _opened(settings) as (store, vault):
        async for line in History(store, vault).lines(team, since=start):
            say(line)


async def renew(settings: Settings, team: str) -> str:
    """Forget a workspace's entries; the one that is left says so, and its hash covers them all.

    Where the list of all chains does not fit what is there, it is begun anew: whoever runs this knows why.
    """
    happened = Happened(
        id=f"{team}:shell:{secrets.token_hex(8)}",
        team=team,
        actor=OPERATOR,
        verb="shortlist audit renew",
        outcome="done",
        at=time.time(),
    )
    async with _opened(settings) as (store, vault):
        history = History(store, vault)
        chain, problem = await history.chain(team), await history.registry_problem()
        # Who names a workspace that is not there, with the wrong keys, is mistaken in both.
        fits = not problem or (problem == LOCKED and not chain.number)
        await store.write(partial(_renewed, vault=vault, happened=happened, fits=fits))
    said = _sentence(team, chain)
    return said if fits else f"{said} {RENEWED}"


def _renewed(write: Write, vault: Vault, happened: Happened, *, fits: bool) -> None:
    bury(write, vault, happened)
    if not fits:
        append(write, vault, happened)  # who was gone as a whole has at least this one
        renew_registry(write, vault)


def _sentence(team: str, chain: Chain) -> str:
    if not chain.number:
        return f"There is no audit of {team}."
    kept = _counted(chain.number - chain.cut, "entry", "entries")
    return f"{kept} of {team} were removed; the next one is number {chain.number + 2}."


def _counted(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


async def _survey(store: Store, vault: Vault, team: str) -> Found:
    history, workspaces, entries, problems = History(store, vault), 0, 0, list[str]()
    async for each in _only(team) if team else history.teams():
        checked = await history.check(each)
        workspaces, entries = workspaces + bool(checked.count), entries + checked.count
        problems += [f"{each}: {problem}" for problem in checked.problems]
    if problem := await history.registry_problem():
        problems.append(f"{ALL}: {problem}")
    return Found(workspaces, entries, problems)


async def _only(team: str) -> AsyncIterator[str]:
    yield team


def _read(text: str) -> _Known | None:
    """None for a line of something else."""
    try:
        return _Known.model_validate(json.loads(text), strict=True)
    except (ValueError, ValidationError):
        return None


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Store, Vault]]:
    store = await open_store(settings.database_url)
    try:
        yield store, Vault(settings.encryption_keys)
    finally:
        await store.close()
