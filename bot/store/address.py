"""Where the database is: a file, or a PostgreSQL server, said without its password."""

from __future__ import annotations

from pathlib import Path

SQLITE, POSTGRES = "sqlite:///", "postgresql://"
SHORT = "postgres://"
"""What some hosts call it."""
FORMS = "must be sqlite:///path/to/file.db or postgresql://user:password@host:5432/name"
UNREADABLE = (
    "is no address that PostgreSQL understands (postgresql://user:password@host:5432/name); in the user and the password, "
    "signs such as @ : / ? # and % are written as %40 %3A %2F %3F %23 and %25"
)


def checked(url: str) -> str:
    """The address as the rest knows it. Raises `ValueError` with a sentence that quotes nothing of it."""
    url = POSTGRES + url.removeprefix(SHORT) if url.startswith(SHORT) else url
    if url.startswith(POSTGRES):
        _parsed(url)
    elif not url.removeprefix(SQLITE) or not url.startswith(SQLITE):
        raise ValueError(FORMS)
    return url


def file_of(url: str) -> Path | None:
    """None for a server."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def _parsed(url: str) -> None:
    from psycopg import ProgrammingError  # who keeps a file does not wait for the driver to load
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(url)
    except ProgrammingError:
        raise ValueError(UNREADABLE) from None
