"""Which process on a server holds which job, and what becomes of it when that one is gone or never heard of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
import structlog
from dbos import DBOSClient, WorkflowStatus

from bot.work.engine.backlog import TABLE
from bot.work.engine.put import QUEUE
from bot.work.engine.runs import Runs

log = structlog.get_logger()

AT_ONCE = 1000
"""Jobs that one statement hands back."""
LOOK = 15.0
"""Seconds between two looks for work that nobody does."""
UNHEARD = 60.0
"""Seconds from when the server gave a job to this process until that has begun with it, however many it was given."""
GIVEN = f"""select workflow_uuid, queue_name from {TABLE["postgresql"]}
  where status = 'PENDING' and executor_id = :owner
  and started_at_epoch_ms < extract(epoch from clock_timestamp()) * 1000 - :age"""  # noqa: S608 names of ours


class Holders:
    """`owner` is the id of this process, `runs` is what it does."""

    def __init__(self, client: DBOSClient, engine: sa.Engine, owner: str, runs: Runs) -> None:
        self._client, self._engine = client, engine
        self._owner, self._runs = owner, runs

    async def all(self) -> set[str]:
        """The ids of the processes that have begun with something."""
        return {job.executor_id or "" for job in await self._begun()}

    async def take_over(self, executor: str) -> None:
        """Have what a dead process had begun with done by whoever comes first."""
        left = [(job.workflow_id, job.queue_name) for job in await self._begun(executor)]
        await self._hand_back(left)
        log.info("work of a dead process taken over", count=len(left))

    async def keep_ours(self) -> None:
        """Let go of what others have taken over, since they took this process for dead."""
        mine = {job.workflow_id for job in await self._begun(self._owner)}
        if count := self._runs.keep(mine):
            log.warning("others have taken work over from here", count=count)

    async def look_forever(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.look()
            except sa.exc.SQLAlchemyError as error:
                log.warning("no look for work that nobody does", error=type(error).__name__)

    async def look(self) -> None:
        """Hand back what the server gave to this process in an answer that broke off: nobody else would ever do it."""
        given = await asyncio.to_thread(self._given)
        under_way = self._runs.ids()  # asked last: what has begun meanwhile is in it
        if lost := [(id, queue) for id, queue in given if id not in under_way]:
            await self._hand_back(lost)
            log.warning("work that this process was given and never heard of is begun anew", count=len(lost))

    def _given(self) -> list[tuple[str, str | None]]:
        with self._engine.connect() as connection:
            rows = connection.execute(sa.text(GIVEN), {"owner": self._owner, "age": UNHEARD * 1000})
            return [(str(id), queue) for id, queue in rows]

    async def _hand_back(self, jobs: Iterable[tuple[str, str | None]]) -> None:
        queues: dict[str, list[str]] = {}
        for id, queue in jobs:
            queues.setdefault(queue or QUEUE, []).append(id)
        for queue, ids in queues.items():
            for at in range(0, len(ids), AT_ONCE):
                chunk = ids[at : at + AT_ONCE]
                await asyncio.to_thread(self._client.resume_workflows, chunk, queue_name=queue)

    async def _begun(self, executor: str | None = None) -> Sequence[WorkflowStatus]:
        return await asyncio.to_thread(
            self._client.list_workflows,
            status="PENDING",
            executor_id=executor,
            load_input=False,
            load_output=False,
        )
