"""What the durable engine still has to do, counted in its own tables."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bot.work.engine.put import QUEUE

STATES = {"ENQUEUED": "waiting", "PENDING": "running", "DELAYED": "delayed"}
"""The engine's word for a job that is not done, and ours."""
TABLE = {"postgresql": "dbos.workflow_status"}

DUE = """select coalesce(queue_name, '{queue}'), status, count(*), min(
  case when delay_until_epoch_ms > created_at then delay_until_epoch_ms else created_at end
) from {table} where {which} group by 1, 2"""
"""What was begun with at once has no queue of the engine's. A delayed job is due when its delay is over. The engine's own listing would read every job, with all it holds."""
INDEXED = ("status in ('ENQUEUED', 'PENDING')", "status = 'DELAYED'")
"""Word for word as in the engine's partial indices: otherwise a day of ended jobs is read as well."""
TAKEN = "select pg_database_size(current_database())"


@dataclass(frozen=True)
class Waiting:
    """Jobs of one queue in one state; `oldest` is how many seconds ago the first of them was due."""

    queue: str
    state: str
    count: int
    oldest: float


class Backlog:
    """The engine's work for whoever watches over it; `alive` says whether new work can still be written down."""

    def __init__(self, engine: sa.Engine, alive: Callable[[], bool]) -> None:
        self._engine, self._alive = engine, [alive]
        self._before: dict[str, Callable[[], tuple[int, float]]] = {}

    def add(self, queue: str, before: Callable[[], tuple[int, float]], alive: Callable[[], bool]) -> None:
        """Count, too, what the engine does not know of yet: how many, and for how many seconds the first has waited."""
        self._before[queue] = before
        self._alive.append(alive)

    def alive(self) -> bool:
        return all(each() for each in self._alive)

    async def waiting(self) -> Sequence[Waiting]:
        known = await asyncio.to_thread(waiting, self._engine)
        arrived = [Waiting(queue, STATES["ENQUEUED"], *before()) for queue, before in self._before.items()]
        return together([*known, *(each for each in arrived if each.count)])

    async def size(self) -> int:
        return await asyncio.to_thread(size, self._engine)


def together(work: Sequence[Waiting]) -> list[Waiting]:
    """One for each queue and state."""
    found: dict[tuple[str, str], Waiting] = {}
    for each in work:
        known = found.get((each.queue, each.state), replace(each, count=0))
        both = known.count + each.count, max(known.oldest, each.oldest)
        found[each.queue, each.state] = Waiting(each.queue, each.state, *both)
    return list(found.values())


def waiting(engine: sa.Engine) -> list[Waiting]:
    """Raises the driver's errors and SQLAlchemy's."""
    now, table = time.time(), TABLE.get(engine.dialect.name, "workflow_status")
    question = " union all ".join(DUE.format(queue=QUEUE, table=table, which=which) for which in INDEXED)
    return [
        Waiting(str(queue), STATES[str(status)], int(str(count)), max(now - int(str(due)) / 1000, 0.0))
        for queue, status, count, due in _asked(engine, question)
    ]


def size(engine: sa.Engine) -> int:
    """Bytes of a database on PostgreSQL. Raises the driver's errors and SQLAlchemy's."""
    ((taken,),) = _asked(engine, TAKEN)
    return int(str(taken))


def _asked(engine: sa.Engine, question: str) -> Sequence[Sequence[object]]:
    """Without a transaction of SQLAlchemy's: on SQLite that would begin by locking out whoever writes."""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(question)
        rows: Sequence[Sequence[object]] = cursor.fetchall()
        return rows
