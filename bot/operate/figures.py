"""What is looked up when somebody asks: the work that waits, imports, and the size of the databases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import structlog

from bot.operate.metrics import ENGINE, IMPORTS, INBOX, JOBS, OLDEST, SIZE, STORE
from bot.settings import Settings
from bot.store.base import Store
from bot.work.engine.backlog import Backlog, Waiting
from bot.work.engine.inbox import beside
from commands.table.importing import State

log = structlog.get_logger()
T = TypeVar("T")

FRESH = 2.0
"""Seconds for which a look at the work that waits serves everybody who asks."""
OPEN = tuple(str(each) for each in State if each not in (State.ENDED, State.CANCELLED))


class Figures:
    def __init__(
        self, settings: Settings, backlog: Backlog, store: Store, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings, self._backlog, self._store, self._clock = settings, backlog, store, clock
        self._seen: tuple[float, Sequence[Waiting]] | None = None
        self._turn = asyncio.Lock()

    async def waiting(self) -> Sequence[Waiting]:
        """What the engine has to do, at most a few seconds old. Raises what the database raises."""
        async with self._turn:
            if self._seen is None or self._clock() - self._seen[0] > FRESH:
                found = await self._backlog.waiting()
                self._seen = (self._clock(), found)
            return self._seen[1]

    async def collect(self) -> None:
        """Bring the gauges up to date; what cannot be looked up is missing, and the log says so."""
        work = await _found(self.waiting)
        sizes, imports = await _found(self._sizes), await _found(self._imports)
        for gauge in (JOBS, OLDEST, SIZE, IMPORTS):
            gauge.clear()
        for each in work:
            JOBS.labels(each.queue, each.state).set(each.count)
            OLDEST.labels(each.queue, each.state).set(each.oldest)
        for database, size in sizes:
            SIZE.labels(database).set(size)
        for state, count in imports:
            IMPORTS.labels(state).set(count)

    async def _imports(self) -> Sequence[tuple[str, int]]:
        return [(state, len(await self._store.rows("imports", {"state": state}))) for state in OPEN]

    async def _sizes(self) -> Sequence[tuple[str, int]]:
        """On PostgreSQL all are one database."""
        if not self._settings.on_sqlite:
            return [(STORE, await self._backlog.size())]
        jobs = self._settings.jobs_path
        files = {STORE: self._settings.database_path, ENGINE: jobs, INBOX: beside(jobs)}
        return [(name, await asyncio.to_thread(_size, path)) for name, path in files.items()]


async def _found(look: Callable[[], Awaitable[Sequence[T]]]) -> Sequence[T]:
    try:
        return await look()
    except Exception as error:  # noqa: BLE001 one figure less is no reason to show none
        log.warning("a figure is missing", error=type(error).__name__)
        return ()


def _size(path: Path) -> int:
    """With the changes that stand beside a file of SQLite's until they are put in."""
    beside = path.with_name(f"{path.name}-wal")
    return path.stat().st_size + (beside.stat().st_size if beside.exists() else 0)
