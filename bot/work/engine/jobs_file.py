"""The engine's own file: SQLite, set up to take work fast."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.store.base import StoreRefused
from bot.work.engine.database import Database

POOL = 2
"""More would fight over the one lock of the file."""
LONGEST_COMMIT = 1.0
"""Seconds to wait for the file. Slack waits three; a job that came later would run although it was said to have failed."""
LOOK_AGAIN = 0.001
"""Seconds between two tries to lock the file; a step holds it for about one millisecond."""

PATIENCE = 30.0
"""Seconds that the engine's own statements wait for a file that is locked."""
IN_ORDER = "select workflow_uuid from workflow_status order by rowid"
"""The engine sorts by a clock that may have been set back in between."""
NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""What SQLite answers when the disk takes nothing, by the cause that it found."""


class NoRoom(Exception):
    """The disk takes nothing at the moment. The engine knows what to try again by these words."""

    def __init__(self) -> None:
        super().__init__("database is locked: the disk takes nothing")


class UnsuitableSqlite(Exception):
    """This Python and this SQLite cannot run the durable engine together."""


def open_file(path: Path) -> Database:
    """Raises `UnsuitableSqlite` and `StoreRefused`."""
    check_sqlite()
    prepare(path)
    engine = open_engine(path)
    return Database(f"sqlite:///{path}", POOL, engine, engine, own=open_patient(path), in_order=IN_ORDER)


def open_patient(path: Path) -> sa.Engine:
    """What the engine itself works with, set up as the engine would; while the disk is full, it waits for room."""
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=POOL, max_overflow=0)
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "handle_error", _wait)
    return engine


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"pragma busy_timeout = {round(PATIENCE * 1000)}")
    connection.execute("pragma foreign_keys = on")


def _wait(context: sa.engine.ExceptionContext) -> None:
    """The engine tries again when a file is locked, and on a full disk gives a job up that somebody waits for."""
    error = context.original_exception
    if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in NO_ROOM:
        raise NoRoom


def open_engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=POOL, connect_args={"timeout": LONGEST_COMMIT})
    sa.event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    # Deferred, the driver would find the file locked as soon as another connection writes; immediate, it waits.
    sa.event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    """SQLite's own wait for a locked file doubles up to a tenth of a second: an ack would lose every race."""
    until = time.monotonic() + LONGEST_COMMIT
    connection.exec_driver_sql("pragma busy_timeout = 0")
    try:
        while not _begun(connection) and time.monotonic() < until:
            time.sleep(LOOK_AGAIN)
    finally:
        connection.exec_driver_sql(f"pragma busy_timeout = {round(LONGEST_COMMIT * 1000)}")
    if not _driver(connection).in_transaction:
        raise sqlite3.OperationalError("database is locked")


def _begun(connection: sa.Connection) -> bool:
    try:
        _driver(connection).execute("begin immediate")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # the rest says more closely why
            raise
    return _driver(connection).in_transaction


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def prepare(path: Path) -> None:
    """WAL is a property of the file; the engine itself would leave it in the slow mode. Raises `StoreRefused`."""
    with sound(path), closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = wal")


@contextmanager
def sound(path: Path) -> Iterator[None]:
    """Say that a file is none of SQLite's; whatever else is wrong with it is told where it is used."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_NOTADB:
            raise
        raise StoreRefused(f"{path.name}, the file beside it, is not a database") from None


def check_sqlite() -> None:
    if sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42):
        raise UnsuitableSqlite(
            f"Python {sys.version_info.major}.{sys.version_info.minor} needs SQLite 3.42 or later for durable work, "
            f"and this one is {sqlite3.sqlite_version}. Use Python 3.11, or a Python with a newer SQLite."
        )
