"""The process in which one table is read, with little memory and little time.

In: a line of JSON, then the file. Out: JSON (`Answer`). Started as `python -m bot.work.sandbox.sheet_process`.
"""

from __future__ import annotations

import sys
from typing import BinaryIO

from bot.work.sandbox.confine import limit
from commands.extract.documents import CannotRead
from commands.table.sheet import Sheet
from commands.table.spreadsheet import sheet_of
from connectors.models import Record


class Answer(Record):
    """Either the table, or the name of the error."""

    sheet: Sheet | None = None
    error: str | None = None


def read(source: BinaryIO) -> Answer:
    source.readline()
    try:
        return Answer(sheet=sheet_of(source.read()))
    except CannotRead as error:
        return Answer(error=type(error).__name__)


if __name__ == "__main__":
    limit()
    sys.stdout.write(read(sys.stdin.buffer).model_dump_json())
