"""Work that nobody waits for: durable like commands, on queues of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.store.vault import Vault, new_key
from bot.work import jobs as engine
from bot.work.jobs import Handler, Jobs
from bot.work.steps import Steps

pytestmark = pytest.mark.anyio

VAULT = Vault([SecretStr(new_key())])


async def command(jobs: Jobs, invocation: str) -> str:
    return invocation


@asynccontextmanager
async def running(folder: Path, handlers: Mapping[str, Handler]) -> AsyncIterator[Jobs]:
    async with engine.running(folder / "jobs.db", VAULT, command, handlers) as jobs:
        yield jobs


async def test_work_is_done_once_however_often_it_is_handed_over(tmp_path: Path) -> None:
    done: asyncio.Queue[str] = asyncio.Queue()

    async def tell(payload: str, steps: Steps) -> str:
        await done.put(payload)
        return "told"

    async with running(tmp_path, {"tell": tell, "other": tell}) as jobs:
        for payload in ("first", "again"):
            await jobs.put_work("tell", "event 1", payload)
        await jobs.put_work("other", "event 1", "another kind")
        async with asyncio.timeout(10):
            assert {await done.get(), await done.get()} == {"first", "another kind"}
        await jobs.put_work("tell", "event 1", "and again")
        assert await jobs.load("tell:event 1") == "first"
    assert done.empty()
    assert b"another kind" not in (tmp_path / "jobs.db").read_bytes()


async def test_work_that_was_begun_goes_on_after_a_restart_with_the_steps_it_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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

    async with running(tmp_path, {"long": hang}) as jobs, asyncio.timeout(10):
        await jobs.put_work("long", "1", "payload")
        await begun.wait()
    async with running(tmp_path, {"long": finish}), asyncio.timeout(10):
        await ended.wait()
    assert counted == ["step"]


async def test_work_of_a_kind_that_nothing_handles_is_refused_and_what_was_kept_waits(tmp_path: Path) -> None:
    done = asyncio.Event()

    async def finish(payload: str, steps: Steps) -> str:
        done.set()
        return payload

    async with running(tmp_path, {"later": finish}) as jobs:
        await jobs.put_work("later", "1", "payload", delay=3600)
    async with running(tmp_path, {}) as jobs:
        with pytest.raises(ValueError, match="nothing handles work of the kind later"):
            await jobs.put_work("later", "2", "payload")
        assert await jobs.open_jobs() == 1
    assert not done.is_set()
