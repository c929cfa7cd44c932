"""Goes through the rows of an import: a few at once, behind whoever waits, until the end or a pause."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from bot.operate.log import frames
from bot.store.imports import Imports
from bot.work.command.journal import Undecided
from bot.work.importing.row import Pending, pending
from commands.cards.trouble import sentence
from commands.table.importing import Import, Journal, Plan, State
from commands.table.intake import entry_of
from commands.table.taking_in import DOUBTFUL, TakenIn, take_in
from connectors.base import Connector
from connectors.errors import (
    ConnectorError,
    Misconfigured,
    RateLimited,
    StillProcessing,
    Unavailable,
    UnexpectedResponse,
)
from connectors.pace import background

log = structlog.get_logger()

AT_ONCE = 3
PAUSES = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 3600.0)
"""Seconds between attempts while an ATS is away."""
AFTER_DOUBT = 5.0
DOUBTS = 3
NAP = 0.5
"""Seconds after which somebody who waits looks whether the person wishes something else."""
MEASURED = 120.0
"""Seconds over which the rate is taken, and `ENOUGH` of them at least: a rest earns a burst, which is no rate."""
ENOUGH = 10.0
UNEXPECTED = "something went wrong in Shortlist; the log has the row"


class CannotGoOn(Exception):
    """Somebody has to act before the import can go on; `sentence` says who and why."""

    def __init__(self, sentence: str) -> None:
        super().__init__("an import cannot go on")
        self.sentence = sentence


class Rows:
    def __init__(
        self,
        imports: Imports,
        job: Import,
        ats: Connector,
        closing: Callable[[], bool],
        ready: Callable[[], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if job.plan is None:
            raise LookupError("an import that was reported has no rows")
        self._imports, self._job, self._ats = imports, job, ats
        self._plan: Plan = job.plan
        self._closing, self._clock, self._ready_to_go = closing, clock, ready
        self._ready = deque[Pending]()
        self._later = list[Pending]()
        self._hold_until = 0.0
        self._stuck = ""
        self._began = clock()
        self._ended = deque[float]()
        self.news = ""
        """Why it waits, as a finished sentence."""

    async def all(self, beside: Callable[[], Awaitable[None]]) -> State | None:
        """Return how the import stands when nothing is under way any more; raises `CannotGoOn`.

        `beside` is what goes on meanwhile, such as telling of it.
        """
        state: State | None = State.RUNNING
        while state is State.RUNNING:
            left = await self._imports.rows_left(self._job.team, self._job.id)
            self._ready = deque(pending(row, self._ats, self._save, self._ready_to_go) for row in left)
            await self._go_through(beside)
            if self._stuck:
                raise CannotGoOn(self._stuck)
            state = await self._imports.settle(self._job.id)
        return state

    def rate(self) -> float | None:
        """Rows a minute."""
        now = self._clock()
        while self._ended and self._ended[0] < now - MEASURED:
            self._ended.popleft()
        seconds = min(MEASURED, now - self._began)
        return len(self._ended) * 60 / seconds if seconds >= ENOUGH and self._ended else None

    async def _go_through(self, beside: Callable[[], Awaitable[None]]) -> None:
        with background():
            async with asyncio.TaskGroup() as around:
                telling = around.create_task(_awaited(beside))
                async with asyncio.TaskGroup() as group:
                    for _ in range(AT_ONCE):
                        group.create_task(self._work())
                telling.cancel()

    async def _work(self) -> None:
        while row := await self._next():
            await self._one(row)

    async def _next(self) -> Pending | None:
        """The next row that may be begun; None when there is none, or the person wishes otherwise."""
        while True:
            await self._unless_closing()
            if self._stuck or await self._imports.state(self._job.id) is not State.RUNNING:
                return None
            wait = self._hold_until - self._clock()
            if wait <= 0:
                self._due()
                if self._ready:
                    return self._ready.popleft()
                if not self._later:
                    return None
            await asyncio.sleep(min(NAP, wait) if wait > 0 else NAP)

    def _due(self) -> None:
        """Rows that were put off and whose time has come."""
        now = self._clock()
        self._ready.extend(row for row in self._later if row.due <= now)
        self._later = [row for row in self._later if row.due > now]

    async def _unless_closing(self) -> None:
        """The process ends: wait for that, so that the work is taken up again at the next start."""
        if self._closing():
            await asyncio.get_running_loop().create_future()

    async def _one(self, row: Pending) -> None:
        if not await self._imports.has_row(self._job.id, row.row.line.number):
            return
        entry = entry_of(row.row.line, self._plan.columns, self._ats.required, self._plan.country)
        if entry.problem:
            await self._end(row, "failed", entry.problem.value)
            return
        try:
            taken = await take_in(row.ats, entry, self._plan.to, self._plan.author)
        except ConnectorError as error:
            await self._troubled(row, error)
        except Exception as error:  # noqa: BLE001 a bug of ours must not stop the other rows
            await self._unless_closing()  # what was closed under a call is no bug
            kind, where = type(error).__name__, frames(error)
            log.error("row not imported", id=self._job.id, row=row.number, error=kind, where=where)
            await self._end(row, "failed", UNEXPECTED)
        else:
            self.news = ""
            await self._taken(row, taken)

    async def _taken(self, row: Pending, taken: TakenIn) -> None:
        counted = "there" if taken.there else "added"
        await self._end(row, counted, "; ".join(f"{counted}, but not {each}" for each in taken.undone))

    async def _end(self, row: Pending, counted: str, reason: str) -> None:
        await self._imports.row_done(self._job.id, row.number, counted, reason)
        self._ended.append(self._clock())

    async def _troubled(self, row: Pending, error: ConnectorError) -> None:
        row.doubts += isinstance(error, UnexpectedResponse)
        passing = isinstance(error, Unavailable) or (
            error.uncertain and isinstance(error, UnexpectedResponse) and row.doubts < DOUBTS
        )
        if isinstance(error, Undecided):
            await self._end(row, "failed", DOUBTFUL)
        elif isinstance(error, Misconfigured) or passing:
            self._again(row, error, passing)
        else:
            await self._end(row, "failed", DOUBTFUL if error.uncertain else sentence(error))

    def _again(self, row: Pending, error: ConnectorError, passing: bool) -> None:
        """Not now: later, or when somebody has acted."""
        self._ready.appendleft(row)
        if not row.steps.live:
            return  # this trouble was met before a restart, and may be over
        if not passing or row.attempts == len(PAUSES):
            self._stuck = f"{sentence(error)} I paused the import; resume it when that is put right."
            return
        pause = PAUSES[row.attempts]
        row.attempts += 1
        if error.uncertain:
            pause = max(pause, AFTER_DOUBT)
        if isinstance(error, RateLimited):
            pause = max(pause, error.retry_after)
        if isinstance(error, StillProcessing):
            self._ready.popleft()
            row.due = self._clock() + pause
            self._later.append(row)
            return
        self._hold_until = max(self._hold_until, self._clock() + pause)
        self.news = f"{sentence(error)} I keep trying."

    async def _save(self, number: int, taken: Journal) -> None:
        await self._imports.note_steps(self._job.team, self._job.id, number, taken)


async def _awaited(beside: Callable[[], Awaitable[None]]) -> None:
    await beside()
