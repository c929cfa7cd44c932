"""What this process has under way, so that it can let go of what is not its own any more."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any
from weakref import WeakKeyDictionary


class Runs:
    """Tasks by the id of their job. Whoever is let go of is cancelled: the engine writes nothing down for it."""

    def __init__(self) -> None:
        self._tasks: WeakKeyDictionary[asyncio.Task[Any], str] = WeakKeyDictionary()

    def begin(self, id: str) -> None:
        """The task that calls does this job now. An earlier one at the same job was given up on: it ends."""
        for earlier in self._of({id}):
            earlier.cancel()
        if task := asyncio.current_task():
            self._tasks[task] = id

    def keep(self, ids: Collection[str]) -> int:
        """Let go of every job but these; return how many that were."""
        lost = self._of(set(self._tasks.values()) - set(ids))
        for task in lost:
            task.cancel()
        return len(lost)

    async def end(self) -> None:
        """End what did not finish in time; whoever takes it up goes on where it was."""
        self.keep(())
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def ids(self) -> set[str]:
        return {id for task, id in self._tasks.items() if not task.done()}

    def _of(self, ids: Collection[str]) -> list[asyncio.Task[Any]]:
        return [task for task, id in self._tasks.items() if id in ids and not task.done()]
