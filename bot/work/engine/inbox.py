"""What was acknowledged and has not begun: a small file of its own, so that a burst of clicks waits for no step of a job."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.operate.metrics import INBOX, writing
from bot.store.vault import CannotOpen, Vault
from bot.work.engine.jobs_file import sound

LONGEST_COMMIT = 1.0
"""Seconds to wait for the file. Slack waits three; a job that came later would run although it was said to have failed."""
LONGEST_FORGETTING = 30.0
"""The same for what nobody waits for, and what must not fail because an ack was being written."""
TABLE = "create table if not exists inbox (number integer primary key autoincrement, id text, sealed text)"
INDEX = "create index if not exists idx_inbox_id on inbox (id)"
"""In a burst there are thousands of rows, each of which is looked for by its id."""
OWNER = "inbox"

Fits = Callable[[str, str | None], bool]
"""Asked for the id and the invocation of a job; None for an invocation that cannot be opened."""


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
    """`write` is for one thread at a time, `holds` for another one, and `forget` for any."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self._path, self._vault = path, vault
        self._connection, self._reading = (
            sqlite3.connect(path, timeout=LONGEST_COMMIT, isolation_level=None, check_same_thread=False)
            for _ in range(2)
        )
        with sound(path):
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute(TABLE)
            self._connection.execute(INDEX)

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

    def holds(self, id: str) -> bool:
        """Whether it is still there: another process may have forgotten it."""
        return bool(self._reading.execute("select 1 from inbox where id = ? limit 1", [id]).fetchall())

    def forget(self, fits: Fits) -> set[str]:
        return forget_in(self._path, self._vault, fits)

    def close(self) -> None:
        self._reading.close()
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


def forget_in(path: Path, vault: Vault, fits: Fits) -> set[str]:
    """Delete the jobs that fit, whoever else has the file open; return their ids."""
    if not path.exists():
        return set()
    with closing(sqlite3.connect(path, timeout=LONGEST_FORGETTING, isolation_level=None)) as connection:
        connection.execute(TABLE)
        # Opened before the commit begins, since acks wait for it.
        gone = {id for id, text in _texts(connection, vault) if fits(id, text)}
        _delete(connection, gone)
    return gone


def _delete(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    connection.execute("begin immediate")
    connection.executemany("delete from inbox where id = ?", [(id,) for id in ids])
    connection.execute("commit")


def _opened(connection: sqlite3.Connection, vault: Vault) -> tuple[list[Arrived], int]:
    rows = _texts(connection, vault)
    found = [Arrived(id, text) for id, text in rows if text is not None]
    return found, len(rows) - len(found)


def _texts(connection: sqlite3.Connection, vault: Vault) -> list[tuple[str, str | None]]:
    rows = connection.execute("select id, sealed from inbox order by number").fetchall()
    return [(id, _text(vault, id, sealed)) for id, sealed in rows]


def _text(vault: Vault, id: str, sealed: str) -> str | None:
    try:
        return vault.open(f"{OWNER}:{id}", sealed)
    except CannotOpen:
        return None
