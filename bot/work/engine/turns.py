"""Lets interactions that Slack waits for go before work that was acknowledged already."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

CALM = 0.003
"""Seconds without an interaction, after which work goes on."""
LONGEST = 0.1
"""Seconds that the first in the line waits at most, so that work goes on under any load."""


class Turns:
    """Acks and work share one interpreter: in a burst of commands, work takes its steps one at a time between acks.

    An interaction that takes long is waiting for somebody else, so it holds no work up, unless that is our own disk.
    """

    def __init__(self) -> None:
        self._last, self._kept = 0.0, 0
        self._line = asyncio.Lock()

    @contextmanager
    def interaction(self) -> Iterator[None]:
        self._last = time.monotonic()
        try:
            yield
        finally:
            self._last = time.monotonic()

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """While an interaction is written down, before its ack."""
        self._kept += 1
        try:
            yield
        finally:
            self._kept -= 1

    async def work(self) -> None:
        """Return when a step of work may begin."""
        async with self._line:
            until = time.monotonic() + LONGEST
            while (now := time.monotonic()) < min(until, self._calm(now)):  # noqa: ASYNC110 an event for each ack costs more
                await asyncio.sleep(min(until, self._calm(now)) - now)

    def _calm(self, now: float) -> float:
        return (now if self._kept else self._last) + CALM
