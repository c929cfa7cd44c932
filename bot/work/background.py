"""Work beside the jobs that nobody waits for: it ends with the process, and its errors are logged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any

import structlog

from bot.operate.log import frames

log = structlog.get_logger()

Start = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None] | None"]


class Background:
    """A group of tasks that are cancelled when the block ends. One that fails takes no other with it."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = False

    async def __aenter__(self) -> Background:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._over = True
        for task in self._tasks:
            task.cancel()
        await self._group.__aexit__(kind, error, where)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
        """None when it is too late: jobs that end while the process stops may still want something shown."""
        if self._over:
            work.close()
            return None
        task = self._group.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 whatever it is, the process and the others go on
            log.error("background work failed", error=type(error).__name__, where=frames(error))
