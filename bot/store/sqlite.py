"""The store on SQLite: reads on the loop, writes through one thread, WAL."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from bot.operate.metrics import STORE, writing

from .base import Found, Row, StoreAway, StoreRefused, Transaction, Value
from .migrations import STEPS
from .schema import Index, Kind, Step, Table, kinds_of

TYPES: Mapping[Kind, type] = {"text": str, "int": int, "float": float}


class SqliteStore:
    """A read takes some microseconds, far less than handing it to a thread; a write waits for the disk.

    Raises `StoreAway` where there can be no file.
    """

    def __init__(self, path: Path, steps: Sequence[Step] = STEPS) -> None:
        self._path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store")
        with told():
            self._writing = _connect(path)
            take(self._writing, steps)
            self._reading = _connect(path)

    async def rows(self, table: str, where: Row) -> Sequence[Row]:
        with told():
            return _rows(self._reading, table, where)

    async def after(self, table: str, where: Row, column: str, bound: Value, limit: int) -> Sequence[Row]:
        with told():
            return _after(self._reading, table, where, column, bound, limit)

    async def write(self, transaction: Transaction[Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._run, transaction)

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.shutdown, wait=True)
        self._reading.close()
        self._writing.close()

    def _run(self, transaction: Transaction[Found]) -> Found:
        with told(), writing(STORE):
            return self._committed(transaction)

    def _committed(self, transaction: Transaction[Found]) -> Found:
        # Deferred, a read-then-write fails at once when another process writes; immediate, it waits.
        self._writing.execute("begin immediate")
        try:
            found = transaction(_SqliteWrite(self._writing))
            self._writing.execute("commit")
        except BaseException:
            if self._writing.in_transaction:  # a full disk may have undone it already
                self._writing.execute("rollback")
            raise
        return found


class _SqliteWrite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._database = sqlite_utils.Database(connection)

    def rows(self, table: str, where: Row) -> Sequence[Row]:
        return _rows(self._connection, table, where)

    def after(self, table: str, where: Row, column: str, bound: Value, limit: int) -> Sequence[Row]:
        return _after(self._connection, table, where, column, bound, limit)

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
    return _found(connection.execute(f"select * from {table} where {clause}", [*where.values()]))


def _after(
    connection: sqlite3.Connection, table: str, where: Row, column: str, bound: Value, limit: int
) -> Sequence[Row]:
    clause = " and ".join([*(f"{name} = ?" for name in where), f"{column} > ?"])
    asked = f"select * from {table} where {clause} order by {column} limit ?"
    return _found(connection.execute(asked, [*where.values(), bound, limit]))


def _found(cursor: sqlite3.Cursor) -> Sequence[Row]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


@contextmanager
def told() -> Iterator[None]:
    """The driver's errors in our words, the same for every kind of database."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # the driver itself has none
        if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
            raise StoreAway(f"the database does not take it ({error.sqlite_errorname})") from None
        raise StoreRefused(f"the database refused this ({type(error).__name__})") from None


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma foreign_keys = on")
    return connection


def history(steps: Sequence[Step]) -> sqlite_utils.Migrations:
    """The steps in the form in which a file remembers which of them it has taken."""
    taken = sqlite_utils.Migrations("shortlist")
    for step in steps:
        taken(name=step.name)(_taking(step))
    return taken


def take(connection: sqlite3.Connection, steps: Sequence[Step]) -> None:
    """Two processes may start at once: the second waits, then finds nothing left to do."""
    database = sqlite_utils.Database(connection)
    connection.execute("begin immediate")
    try:
        history(steps).apply(database)
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _taking(step: Step) -> Callable[[sqlite_utils.Database], None]:
    def take(database: sqlite_utils.Database) -> None:
        _take(step, database)

    return take


def _take(step: Step, database: sqlite_utils.Database) -> None:
    for table in step.creates:
        _create(database, table)
    for name, columns in step.columns.items():
        for column, kind in kinds_of(columns).items():
            database.table(name).add_column(column, TYPES[kind])
    for index in step.indexes:
        _index(database, index)


def _create(database: sqlite_utils.Database, table: Table) -> None:
    columns = {name: TYPES[kind] for name, kind in table.kinds().items()}
    refers = [(column, *place) for column, place in table.refers.items()]
    keys = table.keys()
    key = keys[0] if len(keys) == 1 else keys
    database.table(table.name).create(columns, pk=key, foreign_keys=refers)


def _index(database: sqlite_utils.Database, index: Index) -> None:
    database.table(index.table).create_index(index.columns.split(), index.name, unique=index.unique)
