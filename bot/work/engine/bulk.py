"""Hands over bulk work, also from handlers that are there before the jobs are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

from bot.work.engine.records import Records
from bot.work.engine.steps import Steps
from bot.work.engine.workflows import Handler
from bot.work.jobs import Jobs


class Bulk:
    """The engine takes up what an earlier process left as soon as it starts: its handlers wait for `opens`."""

    def __init__(self, known: Callable[[], Awaitable[None]]) -> None:
        self._known = known
        self._jobs: asyncio.Future[Jobs] = asyncio.get_running_loop().create_future()

    def opens(self, jobs: Jobs) -> None:
        self._jobs.set_result(jobs)

    async def put(self, kind: str, id: str, payload: str, *, delay: float = 0.0) -> None:
        """Like `Jobs.put_work`."""
        await (await self._jobs).put_work(kind, id, payload, delay=delay)

    async def unfinished(self, ids: Collection[str]) -> set[str]:
        """Like `Jobs.unfinished`."""
        return await (await self._jobs).unfinished(ids)

    async def records(self) -> Records:
        """What the engine holds."""
        return (await self._jobs).records

    def waiting(self, handlers: Mapping[str, Handler]) -> dict[str, Handler]:
        """The handlers, each of which waits until it is known to which workspaces we speak."""
        return {kind: self._after_that(handler) for kind, handler in handlers.items()}

    def _after_that(self, handler: Handler) -> Handler:
        async def handle(payload: str, steps: Steps) -> str:
            await self._known()
            return await handler(payload, steps)

        return handle
