"""One row of an import while it is under way: its steps are kept beside it and go with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.work.command.journal import Journal
from bot.work.command.journalled import Journalled
from bot.work.engine.steps import Do
from commands.table.importing import Journal as Taken
from commands.table.importing import Taken as TakenRow
from connectors.base import Connector

Save = Callable[[int, Taken], Awaitable[None]]
Ready = Callable[[], Awaitable[None]]


class RowSteps:
    """Steps that are saved with a row. Their order must not depend on anything that is not a step."""

    def __init__(self, number: int, taken: Taken, save: Save, ready: Ready) -> None:
        self._number, self._taken, self._save, self._ready = number, list(taken), save, ready
        self._at = 0
        self.live = False
        """Whether the last step was really taken, and not only remembered."""

    async def once(self, name: str, do: Do) -> str:
        if self._at < len(self._taken):
            known, text = self._taken[self._at]
            if known != name:
                raise LookupError("this row was begun in another way")
            self._at, self.live = self._at + 1, False
            return text
        self.live = True
        await self._ready()
        text = await do()
        self._taken.append((name, text))
        self._at += 1
        await self._save(self._number, self._taken)
        return text

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def ready(self) -> None:
        await self._ready()


@dataclass
class Pending:
    """A row that is still to be done: what was written of it so far, and how often time had to help."""

    row: TakenRow
    steps: RowSteps
    ats: Connector
    attempts: int = 0
    doubts: int = 0
    due: float = field(default=0.0)

    @property
    def number(self) -> int:
        return self.row.line.number


def pending(row: TakenRow, ats: Connector, save: Save, ready: Ready) -> Pending:
    steps = RowSteps(row.line.number, row.journal, save, ready)
    # Nobody waits for an answer here, and the pace of the ATS may let a read wait for a minute.
    return Pending(row, steps, Journalled(ats, Journal(steps, patience=None)))
