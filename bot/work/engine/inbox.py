"""What was acknowledged and has not begun: a small file of its own, so that a burst of clicks waits for no step of a job."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.operate.metrics import INBOX, writing
from bot.store.vault import CannotOpen, Vault
from bot.work.engine.jobs_file import sound

LONGEST_COMMIT = 1.0
"""Seconds to wait for the file. Slack waits three; a job that came later would run although it was said to have failed."""
TABLE = "create table if not exists inbox (number integer primary key autoincrement, id text, sealed text)"
OWNER = "inbox"


@dataclass(frozen=True)
class Arrived:
    """An invocation as JSON, and the id by which it runs once."""

    id: str
    invocation: str


@dataclass(frozen=True)
class Begun:
    """The engine has written the job of this id down itself."""

    id: str


class Inbox:
    """For one thread at a time."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self._vault = vault
        self._connection = sqlite3.connect(
            path, timeout=LONGEST_COMMIT, isolation_level=None, check_same_thread=False
        )
        with sound(path):
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute(TABLE)

    def write(self, items: Sequence[Arrived | Begun]) -> None:
        """All of it in one commit."""
        arrived = [(each.id, self._seal(each)) for each in items if isinstance(each, Arrived)]
        begun = [(each.id,) for each in items if isinstance(each, Begun)]
        with writing(INBOX):
            self._commit(arrived, begun)

    def _commit(self, arrived: Sequence[tuple[str, str]], begun: Sequence[tuple[str]]) -> None:
        self._connection.execute("begin immediate")
        try:
            self._connection.executemany("insert into inbox (id, sealed) values (?, ?)", arrived)
            self._connection.executemany("delete from inbox where id = ?", begun)
            self._connection.execute("commit")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            raise

    def left(self) -> tuple[list[Arrived], int]:
        """What an earlier process did not come to begin, in its order, and how many cannot be opened."""
        return _opened(self._connection, self._vault)

    def close(self) -> None:
        self._connection.close()

    def _seal(self, arrived: Arrived) -> str:
        return self._vault.seal(f"{OWNER}:{arrived.id}", arrived.invocation)


def beside(path: Path) -> Path:
    """Where the inbox of an engine's file is."""
    return path.with_name(f"{path.stem}-inbox.db")


def left_in(path: Path, vault: Vault) -> tuple[list[Arrived], int]:
    """The same as `Inbox.left`, for whoever only looks; nothing where there is no such file."""
    if not path.exists():
        return [], 0
    with closing(sqlite3.connect(path, timeout=LONGEST_COMMIT)) as connection:
        connection.execute(TABLE)
        return _opened(connection, vault)


def older_in(path: Path, vault: Vault) -> int:
    """How many are not sealed with the first key."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=LONGEST_COMMIT)) as connection:
        connection.execute(TABLE)
        return sum(not vault.current(sealed) for (sealed,) in connection.execute("select sealed from inbox"))


def _opened(connection: sqlite3.Connection, vault: Vault) -> tuple[list[Arrived], int]:
    found: list[Arrived] = []
    locked = 0
    for id, sealed in connection.execute("select id, sealed from inbox order by number"):
        try:
            found.append(Arrived(id, vault.open(f"{OWNER}:{id}", sealed)))
        except CannotOpen:
            locked += 1
    return found, locked
