"""Jobs between their ack and their beginning: on disk at once, begun one after another when no ack has to wait."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from dbos import DBOS, SetWorkflowID
from sqlalchemy.exc import SQLAlchemyError

from bot.operate.log import frames
from bot.store.vault import Vault
from bot.work.background import Background
from bot.work.engine.inbox import Arrived, Begun, Fits, Inbox, beside
from bot.work.engine.turns import Turns
from bot.work.engine.workflows import LOCKED_OUT
from bot.work.engine.writer import Writer

log = structlog.get_logger()

AGAIN = 1.0
"""Seconds until the next attempt where the engine could not write a job down."""

Start = Callable[[str, str], Awaitable[None]]
"""Has the engine write the job of this id down, and begin with it; one that it knows it leaves as it is."""


class Arrivals:
    """A crash between the engine's commit and ours starts a job again under the same id: the engine knows it then."""

    def __init__(self, inbox: Inbox, turns: Turns, start: Start, loop: asyncio.AbstractEventLoop) -> None:
        self._inbox, self._turns, self._start = inbox, turns, start
        self._writer: Writer[Arrived | Begun] = Writer("inbox", inbox.write, loop)
        self._ready: deque[tuple[float, Arrived]] = deque()
        self._more = asyncio.Event()
        self._beginning = asyncio.Lock()
        """While a job goes over to the engine it is in neither place for whoever would forget it."""

    @property
    def ids(self) -> set[str]:
        return {arrived.id for _, arrived in self._ready}

    def find(self, id: str) -> str | None:
        """The invocation of a job that has not begun."""
        return next((arrived.invocation for _, arrived in self._ready if arrived.id == id), None)

    def texts(self) -> dict[str, str]:
        """By id, the invocations of all that have not begun."""
        return {arrived.id: arrived.invocation for _, arrived in self._ready}

    def waiting(self) -> tuple[int, float]:
        """How many have not begun, and for how many seconds the first of them has waited."""
        return len(self._ready), time.monotonic() - self._ready[0][0] if self._ready else 0.0

    def alive(self) -> bool:
        return self._writer.alive()

    async def put(self, arrived: Arrived) -> None:
        """Return once it is on disk; raises if the commit failed."""
        with self._turns.keeping():
            await self._writer.put(arrived)
        self._add(arrived)

    async def forget(self, fits: Fits) -> set[str]:
        """Jobs that fit never begin, and nothing of them is kept here; return their ids. Raises sqlite3's errors."""
        async with self._beginning:
            gone = await asyncio.to_thread(self._inbox.forget, fits)
            self._ready = deque(each for each in self._ready if each[1].id not in gone)
        return gone

    def open(self) -> None:
        """Take up what an earlier process did not come to begin."""
        left, locked = self._inbox.left()
        if locked:
            log.error(LOCKED_OUT, count=locked)
        for arrived in left:
            self._add(arrived)
        self._writer.start()

    def close(self) -> None:
        """What has not begun stays on disk for the next start."""
        self._writer.stop()
        self._inbox.close()

    async def begin_forever(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            while self._ready:
                await self._turns.work()
                await self._begin_next()

    async def _begin_next(self) -> None:
        async with self._beginning:
            begun = await self._begun()
        if not begun:
            await asyncio.sleep(AGAIN)

    async def _begun(self) -> bool:
        """Whether the first of them is with the engine, or has been forgotten meanwhile."""
        if not self._ready:
            return True
        arrived = self._ready[0][1]
        try:
            if self._inbox.holds(arrived.id):
                await self._start(arrived.id, arrived.invocation)
        except (SQLAlchemyError, sqlite3.Error) as error:
            log.warning("a job cannot begin yet", error=type(error).__name__)
            return False
        except Exception as error:  # noqa: BLE001 whatever is wrong with one job, it holds no other one up
            log.error("a job cannot begin", error=type(error).__name__, where=frames(error))
            self._ready.rotate(-1)
            return False
        self._ready.popleft()
        self._writer.later(Begun(arrived.id))
        return True

    def _add(self, arrived: Arrived) -> None:
        self._ready.append((time.monotonic(), arrived))
        self._more.set()


@asynccontextmanager
async def arriving(
    where: Path | str, vault: Vault, turns: Turns, perform: Callable[[str], Coroutine[object, object, str]]
) -> AsyncIterator[Arrivals | None]:
    """For an engine on a file, whose steps would hold its acks up; a server takes both at once, so it has none."""
    if not isinstance(where, Path):
        yield None
        return

    async def start(id: str, invocation: str) -> None:
        with SetWorkflowID(id):
            await DBOS.start_workflow_async(perform, invocation)

    arrivals = Arrivals(Inbox(beside(where), vault), turns, start, asyncio.get_running_loop())
    arrivals.open()
    try:
        async with Background() as background:
            background.start(arrivals.begin_forever())
            yield arrivals
    finally:
        await asyncio.to_thread(arrivals.close)
