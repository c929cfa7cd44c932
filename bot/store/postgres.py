"""The store on PostgreSQL: many processes at once, each with a few connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from psycopg import Connection, IntegrityError, OperationalError, errors
from psycopg_pool import ConnectionPool

from bot.operate.metrics import STORE, writing

from .base import Found, Row, StoreAway, Transaction, Value
from .migrations import STEPS
from .postgres_link import AWAY, configure, linked, reached, told
from .postgres_rows import PostgresWrite, found, found_after
from .postgres_steps import STEPS_TAKEN, take
from .schema import Step, keys_of

CONNECTIONS = 8
"""Of one process; a server has about a hundred for everybody."""
PATIENCE = 2.0
"""Seconds in which a lost connection is made anew. Slack waits three: nobody is to be told that something failed, and to
see it done later."""
PAUSE = 0.05
"""Seconds between two attempts while the server is away."""
TOGETHER, ALONE = (
    f"begin isolation level serializable; lock table {STEPS_TAKEN} in {how} mode"
    for how in ("row share", "exclusive")
)
ATTEMPTS = (TOGETHER, TOGETHER, ALONE)

COLLIDED = (errors.SerializationFailure, errors.DeadlockDetected, IntegrityError)
"""How two transactions meet. A rule may be broken only because another has written in between."""


class PostgresStore:
    """`open` it in a thread. Reads and writes run in threads, too, so that the loop never waits for the network.

    Transactions behave as if they ran one after another, as on SQLite, but do not wait for each other: by SERIALIZABLE
    the server stops one of two that cannot be put in an order, and it runs again. If it collides once more, it runs
    alone: each transaction begins with a lock on one table that all share, and this one shares it with nobody. So it
    comes through whatever the others do, and only those that meet over the same rows slow an installation down.
    """

    def __init__(self, pool: ConnectionPool[Connection], keys: Mapping[str, tuple[str, ...]]) -> None:
        self._pool, self._keys = pool, keys
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="store")

    @classmethod
    def open(cls, url: str, steps: Sequence[Step] = STEPS) -> PostgresStore:
        """Bring the tables up to date. Raises `StoreAway` with a sentence that shows nothing of the address."""
        with told(), reached(url) as connection:
            take(connection, steps)
        pool = ConnectionPool(
            linked(url),
            kwargs={"autocommit": True},
            min_size=1,
            max_size=CONNECTIONS,
            configure=configure,
            reconnect_timeout=PATIENCE,
            name="store",
            open=True,
        )
        return cls(pool, keys_of(steps))

    async def rows(self, table: str, where: Row) -> Sequence[Row]:
        return await self._in_thread(partial(self._connected, lambda link: found(link, table, where)))

    async def after(self, table: str, where: Row, column: str, bound: Value, limit: int) -> Sequence[Row]:
        def read(link: Connection) -> Sequence[Row]:
            return found_after(link, table, where, column, bound, limit)

        return await self._in_thread(partial(self._connected, read))

    async def write(self, transaction: Transaction[Found]) -> Found:
        return await self._in_thread(partial(self._written, partial(_run, transaction, self._keys)))

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown, wait=True)
        await asyncio.to_thread(self._pool.close)

    async def _in_thread(self, do: Callable[[float], Found]) -> Found:
        until = time.monotonic() + PATIENCE

        def done() -> Found:
            with told():
                return do(until)

        return await asyncio.get_running_loop().run_in_executor(self._threads, done)

    def _written(self, run: Callable[[str, Connection], Found], until: float) -> Found:
        with writing(STORE):
            for begin in ATTEMPTS[:-1]:
                try:
                    return self._connected(partial(run, begin), until)
                except COLLIDED:
                    until = time.monotonic() + PATIENCE
            return self._connected(partial(run, ATTEMPTS[-1]), until)

    def _connected(self, work: Callable[[Connection], Found], until: float) -> Found:
        """Do it on a connection that works; what broke off was undone, so it can begin again."""
        while True:
            try:
                with self._pool.connection(timeout=max(until - time.monotonic(), PAUSE)) as connection:
                    return work(connection)
            except COLLIDED:
                raise
            except AWAY:
                if time.monotonic() >= until:
                    raise
            self._pool.check()
            time.sleep(PAUSE)


def _run(
    transaction: Transaction[Found],
    keys: Mapping[str, tuple[str, ...]],
    begin: str,
    connection: Connection,
) -> Found:
    connection.execute(begin, prepare=False)  # two statements at once cannot be prepared
    done = transaction(PostgresWrite(connection, keys))
    try:
        connection.commit()
    except COLLIDED:
        raise
    except OperationalError:  # run again, it might be done twice
        raise StoreAway("the database went away, and may have taken this or not") from None
    return done
