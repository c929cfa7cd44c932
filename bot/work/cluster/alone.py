"""Keeps a second process off a database file: it would take work that is under way for work that was left."""

from __future__ import annotations

import asyncio
import fcntl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import structlog

from bot.store.base import StoreAway, StoreTaken

log = structlog.get_logger()

PATIENCE = 12.0
"""Seconds that a process which is told to stop may take: whoever comes after it waits for as long."""
AGAIN = 0.2
IN_USE = (
    "Another Shortlist is using this database file. Stop it first; several processes at once need PostgreSQL."
)


def lock_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.lock")


@asynccontextmanager
async def alone_on(file: Path) -> AsyncIterator[None]:
    """Hold the file's lock until the block ends; the system lets go of it when the process dies.

    Raises `StoreTaken` when another process keeps it, and `StoreAway` when nothing can be written there.
    """
    try:
        held = lock_of(file).open("a")
    except OSError as error:
        raise StoreAway(f"no file can be written beside the database ({type(error).__name__})") from None
    with held:
        await _locked(held)
        yield


async def _locked(held: IO[str]) -> None:
    until = time.monotonic() + PATIENCE
    said = False
    while not _try(held):
        if time.monotonic() > until:
            raise StoreTaken(IN_USE)
        if not said:
            log.warning("another process is using this database file; waiting for it to stop")
        said = True
        await asyncio.sleep(AGAIN)


def _try(held: IO[str]) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
