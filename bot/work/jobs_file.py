"""The engine's own file: what is in it is sealed, and SQLite is set up to take it fast."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import Serializer

from bot.store.vault import CannotOpen, Vault

LONGEST_COMMIT = 1.0
"""Seconds to wait for the file. Slack waits three; a job that came later would run although it was said to have failed."""
LOOK_AGAIN = 0.001
"""Seconds between two tries to lock the file; a step holds it for about one millisecond."""
LOCKED = {"args": (None,), "kwargs": {}}
"""What a job is called with that was sealed with a key that is not configured."""


class UnsuitableSqlite(Exception):
    """This Python and this SQLite cannot run the durable engine together."""


class JobFailed(Exception):
    """Stands for an error of an earlier run, of which only the name was kept."""


class Sealed(Serializer):
    """JSON sealed by the vault: what a job holds is nobody's to read in the file."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def name(self) -> str:
        return "shortlist_sealed_json"

    def serialize(self, data: Any) -> str:
        return self._vault.seal(
            "job", json.dumps(data, default=lambda other: {"__error__": type(other).__name__})
        )

    def deserialize(self, serialized_data: str) -> Any:
        try:
            data = json.loads(self._vault.open("job", serialized_data))
        except CannotOpen:
            return LOCKED  # raised here, it would end the job for good
        return JobFailed(data["__error__"]) if isinstance(data, dict) and "__error__" in data else data


def open_engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=2, connect_args={"timeout": LONGEST_COMMIT})
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
    """WAL is a property of the file; the engine itself would leave it in the slow mode."""
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode = wal")
    connection.close()


def check_sqlite() -> None:
    if sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42):
        raise UnsuitableSqlite(
            f"Python {sys.version_info.major}.{sys.version_info.minor} needs SQLite 3.42 or later for durable work, "
            f"and this one is {sqlite3.sqlite_version}. Use Python 3.11, or a Python with a newer SQLite."
        )
