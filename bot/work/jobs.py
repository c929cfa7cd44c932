"""The durable engine: hands interactions to DBOS before they are acknowledged, and runs them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, Serializer

from bot.store.vault import CannotOpen, Vault

log = structlog.get_logger()

VERSION = "1"
"""DBOS leaves work of another version lying; so this is raised only together with a plan for open work."""
WORKFLOW = "perform"
QUEUE = "interactive"
POLL = 0.05
RETENTION = timedelta(days=1)
SWEEP = 600.0
"""Seconds between two looks for ended jobs whose retention is over."""
AT_ONCE = 1000
"""Jobs that one statement deletes; SQLite takes only so many values in one."""
DRAIN = 5
"""Seconds that jobs under way get to finish at a stop; the others go on at the next start."""
LONGEST_COMMIT = 1.0
"""Seconds to wait for the file. Slack waits three; a job that came later would run although it was said to have failed."""
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

Run = Callable[["Jobs", str], Awaitable[str]]


LOCKED = {"args": (None,), "kwargs": {}}
"""What a job is called with that was sealed with a key that is not configured."""


class UnsuitableSqlite(Exception):
    """This Python and this SQLite cannot run the durable engine together."""


class JobFailed(Exception):
    """Stands for an error of an earlier run, of which only the name was kept."""


class Sealed(Serializer):
    """JSON sealed by the vault: what a job holds is nobody's to read in the file."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def name(self) -> str:
        return "shortlist_sealed_json"

    def serialize(self, data: Any) -> str:
        return self._vault.seal(
            "job", json.dumps(data, default=lambda other: {"__error__": type(other).__name__})
        )

    def deserialize(self, serialized_data: str) -> Any:
        try:
            data = json.loads(self._vault.open("job", serialized_data))
        except CannotOpen:
            return LOCKED  # raised here, it would end the job for good
        return JobFailed(data["__error__"]) if isinstance(data, dict) and "__error__" in data else data


class Jobs:
    """Use `running`; then `put` is durable when it returns, and each job runs once to its end."""

    def __init__(self, client: DBOSClient, engine: sa.Engine, loop: asyncio.AbstractEventLoop) -> None:
        self._client, self._engine, self._loop = client, engine, loop
        self._waiting: deque[tuple[str, str, asyncio.Future[None]]] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._writer = threading.Thread(target=self._write, name="jobs", daemon=True)

    async def put(self, id: str, invocation: str) -> None:
        """Return once the job is on disk; raises if the commit failed. A known id leaves the job as it is."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append((id, invocation, done))
        self._wake.set()
        await done

    async def load(self, id: str) -> str | None:
        """What was handed over under this id, or None when that is no longer kept."""
        found = await asyncio.to_thread(self._client.list_workflows, workflow_ids=[id], load_input=True)
        kept = found[0].input if found else None
        return kept["args"][0] if kept else None

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
            except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:  # the next round does what this one could not
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

    def _commit(self, batch: list[tuple[str, str, asyncio.Future[None]]]) -> Exception | None:
        try:
            with self._engine.begin() as connection:
                for id, invocation, _ in batch:
                    self._client.enqueue_in_transaction(
                        connection,
                        {
                            "workflow_name": WORKFLOW,
                            "queue_name": QUEUE,
                            "workflow_id": id,
                            "app_version": VERSION,
                        },
                        invocation,
                    )
        except Exception as error:  # noqa: BLE001 every waiter must hear of it, whatever it is
            return error
        return None


def _tell(batch: list[tuple[str, str, asyncio.Future[None]]], failure: Exception | None) -> None:
    for _, _, done in batch:
        if done.done():
            continue  # whoever waited has gone
        if failure:
            done.set_exception(failure)
        else:
            done.set_result(None)


@asynccontextmanager
async def running(path: Path, vault: Vault, run: Run) -> AsyncIterator[Jobs]:
    """Start the engine on its file, take up what an earlier process left, and stop cleanly."""
    _check_sqlite()
    _prepare(path)
    config: DBOSConfig = {
        "name": "shortlist",
        "system_database_url": f"sqlite:///{path}",
        "sys_db_pool_size": 2,
        "application_version": VERSION,
        "executor_id": "shortlist",
        "serializer": Sealed(vault),
        "log_level": "WARNING",
    }

    engine = _engine(path)
    client = DBOSClient(
        system_database_engine=engine, serializer=Sealed(vault), application_name="shortlist", lazy=True
    )
    jobs = Jobs(client, engine, asyncio.get_running_loop())

    async def perform(invocation: str | None) -> str:
        return await _locked() if invocation is None else await run(jobs, invocation)

    DBOS(config=config)
    DBOS.workflow(name=WORKFLOW)(perform)
    DBOS.launch()
    await DBOS.register_queue_async(QUEUE, polling_interval_sec=POLL)
    jobs.start()
    try:
        yield jobs
    finally:
        await asyncio.to_thread(jobs.stop)
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=DRAIN)
        # DBOS made its own thread pool the loop's and has now shut it down; whoever closes after us needs one.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        client.destroy()
        engine.dispose()


async def _locked() -> str:
    """Leave a job as it is until this process ends; a start with the right key takes it up."""
    log.error("a job was sealed with an encryption key that is not configured")
    waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    return await waiting


def _engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=2, connect_args={"timeout": LONGEST_COMMIT})
    sa.event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    # Deferred, the driver would find the file locked as soon as another connection writes; immediate, it waits.
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("begin immediate"))
    return engine


def _prepare(path: Path) -> None:
    """WAL is a property of the file; the engine itself would leave it in the slow mode."""
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode = wal")
    connection.close()


def _check_sqlite() -> None:
    if sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42):
        raise UnsuitableSqlite(
            f"Python {sys.version_info.major}.{sys.version_info.minor} needs SQLite 3.42 or later for durable work, "
            f"and this one is {sqlite3.sqlite_version}. Use Python 3.11, or a Python with a newer SQLite."
        )
