"""A thread that writes all that has gathered since its last commit in one, so that a burst costs few of them."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

FLUSH = 30.0
"""Seconds after which what nobody waits for is written even if nothing comes to go with it."""


class Writer(Generic[T]):
    """`commit` takes what has gathered, in its order, and has it on disk when it returns."""

    def __init__(
        self, name: str, commit: Callable[[Sequence[T]], None], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._commit, self._loop = commit, loop
        self._waiting: deque[tuple[T, asyncio.Future[None] | None]] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def alive(self) -> bool:
        return self._thread.is_alive()

    async def put(self, item: T) -> None:
        """Return once it is on disk; raises what the commit raised."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append((item, done))
        self._wake.set()
        await done

    def later(self, item: T) -> None:
        """Have it written together with what comes next, or after `FLUSH` seconds: nobody waits for it."""
        self._waiting.append((item, None))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._wake.wait(FLUSH)
            self._wake.clear()  # before looking: a put meanwhile must wake us again
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            failure = self._written([item for item, _ in batch])
            if told := [done for _, done in batch if done]:
                self._loop.call_soon_threadsafe(_tell, told, failure)
            if failure and not self._closing:
                self._waiting.extend((item, None) for item, done in batch if done is None)
            if self._closing and not self._waiting:
                return

    def _written(self, items: Sequence[T]) -> Exception | None:
        try:
            if items:
                self._commit(items)
        except Exception as error:  # noqa: BLE001 every waiter must hear of it, whatever it is
            return error
        return None


def _tell(waiting: Sequence[asyncio.Future[None]], failure: Exception | None) -> None:
    for done in waiting:
        if done.done():
            continue  # whoever waited has gone
        if failure:
            done.set_exception(failure)
        else:
            done.set_result(None)
