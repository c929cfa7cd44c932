"""Keeps one ATS key within its vendor's rate, so that a refusal for haste is rare."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

MARGIN = 1.0
"""Seconds added to the vendor's minute: calls arrive there a little closer together than they left."""
AT_ONCE = 8
"""Calls under way with one key, so that an ATS that hangs cannot take every connection of the process."""


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
        self._clock, self._sleep = clock, sleep

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Wait for a turn, first come first served, then hold one of the places."""
        async with self._open:
            async with self._turn:
                while (wait := self._wait()) > 0:
                    await self._sleep(wait)
                self._sent.append(self._clock())
                if self._calls is None:
                    self._sent.clear()
            yield

    def hold(self, seconds: float) -> None:
        """Let nobody go for so long: the vendor said that this key was too fast."""
        self._resume_at = max(self._resume_at, self._clock() + seconds)

    def _wait(self) -> float:
        full = self._calls is not None and len(self._sent) == self._calls
        free_at = self._sent[0] + self._window if full else 0.0
        return max(free_at, self._resume_at) - self._clock()
