"""`shortlist migrate`: moves an installation from one database to another one, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from bot.settings import Settings
from bot.store.address import checked, file_of
from bot.store.base import StoreAway, StoreRefused
from bot.store.moving import Differs, InUse, Side, alone_on, copy, shapes
from bot.store.vault import Vault
from bot.work.engine.relocation import Locked, UnderWay, hand_over, kept, take_back, waiting

SAME = "--from and --to are the same database."
NO_FILE = "--from: there is no file {path}."
NO_FOLDER = "--to: {folder} is not a folder in which files can be made."
IN_USE = (
    "{option}: something works with this database, perhaps Shortlist itself. Stop it, and run this again."
)
NOT_EMPTY = "--to holds something already ({what}). Give a database that holds nothing of Shortlist's."
UNDER_WAY = (
    "{count} of the jobs have done a part of their work. Start Shortlist once more on the old database, stop it when "
    "`shortlist_jobs` of /metrics shows that none is left, and run this again."
)
LOCKED = (
    "Some jobs were sealed with a key that is not among SHORTLIST_ENCRYPTION_KEYS: add it behind the others."
)
DIFFERS = "What arrived in {table} is not what was sent. Nothing was moved."
FAILED = "It went wrong on the way: {why}. Nothing was moved."
MOVED = "Moved {rows:,} rows of {tables} tables, and {jobs:,} jobs that wait."
NEXT = "Set SHORTLIST_DATABASE_URL to the new address and start Shortlist with the same keys."
AFTERWARDS = "The old database is as it was. Keep it until all is well, but start Shortlist on it no more: jobs would be done twice."


class CannotMove(Exception):
    """Why not, in a sentence that says what to do; nothing has changed."""


def migrate(settings: Settings, source: str, target: str) -> list[str]:
    """Return what to tell. Raises `CannotMove`."""
    source, target = _address("--from", source), _address("--to", target)
    _look(source, target)
    vault = Vault(settings.encryption_keys)
    try:
        return _moved(vault, source, target)
    except Differs as differs:
        raise CannotMove(DIFFERS.format(table=differs)) from None
    except UnderWay as begun:
        raise CannotMove(UNDER_WAY.format(count=begun.count)) from None
    except Locked:
        raise CannotMove(LOCKED) from None
    except (StoreAway, StoreRefused) as error:
        raise CannotMove(FAILED.format(why=error)) from None


def _moved(vault: Vault, source: str, target: str) -> list[str]:
    with ExitStack() as undo:
        with ExitStack() as stack:
            old, new = _alone(stack, "--from", source), _alone(stack, "--to", target)
            _empty(new, kept(_place(target), vault))
            jobs = waiting(_place(source), vault)
            counts = copy(old, new)
            if jobs:
                undo.callback(take_back, jobs, _place(target), vault)
                hand_over(jobs, _place(target), vault)
        undo.pop_all()  # the tables are there for good now, and so the jobs may stay
    return _told(counts, len(jobs))


def _told(counts: Mapping[str, int], jobs: int) -> list[str]:
    full = [count for count in counts.values() if count]
    return [MOVED.format(rows=sum(full), tables=len(full), jobs=jobs), NEXT, AFTERWARDS]


def _alone(stack: ExitStack, option: str, url: str) -> Side:
    try:
        return stack.enter_context(alone_on(url))
    except InUse:
        raise CannotMove(IN_USE.format(option=option)) from None
    except (StoreAway, StoreRefused) as error:
        raise CannotMove(f"{option}: {error}.") from None


def _empty(side: Side, jobs: int) -> None:
    full = {shape.table: count for shape in shapes() if (count := side.count(shape))}
    if full or jobs:
        what = ", ".join(f"{table}: {count:,}" for table, count in {**full, "jobs": jobs}.items() if count)
        raise CannotMove(NOT_EMPTY.format(what=what))


def _address(option: str, url: str) -> str:
    try:
        return checked(url)
    except ValueError as wrong:
        raise CannotMove(f"{option} {wrong}.") from None


def _look(source: str, target: str) -> None:
    """What would otherwise be made where it is missing, or found out too late."""
    old, new = file_of(source), file_of(target)
    if source == target or (old and new and old.resolve() == new.resolve()):
        raise CannotMove(SAME)
    if old and not old.is_file():
        raise CannotMove(NO_FILE.format(path=old))
    if new and not new.absolute().parent.is_dir():
        raise CannotMove(NO_FOLDER.format(folder=new.absolute().parent))


def _place(url: str) -> Path | str:
    """Where the engine keeps its work."""
    path = file_of(url)
    return path.with_name(f"{path.stem}-jobs.db") if path else url
