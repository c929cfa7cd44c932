"""A process among others on one PostgreSQL server: it shows that it lives, and clears up after those that do not."""

from __future__ import annotations

import asyncio
import secrets
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

import structlog

from bot.operate.log import frames
from bot.store.base import StoreAway
from bot.work.background import Background
from bot.work.cluster.link import Link, Lost
from bot.work.cluster.notifier import Notifier
from bot.work.cluster.peers import Hearer, Peers, Regained, Takeover
from bot.work.cluster.rates import TABLE as RATES
from bot.work.cluster.rates import Rates

log = structlog.get_logger()

PROCESSES, TURNS = 7001, 7002
"""Kinds of advisory locks: one is held as long as a process lives, one for as long as it has a turn."""
LOOK = 0.5
"""Seconds between two looks at who is alive."""
SURE = 1.5
"""Seconds for which a look holds. Less than `GRACE`: a process stops to write before others take its work over."""
GRACE = 2.5
"""Seconds without a lock after which a process is dead; one whose connection broke has it back sooner."""
UPHEAVAL = 10.0
"""The same for whoever was cut off itself: the server may have been restarted, and others still be on their way."""
JOINING = 15.0
"""Seconds in which a process that starts has to get its connection."""
AGAIN = 0.1
TURN_AGAIN = 0.02
"""Seconds between two tries to get a turn that another process has."""

ALIVE = """select p.id, exists (
  select from pg_locks l
  where l.locktype = 'advisory' and l.classid = %s and l.objid::bigint = p.key and l.objsubid = 2 and l.granted
    and l.database = (select oid from pg_database where datname = current_database())
) from processes p"""
TABLE = "create table if not exists processes (id text primary key, key bigint not null)"
KNOWN = "insert into processes (id, key) values (%s, %s) on conflict (id) do nothing"
GONE = "delete from processes where id = %s"
LOCK, UNLOCK = "select pg_try_advisory_lock(%s, %s)", "select pg_advisory_unlock(%s, %s)"


@asynccontextmanager
async def present(url: str) -> AsyncIterator[Peers]:
    """Be one of the processes on this server, until the block ends. Raises `StoreAway` when it does not answer."""
    async with Rates(url) as rates:
        presence = Presence(url, rates)
        try:
            await _joined(presence)
            async with Background() as background:
                await presence.stay(background)
                yield presence
        finally:
            await presence.leave()


async def _joined(presence: Presence) -> None:
    until = time.monotonic() + JOINING
    while True:
        try:
            await presence.join()
        except Lost:
            if time.monotonic() > until:
                raise StoreAway("The database has no connection left for this process.") from None
            await asyncio.sleep(AGAIN)
        else:
            return


class Presence(Peers):
    """Holds a lock by its id on a connection of its own: the server lets go of it when the process dies."""

    def __init__(self, url: str, rates: Rates) -> None:
        self.id, self.meter = f"shortlist-{secrets.token_hex(6)}", rates
        self._link, self._receiving = Link(url), Link(url)
        self._notifier = Notifier(self._link, self._receiving, self.id)
        self._background: Background | None = None
        self._takeovers: list[Takeover] = []
        self._on_peer_lost: list[Callable[[], None]] = []
        self._regained: list[Regained] = []
        self._seen_at = 0.0
        self._news = asyncio.Condition()
        self._known: frozenset[str] = frozenset()
        self._silent: dict[str, float] = {}
        self._reclaiming: set[str] = set()
        self._patience = GRACE
        self._in_charge = False

    @property
    def present(self) -> bool:
        # Not the monotonic clock: that one stands still while a machine sleeps, and the lock may be gone by then.
        return abs(time.time() - self._seen_at) < SURE

    async def ready(self) -> None:
        if self.present:
            return
        async with self._news:
            await self._news.wait_for(lambda: self.present)

    def tell(self, said: str) -> bool:
        self._notifier.tell(said)
        return True

    def hear(self, hearer: Hearer) -> None:
        self._notifier.hearers.append(hearer)

    def on_peer_lost(self, gone: Callable[[], None]) -> None:
        self._on_peer_lost.append(gone)

    def on_takeover(self, takeover: Takeover) -> None:
        self._takeovers.append(takeover)

    def on_regained(self, regained: Regained) -> None:
        self._regained.append(regained)

    def begin(self) -> None:
        self._in_charge = True

    async def suspect(self, ids: Iterable[str]) -> None:
        for id in ids:
            await self._link.one(KNOWN, id, _key(id))

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        while not await self._has_turn(name):  # noqa: ASYNC110 the server has no way to say that it is free now
            await asyncio.sleep(TURN_AGAIN)
        try:
            yield
        finally:
            try:
                await self._link.one(UNLOCK, TURNS, _key(name))
            except Lost:  # and the lock with it
                log.info("a turn ended with its connection")

    async def join(self) -> None:
        await self._link.open()
        await self._make_tables()
        await self._take_lock()

    async def stay(self, background: Background) -> None:
        """Return when the others know that this process is alive."""
        self._background = background
        for work in (self._look_forever(), self._notifier.listen(), self._notifier.speak()):
            background.start(work)
        await self.ready()

    async def leave(self) -> None:
        """The lock goes with the connection: whatever is left, others take over."""
        await self._link.close()
        await self._receiving.close()

    async def _make_tables(self) -> None:
        """One process after the other: two that make the same table at once stumble over each other."""
        await self._link.one("select pg_advisory_lock(%s, 0)", PROCESSES)
        for table in (TABLE, RATES):
            await self._link.one(table)
        await self._link.one(UNLOCK, PROCESSES, 0)

    async def _has_turn(self, name: str) -> bool:
        await self.ready()
        try:
            return bool(await self._link.one(LOCK, TURNS, _key(name)))
        except Lost:
            return False

    async def _look_forever(self) -> None:
        while True:
            try:
                await self._look()
            except Lost as lost:
                log.warning("the database does not know that this process is alive", error=lost.kind)
                await self._come_back()
                continue
            except Exception as error:  # noqa: BLE001 without looks, this process would stand still for ever
                log.error("a look at the others broke", error=type(error).__name__, where=frames(error))
            await asyncio.sleep(LOOK)

    async def _look(self) -> None:
        asked = time.time()
        alive = {str(id): bool(lives) for id, lives in await self._link.all(ALIVE, PROCESSES)}
        await self._is_seen(asked)
        if self._known - alive.keys():
            for told in self._on_peer_lost:
                told()
        self._known = frozenset(alive)
        if self._in_charge and self._background:
            self._clear_up(alive, self._background)

    async def _is_seen(self, at: float) -> None:
        async with self._news:
            self._seen_at = at
            self._news.notify_all()

    def _clear_up(self, alive: Mapping[str, bool], background: Background) -> None:
        now = time.monotonic()
        silent = [id for id, lives in alive.items() if not lives and id not in (self.id, *self._reclaiming)]
        self._silent = {id: self._silent.get(id, now) for id in silent}
        for id in silent:
            if now - self._silent[id] >= self._patience:
                self._reclaiming.add(id)
                background.start(self._reclaim(id))
        if not silent:
            self._patience = GRACE

    async def _reclaim(self, id: str) -> None:
        """Holding its lock: nobody else does the same, and if it lives after all, it does not come back meanwhile."""
        try:
            if not await self._link.one(LOCK, PROCESSES, _key(id)):
                return
            try:
                for takeover in self._takeovers:
                    await takeover(id)
                await self._link.one(GONE, id)
            finally:
                await self._link.one(UNLOCK, PROCESSES, _key(id))
        except Lost:
            log.info("a dead process is not cleared up after yet")
        finally:
            self._reclaiming.discard(id)
            self._silent.pop(id, None)

    async def _come_back(self) -> None:
        self._patience = UPHEAVAL
        self._silent.clear()
        while True:
            try:
                await self._link.open()
                await self._take_lock()
                for regained in self._regained:
                    await regained()
            except Lost:
                await asyncio.sleep(AGAIN)
            except Exception as error:  # noqa: BLE001 whatever keeps it from coming back, it has to try again
                log.error("not back yet", error=type(error).__name__, where=frames(error))
                await asyncio.sleep(LOOK)
            else:
                log.info("the database knows again that this process is alive")
                return

    async def _take_lock(self) -> None:
        """Whoever takes this process for dead holds it for a moment."""
        while not await self._link.one(LOCK, PROCESSES, _key(self.id)):  # noqa: ASYNC110
            await asyncio.sleep(AGAIN)
        await self._link.one(KNOWN, self.id, _key(self.id))


def _key(name: str) -> int:
    return zlib.crc32(name.encode()) & 0x7FFF_FFFF
