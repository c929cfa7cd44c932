"""Reads tables in processes of their own, so that no file can stall or crash the bot."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from bot.work.sandbox.messages import SheetAnswer, SheetTask
from bot.work.sandbox.process import Sandbox
from commands.extract.errors import CannotRead, TooLarge
from commands.table import sheet
from commands.table.sheet import LARGEST, DamagedTable, Sheet

AT_ONCE = 2
DEADLINE, PATIENCE = 30.0, 30.0
ANSWER_LIMIT = 60_000_000
"""Bytes of JSON: the text of all cells, and some more for what has to be escaped."""
COMMAND = (sys.executable, "-m", "bot.work.sandbox.sheet_process")
ERRORS: dict[str, type[CannotRead]] = {
    error.__name__: error
    for error in (
        sheet.NotATable,
        sheet.OldExcel,
        sheet.DamagedTable,
        sheet.EmptyTable,
        sheet.TooManyRows,
        sheet.TooManyColumns,
        sheet.CellTooLong,
        sheet.OpenQuote,
        TooLarge,
    )
}


class SheetReader:
    def __init__(self, *, deadline: float = DEADLINE, command: Sequence[str] = COMMAND) -> None:
        self._sandbox = Sandbox(
            command, at_once=AT_ONCE, deadline=deadline, patience=PATIENCE, answer_limit=ANSWER_LIMIT
        )

    async def read(self, content: bytes) -> Sheet:
        """Raises `CannotRead`, whose `sentence` is for people."""
        if len(content) > LARGEST:
            raise TooLarge
        return await asyncio.to_thread(_understood, await self._sandbox.ask(SheetTask(), content))


def _understood(said: bytes) -> Sheet:
    """A process that crashed, or ran out of memory, has said nothing or half of it."""
    try:
        answer = SheetAnswer.model_validate_json(said)
    except ValidationError:
        raise DamagedTable from None
    if answer.sheet is None:
        raise ERRORS.get(answer.error or "", DamagedTable)
    return answer.sheet
