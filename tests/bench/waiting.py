"""Very many jobs that wait for an ATS that is away: what they take of the memory, and what becomes of acks."""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from bot.work.engine.inbox import beside
from tests.bench.load import Typist, measured
from tests.bench.servers import UNPACED, Started, process, used

JOBS, CONNECTIONS, HANDED_OVER, MEASURED = 10_000, 64, 25.0, 4.0
"""How many, on how many connections; seconds that handing them over may take, and that acks are measured."""
NOTE = "note zoe@example.com Strong on Go"
OPEN = "select count(*) from workflow_status where status in ('ENQUEUED', 'PENDING', 'DELAYED')"


@dataclass(frozen=True)
class Waiting:
    """`count` are not done at the end. Acks in milliseconds, with this many waiting; memory in MB."""

    wanted: int
    count: int
    seconds: float
    rate: float
    p50: float
    p99: float
    help_p50: float
    help_p99: float
    failed: int
    memory_before: float
    memory: float


async def waiting(world: Mapping[str, str], count: int = JOBS, lasting: float = MEASURED) -> Waiting:
    away = {name: value for name, value in world.items() if not name.endswith("_URL") or "SLACK" in name}
    away |= {"RESPONSE_URL": world["RESPONSE_URL"], f"SHORTLIST_{UNPACED.upper()}_URL": _nobody()}
    async with process("shortlist", away) as bot:
        before = used(bot.pid).memory
        began = time.perf_counter()
        note = Typist(bot.line, away, NOTE, says=False)
        poured = await measured(note, bot.pid, CONNECTIONS, HANDED_OVER, count)
        seconds = time.perf_counter() - began
        notes = await measured(note, bot.pid, 1, lasting)
        helps = await measured(Typist(bot.line, away, "help", says=True), bot.pid, 1, lasting / 2)
        return Waiting(
            wanted=count,
            count=_open(bot),
            seconds=seconds,
            rate=poured.rate,
            p50=notes.p50,
            p99=notes.p99,
            help_p50=helps.p50,
            help_p99=helps.p99,
            failed=poured.failed + notes.failed + helps.failed,
            memory_before=before,
            memory=used(bot.pid).memory,
        )


def _nobody() -> str:
    """An address at which nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def _open(bot: Started) -> int:
    """Handed over and not done: begun with, or still in the inbox; one that is just being begun is in both."""
    with (
        closing(sqlite3.connect(bot.jobs, timeout=30)) as jobs,
        closing(sqlite3.connect(beside(bot.jobs), timeout=30)) as inbox,
    ):
        begun = int(jobs.execute(OPEN).fetchone()[0])
        return begun + int(inbox.execute("select count(*) from inbox").fetchone()[0])
