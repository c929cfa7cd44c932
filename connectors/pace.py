"""Keeps one ATS key within its vendor's rate, so that a refusal for haste is rare."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Protocol

MARGIN = 1.0
"""Seconds added to the vendor's minute: calls arrive there a little closer together than they left."""
AT_ONCE = 8
"""Calls under way with one key, so that one that hangs leaves connections to the other keys of its vendor."""
BEHIND = 3
"""How many of those calls may be ones that nobody waits for."""
SPARED = 50
"""One in so many calls of a window is left to people; as work in the background spreads its own, the next is near."""
SPRINT = 5
"""Work in the background goes without spreading while it, and everybody, has used less than one call in so many."""

_behind: ContextVar[bool] = ContextVar("behind", default=False)


class Meter(Protocol):
    """Keeps account of the calls of several processes that use the same keys."""

    async def take(self, key: str, calls: int | None, window: float) -> float:
        """Seconds until a call fits among so many in the window; 0 when it may go out, and is counted.

        Without `calls` nothing is counted, and only what `hold` said is obeyed.
        """
        ...

    async def hold(self, key: str, seconds: float) -> None:
        """Let nobody go for so long."""
        ...


@contextmanager
def background() -> Iterator[None]:
    """Calls made in this block, and in tasks that it starts, step back behind those that somebody waits for."""
    before = _behind.set(True)
    try:
        yield
    finally:
        _behind.reset(before)


class Pace:
    """At most `calls` in any `seconds`: a sliding window, since a leaky bucket allows twice that after a rest.

    With a `meter` that holds for all processes together; `key` is what it knows them by.
    """

    def __init__(
        self,
        calls: int | None,
        seconds: float = 60.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        meter: Meter | None = None,
        key: str = "",
    ) -> None:
        self._meter, self._key = meter, key
        self._window = seconds + MARGIN
        self._sent: deque[float] = deque(maxlen=calls) if calls else deque()
        self._calls = calls
        self._resume_at = self._unsaid = self._stepped = 0.0
        self._turn = asyncio.Lock()
        self._open = asyncio.Semaphore(AT_ONCE)
        self._rear = asyncio.Semaphore(BEHIND)
        self._clock, self._sleep = clock, sleep

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Wait for a turn, first come first served, then hold one of the places."""
        spared = max(1, self._calls // SPARED) if self._calls and _behind.get() else 0
        async with self._rear if _behind.get() else nullcontext():
            while (wait := await self._enter(spared)) > 0:
                await self._sleep(wait)
            try:
                yield
            finally:
                self._open.release()
                await self._share()

    def hold(self, seconds: float) -> None:
        """Let nobody go for so long: the vendor said that this key was too fast. Others hear of it after the call."""
        self._resume_at = self._unsaid = max(self._resume_at, self._clock() + seconds)

    async def _share(self) -> None:
        until, self._unsaid = self._unsaid, 0.0
        if self._meter and until:
            await self._meter.hold(self._key, until - self._clock())

    async def _enter(self, spared: int) -> float:
        """Take a place and a turn, and return 0; or seconds to wait before another try, with neither."""
        # Waited for before the line, not in it: there it would hold up whoever comes after.
        while spared and (wait := self._wait_behind(spared)) > 0:
            await self._sleep(wait)
        await self._open.acquire()
        entered = False
        try:
            wait = await self._take_turn(spared)
            entered = wait <= 0
            return wait
        finally:
            if not entered:
                self._open.release()

    async def _take_turn(self, spared: int) -> float:
        """0, or seconds to wait outside the line, for whoever leaves places free."""
        async with self._turn:
            if spared and (wait := self._wait_behind(spared)) > 0:  # somebody else went first
                return wait
            while (wait := await self._free_in(spared)) > 0:
                if spared:
                    return wait
                await self._sleep(wait)
            if self._calls is not None:
                self._sent.append(self._clock())
            if spared:
                self._stepped = self._clock()
            return 0.0

    async def _free_in(self, spared: int) -> float:
        """Seconds until one more call fits; 0 when it does, and then the meter has counted it."""
        while (wait := self._wait()) > 0:
            await self._sleep(wait)
        most = None if self._calls is None else self._calls - spared
        return await self._meter.take(self._key, most, self._window) if self._meter else 0.0

    def _wait_behind(self, spared: int) -> float:
        """Seconds until one more call of those that nobody waits for may join: evenly, unless little is used."""
        calls, now = self._calls or 1, self._clock()
        little = max(1, calls // SPRINT)
        rests = len(self._sent) < little or self._sent[-little] + self._window <= now
        step = 0.0 if rests else self._stepped + self._window / calls - now
        return max(step, self._wait(spared))

    def _wait(self, spared: int = 0) -> float:
        """Seconds until one more call fits, with so many places of the window left free."""
        most = self._calls - spared if self._calls is not None else None
        full = most is not None and len(self._sent) >= most
        free_at = self._sent[-most] + self._window if full and most else 0.0
        return max(free_at, self._resume_at) - self._clock()
