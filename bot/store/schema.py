"""What a step of the database's history can do, said once for every kind of database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "int", "float"]

KINDS: Mapping[str, Kind] = {"": "text", "text": "text", "int": "int", "float": "float"}


@dataclass(frozen=True)
class Table:
    """Columns stand in one line: `id name` are texts, `week:int` and `until:float` are numbers."""

    name: str
    columns: str
    key: str
    refers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By column: the table and the column in which its value has to stand."""

    def kinds(self) -> dict[str, Kind]:
        return kinds_of(self.columns)

    def keys(self) -> tuple[str, ...]:
        return tuple(self.key.split())


@dataclass(frozen=True)
class Index:
    table: str
    columns: str
    unique: bool = False

    @property
    def name(self) -> str:
        return f"idx_{self.table}_{'_'.join(self.columns.split())}"


@dataclass(frozen=True)
class Step:
    """What is done at once: tables first, then columns that older tables get, by table, then indexes."""

    name: str
    creates: tuple[Table, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    indexes: tuple[Index, ...] = ()


def kinds_of(columns: str) -> dict[str, Kind]:
    """The kind of each column. Raises `KeyError` for a kind that there is not."""
    named = (word.partition(":") for word in columns.split())
    return {name: KINDS[kind] for name, _, kind in named}


def keys_of(steps: Iterable[Step]) -> dict[str, tuple[str, ...]]:
    """The primary key of each table."""
    return {table.name: table.keys() for step in steps for table in step.creates}
