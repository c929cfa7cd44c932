"""The narrow door to a database: rows by equality, upserts, deletes, several of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

Value = str | int | float | None
Row = Mapping[str, Value]


class Write(Protocol):
    """What can be done inside one transaction."""

    def rows(self, table: str, where: Row) -> Sequence[Row]: ...

    def put(self, table: str, row: Row) -> None:
        """Insert, or replace the row of the same primary key."""
        ...

    def change(self, table: str, where: Row, values: Row) -> None: ...

    def remove(self, table: str, where: Row) -> None: ...

    def remove_below(self, table: str, column: str, bound: float) -> None:
        """Remove the rows whose number in this column is smaller."""
        ...


class Transaction(Protocol):
    """A function of ours that runs inside one transaction; it may read and then write."""

    def __call__(self, write: Write, /) -> None: ...


class Store(Protocol):
    async def rows(self, table: str, where: Row) -> Sequence[Row]:
        """Return the rows whose columns have these values; an empty `where` means all."""
        ...

    async def write(self, transaction: Transaction) -> None:
        """Run a transaction; it is durable when this returns, and undone when it raises."""
        ...

    async def close(self) -> None: ...
