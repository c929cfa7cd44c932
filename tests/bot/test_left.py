"""What a process finds left when it starts: each job once, in the order in which they came."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.store.vault import Vault, new_key
from bot.work import jobs as engine
from bot.work.engine import turns as taking_turns
from bot.work.engine.steps import Steps
from bot.work.jobs import Jobs

pytestmark = pytest.mark.anyio

VAULT = Vault([SecretStr(new_key())])
THREE = [f'{{"number": {number}}}' for number in range(3)]


class Hanging:
    """Jobs that begin and do not end."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    async def run(self, jobs: Jobs, invocation: str, steps: Steps) -> str:
        self.begun.append(invocation)
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    async def has(self, count: int) -> None:
        async with asyncio.timeout(15):
            while len(self.begun) < count:
                await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "DRAIN", 0)


async def test_a_clock_that_was_set_back_does_not_change_the_order(tmp_path: Path) -> None:
    file, hanging = tmp_path / "jobs.db", Hanging()
    async with engine.running(file, VAULT, hanging.run) as jobs:
        for number, invocation in enumerate(THREE):
            await jobs.put(f"T1:{number}", invocation)
            await hanging.has(number + 1)
        with closing(sqlite3.connect(file, timeout=5)) as kept, kept:
            kept.execute("update workflow_status set created_at = 1 where workflow_uuid = 'T1:2'")
        assert await jobs.left() == THREE


async def test_those_that_begin_while_they_are_looked_for_are_found_before_those_behind_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_turns, "LONGEST", 60.0)
    hanging, loop = Hanging(), asyncio.get_running_loop()
    async with engine.running(tmp_path / "jobs.db", VAULT, hanging.run) as jobs:
        look = jobs._client.list_workflows

        async def one_begins() -> None:
            async with asyncio.timeout(15):
                await jobs._arrivals._begin_next()  # type: ignore[union-attr]

        def list_workflows(**asked: object) -> object:
            asyncio.run_coroutine_threadsafe(one_begins(), loop).result(20)
            found = look(**asked)  # type: ignore[arg-type]
            asyncio.run_coroutine_threadsafe(one_begins(), loop).result(20)
            return found

        with jobs.turns.keeping():  # nothing begins by itself
            for number, invocation in enumerate(THREE):
                await jobs.put(f"T1:{number}", invocation)
            monkeypatch.setattr(jobs._client, "list_workflows", list_workflows)
            assert await jobs.left() == THREE
            assert [arrived.id for _, arrived in jobs._arrivals._ready] == ["T1:2"]  # type: ignore[union-attr]
            monkeypatch.setattr(jobs._client, "list_workflows", look)
