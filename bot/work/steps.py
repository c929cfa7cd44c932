"""Durable steps: what was done once is not done again when a job is taken up after a crash."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from dbos import DBOS

from bot.work.turns import Turns

Do = Callable[[], Coroutine[Any, Any, str]]

BOOT = secrets.token_hex(8)
"""This process. A step that finds another one's mark was begun by a process that died."""


class Steps(Protocol):
    async def once(self, name: str, do: Do) -> str:
        """Do it and remember the text it gave; after a restart the remembered text comes back."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class DurableSteps:
    """Steps of the workflow that is running. Their order must not depend on anything that is not a step."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    async def once(self, name: str, do: Do) -> str:
        await self._turns.work()

        async def step() -> str:  # DBOS takes only what it recognises as a coroutine function, not a lambda
            return await do()

        return await DBOS.run_step_async({"name": name}, step)

    async def sleep(self, seconds: float) -> None:
        await DBOS.sleep_async(seconds)


async def this_boot() -> str:
    return BOOT
