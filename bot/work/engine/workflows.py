"""What the engine runs: a job that somebody waits for, and work that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from dbos import DBOS

from bot.operate.log import frames
from bot.store.patience import patiently
from bot.work.cluster.peers import Peers
from bot.work.engine.runs import Runs
from bot.work.engine.steps import DurableSteps, Steps
from bot.work.engine.turns import Turns

log = structlog.get_logger()

Handler = Callable[[str, Steps], Awaitable[str]]
"""Does one piece of bulk work from its payload; an error that it lets through is logged, and ends the work."""

LOCKED_OUT = "a job was sealed with an encryption key that is not configured"
UNHANDLED = "there is bulk work of a kind that this version does not know"


class Workflows:
    """`run` does what somebody waits for, `handlers` do the rest, by kind."""

    def __init__(
        self,
        run: Callable[[str, Steps], Awaitable[str]],
        handlers: Mapping[str, Handler],
        turns: Turns,
        peers: Peers,
    ) -> None:
        self._run, self._handlers = run, handlers
        self._turns, self._peers = turns, peers
        self.runs = Runs()
        self.stopping = False

    async def perform(self, invocation: str | None) -> str:
        steps = await self._begin()
        if invocation is None:
            return await _left(LOCKED_OUT)
        with patiently():
            return await self._run(invocation, steps)

    async def work(self, kind: str | None = None, payload: str = "") -> str:
        steps = await self._begin()
        if kind is None or kind not in self._handlers:
            return await _left(UNHANDLED if kind else LOCKED_OUT)
        with patiently():
            return await _handled(kind, self._handlers[kind], payload, steps)

    async def _begin(self) -> Steps:
        self.runs.begin(DBOS.workflow_id or "")
        await self._turns.work()
        return DurableSteps(self._turns, self._peers.ready, lambda: self.stopping)


async def _left(why: str) -> str:
    """Leave a job as it is until this process ends; a start that can do it takes it up."""
    log.error(why)
    waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    return await waiting


async def _handled(kind: str, handler: Handler, payload: str, steps: Steps) -> str:
    try:
        return await handler(payload, steps)
    except Exception as error:
        log.error("bulk work failed", kind=kind, error=type(error).__name__, where=frames(error))
        raise
