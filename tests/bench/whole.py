"""What a host pays while nothing happens: starting, idling, and many workspaces in the database."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pydantic import SecretStr

from bot.demo.ats import STAND_INS
from bot.demo.ats.world import small_world
from bot.demo.run import slash_commands
from bot.demo.slack.server import StandInSlack
from bot.store.installations import Installation, InstallationTable
from bot.store.sqlite import SqliteStore
from bot.store.vault import Vault, new_key
from bot.store.workspaces import Workspaces
from tests.bench.servers import ATS, of_slack, process, used

STARTS, IDLE = 3, 4.0
"""How often, and for how many seconds."""
WORKSPACES = (10, 10_000, 100_000)
LOOKS = 2_000
WORKSPACE = {"workspaces": ("team_id",), "connections": ("id", "team_id")}
"""The tables that hold a workspace, and what is its own in each."""


@dataclass(frozen=True)
class Whole:
    """Seconds to start, share of a core and MB while idle."""

    start: float
    idle: float
    memory: float


@dataclass(frozen=True)
class Lookup:
    """Microseconds to find a workspace's token and its connections; MB of the database file."""

    workspaces: int
    took: float
    file: float


async def whole(starts: int = STARTS, lasting: float = IDLE) -> Whole:
    took, rests = [], []
    async with AsyncExitStack() as stack:
        ats = await stack.enter_async_context(STAND_INS[ATS](small_world()).serve())
        slack = await stack.enter_async_context(StandInSlack(commands=slash_commands()))
        world = {**of_slack(slack), f"SHORTLIST_{ATS.upper()}_URL": ats.url}
        for _ in range(starts):
            async with process("shortlist", world) as bot:
                took.append(bot.seconds)
                before = used(bot.pid)
                await asyncio.sleep(lasting)
                after = used(bot.pid)
                rests.append(((after.cpu - before.cpu) / lasting, after.memory))
    idle, memory = (median(each) for each in zip(*rests, strict=True))
    return Whole(median(took), idle, memory)


async def lookups(workspaces: Sequence[int] = WORKSPACES, rounds: int = 3) -> list[Lookup]:
    """The median of some rounds, in turn."""
    found = [[await _lookup(count) for count in workspaces] for _ in range(rounds)]
    return [sorted(same, key=lambda one: one.took)[rounds // 2] for same in zip(*found, strict=True)]


async def _lookup(count: int) -> Lookup:
    """Ten workspaces are real; the others fill the tables and their indices."""
    with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as folder:
        path, vault = Path(folder) / "bench.db", Vault([SecretStr(new_key())])
        store = SqliteStore(path)
        table, workspaces = InstallationTable(store, vault), Workspaces(store, vault)
        teams = [f"T{number * count // 10:06}R" for number in range(10)]
        for team in teams:
            await table.save(Installation(team=team, token=SecretStr("xoxb-bench")))
            await workspaces.connect(team, ATS, ATS, STAND_INS[ATS].settings)
        copied(path, WORKSPACE, count - len(teams))
        took = []
        for number in range(LOOKS):
            team = teams[number % len(teams)]
            began = time.perf_counter()
            assert await table.find(team)
            assert await workspaces.connections(team)
            took.append((time.perf_counter() - began) * 1e6)
        await store.close()
        return Lookup(count, median(took), path.stat().st_size / 2**20)


def copied(path: Path, tables: Mapping[str, Sequence[str]], count: int) -> None:
    """Copies of the first row of each table; these of its columns get an id of their own."""
    with sqlite3.connect(path, timeout=30) as connection:
        connection.row_factory = sqlite3.Row
        for name, own in tables.items():
            row = dict(connection.execute(f"select * from {name} limit 1").fetchone())
            copies = ({**row, **dict.fromkeys(own, f"T{number:06}F")} for number in range(count))
            fields = ", ".join(f":{field}" for field in row)
            connection.executemany(f"insert into {name} ({', '.join(row)}) values ({fields})", copies)
    connection.close()
