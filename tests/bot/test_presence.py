"""Processes that share a server: who is alive, whose turn it is, and what they tell each other."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from bot.store.base import StoreTaken
from bot.work.cluster import alone, presence, rates
from bot.work.cluster.peers import Peers, among
from bot.work.cluster.presence import PROCESSES, Presence, present
from bot.work.cluster.rates import Rates
from connectors.http import Http, new_client
from connectors.pace import MARGIN, Pace, background
from connectors.recruspace import Recruspace

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "LOOK", 0.02)
    monkeypatch.setattr(presence, "GRACE", 0.2)
    monkeypatch.setattr(presence, "UPHEAVAL", 0.4)
    monkeypatch.setattr(rates, "PATIENCE", 0.3)


@pytest.fixture
async def others(anyio_backend: str, postgres_url: str) -> AsyncIterator[list[Presence]]:
    """Three processes on one server."""
    async with AsyncExitStack() as stack:
        yield [await joined(stack, postgres_url) for _ in range(3)]


async def joined(stack: AsyncExitStack, url: str) -> Presence:
    one = await stack.enter_async_context(present(url))
    assert isinstance(one, Presence)
    return one


class Estate:
    """Notes who was cleared up after, and by whom."""

    def __init__(self, processes: list[Presence]) -> None:
        self.buried: list[tuple[str, str]] = []
        self.stirred = asyncio.Event()
        for each in processes:
            each.on_takeover(self._heir(each))

    def _heir(self, takeover: Presence) -> Callable[[str], "asyncio.Future[None]"]:
        def bury(id: str) -> "asyncio.Future[None]":
            self.buried.append((takeover.id, id))
            self.stirred.set()
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            done.set_result(None)
            return done

        return bury


async def backends(url: str, statement: str, *values: object) -> list[tuple[object, ...]]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        cursor = await connection.execute(statement, values)
        return list(await cursor.fetchall()) if cursor.description else []


HOLDERS = "from pg_locks where locktype = 'advisory' and classid = %s and granted"


async def test_the_dead_are_cleared_up_after_by_one_process_and_all_others_hear_of_it(
    postgres_url: str, others: list[Presence]
) -> None:
    estate, mourned = Estate(others), asyncio.Queue[str]()
    for each in others:
        each.begin()
        each.on_peer_lost(partial(mourned.put_nowait, each.id))
    async with AsyncExitStack() as stack:
        dead = await joined(stack, postgres_url)
        async with asyncio.timeout(10):
            while not all(dead.id in each._known for each in others):
                await asyncio.sleep(0.01)
    async with asyncio.timeout(10):
        heard = {await mourned.get() for _ in others}
    assert heard == {each.id for each in others}
    assert [id for _, id in estate.buried] == [dead.id]
    assert not await backends(postgres_url, "select id from processes where id = %s", dead.id)


async def test_whoever_owned_something_and_is_not_known_at_all_is_dead_too(others: list[Presence]) -> None:
    estate = Estate(others)
    await others[0].suspect(["shortlist", others[1].id])
    others[2].begin()
    async with asyncio.timeout(10):
        await estate.stirred.wait()
    assert estate.buried == [(others[2].id, "shortlist")]


async def test_a_connection_that_breaks_is_made_anew_and_nobody_takes_the_process_for_dead(
    postgres_url: str, others: list[Presence]
) -> None:
    estate, back = Estate(others), asyncio.Queue[str]()

    def regained(id: str) -> Callable[[], "asyncio.Future[None]"]:
        async def note() -> None:
            await back.put(id)

        return lambda: asyncio.ensure_future(note())

    for each in others:
        each.begin()
        each.on_regained(regained(each.id))
    assert len(await backends(postgres_url, f"select pg_terminate_backend(pid) {HOLDERS}", PROCESSES)) == 3
    async with asyncio.timeout(10):
        assert {await back.get() for _ in others} == {each.id for each in others}
        for each in others:
            await each.ready()
    alive = await backends(postgres_url, f"select objid {HOLDERS}", PROCESSES)
    assert len(alive) == 3
    assert estate.buried == []


async def test_a_process_that_was_taken_for_dead_does_nothing_until_it_has_its_lock_again(
    postgres_url: str, others: list[Presence], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "SURE", 0.1)
    one = others[0]
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as grave:
        key = presence._key(one.id)
        await grave.execute(f"select pg_terminate_backend(pid) {HOLDERS} and objid = {key}", [PROCESSES])
        await grave.execute("select pg_advisory_lock(%s, %s)", [PROCESSES, key])
        waiting = asyncio.create_task(one.ready())
        async with asyncio.timeout(10):
            while one.present:
                await asyncio.sleep(0.01)
        assert not one.present
        done, _ = await asyncio.wait([asyncio.create_task(one.ready())], timeout=0.3)
        assert not done
        await grave.execute("select pg_advisory_unlock(%s, %s)", [PROCESSES, key])
        async with asyncio.timeout(10):
            await waiting
            await one.ready()


async def test_only_one_process_has_a_turn(others: list[Presence]) -> None:
    inside: list[str] = []

    async def work(each: Presence) -> None:
        for _ in range(5):
            async with each.turn("channel"):
                inside.append(each.id)
                await asyncio.sleep(0)
                assert inside == [each.id]
                inside.clear()

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for each in others:
            group.create_task(work(each))
    async with others[0].turn("one"), others[1].turn("another"):
        assert inside == []


async def test_what_one_says_all_others_hear_and_it_does_not(others: list[Presence]) -> None:
    heard: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
    for number, each in enumerate(others):
        each.hear(lambda said, number=number: heard.put_nowait((number, said)))  # type: ignore[misc]
    said = [f"number {n} é" for n in range(1000)]
    async with asyncio.timeout(10):
        while heard.empty():  # until everybody listens
            others[0].tell("hello")
            await asyncio.sleep(0.01)
        for text in said:
            assert others[0].tell(text)
        got = [await heard.get() for _ in range(2 * len(said))]
        while len([each for each in got if each[1] != "hello"]) < 2 * len(said):
            got.append(await heard.get())
    for number in (1, 2):
        assert [text for who, text in got if who == number and text != "hello"] == said
    assert {number for number, _ in got} == {1, 2}


async def test_on_a_file_a_process_is_alone(tmp_path: Path) -> None:
    async with among(f"sqlite:///{tmp_path / 'alone.db'}") as peers:
        assert type(peers) is Peers
        assert not peers.tell("anybody?")
        await peers.ready()
        async with peers.turn("mine"):
            assert peers.present


async def test_a_second_process_on_a_file_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "PATIENCE", 0.0)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(among(url := f"sqlite:///{tmp_path / 'taken.db'}"))
        with pytest.raises(StoreTaken, match="Another Shortlist is using this database file"):
            await stack.enter_async_context(among(url))


async def test_whoever_comes_while_a_process_stops_waits_for_that(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'handed-on.db'}"
    async with AsyncExitStack() as after:
        async with among(url):
            second = asyncio.create_task(after.enter_async_context(among(url)))
            await asyncio.sleep(0)
            assert not second.done()
        assert (await second).present


@pytest.fixture
async def meters(anyio_backend: str, others: list[Presence], postgres_url: str) -> AsyncIterator[list[Rates]]:
    """What two processes count with."""
    async with Rates(postgres_url) as one, Rates(postgres_url) as other:
        yield [one, other]


async def test_two_processes_with_one_key_keep_its_rate_together(meters: list[Rates]) -> None:
    calls, seconds = 5, 0.5
    paces = [Pace(calls, seconds - MARGIN, meter=meter, key="a hash") for meter in meters]
    sent: list[float] = []

    async def send(pace: Pace) -> None:
        for _ in range(10):
            async with pace.call():
                sent.append(asyncio.get_running_loop().time())

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for pace in paces:
            group.create_task(send(pace))
    # The server has counted a call before it is noted here.
    slack = 0.1
    gaps = [last - first for first, last in zip(sent, sent[calls:], strict=False)]
    assert len(sent) == 20
    assert min(gaps) >= seconds - slack


async def test_each_process_alone_would_be_twice_as_fast(meters: list[Rates]) -> None:
    took = [await meter.take("a hash", 2, 60.0) for meter in meters for _ in range(2)]
    assert took[:2] == [0.0, 0.0]
    assert all(59 < wait <= 60 for wait in took[2:])
    assert await meters[0].take("another", 2, 60.0) == 0.0


async def test_work_in_the_background_leaves_a_part_of_the_rate_to_people_everywhere(
    meters: list[Rates],
) -> None:
    for _ in range(4):
        assert await meters[0].take("a hash", 5, 60.0) == 0.0
    paced = Pace(5, 60.0, meter=meters[1], key="a hash")
    with background():
        waiting = asyncio.create_task(paced.call().__aenter__())
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    assert not done
    async with paced.call():
        assert await meters[0].take("a hash", 5, 60.0) > 0
    waiting.cancel()


async def test_when_one_process_was_too_fast_all_wait(meters: list[Rates]) -> None:
    pace = Pace(None, meter=meters[0], key="a hash")
    async with pace.call():
        pace.hold(30.0)
    for calls in (None, 100):
        assert 29 < await meters[1].take("a hash", calls, 60.0) <= 30
    assert await meters[1].take("another", None, 60.0) == 0.0


async def test_without_the_server_each_process_keeps_the_rate_by_itself(
    meters: list[Rates], postgres_url: str
) -> None:
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    elsewhere = postgres_url.replace(f"/{name}", "/postgres")
    await backends(elsewhere, f'alter database "{name}" with allow_connections false')
    await backends(
        elsewhere, "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", name
    )
    assert await meters[0].take("a hash", 1, 60.0) == 0.0
    assert await meters[0].take("a hash", 1, 60.0) == 0.0


async def test_a_record_is_written_by_one_process_at_a_time(others: list[Presence]) -> None:
    inside: list[int] = []
    async with new_client() as client:
        settings = Recruspace.Settings(key=SecretStr("a-key"))
        accounts = [Recruspace(settings, Http(client, turn=each.turn)) for each in others]

        async def write(number: int) -> None:
            async with accounts[number % len(accounts)].writing("17"):
                inside.append(number)
                await asyncio.sleep(0.005)
                assert inside == [number]
                inside.clear()

        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            for number in range(9):
                group.create_task(write(number))
