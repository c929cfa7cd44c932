"""The durable engine: hands interactions to DBOS before they are acknowledged, and runs them."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions

from bot.operate.log import frames
from bot.store.vault import Vault
from bot.work.jobs_file import Sealed, check_sqlite, open_engine, prepare
from bot.work.steps import DurableSteps, Steps
from bot.work.turns import Turns

log = structlog.get_logger()

VERSION = "1"
"""DBOS leaves work of another version lying; so this is raised only together with a plan for open work."""
EXECUTOR = "shortlist"
"""The id of this process: work that it left is its own at the next start."""
WORKFLOW, WORK = "perform", "work"
QUEUE, BULK = "interactive", "bulk-"
"""Work that nobody waits for has a queue for each kind, so that a long import holds no announcement up."""
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
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

Run = Callable[["Jobs", str], Awaitable[str]]
Handler = Callable[[str, Steps], Awaitable[str]]
"""Does one piece of bulk work from its payload; an error that it lets through is logged, and ends the work."""


LOCKED_OUT = "a job was sealed with an encryption key that is not configured"
UNHANDLED = "there is bulk work of a kind that this version does not know"


@dataclass(frozen=True)
class _Put:
    """One job on its way to the disk."""

    id: str
    workflow: str
    queue: str
    args: tuple[str, ...]
    delay: float
    done: asyncio.Future[None]


class Jobs:
    """Use `running`; then `put` is durable when it returns, and each job runs once to its end."""

    def __init__(
        self,
        client: DBOSClient,
        engine: sa.Engine,
        loop: asyncio.AbstractEventLoop,
        kinds: Iterable[str] = (),
    ) -> None:
        self._client, self._engine, self._loop = client, engine, loop
        self._kinds = frozenset(kinds)
        self.turns = Turns()
        self._waiting: deque[_Put] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._writer = threading.Thread(target=self._write, name="jobs", daemon=True)

    async def put(self, id: str, invocation: str) -> None:
        """Return once the job is on disk; raises if the commit failed. A known id leaves the job as it is."""
        await self._put(id, WORKFLOW, QUEUE, (invocation,))

    async def put_work(self, kind: str, id: str, payload: str, *, delay: float = 0.0) -> None:
        """Like `put`, for the handler of this kind: it begins `delay` seconds later at the earliest.

        An id is one of its kind. Raises `ValueError` for a kind without a handler.
        """
        if kind not in self._kinds:
            raise ValueError(f"nothing handles work of the kind {kind}")
        await self._put(f"{kind}:{id}", WORK, BULK + kind, (kind, payload), delay)

    async def _put(
        self, id: str, workflow: str, queue: str, args: tuple[str, ...], delay: float = 0.0
    ) -> None:
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append(_Put(id, workflow, queue, args, delay, done))
        self._wake.set()
        await done

    async def load(self, id: str) -> str | None:
        """What was handed over under this id, or None when that is no longer kept."""
        found = await asyncio.to_thread(self._client.list_workflows, workflow_ids=[id], load_input=True)
        kept = found[0].input if found else None
        return kept["args"][-1] if kept else None

    async def open_jobs(self) -> int:
        found = await asyncio.to_thread(
            self._client.list_workflows, status=["ENQUEUED", "PENDING", "DELAYED"], load_input=False
        )
        return len(found)

    async def sweep(self, older_than: timedelta = RETENTION) -> int:
        """Delete ended jobs, with all they held, once their retention is over."""
        before, count = (datetime.now(UTC) - older_than).isoformat(), 0
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
            except (
                sa.exc.SQLAlchemyError,
                sqlite3.Error,
            ) as error:  # the next round does what this one could not
                log.warning("nothing deleted this time", error=type(error).__name__)

    def start(self) -> None:
        self._writer.start()

    def stop(self) -> None:
        self._closing = True
        self._wake.set()
        self._writer.join()

    def _write(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()  # before looking: a put meanwhile must wake us again
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if batch:
                failure = self._commit(batch)
                self._loop.call_soon_threadsafe(_tell, batch, failure)
            if self._closing and not self._waiting:
                return

    def _commit(self, batch: list[_Put]) -> Exception | None:
        try:
            with self._engine.begin() as connection:
                for put in batch:
                    self._client.enqueue_in_transaction(connection, _options(put), *put.args)
        except Exception as error:  # noqa: BLE001 every waiter must hear of it, whatever it is
            return error
        return None


def _options(put: _Put) -> EnqueueOptions:
    options: EnqueueOptions = {
        "workflow_name": put.workflow,
        "queue_name": put.queue,
        "workflow_id": put.id,
        "app_version": VERSION,
    }
    return {**options, "delay_seconds": put.delay} if put.delay > 0 else options


def _tell(batch: list[_Put], failure: Exception | None) -> None:
    for put in batch:
        if put.done.done():
            continue  # whoever waited has gone
        if failure:
            put.done.set_exception(failure)
        else:
            put.done.set_result(None)


@asynccontextmanager
async def running(
    path: Path, vault: Vault, run: Run, handlers: Mapping[str, Handler] | None = None
) -> AsyncIterator[Jobs]:
    """Start the engine on its file, take up what an earlier process left, and stop cleanly.

    `handlers` do bulk work, by kind. A kind that has none any more stays as it is.
    """
    handlers = dict(handlers or {})
    check_sqlite()
    prepare(path)
    config: DBOSConfig = {
        "name": "shortlist",
        "system_database_url": f"sqlite:///{path}",
        "sys_db_pool_size": 2,
        "application_version": VERSION,
        "executor_id": EXECUTOR,
        "serializer": Sealed(vault),
        "log_level": "WARNING",
    }

    engine = open_engine(path)
    client = DBOSClient(
        system_database_engine=engine, serializer=Sealed(vault), application_name="shortlist", lazy=True
    )
    jobs = Jobs(client, engine, asyncio.get_running_loop(), handlers)

    under_way: WeakSet[asyncio.Task[Any]] = WeakSet()

    async def perform(invocation: str | None) -> str:
        _note(under_way)
        await jobs.turns.work()
        return await _left(LOCKED_OUT) if invocation is None else await run(jobs, invocation)

    async def work(kind: str | None = None, payload: str = "") -> str:
        _note(under_way)
        if kind not in handlers:
            return await _left(UNHANDLED if kind else LOCKED_OUT)
        await jobs.turns.work()
        return await _handled(kind, handlers[kind], payload, DurableSteps(jobs.turns))

    DBOS(config=config)
    DBOS.workflow(name=WORKFLOW)(perform)
    DBOS.workflow(name=WORK)(work)
    DBOS.launch()
    await DBOS.register_queue_async(QUEUE, polling_interval_sec=POLL)
    for kind in handlers:
        await DBOS.register_queue_async(
            BULK + kind, polling_interval_sec=BULK_POLL, worker_concurrency=BULK_AT_ONCE
        )
    jobs.start()
    try:
        yield jobs
    finally:
        await asyncio.to_thread(jobs.stop)
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=DRAIN)
        # DBOS made its own thread pool the loop's and has now shut it down; whoever closes after us needs one.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await _let_go(under_way)
        client.destroy()
        engine.dispose()


def _note(under_way: WeakSet[asyncio.Task[Any]]) -> None:
    if task := asyncio.current_task():
        under_way.add(task)


async def _let_go(under_way: WeakSet[asyncio.Task[Any]]) -> None:
    """End what did not finish in time. DBOS writes nothing down for it, so the next start takes it up."""
    tasks = list(under_way)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _left(why: str) -> str:
    """Leave a job as it is until this process ends; a start that can do it takes it up."""
    log.error(why)
    waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    return await waiting


async def _handled(kind: str, handler: Handler, payload: str, steps: Steps) -> str:
    try:
        return await handler(payload, steps)
    except Exception as error:
        log.error("bulk work failed", kind=kind, error=type(error).__name__, where=frames(error))
        raise
