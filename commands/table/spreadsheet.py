"""Reads tables out of CSV and Excel files that may be hostile."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from commands.extract.errors import Encrypted, TooLarge, Unreadable
from commands.extract.package import BROKEN
from commands.table.sheet import (
    LARGEST,
    ROWS,
    CellTooLong,
    DamagedTable,
    NotATable,
    OldExcel,
    OpenQuote,
    Sheet,
    tidied,
)
from commands.table.workbook import first_sheet

SAMPLE = 50
"""Records by which a separator is judged."""
CELL_LINES = 100
"""Lines that one cell may go over, where quotation marks are used so loosely that one may have been forgotten."""
SEPARATORS = ",;\t|"
_DECLARED = re.compile(r"sep=([,;\t|])\r?\n")
_OTHERS = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"{\\rtf")
"""How files begin that are no text to be read as a table."""


def sheet_of(content: bytes) -> Sheet:
    """The table in a file; what the bytes are decides, not its name. Raises `CannotRead`."""
    if len(content) > LARGEST:
        raise TooLarge
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise OldExcel
    try:
        if content.startswith(b"PK\x03\x04"):
            return first_sheet(content)
        return Sheet(lines=tidied(_of_csv(decoded(content))))
    except Encrypted:
        raise OldExcel from None
    except Unreadable:
        raise DamagedTable from None
    except (*BROKEN, csv.Error):
        raise DamagedTable from None


def decoded(content: bytes) -> str:
    """The text of a file in whichever encoding a spreadsheet program writes. Raises `NotATable`."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    if encoding := _wide(content[:4096]):
        return content.decode(encoding)
    if b"\0" in content or content.startswith(_OTHERS) or content.lstrip()[:1] == b"<":
        raise NotATable
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _wide(start: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    half = len(start) // 2
    if half and start[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if half and start[::2].count(0) > half * 0.6 else None


def _of_csv(text: str) -> Iterator[tuple[int, list[str]]]:
    declared = _DECLARED.match(text)
    text = text[declared.end() :] if declared else text
    separator = declared[1] if declared else _separator(text)
    strict = _is_strict(text, separator)
    for number, cells in enumerate(_records(text, separator, strict=strict), start=2 if declared else 1):
        if not strict and any(cell.count("\n") > CELL_LINES for cell in cells):
            raise OpenQuote
        yield number, cells


def _records(text: str, separator: str, *, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=separator, strict=strict)


def _is_strict(text: str, separator: str) -> bool:
    """Whether quotation marks are used by the book; `OpenQuote` for one that is never closed."""
    try:
        for number, _ in enumerate(_records(text, separator, strict=True)):
            if number > 2 * ROWS:
                break
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise OpenQuote from None
        if "larger than field limit" in str(error):
            raise CellTooLong from None
        return False
    return True


def _separator(text: str) -> str:
    """The separator that divides most records into equally many cells, and more than one."""

    def worth(separator: str) -> tuple[float, int]:
        try:
            records = [cells for cells, _ in zip(_records(text, separator), range(SAMPLE), strict=False)]
        except csv.Error:
            return 0.0, 0
        widths = Counter(len(cells) for cells in records if cells)
        width, times = max(widths.items(), key=lambda each: (each[0] > 1, each[1]), default=(0, 0))
        return (times / sum(widths.values()) if width > 1 else 0.0), width

    return max(SEPARATORS, key=worth)
