"""Copies all tables from one database to another one, whichever kind each of them is."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Protocol

from psycopg import Connection, errors
from psycopg.sql import SQL, Composed, Identifier

from .address import file_of
from .base import Value
from .migrations import STEPS
from .postgres_link import reached, told
from .postgres_steps import STEPS_TAKEN
from .postgres_steps import take as take_on_server
from .schema import Step, keys_of, kinds_of
from .sqlite import take as take_in_file
from .sqlite import told as told_by_file

Values = Sequence[Value]
OTHERS = """
select count(*) from pg_stat_activity
where datname = current_database() and application_name = 'shortlist' and pid <> pg_backend_pid()
"""
AT_ONCE = 2000
"""Rows that a server sends at a time."""


class InUse(Exception):
    """Somebody else works with this database."""


class Differs(Exception):
    """What was copied is not what it was copied from; says only in which table."""


@dataclass(frozen=True)
class Shape:
    """A table with all the columns that it has by now."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class Side(Protocol):
    """One of the two databases, while nobody else works with it; undone as a whole when something goes wrong."""

    def count(self, shape: Shape) -> int: ...

    def read(self, shape: Shape) -> Generator[Values, None, None]:
        """The rows in the order of their key, which is the same in every kind of database."""
        ...

    def fill(self, shape: Shape, rows: Iterable[Values]) -> None: ...


def shapes(steps: Iterable[Step] = STEPS) -> list[Shape]:
    """All tables, in the order in which rows can be put."""
    keys = keys_of(steps)
    columns: dict[str, list[str]] = {table: [] for table in keys}
    for step in steps:
        for table, named in (*((t.name, t.columns) for t in step.creates), *step.columns.items()):
            columns[table] += kinds_of(named)
    return [Shape(table, tuple(columns[table]), key) for table, key in keys.items()]


@contextmanager
def alone_on(url: str) -> Iterator[Side]:
    """Bring the tables up to date and keep everybody else out. Raises `InUse`, `StoreAway` and `StoreRefused`."""
    path = file_of(url)
    with _file(path) if path else _server(url) as side:
        yield side


def copy(source: Side, target: Side) -> dict[str, int]:
    """Copy everything, look whether it arrived, and return how many rows each table has. Raises `Differs`."""
    counts: dict[str, int] = {}
    for shape in shapes():
        with closing(source.read(shape)) as rows:
            target.fill(shape, rows)
        _compare(shape, source, target)
        counts[shape.table] = target.count(shape)
    return counts


def _compare(shape: Shape, source: Side, target: Side) -> None:
    with closing(source.read(shape)) as olds, closing(target.read(shape)) as news:
        for old, new in zip_longest(olds, news):
            if old is None or new is None or tuple(old) != tuple(new):
                raise Differs(shape.table)


@contextmanager
def _file(path: Path) -> Iterator[Side]:
    with told_by_file(), closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        _keep_out(connection)
        connection.execute("begin exclusive")
        try:
            yield _File(connection)
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
        connection.execute("pragma journal_mode = wal")


def _keep_out(connection: sqlite3.Connection) -> None:
    """A file leaves the WAL mode only when nobody else has it open, if only to read."""
    try:
        (mode,) = connection.execute("pragma journal_mode = delete").fetchone()
    except sqlite3.OperationalError:
        raise InUse from None
    if mode != "delete":
        raise InUse
    connection.execute("pragma foreign_keys = on")
    take_in_file(connection, STEPS)


class _File:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def count(self, shape: Shape) -> int:
        (count,) = self._connection.execute(f"select count(*) from {shape.table}").fetchone()
        return int(count)

    def read(self, shape: Shape) -> Generator[Values, None, None]:
        columns, key = ", ".join(shape.columns), ", ".join(shape.key)
        yield from self._connection.execute(f"select {columns} from {shape.table} order by {key}")

    def fill(self, shape: Shape, rows: Iterable[Values]) -> None:
        columns, marks = ", ".join(shape.columns), ", ".join("?" * len(shape.columns))
        self._connection.executemany(f"insert into {shape.table} ({columns}) values ({marks})", rows)


@contextmanager
def _server(url: str) -> Iterator[Side]:
    with told(), reached(url) as connection:
        take_on_server(connection, STEPS)
        (others,) = connection.execute(OTHERS).fetchone() or (0,)
        if others:
            raise InUse
        try:
            connection.execute(SQL("lock table {} in exclusive mode nowait").format(Identifier(STEPS_TAKEN)))
        except errors.LockNotAvailable:
            raise InUse from None
        yield _Server(connection)


class _Server:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, shape: Shape) -> int:
        found = self._connection.execute(SQL("select count(*) from {}").format(Identifier(shape.table)))
        (count,) = found.fetchone() or (0,)
        return int(count)

    def read(self, shape: Shape) -> Generator[Values, None, None]:
        named = SQL("select {} from {} order by {}").format(
            _names(shape.columns), Identifier(shape.table), _names(shape.key)
        )
        with self._connection.cursor(f"moving_{shape.table}") as cursor:
            cursor.itersize = AT_ONCE
            yield from cursor.execute(named)

    def fill(self, shape: Shape, rows: Iterable[Values]) -> None:
        named = SQL("copy {} ({}) from stdin").format(Identifier(shape.table), _names(shape.columns))
        with self._connection.cursor() as cursor, cursor.copy(named) as copied:
            for row in rows:
                copied.write_row(row)


def _names(names: Sequence[str]) -> Composed:
    return SQL(", ").join(map(Identifier, names))
