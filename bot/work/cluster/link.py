"""One connection to PostgreSQL that says plainly when it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

LONGEST = 5.0
"""Seconds for one statement; what takes longer is as good as lost."""
SETTINGS: dict[str, str | int] = {
    "connect_timeout": 2,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "shortlist",
    # The server's own view: without it, it would hold the locks of a machine that lost its power for hours.
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}


def address(url: str) -> str:
    """With our settings, where it has none of its own."""
    given = conninfo_to_dict(url)
    return make_conninfo(url, **{name: value for name, value in SETTINGS.items() if name not in given})


class Lost(Exception):
    """The connection is gone, or hangs; with it its locks."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Link:
    """Statements go one after the other, each in a transaction of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection[TupleRow] | None = None

    async def open(self) -> None:
        """Connect anew. Raises `Lost`."""
        await self.close()
        try:
            async with asyncio.timeout(LONGEST):
                self._connection = await psycopg.AsyncConnection.connect(address(self._url), autocommit=True)
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise Lost(type(error).__name__) from None

    async def close(self) -> None:
        if self._connection:
            await self._connection.close()
            self._connection = None

    async def all(self, statement: LiteralString, *values: object) -> Sequence[TupleRow]:
        """All rows. Raises `Lost`."""
        if self._connection is None:
            raise Lost("closed")
        try:
            async with asyncio.timeout(LONGEST):
                cursor = await self._connection.execute(statement, values)
                return await cursor.fetchall() if cursor.description else []
        except (psycopg.OperationalError, TimeoutError) as error:
            await self.close()
            raise Lost(type(error).__name__) from None

    async def one(self, statement: LiteralString, *values: object) -> object:
        """The first value of the first row, if there is one. Raises `Lost`."""
        rows = await self.all(statement, *values)
        return rows[0][0] if rows else None

    async def notices(self) -> AsyncIterator[str]:
        """What is said on channels that this connection listens to. Raises `Lost`."""
        if self._connection is None:
            raise Lost("closed")
        try:
            async for notice in self._connection.notifies():
                yield notice.payload
        except psycopg.OperationalError as error:
            await self.close()
            raise Lost(type(error).__name__) from None
        raise Lost("closed")
