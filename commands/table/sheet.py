"""A table out of a file: its rows, its limits, and what can be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import Field

from commands.extract.errors import CannotRead, TooLarge
from connectors.models import Record

LARGEST = 10_000_000
"""Bytes; Slack's own limit for files in forms is the same."""
ROWS, COLUMNS = 5_000, 100
CELL = 32_767
"""Characters that a cell of Excel holds; what is longer is no cell."""
TEXT = 20_000_000
"""Characters of all cells: one text that many cells share may be far larger than the file."""
_GUARD = re.compile(r"'(?=[=+\-@\t\r])")
"""The apostrophe that keeps a cell from being a formula is no part of it."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Line(Record):
    """One row that is not empty; `number` counts from 1 as a spreadsheet does, the empty ones too."""

    number: int
    cells: tuple[str, ...] = Field(repr=False)


class Sheet(Record):
    """A table as it stands in the file. `title` is its name in a workbook, `others` how many tables were left out."""

    lines: tuple[Line, ...] = Field(repr=False)
    title: str = ""
    others: int = 0


class NotATable(CannotRead):
    sentence = "I can read CSV and Excel (.xlsx) files; this is neither."


class OldExcel(CannotRead):
    sentence = (
        "This Excel file is of the old kind (.xls), or locked with a password. Save it as .xlsx or CSV."
    )


class DamagedTable(CannotRead):
    sentence = "This file is damaged: I cannot read its rows."


class EmptyTable(CannotRead):
    sentence = "There is nothing in this file."


class TooManyRows(CannotRead):
    sentence = f"This file has more than {ROWS:,} rows. Please divide it and import one part after the other."


class TooManyColumns(CannotRead):
    sentence = f"This file has more than {COLUMNS} columns. Please keep only those that matter."


class CellTooLong(CannotRead):
    sentence = (
        f"A cell of this file has more than {CELL:,} characters. Perhaps a quotation mark is never closed."
    )


class OpenQuote(CannotRead):
    sentence = "A quotation mark in this file is never closed, so I cannot tell where its row ends."


def tidied(rows: Iterable[tuple[int, list[str]]]) -> tuple[Line, ...]:
    """Numbered rows within the limits, without what is empty. Raises `CannotRead`."""
    kept, characters = list[Line](), 0
    for number, cells in rows:
        line = _bounded(cells)
        if not line:
            continue
        characters += sum(map(len, line))
        # One row more than people: the first may be the header.
        if len(kept) > ROWS:
            raise TooManyRows
        if characters > TEXT:
            raise TooLarge
        kept.append(Line(number=number, cells=tuple(line)))
    if not kept:
        raise EmptyTable
    return tuple(kept)


def _bounded(cells: list[str]) -> list[str]:
    """The cells of a row up to the last that is not empty, cleaned."""
    if any(len(cell) > CELL for cell in cells):
        raise CellTooLong
    line = [_GUARD.sub("", _CONTROLS.sub("", cell.replace("\xa0", " ")), count=1).strip() for cell in cells]
    while line and not line[-1]:
        line.pop()
    if len(line) > COLUMNS:
        raise TooManyColumns
    return line
