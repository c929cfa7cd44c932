"""The rows that an import could not take, as a CSV file that can be put right and imported again."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from io import StringIO

from commands.table.importing import Failure

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet program would run."""


def as_csv(head: Sequence[str], failures: Sequence[Failure]) -> bytes:
    """UTF-8 with the mark by which Excel knows it. The reader takes the apostrophes off again."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    width = max([len(head), *(len(each.line.cells) for each in failures)])
    if any(head):
        writer.writerow([*map(harmless, _wide(head, width)), "Row", "Problem"])
    for each in failures:
        writer.writerow([*map(harmless, _wide(each.line.cells, width)), each.line.number, each.reason])
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def counted(failures: Sequence[Failure]) -> list[tuple[str, int]]:
    """Each reason and how often, the most frequent first."""
    return Counter(each.reason for each in failures).most_common()


def _wide(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
