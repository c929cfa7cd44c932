"""Durable steps: what was done once is not done again when a job is taken up after a crash."""

from __future__ import annotations

import secrets
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from dbos import DBOS

from bot.work.engine.turns import Turns

Do = Callable[[], Coroutine[Any, Any, str]]


class Steps(Protocol):
    async def once(self, name: str, do: Do) -> str:
        """Do it and remember the text it gave; after a restart the remembered text comes back."""
        ...

    async def sleep(self, seconds: float) -> None: ...

    async def ready(self) -> None:
        """Return while nobody takes this process for dead: before that, nothing may be written anywhere."""
        ...


class DurableSteps:
    """Steps of the workflow that is running. Their order must not depend on anything that is not a step."""

    def __init__(
        self, turns: Turns, ready: Callable[[], Awaitable[None]], stopping: Callable[[], bool]
    ) -> None:
        self._turns, self._ready, self._stopping = turns, ready, stopping

    async def once(self, name: str, do: Do) -> str:
        await self._turns.work()

        async def step() -> str:  # DBOS takes only what it recognises as a coroutine function, not a lambda
            await self._ready()
            return await do()

        with self._until_it_stops():
            return await DBOS.run_step_async({"name": name}, step)

    async def sleep(self, seconds: float) -> None:
        with self._until_it_stops():
            await DBOS.sleep_async(seconds)

    @contextmanager
    def _until_it_stops(self) -> Iterator[None]:
        """An engine that is gone fails every step: that ends this run of the job, and says nothing about the job."""
        try:
            yield
        except Exception:
            if self._stopping():
                raise CancelledError from None
            raise

    async def ready(self) -> None:
        await self._ready()


class Mark:
    """One run of a job. A step that finds another run's mark was begun by a process that died, or was given up on.

    It is not the process's: work that was taken from a living process by mistake may come back to it.
    """

    def __init__(self) -> None:
        self.text = secrets.token_hex(8)

    async def leave(self) -> str:
        """The step that leaves it behind."""
        return self.text
