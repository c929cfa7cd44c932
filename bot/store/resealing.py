"""Seals what is stored anew with the first key, while others read and write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import (
    activity,
    audit,
    cards,
    import_seals,
    installations,
    markings,
    registry,
    subscriptions,
    watches,
    workspaces,
)
from .base import Row, Store, Write
from .migrations import STEPS
from .schema import keys_of
from .vault import CannotOpen, SealedColumn, Vault

SEALED: tuple[SealedColumn, ...] = (
    *markings.SEALED,
    *installations.SEALED,
    *workspaces.SEALED,
    *subscriptions.SEALED,
    *watches.SEALED,
    *activity.SEALED,
    *import_seals.SEALED,
    *cards.SEALED,
    *audit.SEALED,
    *registry.SEALED,
)
"""Every column that holds sealed values, those first without which nothing else works."""
AT_ONCE = 50
"""Values in one transaction: whoever serves people writes in between."""
_KEYS = keys_of(STEPS)


@dataclass(frozen=True)
class Tally:
    """What became of the values of one column. `left` were changed meanwhile, and not by the first key."""

    column: SealedColumn
    sealed: int = 0
    current: int = 0
    lost: int = 0
    left: int = 0

    @property
    def name(self) -> str:
        return f"{self.column.table}.{self.column.column}"


@dataclass(frozen=True)
class _Change:
    where: Row
    """The row, and the value that was read: whoever changes it meanwhile keeps what they wrote."""
    value: str


async def reseal(store: Store, vault: Vault, column: SealedColumn) -> Tally:
    """One pass over a column; what is sealed with the first key stays as it is."""
    changes: list[_Change] = []
    current = lost = done = 0
    for row in await store.rows(column.table, {}):
        if not (sealed := str(row[column.column] or "")):
            continue
        if vault.current(sealed):
            current += 1
            continue
        try:
            changes.append(_change(column, row, vault.reseal(column.owner(row), sealed)))
        except CannotOpen:
            lost += 1
    for at in range(0, len(changes), AT_ONCE):
        done += await _write(store, column, changes[at : at + AT_ONCE])
    return Tally(column, sealed=done, current=current, lost=lost, left=len(changes) - done)


def _change(column: SealedColumn, row: Row, value: str) -> _Change:
    key = {name: row[name] for name in _KEYS[column.table]}
    return _Change({**key, column.column: row[column.column]}, value)


async def _write(store: Store, column: SealedColumn, changes: Sequence[_Change]) -> int:
    """How many of them still held what was read."""

    def change(write: Write) -> int:
        same = [each for each in changes if write.rows(column.table, each.where)]
        for each in same:
            write.change(column.table, each.where, {column.column: each.value})
        return len(same)

    return await store.write(change)
