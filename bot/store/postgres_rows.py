"""What can be done inside a transaction on PostgreSQL, and the statements for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composable, Identifier

from .base import Row, Value


class PostgresWrite:
    def __init__(self, connection: Connection, keys: Mapping[str, tuple[str, ...]]) -> None:
        self._connection, self._keys = connection, keys

    def rows(self, table: str, where: Row) -> Sequence[Row]:
        return found(self._connection, table, where)

    def after(self, table: str, where: Row, column: str, bound: Value, limit: int) -> Sequence[Row]:
        return found_after(self._connection, table, where, column, bound, limit)

    def put(self, table: str, row: Row) -> None:
        self._connection.execute(_upsert(table, tuple(row), self._keys[table]), _plain(row))

    def change(self, table: str, where: Row, values: Row) -> None:
        statement = _update(table, tuple(values), tuple(where))
        self._connection.execute(statement, [*_plain(values), *_plain(where)])

    def remove(self, table: str, where: Row) -> None:
        self._connection.execute(_delete(table, tuple(where)), _plain(where))

    def remove_below(self, table: str, column: str, bound: float) -> None:
        self._connection.execute(_delete_below(table, column), [bound])


def found(connection: Connection, table: str, where: Row) -> Sequence[Row]:
    return _fetched(connection, _select(table, tuple(where)), _plain(where))


def found_after(
    connection: Connection, table: str, where: Row, column: str, bound: Value, limit: int
) -> Sequence[Row]:
    statement = _select_after(table, tuple(where), column)
    return _fetched(connection, statement, [*_plain(where), bound, limit])


def _fetched(connection: Connection, statement: bytes, values: Sequence[Value]) -> Sequence[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement, values).fetchall()


def _plain(row: Row) -> list[Value]:
    """The values. SQLite knows no truth but numbers, and neither do our tables."""
    return [int(value) if isinstance(value, bool) else value for value in row.values()]


@cache
def _select(table: str, where: tuple[str, ...]) -> bytes:
    return _built("select * from {}{}", Identifier(table), _where(where))


@cache
def _select_after(table: str, where: tuple[str, ...], column: str) -> bytes:
    clauses = [*map(_equals, where), SQL("{} > %s").format(Identifier(column))]
    ordered = "select * from {} where {} order by {} limit %s"
    return _built(ordered, Identifier(table), SQL(" and ").join(clauses), Identifier(column))


@cache
def _upsert(table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> bytes:
    others = [name for name in columns if name not in key]
    sets = [SQL("{0} = excluded.{0}").format(Identifier(name)) for name in others]
    return _built(
        "insert into {} ({}) values ({}) on conflict ({}) do {}",
        Identifier(table),
        SQL(", ").join(map(Identifier, columns)),
        SQL(", ").join([SQL("%s")] * len(columns)),
        SQL(", ").join(map(Identifier, key)),
        SQL("update set {}").format(SQL(", ").join(sets)) if sets else SQL("nothing"),
    )


@cache
def _update(table: str, columns: tuple[str, ...], where: tuple[str, ...]) -> bytes:
    return _built(
        "update {} set {}{}", Identifier(table), SQL(", ").join(map(_equals, columns)), _where(where)
    )


@cache
def _delete(table: str, where: tuple[str, ...]) -> bytes:
    return _built("delete from {}{}", Identifier(table), _where(where))


@cache
def _delete_below(table: str, column: str) -> bytes:
    return _built("delete from {} where {} < %s", Identifier(table), Identifier(column))


def _where(columns: tuple[str, ...]) -> Composable:
    return SQL(" where {}").format(SQL(" and ").join(map(_equals, columns))) if columns else SQL("")


def _equals(column: str) -> Composable:
    return SQL("{} = %s").format(Identifier(column))


def _built(form: str, *parts: Composable) -> bytes:
    return SQL(form).format(*parts).as_bytes()
