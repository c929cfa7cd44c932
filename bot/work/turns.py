"""Lets interactions that Slack waits for go before work that was acknowledged already."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

CALM = 0.003
"""Seconds without an interaction, after which work goes on."""
LONGEST = 0.05
"""Seconds that the first in the line waits at most, so that work goes on under any load."""


class Turns:
    """Acks and work share one interpreter: in a burst of commands, work takes its steps one at a time between acks.

    An interaction that takes long is waiting for somebody else, so it holds no work up.
    """

    def __init__(self) -> None:
        self._last = 0.0
        self._line = asyncio.Lock()

    @contextmanager
    def interaction(self) -> Iterator[None]:
        self._last = time.monotonic()
        try:
            yield
        finally:
            self._last = time.monotonic()

    async def work(self) -> None:
        """Return when a step of work may begin."""
        async with self._line:
            until = time.monotonic() + LONGEST
            while (now := time.monotonic()) < min(until, self._last + CALM):  # noqa: ASYNC110 an event for each ack costs more
                await asyncio.sleep(min(until, self._last + CALM) - now)
