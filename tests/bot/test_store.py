"""What every store promises; another one is done when this file passes for it too."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.store.base import Row, Store, Write
from bot.store.migrations import migrations
from bot.store.sqlite import SqliteStore

pytestmark = pytest.mark.anyio

CHANNEL = {"team_id": "T1", "channel_id": "C1", "connection_id": "a"}


def connection(id: str, name: str, team: str = "T1", **more: str | int) -> Row:
    row = {"id": id, "team_id": team, "name": name, "vendor": "talynce", "settings": "sealed"}
    return {**row, "is_default": 0, "created_at": "2026-01-01T00:00:00+00:00", **more}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = SqliteStore(path)
    yield opened
    await opened.close()


async def test_what_was_put_is_there(store: Store) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "One")))
    assert await store.rows("connections", {"id": "a"}) == [connection("a", "One")]
    assert await store.rows("connections", {}) == [connection("a", "One")]
    assert await store.rows("connections", {"id": "b"}) == []


async def test_a_row_of_the_same_key_is_replaced(store: Store) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "One")))
    await store.write(lambda write: write.put("connections", connection("a", "Two")))
    assert [row["name"] for row in await store.rows("connections", {})] == ["Two"]


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


async def test_a_transaction_sees_what_it_wrote(store: Store) -> None:
    seen: list[int] = []

    def both(write: Write) -> None:
        write.put("connections", connection("a", "One"))
        seen.append(len(write.rows("connections", {"name": "One"})))

    await store.write(both)
    assert seen == [1]


async def test_nothing_of_a_transaction_that_failed_is_left_and_the_next_one_works(store: Store) -> None:
    def half(write: Write) -> None:
        write.put("connections", connection("a", "One"))
        raise LookupError("in the middle")

    with pytest.raises(LookupError, match="in the middle"):
        await store.write(half)
    assert await store.rows("connections", {}) == []
    await store.write(lambda write: write.put("connections", connection("b", "Two")))
    assert len(await store.rows("connections", {})) == 1


async def test_values_are_never_read_as_code(store: Store) -> None:
    name = "x'; drop table connections; --"
    await store.write(lambda write: write.put("connections", connection("a", name)))
    assert [row["id"] for row in await store.rows("connections", {"name": name})] == ["a"]


async def test_writes_at_once_count_each_other(store: Store) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "0")))

    def add_one(write: Write) -> None:
        (row,) = write.rows("connections", {"id": "a"})
        write.change("connections", {"id": "a"}, {"name": str(int(str(row["name"])) + 1)})

    await asyncio.gather(*(store.write(add_one) for _ in range(20)))
    assert (await store.rows("connections", {"id": "a"}))[0]["name"] == "20"


async def test_two_stores_on_one_file_see_each_other(store: Store, path: Path) -> None:
    other = SqliteStore(path)
    await store.write(lambda write: write.put("connections", connection("a", "One")))
    assert len(await other.rows("connections", {})) == 1
    await other.close()


WRITER = """
import asyncio, sys
from pathlib import Path
from bot.store.sqlite import SqliteStore

def add_one(write):
    (row,) = write.rows("connections", {"id": "a"})
    write.change("connections", {"id": "a"}, {"name": str(int(row["name"]) + 1)})

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    for _ in range(100):
        await store.write(add_one)
    await store.close()

asyncio.run(main())
"""


async def in_two_processes(code: str, path: Path) -> list[tuple[int | None, bytes]]:
    async def one() -> tuple[int | None, bytes]:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(path), stderr=pipe)
        _, said = await process.communicate()
        return process.returncode, said

    return list(await asyncio.gather(one(), one()))


async def test_two_processes_that_read_and_write_at_once_lose_nothing(store: Store, path: Path) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "0")))
    assert await in_two_processes(WRITER, path) == [(0, b""), (0, b"")]
    assert (await store.rows("connections", {"id": "a"}))[0]["name"] == "200"


OPENER = """
import asyncio, sys
from pathlib import Path
from bot.store.sqlite import SqliteStore
asyncio.run(SqliteStore(Path(sys.argv[1])).close())
"""


async def test_two_processes_can_make_the_file_at_once(path: Path) -> None:
    assert await in_two_processes(OPENER, path) == [(0, b""), (0, b"")]
    opened = SqliteStore(path)
    assert await opened.rows("connections", {}) == []
    await opened.close()


async def test_migrations_run_once(store: Store, path: Path) -> None:
    await store.write(lambda write: write.put("connections", connection("a", "One")))
    await SqliteStore(path).close()
    assert len(await store.rows("connections", {})) == 1
    with sqlite3.connect(path) as opened:
        database = Database(opened)
        applied = [step.name for step in migrations.applied(database)]
        assert applied == list(dict.fromkeys(applied))
        assert migrations.pending(database) == []
    opened.close()


async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(database: Database) -> None:
        database.table("half").create({"id": int})
        raise OSError("the disk is full")

    with monkeypatch.context() as changed:
        changed.setattr(migrations, "apply", fail)
        with pytest.raises(OSError, match="full"):
            SqliteStore(path)
    opened = SqliteStore(path)
    with sqlite3.connect(path) as raw:
        assert "half" not in Database(raw).table_names()
    raw.close()
    await opened.close()
