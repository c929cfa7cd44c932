"""How long a database that is away is waited for: whoever clicked has three seconds, a job has minutes."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from .base import Found, Row, Store, StoreAway, Transaction, Value

PATIENCE = 300.0
"""Seconds that work waits, from when the database was first seen away: a server is replaced in less. Then it is told."""
PAUSE = 0.2
"""Seconds between two attempts."""
ANEW = 30.0
"""Seconds without a failure after which the next one begins another absence; one attempt may take ten."""

_patient: ContextVar[bool] = ContextVar("patient", default=False)


@contextmanager
def patiently() -> Iterator[None]:
    """Within it, calls of the store wait for it. Only for what could be cut off by a crash and done again anyway.

    A transaction that broke off may have been taken or not, and runs again.
    """
    before = _patient.set(True)
    try:
        yield
    finally:
        _patient.reset(before)


class PatientStore:
    """A store that is waited for by whoever asks `patiently`; everybody else hears at once that it is away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reads, self._writes = _Waiting(), _Waiting()  # a full disk can still be read

    async def rows(self, table: str, where: Row) -> Sequence[Row]:
        return await self._reads.on(lambda: self._store.rows(table, where))

    async def after(self, table: str, where: Row, column: str, bound: Value, limit: int) -> Sequence[Row]:
        return await self._reads.on(lambda: self._store.after(table, where, column, bound, limit))

    async def write(self, transaction: Transaction[Found]) -> Found:
        return await self._writes.on(lambda: self._store.write(transaction))

    async def close(self) -> None:
        await self._store.close()


class _Waiting:
    """After `PATIENCE` nobody waits any more: all are held up together, not one after the other."""

    def __init__(self) -> None:
        self._since, self._last = -math.inf, -math.inf
        """When it was first seen away, and last."""

    async def on(self, ask: Callable[[], Awaitable[Found]]) -> Found:
        while True:
            try:
                found = await ask()
            except StoreAway:
                if not _patient.get() or self._away_for() > PATIENCE:
                    raise
            else:
                self._last = -math.inf
                return found
            await asyncio.sleep(PAUSE)

    def _away_for(self) -> float:
        """Seconds, including this failure."""
        now = time.monotonic()
        if now - self._last > ANEW:
            self._since = now
        self._last = now
        return now - self._since
