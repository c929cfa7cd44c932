"""The calls that all processes make with one ATS key, counted by the server and by its clock."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import LiteralString

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from bot.work.cluster.link import address

log = structlog.get_logger()

CONNECTIONS = 4
PATIENCE = 2.0
"""Seconds to wait for the server; without it a process keeps the rate by itself."""
KEPT = 3600.0
"""Seconds after its last call for which a key is remembered."""

TABLE = """create unlogged table if not exists paces (
  key text primary key, sent float8[] not null, held float8 not null, wait float8 not null)"""
"""Not in the server's log: after a crash of the server it is empty, as after a quiet minute."""
TAKE = """insert into paces as p (key, sent, held, wait)
values (%(key)s, array[extract(epoch from clock_timestamp())::float8], 0, 0)
on conflict (key) do update set (sent, wait) = (
  select case when fits then kept || now else kept end,
    case when fits then 0 else greatest(
      p.held - now, coalesce(kept[cardinality(kept) - %(calls)s::int + 1] + %(window)s - now, 0), 0.001) end
  from (
    select now, kept, cardinality(kept) < %(calls)s::int and p.held <= now as fits
    from (
      select now, array(select each from unnest(p.sent) each where each > now - %(window)s order by each) as kept
      from (select extract(epoch from clock_timestamp())::float8 as now) as clock
    ) as looked
  ) as judged
) returning wait"""
"""One statement, so that two processes see each other: the row is locked, and the clock is read after that."""
WAIT = """select greatest(0, held - extract(epoch from clock_timestamp())::float8) from paces where key = %(key)s"""
HOLD = """insert into paces as p (key, sent, held, wait)
values (%(key)s, '{}', extract(epoch from clock_timestamp())::float8 + %(seconds)s, 0)
on conflict (key) do update set held = greatest(p.held, excluded.held)"""
FORGET = """delete from paces
where greatest(held, coalesce(sent[cardinality(sent)], 0)) < extract(epoch from clock_timestamp())::float8 - %(kept)s"""


class Rates:
    """Keys come as hashes. When the server does not answer, each process keeps the rate for itself."""

    def __init__(self, url: str) -> None:
        self._pool = AsyncConnectionPool(
            address(url),
            kwargs={"autocommit": True},
            min_size=1,
            max_size=CONNECTIONS,
            timeout=PATIENCE,
            name="rates",
            open=False,
        )
        self._shared = True

    async def __aenter__(self) -> Rates:
        await self._pool.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def take(self, key: str, calls: int | None, window: float) -> float:
        statement = WAIT if calls is None else TAKE
        return await self._asked(statement, {"key": key, "calls": calls, "window": window})

    async def hold(self, key: str, seconds: float) -> None:
        await self._asked(HOLD, {"key": key, "seconds": seconds})

    async def sweep(self) -> None:
        """Forget keys that nobody uses."""
        await self._asked(FORGET, {"kept": KEPT})

    async def _asked(self, statement: LiteralString, values: Mapping[str, object]) -> float:
        """The one number that the server answers; 0 while it does not."""
        for _ in range(
            CONNECTIONS + 1
        ):  # after a restart of the server, each connection is found broken once
            try:
                async with self._pool.connection() as connection:
                    cursor = await connection.execute(statement, values)
                    row = await cursor.fetchone() if cursor.description else None
            except PoolTimeout:
                break
            except psycopg.OperationalError:
                continue
            self._note(True)
            return float(row[0]) if row else 0.0
        self._note(False)
        return 0.0

    def _note(self, shared: bool) -> None:
        if shared != self._shared:
            log.warning("rates are shared again" if shared else "rates are not shared: the database is away")
        self._shared = shared
