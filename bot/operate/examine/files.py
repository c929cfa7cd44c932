"""The files of an installation on SQLite, looked at without changing them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.operate.finding import Finding, bad, doubtful, good
from bot.operate.ready import MEGABYTE, full
from bot.settings import Settings
from bot.store.migrations import STEPS
from bot.work.engine.inbox import beside

ABOUT = "Database"
PATIENCE = 2.0
"""Seconds to wait for whoever is writing."""
CHECKED_BELOW = 200 * MEGABYTE
"""Larger files take too long to read through."""
RESTORE = "Stop Shortlist and put the latest backup in its place; docs/running.md says how."


def files(settings: Settings) -> Iterator[Finding]:
    for path in (settings.database_path, settings.jobs_path, beside(settings.jobs_path)):
        yield from _file(path)
    if problem := full(settings.database_path.absolute().parent):
        yield bad(ABOUT, problem, "Make room, or move the database to a larger disk.")
    else:
        yield good(ABOUT, "there is room on its disk")


def steps_of(path: Path) -> tuple[str, ...]:
    """The steps of its history that a file has taken. Raises sqlite3's errors."""
    with closing(_opened(path)) as connection:
        rows = connection.execute("select name from _sqlite_migrations where migration_set = 'shortlist'")
        return tuple(str(name) for (name,) in rows)


def history(taken: tuple[str, ...]) -> Finding:
    known = [step.name for step in STEPS]
    if strange := [name for name in taken if name not in known]:
        return bad(
            ABOUT,
            f"it was written by a newer Shortlist (step “{strange[0]}”)",
            "Run at least the version that ran before; going back needs the backup from then.",
        )
    if missing := [name for name in known if name not in taken]:
        said = f"{len(missing)} step(s) of its history are still to be taken"
        return doubtful(ABOUT, said, "The next `shortlist serve` takes them; make a backup first.")
    return good(ABOUT, "its tables are those of this version")


def _file(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield doubtful(ABOUT, f"{path.name} is not there yet", "The first `shortlist serve` makes it.")
        return
    try:
        yield from _inside(path)
    except sqlite3.Error as error:
        yield bad(ABOUT, f"{path.name} cannot be used: {error}", RESTORE)


def _inside(path: Path) -> Iterator[Finding]:
    """Raises sqlite3's errors."""
    with closing(_opened(path)) as connection:
        ((mode,),) = connection.execute("pragma journal_mode").fetchall()
        taken = path.stat().st_size
        wrong = taken < CHECKED_BELOW and connection.execute("pragma quick_check(1)").fetchone()[0] != "ok"
        yield _writable(connection, path)
    if wrong:
        yield bad(ABOUT, f"{path.name} is damaged", RESTORE)
    if mode != "wal":
        yield doubtful(
            ABOUT,
            f"{path.name} is in the mode “{mode}”, in which reading and writing wait for each other",
            "The next `shortlist serve` changes it, unless the disk is one of a network: SQLite needs a local one.",
        )
    yield good(ABOUT, f"{path.name} opens, {taken / MEGABYTE:.1f} MB")


def _writable(connection: sqlite3.Connection, path: Path) -> Finding:
    try:
        connection.execute("begin immediate")
        connection.execute("rollback")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            said = f"{path.name} was locked by somebody else for {PATIENCE:g} s"
            return doubtful(ABOUT, said, "If that stays so, look for a backup or a shell that holds it open.")
        return bad(
            ABOUT, f"{path.name} cannot be written: {error}", "Give Shortlist's user the right to write it."
        )
    return good(ABOUT, f"{path.name} can be written")


def _opened(path: Path) -> sqlite3.Connection:
    """Never made anew."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=PATIENCE)
