"""Work on a server when the server goes away, or takes a living process for dead: it is done once all the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import psycopg
import pytest
from pydantic import SecretStr

from bot.store.vault import Vault, new_key
from bot.work import jobs as engine
from bot.work.cluster import presence
from bot.work.cluster.peers import Peers, among
from bot.work.cluster.presence import PROCESSES
from bot.work.command.journal import Journal
from bot.work.engine import holders
from bot.work.engine.holders import Holders
from bot.work.engine.runs import Runs
from bot.work.engine.steps import Steps
from bot.work.jobs import Jobs
from connectors.base import Capability

pytestmark = pytest.mark.anyio

VAULT = Vault([SecretStr(new_key())])


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "LOOK", 0.02)
    monkeypatch.setattr(presence, "SURE", 0.2)
    monkeypatch.setattr(engine, "BULK_POLL", 0.02)


@dataclass
class Writer:
    """Writes something once; its first call arrives and is never answered."""

    arrived: list[str] = field(default_factory=list)
    looked: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    given_up: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, payload: str, steps: Steps) -> str:
        try:
            await Journal(steps).write(
                Capability.ADD_NOTE, (payload,), str, lambda: self._send(payload), self._look
            )
        except asyncio.CancelledError:
            self.given_up.set()
            raise
        self.ended.set()
        return payload

    async def _send(self, payload: str) -> str:
        self.arrived.append(payload)
        self.begun.set()
        await asyncio.get_running_loop().create_future()
        return payload

    async def _look(self) -> str | None:
        self.looked += 1
        return next(iter(self.arrived), None)


async def command(jobs: Jobs, invocation: str, steps: Steps) -> str:
    return invocation


@asynccontextmanager
async def running(url: str, writer: Writer) -> AsyncIterator[tuple[Jobs, Peers]]:
    async with AsyncExitStack() as stack:
        peers = await stack.enter_async_context(among(url))
        handlers = {"write": writer.handle}
        jobs = await stack.enter_async_context(engine.running(url, VAULT, command, handlers, peers))
        peers.begin()
        yield jobs, peers


@asynccontextmanager
async def buried(url: str, peers: Peers) -> AsyncIterator[None]:
    """Another process holds the lock of this one, as if it were dead."""
    key = presence._key(peers.id)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as grave:
        holder = (
            f"select pg_terminate_backend(pid) from pg_locks where classid = {PROCESSES} and objid = {key}"
        )
        await grave.execute(holder)
        await grave.execute("select pg_advisory_lock(%s, %s)", [PROCESSES, key])
        while peers.present:
            await asyncio.sleep(0.01)
        yield


async def test_work_that_was_taken_from_a_living_process_is_not_written_twice_when_it_comes_back(
    postgres_url: str,
) -> None:
    writer = Writer()
    async with asyncio.timeout(60), running(postgres_url, writer) as (jobs, peers):
        await jobs.put_work("write", "1", "payload")
        await writer.begun.wait()
        async with buried(postgres_url, peers):
            await Holders(jobs._client, jobs._database.reading, peers.id, Runs()).take_over(peers.id)
            await writer.given_up.wait()
            assert not writer.ended.is_set()
        await writer.ended.wait()
    assert (writer.arrived, writer.looked) == (["payload"], 1)


async def test_a_process_lets_go_of_what_another_has_taken_over(postgres_url: str) -> None:
    writer = Writer()
    async with asyncio.timeout(60), running(postgres_url, writer) as (jobs, peers):
        await jobs.put_work("write", "1", "payload")
        await writer.begun.wait()
        async with buried(postgres_url, peers):
            client = jobs._client
            await client.resume_workflows_async(["write:1"], queue_name="of another process")
            assert not writer.given_up.is_set()
        await writer.given_up.wait()
        await peers.ready()
        assert await jobs.open_jobs() == 1
    assert not writer.ended.is_set()


async def test_what_the_server_gave_in_an_answer_that_broke_off_is_done_all_the_same(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holders, "LOOK", 0.05)
    monkeypatch.setattr(holders, "UNHEARD", 1.0)
    writer = Writer()
    async with asyncio.timeout(60), running(postgres_url, writer) as (jobs, peers):
        await jobs.put_work("write", "1", "payload", delay=3600)
        given = (
            "update dbos.workflow_status set status = 'PENDING', executor_id = %s,"
            " started_at_epoch_ms = extract(epoch from clock_timestamp()) * 1000"
        )
        async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as server:
            await server.execute(given, [peers.id])
        await writer.begun.wait()
        # It takes longer than that, and is not begun once more.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(writer.given_up.wait(), 3)
    assert writer.arrived == ["payload"]


async def test_connections_that_break_lose_no_work_and_nobody_has_to_ask_again(postgres_url: str) -> None:
    done: asyncio.Queue[str] = asyncio.Queue()
    writer = Writer()

    async def note(jobs: Jobs, invocation: str, steps: Steps) -> str:
        async def say() -> str:
            await done.put(invocation)
            return invocation

        return await steps.once("say", say)

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(asyncio.timeout(60))
        peers = await stack.enter_async_context(among(postgres_url))
        handlers = {"write": writer.handle}
        jobs = await stack.enter_async_context(engine.running(postgres_url, VAULT, note, handlers, peers))
        await jobs.put("before", "before")
        assert await done.get() == "before"
        async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as server:
            await server.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        await jobs.put("after", "after")
        assert await done.get() == "after"
        await peers.ready()
