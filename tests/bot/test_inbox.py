"""Between the ack of a command and its beginning: on disk at once, begun in order, and never before an ack that waits."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.store.vault import Vault, new_key
from bot.work.background import Background
from bot.work.engine import arrivals as module
from bot.work.engine import turns as taking_turns
from bot.work.engine import writer as writing
from bot.work.engine.arrivals import Arrivals
from bot.work.engine.inbox import Arrived, Begun, Inbox, forget_in, left_in, older_in
from bot.work.engine.turns import CALM, LONGEST, Turns
from bot.work.engine.writer import Writer

pytestmark = pytest.mark.anyio

VAULT = Vault([SecretStr(new_key())])
FIRST, SECOND, THIRD = (Arrived(f"T1:{n}", f'{{"text": "jane{n}@example.com"}}') for n in range(3))


class Engine:
    """Writes down what is begun, unless a test has it fail."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.fails: dict[str, list[Exception]] = {}
        self._stirred = asyncio.Event()

    async def start(self, id: str, invocation: str) -> None:
        if self.fails.get(id):
            raise self.fails[id].pop(0)
        self.begun.append(id)
        self._stirred.set()

    async def has(self, *ids: str) -> None:
        async with asyncio.timeout(10):
            while not set(ids) <= set(self.begun):
                self._stirred.clear()
                await self._stirred.wait()


@asynccontextmanager
async def running(path: Path, engine: Engine, vault: Vault = VAULT) -> AsyncIterator[Arrivals]:
    arrivals = Arrivals(Inbox(path, vault), Turns(), engine.start, asyncio.get_running_loop())
    arrivals.open()
    try:
        async with Background() as background:
            background.start(arrivals.begin_forever())
            yield arrivals
    finally:
        await asyncio.to_thread(arrivals.close)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.db"


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN", 0.01)


async def test_what_gathers_during_a_commit_is_written_in_the_next_one() -> None:
    commits: list[Sequence[int]] = []
    writer = Writer[int]("test", commits.append, asyncio.get_running_loop())
    puts = [asyncio.ensure_future(writer.put(number)) for number in range(5)]
    await asyncio.sleep(0)
    writer.start()
    await asyncio.gather(*puts)
    await asyncio.to_thread(writer.stop)
    assert commits == [[0, 1, 2, 3, 4]]


async def test_everybody_hears_of_a_commit_that_failed_and_what_nobody_waits_for_is_tried_again() -> None:
    written: list[str] = []
    full = [sqlite3.OperationalError("full")]

    def commit(items: Sequence[str]) -> None:
        if full:
            raise full.pop()
        written.extend(items)

    writer = Writer[str]("test", commit, asyncio.get_running_loop())
    writer.later("small")
    puts = [asyncio.ensure_future(writer.put(item)) for item in ("a", "b")]
    await asyncio.sleep(0)
    writer.start()
    told = await asyncio.gather(*puts, return_exceptions=True)
    assert [type(each) for each in told] == [sqlite3.OperationalError] * 2
    await writer.put("c")
    await asyncio.to_thread(writer.stop)
    assert sorted(written) == ["c", "small"]


async def test_what_nobody_waits_for_is_written_on_a_quiet_day_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that began is struck out of the inbox before the engine forgets it: a restart would run it again."""
    monkeypatch.setattr(writing, "FLUSH", 0.01)
    written = asyncio.Event()
    loop = asyncio.get_running_loop()

    def commit(items: Sequence[str]) -> None:
        loop.call_soon_threadsafe(written.set)

    writer = Writer[str]("test", commit, loop)
    writer.start()
    writer.later("begun")
    async with asyncio.timeout(5):
        await written.wait()
    await asyncio.to_thread(writer.stop)


async def test_commands_begin_in_their_order_and_leave_nothing_behind(path: Path) -> None:
    engine = Engine()
    async with running(path, engine) as arrivals:
        for each in (FIRST, SECOND, THIRD):
            await arrivals.put(each)
        await engine.has(THIRD.id)
    assert engine.begun == [FIRST.id, SECOND.id, THIRD.id]
    assert left_in(path, VAULT) == ([], 0)


async def test_what_was_acknowledged_and_not_begun_begins_at_the_next_start(path: Path) -> None:
    inbox = Inbox(path, VAULT)
    inbox.write([FIRST, SECOND])
    inbox.write([Begun(FIRST.id)])
    inbox.close()
    assert left_in(path, VAULT) == ([SECOND], 0)
    engine = Engine()
    async with running(path, engine):
        await engine.has(SECOND.id)
    assert engine.begun == [SECOND.id]


async def test_the_file_shows_nobody_what_is_in_it(path: Path) -> None:
    Inbox(path, VAULT).write([FIRST])
    assert b"jane" not in b"".join(each.read_bytes() for each in path.parent.iterdir())


async def test_a_command_sealed_with_a_lost_key_stays_until_the_key_is_there_again(path: Path) -> None:
    inbox = Inbox(path, VAULT)
    inbox.write([FIRST])
    inbox.close()
    engine, stranger = Engine(), Vault([SecretStr(new_key())])
    async with running(path, engine, stranger) as arrivals:
        await arrivals.put(SECOND)
        await engine.has(SECOND.id)
    assert left_in(path, VAULT)[0] == [FIRST]
    assert older_in(path, stranger) == 1
    assert older_in(path, VAULT) == 0


async def test_a_row_moved_to_another_id_does_not_open(path: Path) -> None:
    Inbox(path, VAULT).write([FIRST])
    with sqlite3.connect(path) as connection:
        connection.execute("update inbox set id = 'T2:0'")
    assert left_in(path, VAULT) == ([], 1)


async def test_while_the_engine_does_not_write_everything_waits_in_its_order(path: Path, hurry: None) -> None:
    engine = Engine()
    engine.fails[FIRST.id] = [sqlite3.OperationalError("database is locked")] * 3
    async with running(path, engine) as arrivals:
        await arrivals.put(FIRST)
        await arrivals.put(SECOND)
        assert arrivals.ids == {FIRST.id, SECOND.id}
        assert arrivals.find(SECOND.id) == SECOND.invocation
        await engine.has(SECOND.id)
    assert engine.begun == [FIRST.id, SECOND.id]


async def test_one_that_the_engine_refuses_holds_no_other_one_up(path: Path, hurry: None) -> None:
    engine = Engine()
    engine.fails[FIRST.id] = [ValueError("strange")] * 2
    async with running(path, engine) as arrivals:
        await arrivals.put(FIRST)
        await arrivals.put(SECOND)
        await engine.has(FIRST.id, SECOND.id)
    assert engine.begun == [SECOND.id, FIRST.id]


async def test_what_is_forgotten_before_it_begins_never_begins_and_is_nowhere(
    path: Path, hurry: None
) -> None:
    engine = Engine()
    engine.fails[FIRST.id] = [sqlite3.OperationalError("database is locked")] * 3
    async with running(path, engine) as arrivals:
        for each in (FIRST, SECOND, THIRD):
            await arrivals.put(each)
        gone = await arrivals.forget(lambda job, text: text in (FIRST.invocation, SECOND.invocation))
        assert gone == {FIRST.id, SECOND.id}
        assert arrivals.find(SECOND.id) is None
        await engine.has(THIRD.id)
    assert engine.begun == [THIRD.id]
    assert left_in(path, VAULT) == ([], 0)


async def test_what_another_process_has_forgotten_never_begins(path: Path, hurry: None) -> None:
    engine = Engine()
    engine.fails[FIRST.id] = [sqlite3.OperationalError("database is locked")] * 3
    async with running(path, engine) as arrivals:
        for each in (FIRST, SECOND, THIRD):
            await arrivals.put(each)
        assert forget_in(path, VAULT, lambda job, text: job != THIRD.id) == {FIRST.id, SECOND.id}
        await engine.has(THIRD.id)
        assert arrivals.texts() == {}
    assert engine.begun == [THIRD.id]


async def test_what_goes_over_to_the_engine_is_there_before_anything_is_forgotten(path: Path) -> None:
    under_way, go_on, begun = asyncio.Event(), asyncio.Event(), list[str]()

    async def start(id: str, invocation: str) -> None:
        under_way.set()
        await go_on.wait()
        begun.append(id)

    engine = Engine()
    engine.start = start  # type: ignore[method-assign]
    async with running(path, engine) as arrivals:
        await arrivals.put(FIRST)
        await under_way.wait()
        forgetting = asyncio.ensure_future(arrivals.forget(lambda job, text: True))
        done, _ = await asyncio.wait({forgetting}, timeout=0.2)
        assert not done
        go_on.set()
        await forgetting
        assert begun == [FIRST.id]
        assert arrivals.ids == set()


async def test_a_command_that_cannot_be_opened_is_forgotten_by_its_id(path: Path) -> None:
    Inbox(path, VAULT).write([FIRST])
    stranger = Vault([SecretStr(new_key())])
    assert forget_in(path, stranger, lambda job, text: text is None and job == FIRST.id) == {FIRST.id}
    assert left_in(path, VAULT) == ([], 0)


async def test_work_waits_while_an_ack_waits_for_the_disk_however_slow_that_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking_turns, "LONGEST", 60.0)
    turns = Turns()
    with turns.keeping():
        await asyncio.sleep(CALM * 2)
        working = asyncio.ensure_future(turns.work())
        await asyncio.sleep(CALM * 2)
        assert not working.done()
    async with asyncio.timeout(10):
        await working


async def test_work_waits_for_acks_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_turns, "CALM", 60.0)
    turns = Turns()
    with turns.interaction():
        began = time.monotonic()
        await turns.work()
    assert time.monotonic() - began < LONGEST * 20
    done = asyncio.Event()

    async def work() -> None:
        await turns.work()
        done.set()

    with turns.interaction():
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0)
        assert not done.is_set()
    await task
