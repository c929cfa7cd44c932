"""Watches every connection that somebody listens to: when each is looked at, and by whom."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from heapq import heappop, heappush
from typing import Protocol

import structlog

from bot.operate.log import frames
from bot.store.watches import Watches, Watching
from bot.work.watching.poll import Poll

log = structlog.get_logger()

WORKERS = 16
"""Looks under way at one vendor; each vendor has its own, so that one that hangs delays no other."""
SYNC = 10.0
"""Seconds between two looks at who listens."""
DOZE = 1.0
"""Seconds after which a waiting lane reads the clock again, which may have been moved."""

Key = tuple[str, str]
"""Workspace and connection."""


class Listened(Protocol):
    async def watched(self) -> Sequence[Key]:
        """The connections that somebody listens to."""
        ...


class Lane:
    """The connections of one vendor by the time at which they are due: memory for their ids and no more."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heap: list[tuple[float, Key]] = []
        self._due: dict[Key, float] = {}
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()

    def put(self, key: Key, at: float) -> None:
        self._due[key] = at
        heappush(self._heap, (at, key))
        self._changed.set()

    def drop(self, key: Key) -> None:
        self._due.pop(key, None)

    async def next(self) -> Key:
        """Wait for the first that is due, and take it out. Only one waiter looks at the clock."""
        async with self._turn:
            while (wait := self._wait()) > 0:
                self._changed.clear()
                try:
                    async with asyncio.timeout(min(wait, DOZE)):
                        await self._changed.wait()
                except TimeoutError:
                    continue
            _, key = heappop(self._heap)
            del self._due[key]
            return key

    def _wait(self) -> float:
        """Seconds until one is due; what was planned otherwise since, or dropped, is thrown away."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] - self._clock() if self._heap else DOZE


class Watch:
    """`run` it in a group of tasks. It plans by what is stored, so a restart goes on where it was."""

    def __init__(
        self,
        listened: Listened,
        watches: Watches,
        poll: Poll,
        vendors: Sequence[str],
        *,
        clock: Callable[[], float] = time.time,
        chance: random.Random | None = None,
    ) -> None:
        self._listened, self._watches, self._poll = listened, watches, poll
        self._clock, self._chance = clock, chance or random.SystemRandom()
        self._lanes: Mapping[str, Lane] = {vendor: Lane(clock) for vendor in vendors}
        self._planned: dict[Key, str] = {}
        """The vendor of each connection that is watched here."""
        self._busy: set[Key] = set()
        self._stirred = asyncio.Event()

    def stir(self) -> None:
        """Somebody began to listen, or stopped: look at once who does."""
        self._stirred.set()

    def begin_anew(self) -> None:
        """Plan everything by what is stored: what another process had is free now."""
        self._planned.clear()
        self.stir()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sync_forever())
            for lane in self._lanes.values():
                for _ in range(WORKERS):
                    group.create_task(self._work(lane))

    async def sync(self) -> None:
        """Plan what somebody began to listen to, and forget how far a watch has come that nobody listens to."""
        listened = set(await self._listened.watched())
        stored = {} if self._planned else {(w.team, w.connection): w for w in await self._watches.all()}
        for key in (self._planned.keys() | stored.keys()) - listened:
            await self._drop(key)
        new = [key for key in listened if key not in self._planned]
        late = sum(key not in stored or stored[key].next_at <= self._clock() for key in new)
        for key in new:
            await self._begin(key, stored.get(key), late)

    async def _begin(self, key: Key, stored: Watching | None, late: int) -> None:
        """Many that are due at once are spread over the time between two looks; a single one begins now."""
        now = self._clock()
        spread = self._poll.every * min(1.0, (late - 1) / WORKERS)
        at = now + self._chance.uniform(0, spread)
        watching = stored or await self._watches.begin(*key, at)
        if watching is None or watching.vendor not in self._lanes:
            return
        planned = at if watching.next_at <= now else min(watching.next_at, self._poll.latest())
        self._planned[key] = watching.vendor
        self._lanes[watching.vendor].put(key, planned)

    async def _drop(self, key: Key) -> None:
        if vendor := self._planned.pop(key, None):
            self._lanes[vendor].drop(key)
        await self._watches.forget(*key)

    async def _sync_forever(self) -> None:
        while True:
            self._stirred.clear()
            try:
                await self.sync()
            except Exception as error:  # noqa: BLE001 the next round does what this one could not
                kind, where = type(error).__name__, frames(error)
                log.error("watches not planned", error=kind, where=where)
            try:
                async with asyncio.timeout(min(SYNC, self._poll.every)):
                    await self._stirred.wait()
            except TimeoutError:
                continue

    async def _work(self, lane: Lane) -> None:
        while True:
            await self.step(await lane.next(), lane)

    async def step(self, key: Key, lane: Lane) -> None:
        """Look once, and plan the next look."""
        if key in self._busy:  # somebody stopped to listen and began anew while it was looked at
            lane.put(key, self._clock() + DOZE)
            return
        self._busy.add(key)
        try:
            at = await self._poll.look(*key)
        except Exception as error:  # noqa: BLE001 a database that is busy must not end the watch
            kind, where = type(error).__name__, frames(error)
            log.error("a look broke", error=kind, where=where)
            at = self._poll.later(self._poll.every)
        finally:
            self._busy.discard(key)
        if key not in self._planned:
            return  # nobody listens any more
        if at is None:
            del self._planned[key]
        else:
            lane.put(key, at)
