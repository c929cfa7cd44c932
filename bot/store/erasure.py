"""Removes what is kept of a person from the tables of one workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pydantic import TypeAdapter

from . import activity, import_seals, watches
from .base import Row, Store, Write
from .vault import CannotOpen, SealedColumn, Vault

BREATH = 50
"""Values that are opened before others get their turn."""
HOME, (NEWS,) = activity.SEALED[0], [each for each in watches.SEALED if each.column == "news"]
ROW = import_seals.SEALED[1]
FAILED = "failed"
_PIECES = TypeAdapter(list[object])

Fits = Callable[[str], bool]
"""Whether what was sealed is about the person."""


class Erasure:
    """A value that cannot be opened stays as it is: nobody can read it, nor say of whom it is."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store, self._vault = store, vault

    async def home(self, team: str, fits: Fits) -> list[str]:
        """Lines of what people asked for; return whose they were."""
        found = await self._fitting(team, HOME, fits)
        for row in found:
            await self._remove(HOME.table, {"team_id": team, "job": row["job"]})
        return [str(row["user_id"]) for row in found]

    async def rows(self, team: str, fits: Fits) -> int:
        """Rows of imports that are not done or failed; their imports count them no longer."""
        return sum([await self._row(row) for row in await self._fitting(team, ROW, fits)])

    async def news(self, team: str, about: Fits) -> int:
        """What a watch has found and not handed over yet; `about` is asked of each piece as JSON."""
        found = await self._fitting(team, NEWS, lambda text: True)
        return sum([await self._pieces(row, about) for row in found])

    async def _fitting(self, team: str, column: SealedColumn, fits: Fits) -> list[Row]:
        found: list[Row] = []
        for number, row in enumerate(await self._store.rows(column.table, {"team_id": team})):
            if number % BREATH == 0:
                await asyncio.sleep(0)
            if row[column.column] and self._fits(column, row, fits):
                found.append(row)
        return found

    def _fits(self, column: SealedColumn, row: Row, fits: Fits) -> bool:
        try:
            return fits(self._vault.open(column.owner(row), str(row[column.column])))
        except CannotOpen:
            return False

    async def _row(self, row: Row) -> int:
        where: Row = {"import_id": row["import_id"], "number": row["number"]}

        def remove(write: Write) -> int:
            rows = write.rows(ROW.table, where)
            jobs = write.rows(import_seals.IMPORTS, {"id": row["import_id"]})
            if not rows:
                return 0
            write.remove(ROW.table, where)
            for job in jobs:
                failed = int(job["failed"] or 0) - (rows[0]["state"] == FAILED)
                less: Row = {"total": int(job["total"] or 0) - 1, "failed": failed}
                write.change(import_seals.IMPORTS, {"id": row["import_id"]}, less)
            return 1

        return await self._store.write(remove)

    async def _pieces(self, row: Row, about: Fits) -> int:
        """Nothing is changed if the watch has changed it meanwhile: it is handed over by then."""
        pieces = _PIECES.validate_json(self._vault.open(NEWS.owner(row), str(row[NEWS.column])))
        kept = [each for each in pieces if not about(_PIECES.dump_json([each]).decode())]
        if len(kept) == len(pieces):
            return 0
        text = _PIECES.dump_json(kept).decode() if kept else ""
        sealed = self._vault.seal(NEWS.owner(row), text) if text else ""
        where: Row = {name: row[name] for name in ("team_id", "connection_id", NEWS.column)}

        def change(write: Write) -> int:
            same = bool(write.rows(NEWS.table, where))
            write.change(NEWS.table, where, {NEWS.column: sealed})
            return len(pieces) - len(kept) if same else 0

        return await self._store.write(change)

    async def _remove(self, table: str, where: Row) -> None:
        await self._store.write(lambda write: write.remove(table, where))
