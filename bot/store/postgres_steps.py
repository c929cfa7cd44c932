"""The steps of the database's history on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from .schema import Index, Kind, Step, Table, kinds_of

STEPS_TAKEN = "store_steps"
"""The table of the steps that were taken; transactions take turns by a lock on it."""
FIRST_COMES = 7_216_930_415
"""The number of the lock under which steps are taken; nobody else who uses the database knows it."""
# By bytes, as on SQLite: the order of a language may change with the server's system, and breaks an index.
TYPES: Mapping[Kind, SQL] = {
    "text": SQL('text collate "C"'),
    "int": SQL("bigint"),
    "float": SQL("double precision"),
}


def take(connection: Connection, steps: Sequence[Step]) -> None:
    """Take those that are left, all or none; a second process that starts at once waits, then finds nothing left."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [FIRST_COMES])
        connection.execute(
            SQL("create table if not exists {} (name text primary key, taken_at text)").format(
                Identifier(STEPS_TAKEN)
            )
        )
        table = Identifier(STEPS_TAKEN)
        known = {name for (name,) in connection.execute(SQL("select name from {}").format(table))}
        for step in (each for each in steps if each.name not in known):
            for statement in _statements(step):
                connection.execute(statement)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            connection.execute(SQL("insert into {} values (%s, %s)").format(table), [step.name, now])


def _statements(step: Step) -> Iterator[Composed]:
    yield from (_create(table) for table in step.creates)
    for table, columns in step.columns.items():
        for name, kind in kinds_of(columns).items():
            yield SQL("alter table {} add column {} {}").format(
                Identifier(table), Identifier(name), TYPES[kind]
            )
    yield from (_index(index) for index in step.indexes)


def _create(table: Table) -> Composed:
    columns = [SQL("{} {}").format(Identifier(name), TYPES[kind]) for name, kind in table.kinds().items()]
    refers = [
        SQL("foreign key ({}) references {} ({})").format(*map(Identifier, (column, *place)))
        for column, place in table.refers.items()
    ]
    key = SQL("primary key ({})").format(_names(table.keys()))
    return SQL("create table {} ({})").format(
        Identifier(table.name), SQL(", ").join([*columns, key, *refers])
    )


def _index(index: Index) -> Composed:
    unique = SQL("unique ") if index.unique else SQL("")
    return SQL("create {}index {} on {} ({})").format(
        unique, Identifier(index.name), Identifier(index.table), _names(index.columns.split())
    )


def _names(names: Sequence[str]) -> Composed:
    return SQL(", ").join(map(Identifier, names))
