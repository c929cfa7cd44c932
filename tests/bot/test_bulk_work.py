"""Work that nobody waits for: durable like commands, on queues of its own, on a file and on a server."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Protocol

import pytest
from pydantic import SecretStr

from bot.store.vault import Vault, new_key
from bot.work import jobs as engine
from bot.work.cluster.peers import among
from bot.work.engine.steps import Steps
from bot.work.engine.workflows import Handler
from bot.work.jobs import Jobs

pytestmark = pytest.mark.anyio

VAULT = Vault([SecretStr(new_key())])


class Start(Protocol):
    def __call__(self, handlers: Mapping[str, Handler]) -> AbstractAsyncContextManager[Jobs]: ...


async def command(jobs: Jobs, invocation: str, steps: Steps) -> str:
    return invocation


@pytest.fixture(params=["file", "server"])
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Start:
    """One process after the other on the same database."""
    file = tmp_path / "jobs.db"
    url = request.getfixturevalue("postgres_url") if request.param == "server" else ""

    @asynccontextmanager
    async def running(handlers: Mapping[str, Handler]) -> AsyncIterator[Jobs]:
        async with (
            among(url or f"sqlite:///{file}") as peers,
            engine.running(url or file, VAULT, command, handlers, peers) as jobs,
        ):
            peers.begin()
            yield jobs

    return running


async def test_work_is_done_once_however_often_it_is_handed_over(start: Start) -> None:
    done: asyncio.Queue[str] = asyncio.Queue()

    async def tell(payload: str, steps: Steps) -> str:
        await done.put(payload)
        return "told"

    async with start({"tell": tell, "other": tell}) as jobs:
        for payload in ("first", "again"):
            await jobs.put_work("tell", "event 1", payload)
        await jobs.put_work("other", "event 1", "another kind")
        async with asyncio.timeout(10):
            assert {await done.get(), await done.get()} == {"first", "another kind"}
        await jobs.put_work("tell", "event 1", "and again")
        assert await jobs.load("tell:event 1") == "first"
    assert done.empty()


async def test_nothing_of_it_can_be_read_in_the_file(tmp_path: Path) -> None:
    async def tell(payload: str, steps: Steps) -> str:
        return payload

    async with engine.running(tmp_path / "jobs.db", VAULT, command, {"tell": tell}) as jobs:
        await jobs.put_work("tell", "event 1", "of somebody")
    assert b"of somebody" not in (tmp_path / "jobs.db").read_bytes()


async def test_work_that_was_begun_goes_on_after_a_restart_with_the_steps_it_took(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "DRAIN", 0)
    begun, ended = asyncio.Event(), asyncio.Event()
    counted: list[str] = []

    async def count() -> str:
        counted.append("step")
        return str(len(counted))

    async def hang(payload: str, steps: Steps) -> str:
        await steps.once("count", count)
        begun.set()
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    async def finish(payload: str, steps: Steps) -> str:
        assert await steps.once("count", count) == "1"
        ended.set()
        return payload

    async with start({"long": hang}) as jobs, asyncio.timeout(10):
        await jobs.put_work("long", "1", "payload")
        await begun.wait()
    async with start({"long": finish}), asyncio.timeout(15):
        await ended.wait()
    assert counted == ["step"]


async def test_work_is_not_given_up_however_many_processes_have_died_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "DRAIN", 0)
    begun, ended, file = asyncio.Event(), asyncio.Event(), tmp_path / "jobs.db"

    async def hang(payload: str, steps: Steps) -> str:
        begun.set()
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    async def finish(payload: str, steps: Steps) -> str:
        ended.set()
        return payload

    async with engine.running(file, VAULT, command, {"long": hang}) as jobs, asyncio.timeout(10):
        await jobs.put_work("long", "1", "payload")
        await begun.wait()
    with closing(sqlite3.connect(file)) as kept, kept:
        assert kept.execute("update workflow_status set recovery_attempts = 1000").rowcount == 1
    async with engine.running(file, VAULT, command, {"long": finish}), asyncio.timeout(15):
        await ended.wait()


async def test_work_of_a_kind_that_nothing_handles_is_refused_and_what_was_kept_waits(start: Start) -> None:
    done = asyncio.Event()

    async def finish(payload: str, steps: Steps) -> str:
        done.set()
        return payload

    async with start({"later": finish}) as jobs:
        await jobs.put_work("later", "1", "payload", delay=3600)
    async with start({}) as jobs:
        with pytest.raises(ValueError, match="nothing handles work of the kind later"):
            await jobs.put_work("later", "2", "payload")
        assert await jobs.open_jobs() == 1
    assert not done.is_set()
