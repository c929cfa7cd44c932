"""The process in which one table is read, with little memory and little time.

In: a line of JSON, then the file. Out: JSON (`SheetAnswer`). Started as `python -m bot.work.sandbox.sheet_process`.
"""

from __future__ import annotations

import sys
from typing import BinaryIO

from bot.work.sandbox.confine import limit
from bot.work.sandbox.messages import SheetAnswer
from commands.extract.errors import CannotRead
from commands.table.spreadsheet import sheet_of


def read(source: BinaryIO) -> SheetAnswer:
    source.readline()
    try:
        return SheetAnswer(sheet=sheet_of(source.read()))
    except CannotRead as error:
        return SheetAnswer(error=type(error).__name__)


if __name__ == "__main__":
    limit()
    sys.stdout.write(read(sys.stdin.buffer).model_dump_json())
