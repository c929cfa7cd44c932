"""The durable engine: hands interactions to DBOS before they are acknowledged, and runs them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig

from bot.operate.metrics import ENGINE, writing
from bot.store.base import StoreAway, StoreRefused
from bot.store.vault import Vault
from bot.work.background import Background
from bot.work.cluster.peers import Peers
from bot.work.engine.arrivals import Arrivals, arriving
from bot.work.engine.backlog import Backlog
from bot.work.engine.database import Database
from bot.work.engine.holders import Holders
from bot.work.engine.inbox import Arrived
from bot.work.engine.jobs_file import open_file
from bot.work.engine.jobs_server import open_server
from bot.work.engine.put import BULK, QUEUE, VERSION, WORK, WORKFLOW, Put, options_of
from bot.work.engine.records import Records
from bot.work.engine.sealing import Sealed
from bot.work.engine.steps import Steps
from bot.work.engine.turns import Turns
from bot.work.engine.workflows import Handler, Workflows
from bot.work.engine.writer import Writer

log = structlog.get_logger()

POLL, BULK_POLL = 0.05, 1.0
BULK_AT_ONCE = 16
"""How many of one kind run at a time: a step of an interactive job waits behind theirs for the file."""
RETENTION = timedelta(days=1)
SWEEP = 600.0
"""Seconds between two looks for ended jobs whose retention is over."""
AT_ONCE = 1000
"""Jobs that one statement deletes; SQLite takes only so many values in one."""
DRAIN = 5
"""Seconds that jobs under way get to finish at a stop; the others go on at the next start."""
BUSY = (sa.exc.SQLAlchemyError, sqlite3.Error, StoreAway, StoreRefused)
"""What a database raises that does not answer."""
OPEN = ["ENQUEUED", "PENDING", "DELAYED"]
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

Run = Callable[["Jobs", str, Steps], Awaitable[str]]


class Jobs:
    """Use `running`; then `put` is durable when it returns, and each job runs once to its end."""

    def __init__(
        self,
        client: DBOSClient,
        database: Database,
        loop: asyncio.AbstractEventLoop,
        kinds: Iterable[str] = (),
        lasts: timedelta = RETENTION,
    ) -> None:
        self._lasts = lasts
        self._client, self._database = client, database
        self._kinds = frozenset(kinds)
        self._arrivals: Arrivals | None = None
        self._writer: Writer[Put] = Writer("jobs", self._commit, loop)
        self.turns = Turns()
        self.backlog = Backlog(database.reading, self._writer.alive)
        self.records = Records(client)

    async def put(self, id: str, invocation: str) -> None:
        """Return once the job is on disk; raises if the commit failed. A known id leaves the job as it is."""
        if self._arrivals:
            await self._arrivals.put(Arrived(id, invocation))
        else:
            await self._writer.put(Put(id, WORKFLOW, QUEUE, (invocation,)))

    async def put_work(self, kind: str, id: str, payload: str, *, delay: float = 0.0) -> None:
        """Like `put`, for the handler of this kind: it begins `delay` seconds later at the earliest.

        An id is one of its kind. Raises `ValueError` for a kind without a handler.
        """
        if kind not in self._kinds:
            raise ValueError(f"nothing handles work of the kind {kind}")
        await self._writer.put(Put(f"{kind}:{id}", WORK, BULK + kind, (kind, payload), delay))

    async def load(self, id: str) -> str | None:
        """What was handed over under this id, or None when that is no longer kept."""
        found = await asyncio.to_thread(self._client.list_workflows, workflow_ids=[id], load_input=True)
        kept = found[0].input if found else None
        if kept is None:
            return self._arrivals.find(id) if self._arrivals else None
        last: str | None = kept["args"][-1]
        return last

    async def unfinished(self, ids: Collection[str]) -> set[str]:
        """Which of these jobs are not at their end."""
        found = await asyncio.to_thread(
            self._client.list_workflows, workflow_ids=list(ids), status=OPEN, load_input=False
        )
        return {job.workflow_id for job in found} | (self._arrived & set(ids))

    async def left(self) -> list[str]:
        """The invocations of all jobs that are not at their end, in their order, without those that cannot be opened."""
        # Asked first: one that begins meanwhile is then in both, where it would otherwise be in neither.
        arrived = self._arrivals.texts() if self._arrivals else {}
        begun = await asyncio.to_thread(self._begun_in_order)
        return [text for text in (begun | arrived).values() if text]

    def _begun_in_order(self) -> dict[str, str | None]:
        """By id, the invocations of those that the engine has written down."""
        found = self._client.list_workflows(name=WORKFLOW, status=OPEN, load_input=True, load_output=False)
        begun = {job.workflow_id: job.input["args"][-1] for job in found if job.input}
        if not self._database.in_order:
            return begun
        with self._database.reading.begin() as connection:
            ids = connection.scalars(sa.text(self._database.in_order)).all()
        return {id: begun[id] for id in ids if id in begun}

    async def open_jobs(self) -> int:
        found = await asyncio.to_thread(self._client.list_workflows, status=OPEN, load_input=False)
        return len(self._arrived | {job.workflow_id for job in found})

    @property
    def _arrived(self) -> set[str]:
        return self._arrivals.ids if self._arrivals else set()

    async def sweep(self, older_than: timedelta | None = None) -> int:
        """Delete ended jobs, with all they held, once their retention is over."""
        lasts = self._lasts if older_than is None else older_than
        before, count = (datetime.now(UTC) - lasts).isoformat(), 0
        while ids := await self._ended(before):
            await asyncio.to_thread(self._client.delete_workflows, ids)
            count += len(ids)
        return count

    async def _ended(self, before: str) -> list[str]:
        found = await asyncio.to_thread(
            self._client.list_workflows,
            status=ENDED,
            completed_before=before,
            limit=AT_ONCE,
            load_input=False,
            load_output=False,
        )
        return [job.workflow_id for job in found]

    async def sweep_forever(self, *others: Callable[[], Awaitable[None]]) -> None:
        """Every few minutes, delete ended jobs and what `others` look after."""
        while True:
            await asyncio.sleep(SWEEP)
            try:
                if count := await self.sweep():
                    log.info("jobs deleted", count=count)
                for sweep in others:
                    await sweep()
            except BUSY as error:  # the next round does what this one could not
                log.warning("nothing deleted this time", error=type(error).__name__)

    def start(self) -> None:
        self._writer.start()

    def arrive_through(self, arrivals: Arrivals) -> None:
        """Commands do not wait for the engine's own tables."""
        self._arrivals = arrivals
        self.records.arrive_through(arrivals)
        self.backlog.add(QUEUE, arrivals.waiting, arrivals.alive)

    def stop(self) -> None:
        self._writer.stop()

    def _commit(self, batch: Sequence[Put]) -> None:
        try:
            self._enqueue(batch)
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self._enqueue(batch)  # the server was restarted; what did arrive is left as it is

    def _enqueue(self, batch: Sequence[Put]) -> None:
        with writing(ENGINE), self._database.writing.begin() as connection:
            for put in batch:
                self._client.enqueue_in_transaction(connection, options_of(put), *put.args)


@asynccontextmanager
async def running(
    where: Path | str,
    vault: Vault,
    run: Run,
    handlers: Mapping[str, Handler] | None = None,
    peers: Peers | None = None,
    lasts: timedelta = RETENTION,
) -> AsyncIterator[Jobs]:
    """Start the engine on its file or server, take up what an earlier process left, and stop cleanly.

    `where` is a path, or an address that begins with `postgresql://`, which needs `peers`. `handlers` do bulk work,
    by kind. A kind that has none any more stays as it is. An ended job `lasts` so long.
    """
    handlers, peers = dict(handlers or {}), peers or Peers()
    database = open_file(where) if isinstance(where, Path) else open_server(where)
    client = DBOSClient(
        system_database_engine=database.reading,
        serializer=Sealed(vault),
        application_name="shortlist",
        lazy=True,
    )
    jobs = Jobs(client, database, asyncio.get_running_loop(), handlers, lasts)
    flows = Workflows(partial(run, jobs), handlers, jobs.turns, peers)

    async def perform(invocation: str | None) -> str:  # DBOS takes functions, not methods
        return await flows.perform(invocation)

    async def work(kind: str | None = None, payload: str = "") -> str:
        return await flows.work(kind, payload)

    DBOS(config=_config(database, vault, peers.id))
    # DBOS would give up, without a word to anybody, what a hundred processes have died over.
    begin = DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(perform)
    DBOS.workflow(name=WORK, max_recovery_attempts=None)(work)
    DBOS.launch()
    await _open_queues(handlers, BULK_POLL if isinstance(where, Path) else POLL)
    jobs.start()
    holders = Holders(client, database.reading, peers.id, flows.runs)
    peers.on_takeover(holders.take_over)
    peers.on_regained(holders.keep_ours)
    await peers.suspect(await holders.all())
    try:
        async with arriving(where, vault, jobs.turns, begin) as arrivals, Background() as background:
            if not isinstance(where, Path):
                background.start(holders.look_forever())
            if arrivals:
                jobs.arrive_through(arrivals)
            yield jobs
    finally:
        flows.stopping = True
        await asyncio.to_thread(jobs.stop)
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=DRAIN)
        # DBOS made its own thread pool the loop's and has now shut it down; whoever closes after us needs one.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await flows.runs.end()
        client.destroy()
        database.close()


def _config(database: Database, vault: Vault, executor: str) -> DBOSConfig:
    return {
        "name": "shortlist",
        "system_database_url": database.url,
        "sys_db_pool_size": database.pool,
        "system_database_engine": database.own,
        **({"db_engine_kwargs": {"connect_args": dict(args)}} if (args := database.connect_args) else {}),
        "application_version": VERSION,
        "executor_id": executor,
        "serializer": Sealed(vault),
        "log_level": "WARNING",
    }


async def _open_queues(kinds: Iterable[str], poll: float) -> None:
    await DBOS.register_queue_async(QUEUE, polling_interval_sec=poll)
    for kind in kinds:
        await DBOS.register_queue_async(
            BULK + kind, polling_interval_sec=BULK_POLL, worker_concurrency=BULK_AT_ONCE
        )
