"""Keeps one ATS key within its vendor's rate, so that a refusal for haste is rare."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

MARGIN = 1.0
"""Seconds added to the vendor's minute: calls arrive there a little closer together than they left."""
AT_ONCE = 8
"""Calls under way with one key, so that an ATS that hangs cannot take every connection of the process."""
BEHIND = 3
"""How many of those calls may be ones that nobody waits for."""
SPARED = 5
"""One in so many calls of a minute is left to people."""

_behind: ContextVar[bool] = ContextVar("behind", default=False)


@contextmanager
def background() -> Iterator[None]:
    """Calls made in this block, and in tasks that it starts, step back behind those that somebody waits for."""
    before = _behind.set(True)
    try:
        yield
    finally:
        _behind.reset(before)


class Pace:
    """At most `calls` in any `seconds`: a sliding window, since a leaky bucket allows twice that after a rest."""

    def __init__(
        self,
        calls: int | None,
        seconds: float = 60.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._window = seconds + MARGIN
        self._sent: deque[float] = deque(maxlen=calls) if calls else deque()
        self._calls = calls
        self._resume_at = 0.0
        self._turn = asyncio.Lock()
        self._open = asyncio.Semaphore(AT_ONCE)
        self._rear = asyncio.Semaphore(BEHIND)
        self._clock, self._sleep = clock, sleep

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Wait for a turn, first come first served, then hold one of the places."""
        if not _behind.get():
            async with self._open:
                await self._take_turn()
                yield
            return
        async with self._rear:
            # Waited for before the line, not in it: there it would hold up whoever comes after.
            while (wait := self._wait(spared=(self._calls or 0) // SPARED)) > 0:
                await self._sleep(wait)
            async with self._open:
                await self._take_turn()
                yield

    def hold(self, seconds: float) -> None:
        """Let nobody go for so long: the vendor said that this key was too fast."""
        self._resume_at = max(self._resume_at, self._clock() + seconds)

    async def _take_turn(self) -> None:
        async with self._turn:
            while (wait := self._wait()) > 0:
                await self._sleep(wait)
            self._sent.append(self._clock())
            if self._calls is None:
                self._sent.clear()

    def _wait(self, spared: int = 0) -> float:
        """Seconds until one more call fits, with so many places of the window left free."""
        most = self._calls - spared if self._calls is not None else None
        full = most is not None and len(self._sent) >= most
        free_at = self._sent[-most] + self._window if full and most else 0.0
        return max(free_at, self._resume_at) - self._clock()
