"""An import of a thousand rows against a rate of a hundred calls a minute, by a clock that passes while it waits."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.store.imports import Imports
from bot.store.sqlite import SqliteStore
from bot.store.vault import Vault, new_key
from bot.work.importing.rows import Rows
from commands.table.importing import State
from connectors.pace import SPRINT
from tests.bot.test_import_rows import LIMIT, MINUTE, at_once, filled, recruspace, silence

ROWS = 1_000


@dataclass(frozen=True)
class Imported:
    """`share` is of the calls that the vendor permits; what goes at once at the beginning is left out."""

    rows: int
    calls: int
    minutes: float
    share: float
    refused: int
    cpu: float
    """Milliseconds a row, the stand-in's among them."""


async def imported(rows: int = ROWS) -> Imported:
    with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as folder:
        store = SqliteStore(Path(folder) / "bench.db")
        imports = Imports(store, Vault([SecretStr(new_key())]))
        try:
            return await _imported(imports, rows)
        finally:
            await store.close()


async def _imported(imports: Imports, rows: int) -> Imported:
    job = await filled(imports, rows)
    async with recruspace() as (stand_in, ats):
        began, cpu = stand_in.hand(), time.process_time()
        state = await Rows(imports, job, ats, lambda: False, at_once).all(silence)
        cpu = time.process_time() - cpu
        minutes = (stand_in.hand() - began) / MINUTE
    ended = await imports.get(job.id)
    assert state is State.ENDED
    assert ended
    assert ended.added == rows
    calls = len(stand_in.calls)
    share = (calls - LIMIT // SPRINT) / (LIMIT * minutes)
    return Imported(rows, calls, minutes, share, stand_in.refused, cpu / rows * 1000)
