"""`shortlist keys rotate`: seals all that is stored with the first key, while the bot runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.settings import Settings
from bot.store import markings
from bot.store.base import Store
from bot.store.markings import remembering
from bot.store.open import open_store
from bot.store.resealing import SEALED, Tally, reseal
from bot.store.vault import Vault
from bot.work.engine.records import older_keys

RUNNING = (
    "Whatever runs Shortlist must have this key as its first already: it could not open what is sealed here."
)
MEANWHILE = (
    "were sealed with another key while this ran. Give every running Shortlist the new key as its first one, restart it, "
    "and run this again."
)
LOST = (
    "cannot be opened with any of the keys. If you have the key that is missing, put it behind the others and run this "
    "again; if not, what they held has to be entered anew."
)


@dataclass(frozen=True)
class Rotated:
    """How it ended, in sentences; `done` says that the first key alone is enough from now on."""

    sentences: Sequence[str] = field(default_factory=tuple)
    done: bool = True


async def rotate(settings: Settings, say: Callable[[str], None]) -> Rotated:
    """Safe to end at any time and to run again: each value is either sealed anew or as it was."""
    store = await open_store(settings.database_url)
    try:
        return await _rotated(settings, store, say)
    finally:
        await store.close()


async def _rotated(settings: Settings, store: Store, say: Callable[[str], None]) -> Rotated:
    vault = await remembering(store, Vault(settings.encryption_keys))
    say(RUNNING)
    tallies = [await _column(store, vault, number, say) for number in range(len(SEALED))]
    tallies = await _without_lost_markings(store, vault, tallies)
    jobs = await asyncio.to_thread(older_keys, settings.engine_place, vault)
    sealed, current = sum(t.sealed for t in tallies), sum(t.current for t in tallies)
    left = [f"{_values(t.left)} in {t.name} {MEANWHILE}" for t in tallies if t.left]
    lost = [f"{_values(t.lost)} in {t.name} {LOST}" for t in tallies if t.lost]
    counted = f"{_values(sealed)} sealed anew; {current:,} needed nothing."
    waiting = [_waiting(jobs, settings.keep_jobs_days)] if jobs else []
    done = not (left or lost or waiting)
    end = [
        "All of it is sealed with the first key: the others can be removed from SHORTLIST_ENCRYPTION_KEYS."
    ]
    return Rotated([counted, *left, *lost, *waiting, *(end if done else [])], done)


async def _without_lost_markings(store: Store, vault: Vault, tallies: Sequence[Tally]) -> list[Tally]:
    """They are of no use to anybody; but if nothing else opens either, it is the keys that are wrong."""
    if any(t.sealed or t.current for t in tallies if t.column.table != markings.TABLE):
        await markings.drop_lost(store, vault)
        return [replace(t, lost=0) if t.column.table == markings.TABLE else t for t in tallies]
    return list(tallies)


async def _column(store: Store, vault: Vault, number: int, say: Callable[[str], None]) -> Tally:
    """Gone through twice: what the second look finds to do was written meanwhile, with another first key."""
    column = SEALED[number]
    first = await reseal(store, vault, column)
    again = (
        await reseal(store, vault, column) if first.sealed or first.left else Tally(column, lost=first.lost)
    )
    found = Tally(column, first.sealed + again.sealed, first.current, again.lost, again.sealed + again.left)
    say(f"{number + 1} of {len(SEALED)}, {found.name}: {found.sealed:,} sealed anew")
    return found


def _waiting(jobs: int, days: float) -> str:
    requests = "1 request" if jobs == 1 else f"{jobs:,} requests"
    needs = "needs" if jobs == 1 else "need"
    return (
        f"{requests} that people made with Shortlist still {needs} an older key. Each is deleted {days:g} days after its "
        "end: keep the older keys until then, and run this again."
    )


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count:,} values"
