"""How a PostgreSQL server is reached, and why it was not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Connection, Error, OperationalError, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from .base import StoreAway, StoreRefused

LIMITS: dict[str, int | str] = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "shortlist",
}
"""Unless the address says otherwise: a server that fell silent is given up after some ten seconds."""
SESSION = (
    "set lock_timeout = '10s'",
    "set idle_in_transaction_session_timeout = '10s'",
    # A small table would be read as a whole, and reading a whole table collides with every write to it.
    "set enable_seqscan = off",
)
"""The first two: a process that hangs holds nobody up for longer."""
AWAY = (OperationalError, errors.ReadOnlySqlTransaction)
"""The second: another server has taken over, and this connection still leads to the old one."""
REASONS = (
    ("password authentication failed", "it does not take this user and password"),
    ("no password supplied", "it wants a password"),
    ("no pg_hba.conf entry", "it does not let this user in from here"),
    ("does not exist", "it has no such database or user"),
    ("too many", "it has no connection left"),
    ("failed to resolve host", "nobody knows its host (an @ in a password is written as %40)"),
    ("SSL", "it and Shortlist do not agree about encryption"),
)
"""What the driver says, and what we say: its own words may quote pieces of the address."""


def linked(url: str) -> str:
    """The address with limits on how long a silence is borne."""
    given = conninfo_to_dict(url)
    return make_conninfo(url, **{name: value for name, value in LIMITS.items() if name not in given})


@contextmanager
def reached(url: str) -> Iterator[Connection]:
    """A connection beside the store's own. Raises `StoreAway` with a sentence that shows nothing of the address."""
    try:
        connection = Connection.connect(linked(url))
    except OperationalError as error:
        raise StoreAway(_why(error)) from None
    with connection:
        yield connection


@contextmanager
def told() -> Iterator[None]:
    """The driver's errors in our words: its own may quote values."""
    try:
        yield
    except AWAY:
        raise StoreAway("the database does not answer") from None
    except Error as error:
        raise StoreRefused(f"the database refused this ({type(error).__name__})") from None


def configure(connection: Connection) -> None:
    for setting in SESSION:
        connection.execute(setting)


def _why(error: OperationalError) -> str:
    said = str(error)
    known = next((ours for theirs, ours in REASONS if theirs in said), "nobody answers there")
    return f"the database cannot be opened: {known}"
