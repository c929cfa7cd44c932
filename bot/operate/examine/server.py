"""The database of an installation on PostgreSQL, looked at without changing it."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from bot.operate.examine.files import ABOUT, history
from bot.operate.finding import Finding, bad, good
from bot.operate.ready import MEGABYTE
from bot.settings import Settings
from bot.store.base import StoreAway
from bot.store.postgres_link import reached
from bot.store.postgres_steps import STEPS_TAKEN

ADVICE = "Look at SHORTLIST_DATABASE_URL, and whether the server runs and lets this machine in."


def server(settings: Settings) -> Iterator[Finding]:
    try:
        with reached(settings.database_url) as connection:
            yield from _inside(connection)
    except StoreAway as away:
        yield bad(ABOUT, str(away), ADVICE)


def steps_of(url: str) -> tuple[str, ...]:
    """The steps of its history that it has taken; none in a new one. Raises `StoreAway` and psycopg's errors."""
    with reached(url) as connection:
        return _steps(connection)


def _steps(connection: Connection) -> tuple[str, ...]:
    known = connection.execute("select to_regclass(%s) is not null", [STEPS_TAKEN]).fetchone()
    if known != (True,):
        return ()
    rows = connection.execute(SQL("select name from {}").format(Identifier(STEPS_TAKEN)))
    return tuple(str(name) for (name,) in rows)


def _inside(connection: Connection) -> Iterator[Finding]:
    row = connection.execute(
        "select current_setting('server_version'), pg_is_in_recovery(), current_setting('transaction_read_only'), "
        "pg_database_size(current_database()), current_setting('max_connections')"
    ).fetchone()
    version, standby, read_only, taken, most = row or ("?", False, "off", 0, "?")
    yield good(ABOUT, f"PostgreSQL {version} answers, {taken / MEGABYTE:.1f} MB, {most} connections at most")
    if standby or read_only == "on":
        yield bad(ABOUT, "it takes no writes", "This is a standby: name the server that is written to.")
    else:
        yield good(ABOUT, "it takes writes")
    yield history(_steps(connection))
