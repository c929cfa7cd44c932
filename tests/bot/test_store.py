"""What every store promises; another one is done when this file passes for it too."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from enum import StrEnum
from pathlib import Path

import pytest

from bot.store.base import Row, Store, StoreRefused, Write
from bot.store.migrations import STEPS
from bot.store.once import first_time
from bot.store.open import open_store
from bot.store.schema import Index, Step, Table, keys_of, kinds_of

pytestmark = pytest.mark.anyio

CHANNEL = {"team_id": "T1", "channel_id": "C1", "connection_id": "a"}


class Colour(StrEnum):
    RED = "red"


def connection(id: str, name: str, team: str = "T1", **more: str | int) -> Row:
    row = {"id": id, "team_id": team, "name": name, "vendor": "talynce", "settings": "sealed"}
    return {**row, "is_default": 0, "created_at": "2026-01-01T00:00:00+00:00", **more}


async def test_what_was_put_is_there(store: Store) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "One")))
    assert await store.rows("connections", {"id": "a"}) == [connection("a", "One")]
    assert await store.rows("connections", {}) == [connection("a", "One")]
    assert await store.rows("connections", {"id": "b"}) == []


async def test_a_row_of_the_same_key_is_replaced(store: Store) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "One")))
    await store.write(lambda write: write.put("connections", connection("a", "Two")))
    assert [row["name"] for row in await store.rows("connections", {})] == ["Two"]


async def test_a_row_of_nothing_but_its_key_can_be_put_again(store: Store) -> None:
    for _ in range(2):
        await store.write(lambda write: write.put("once", {"id": "a"}))
    assert await store.rows("once", {}) == [{"id": "a", "until": None}]


async def test_a_key_of_two_columns_is_one_key(store: Store) -> None:
    def put(write: Write) -> None:
        write.put("connections", connection("a", "One"))
        write.put("connections", connection("b", "Two"))
        write.put("channels", CHANNEL)
        write.put("channels", {**CHANNEL, "channel_id": "C2"})
        write.put("channels", {**CHANNEL, "connection_id": "b"})

    await store.write(put)
    rows = await store.rows("channels", {"team_id": "T1"})
    assert {(row["channel_id"], row["connection_id"]) for row in rows} == {("C1", "b"), ("C2", "a")}


async def test_only_the_rows_that_fit_are_changed_and_removed(store: Store) -> None:
    def prepare(write: Write) -> None:
        for id, team in (("a", "T1"), ("b", "T1"), ("c", "T2")):
            write.put("connections", connection(id, id, team))
        write.change("connections", {"team_id": "T1"}, {"is_default": 1})
        write.remove("connections", {"team_id": "T1", "id": "b"})

    await store.write(prepare)
    rows = await store.rows("connections", {})
    assert {row["id"]: row["is_default"] for row in rows} == {"a": 1, "c": 0}


async def test_what_is_below_a_bound_goes_and_the_bound_itself_stays(store: Store) -> None:
    def prepare(write: Write) -> None:
        for id, until in (("a", 1.5), ("b", 2.0), ("c", 2.5), ("d", None)):
            write.put("once", {"id": id, "until": until})
        write.remove_below("once", "until", 2)

    await store.write(prepare)
    assert {row["id"] for row in await store.rows("once", {})} == {"b", "c", "d"}


async def test_pages_follow_each_other_in_the_order_of_bytes(store: Store) -> None:
    def prepare(write: Write) -> None:
        for id in ("b", "B", "a", "é", "_", "10", "9"):
            write.put("connections", connection(id, id))
        write.put("connections", connection("c", "c", "T2"))

    await store.write(prepare)
    first = await store.after("connections", {"team_id": "T1"}, "id", "", 4)
    second = await store.after("connections", {"team_id": "T1"}, "id", first[-1]["id"], 4)
    assert [row["id"] for row in (*first, *second)] == ["10", "9", "B", "_", "a", "b", "é"]
    seen = await store.write(lambda write: write.after("connections", {}, "id", "b", 1))
    assert [row["id"] for row in seen] == ["c"]


async def test_values_come_back_as_they_were(store: Store) -> None:
    row: Row = {
        "team_id": "T1",
        "connection_id": "%s ? \\ \" ' Zoë 🦉\n",
        "vendor": Colour.RED,
        "next_at": 1_790_000_000.123456,
        "polls": 2**53 + 1,
        "paused": True,
        "last_success": None,
        "leased_until": 0,
    }
    await store.write(lambda write: write.put("watches", row))
    (found,) = await store.rows("watches", {"paused": True, "vendor": Colour.RED})
    assert {name: found[name] for name in row} == row
    assert [type(found[name]) for name in ("vendor", "paused", "polls", "leased_until")] == [
        str,
        int,
        int,
        float,
    ]
    assert found["problem"] is None


async def test_nothing_equals_a_value_that_is_not_there(store: Store) -> None:
    await store.write(lambda write: write.put("once", {"id": "a", "until": None}))
    assert await store.rows("once", {"until": None}) == []
    assert await store.rows("once", {"id": "A"}) == []


async def test_a_transaction_sees_what_it_wrote_and_returns_what_it_found(store: Store) -> None:
    def both(write: Write) -> int:
        write.put("connections", connection("a", "One"))
        return len(write.rows("connections", {"name": "One"}))

    assert await store.write(both) == 1


async def test_nothing_of_a_transaction_that_failed_is_left_and_the_next_one_works(store: Store) -> None:
    def half(write: Write) -> None:
        write.put("connections", connection("a", "One"))
        raise LookupError("in the middle")

    with pytest.raises(LookupError, match="in the middle"):
        await store.write(half)
    assert await store.rows("connections", {}) == []
    await store.write(lambda write: write.put("connections", connection("b", "Two")))
    assert len(await store.rows("connections", {})) == 1


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("connections", connection("b", "Somebody's")),
        ("channels", {**CHANNEL, "connection_id": "Somebody's"}),
    ],
    ids=["a name twice", "a channel of nothing"],
)
async def test_what_breaks_a_rule_is_refused_without_a_word_about_the_values(
    store: Store, table: str, row: Row
) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "Somebody's")))
    with pytest.raises(StoreRefused) as caught:
        await store.write(lambda write: write.put(table, row))
    assert "Somebody" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert [r["id"] for r in await store.rows("connections", {})] == ["a"]


async def test_values_are_never_read_as_code(store: Store) -> None:
    name = "x'; drop table connections; --"
    await store.write(lambda write: write.put("connections", connection("a", name)))
    assert [row["id"] for row in await store.rows("connections", {"name": name})] == ["a"]


def add_one(write: Write) -> None:
    (row,) = write.rows("connections", {"id": "a"})
    write.change("connections", {"id": "a"}, {"name": str(int(str(row["name"])) + 1)})


async def test_writes_at_once_count_each_other(store: Store) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "0")))
    await asyncio.gather(*(store.write(add_one) for _ in range(40)))
    assert (await store.rows("connections", {"id": "a"}))[0]["name"] == "40"


async def test_of_many_at_once_one_is_the_first(store: Store) -> None:
    def first(write: Write) -> bool:
        return first_time(write, "event", now=1.0, keep=10.0)

    assert sorted(await asyncio.gather(*(store.write(first) for _ in range(20)))) == [*[False] * 19, True]


async def test_two_stores_of_one_address_see_each_other(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    await store.write(lambda write: write.put("connections", connection("a", "One")))
    assert len(await other.rows("connections", {})) == 1
    await other.close()


WRITER = """
import asyncio, sys
from bot.store.open import open_store

def add_one(write):
    (row,) = write.rows("connections", {"id": "a"})
    write.change("connections", {"id": "a"}, {"name": str(int(row["name"]) + 1)})

async def main():
    store = await open_store(sys.argv[1])
    for _ in range(100):
        await store.write(add_one)
    await store.close()

asyncio.run(main())
"""


async def in_two_processes(code: str, url: str) -> list[tuple[int | None, bytes]]:
    async def one() -> tuple[int | None, bytes]:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, url, stderr=pipe)
        _, said = await process.communicate()
        return process.returncode, said

    return list(await asyncio.gather(one(), one()))


async def test_two_processes_that_read_and_write_at_once_lose_nothing(store: Store, store_url: str) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "0")))
    assert await in_two_processes(WRITER, store_url) == [(0, b""), (0, b"")]
    assert (await store.rows("connections", {"id": "a"}))[0]["name"] == "200"


OPENER = """
import asyncio, sys
from bot.store.open import open_store

async def main():
    await (await open_store(sys.argv[1])).close()

asyncio.run(main())
"""


async def test_two_processes_can_make_the_tables_at_once(fresh_url: str) -> None:
    assert await in_two_processes(OPENER, fresh_url) == [(0, b""), (0, b"")]
    opened = await open_store(fresh_url)
    assert await opened.rows("connections", {}) == []
    await opened.close()


async def test_every_table_has_the_columns_that_the_steps_name(store: Store) -> None:
    columns: dict[str, set[str]] = {table: set(keys) for table, keys in keys_of(STEPS).items()}
    for step in STEPS:
        for table, more in (*((t.name, t.columns) for t in step.creates), *step.columns.items()):
            columns[table] |= set(kinds_of(more))
    for table, names in columns.items():
        assert await store.rows(table, dict.fromkeys(names, None)) == []


MORE = Step(
    "more",
    creates=(Table("extra", "id size:int", key="id"),),
    columns={"connections": "region weight:float"},
    indexes=(Index("extra", "size"),),
)


async def test_a_step_that_comes_later_leaves_the_rows_and_runs_once(store: Store, store_url: str) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "One")))
    for _ in range(2):
        later = await open_store(store_url, (*STEPS, MORE))
        await later.write(lambda write: write.put("extra", {"id": "x", "size": 1}))
        assert await later.rows("connections", {}) == [
            {**connection("a", "One"), "region": None, "weight": None}
        ]
        assert await later.rows("extra", {}) == [{"id": "x", "size": 1}]
        await later.close()


async def test_a_step_that_fails_leaves_nothing_and_the_next_start_can_take_it(fresh_url: str) -> None:
    with pytest.raises(StoreRefused):
        await open_store(fresh_url, (*STEPS, MORE, Step("wrong", columns={"nowhere": "name"})))
    opened = await open_store(fresh_url, (*STEPS, MORE))
    assert await opened.rows("extra", {}) == []
    await opened.close()


RELEASED = Path(__file__).with_name("released.sql")
"""A file of the first release, when the steps were functions."""


def schema(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as database:
        return {
            str(sql) for (sql,) in database.execute("select sql from sqlite_master where sql is not null")
        }


async def test_a_file_of_the_first_release_has_taken_the_steps_that_it_had_taken(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    with closing(sqlite3.connect(old)) as database:
        database.executescript(RELEASED.read_text())
    for path in (old, new):
        opened = await open_store(f"sqlite:///{path}")
        there = [len(await opened.rows(table, {})) for table in ("connections", "channels", "once")]
        await opened.close()
        assert there == [int(path == old)] * 3
    assert schema(old) == schema(new)
    with closing(sqlite3.connect(old)) as database:
        taken = [name for (name,) in database.execute("select name from _sqlite_migrations order by id")]
    assert taken == [step.name for step in STEPS]
