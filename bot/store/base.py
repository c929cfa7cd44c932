"""The narrow door to a database: rows by equality, upserts, deletes, several of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

Value = str | int | float | None
Row = Mapping[str, Value]

Found = TypeVar("Found")
Found_co = TypeVar("Found_co", covariant=True)


class StoreAway(Exception):
    """The database does not answer, or could not take it now; nothing was done, unless it says otherwise."""


class StoreTaken(Exception):
    """Another process works with this database, and only one may; the text says what to do."""


class StoreRefused(Exception):
    """What was asked for does not fit the tables, an error of ours; says only which rule, never a value."""


class Write(Protocol):
    """What can be done inside one transaction."""

    def rows(self, table: str, where: Row) -> Sequence[Row]: ...

    def after(self, table: str, where: Row, column: str, bound: Value, limit: int) -> Sequence[Row]:
        """Return at most `limit` of the rows whose value in this column is larger, by this column."""
        ...

    def put(self, table: str, row: Row) -> None:
        """Insert, or replace the row of the same primary key."""
        ...

    def change(self, table: str, where: Row, values: Row) -> None: ...

    def remove(self, table: str, where: Row) -> None: ...

    def remove_below(self, table: str, column: str, bound: float) -> None:
        """Remove the rows whose number in this column is smaller."""
        ...


class Transaction(Protocol[Found_co]):
    """A function of ours that runs inside one transaction; it may read and then write.

    It may run more than once until it has not collided with another. So it has no effect but through `write`; what it
    found out it returns.
    """

    def __call__(self, write: Write, /) -> Found_co: ...


class Store(Protocol):
    """Raises `StoreAway` and `StoreRefused`."""

    async def rows(self, table: str, where: Row) -> Sequence[Row]:
        """Return the rows whose columns have these values, in no order; an empty `where` means all."""
        ...

    async def after(self, table: str, where: Row, column: str, bound: Value, limit: int) -> Sequence[Row]:
        """Return at most `limit` of the rows whose value in this column is larger, by this column."""
        ...

    async def write(self, transaction: Transaction[Found]) -> Found:
        """Run a transaction; it is durable when this returns, and undone when it raises."""
        ...

    async def close(self) -> None: ...
