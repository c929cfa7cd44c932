"""The store on SQLite: reads on the loop, writes through one thread, WAL."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlite_utils

from .base import Row, Transaction
from .migrations import migrations


class SqliteStore:
    """A read takes some microseconds, far less than handing it to a thread; a write waits for the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._writing = _connect(path)
        _migrate(self._writing)
        self._reading = _connect(path)

    async def rows(self, table: str, where: Row) -> Sequence[Row]:
        return _rows(self._reading, table, where)

    async def write(self, transaction: Transaction) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writer, self._run, transaction)

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.shutdown, wait=True)
        self._reading.close()
        self._writing.close()

    def _run(self, transaction: Transaction) -> None:
        # Deferred, a read-then-write fails at once when another process writes; immediate, it waits.
        self._writing.execute("begin immediate")
        try:
            transaction(_SqliteWrite(self._writing))
        except BaseException:
            self._writing.execute("rollback")
            raise
        self._writing.execute("commit")


class _SqliteWrite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._database = sqlite_utils.Database(connection)

    def rows(self, table: str, where: Row) -> Sequence[Row]:
        return _rows(self._connection, table, where)

    def put(self, table: str, row: Row) -> None:
        known = self._database.table(table)
        known.upsert(dict(row), pk=known.pks)

    def change(self, table: str, where: Row, values: Row) -> None:
        sets = ", ".join(f"{column} = ?" for column in values)
        clause = " and ".join(f"{column} = ?" for column in where) or "1"
        self._connection.execute(
            f"update {table} set {sets} where {clause}", [*values.values(), *where.values()]
        )

    def remove(self, table: str, where: Row) -> None:
        clause = " and ".join(f"{column} = ?" for column in where) or "1"
        self._connection.execute(f"delete from {table} where {clause}", [*where.values()])

    def remove_below(self, table: str, column: str, bound: float) -> None:
        self._connection.execute(f"delete from {table} where {column} < ?", [bound])


def _rows(connection: sqlite3.Connection, table: str, where: Row) -> Sequence[Row]:
    clause = " and ".join(f"{column} = ?" for column in where) or "1"
    found = connection.execute(f"select * from {table} where {clause}", [*where.values()])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma foreign_keys = on")
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    """Two processes may start at once: the second waits, then finds nothing left to do."""
    database = sqlite_utils.Database(connection)
    connection.execute("begin immediate")
    try:
        migrations.apply(database)
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
