"""What a host pays: from a command to its answer, starting, doing nothing, and many workspaces in the database."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
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
from tests.bench.load import at
from tests.bench.servers import ATS, of_slack, process, used

MEMBER, HIRING = "U0MIA", "C0HIRING"
COMMANDS, STARTS, IDLE = 25, 3, 4.0
"""So few commands that they stay below the rate at which the bot paces its calls to this ATS; seconds."""
WORKSPACES = (10, 10_000, 100_000)
LOOKS = 2_000


@dataclass(frozen=True)
class Whole:
    """Milliseconds from command to answer, seconds to start, share of a core and MB while idle."""

    p50: float
    p99: float
    calls: float
    start: float
    idle: float
    memory: float


@dataclass(frozen=True)
class Lookup:
    """Microseconds to find a workspace's token and its connections; MB of the database file."""

    workspaces: int
    took: float
    file: float


async def whole() -> Whole:
    starts, rests = [], []
    async with AsyncExitStack() as stack:
        ats = await stack.enter_async_context(STAND_INS[ATS](small_world()).serve())
        slack = await stack.enter_async_context(StandInSlack(commands=slash_commands()))
        world = {**of_slack(slack), f"SHORTLIST_{ATS.upper()}_URL": ats.url}
        for _ in range(STARTS):
            async with process("shortlist", world) as bot:
                starts.append(bot.seconds)
                before = used(bot.pid)
                await asyncio.sleep(IDLE)
                after = used(bot.pid)
                rests.append(((after.cpu - before.cpu) / IDLE, after.memory))
        async with process("shortlist", world) as bot:
            slack.request_url = bot.line
            await _answered(slack, 0)
            calls = len(ats.calls) + len(slack.calls)
            took = sorted([await _answered(slack, number) for number in range(1, COMMANDS + 1)])
            calls = len(ats.calls) + len(slack.calls) - calls
    idle, memory = (median(each) for each in zip(*rests, strict=True))
    return Whole(at(took, 0.5), at(took, 0.99), calls / COMMANDS, median(starts), idle, memory)


async def _answered(slack: StandInSlack, number: int) -> float:
    """Milliseconds from a signed command to its answer, alone on the bot."""
    before = len(slack.said(MEMBER))
    began = time.perf_counter()
    await slack.command(MEMBER, HIRING, "/candidate", f"note zoe@example.com Strong on Go, {number}")
    await slack.until(lambda: len(slack.said(MEMBER)) > before, 20)
    return (time.perf_counter() - began) * 1000


async def lookups() -> list[Lookup]:
    """The median of three rounds, in turn."""
    rounds = [[await _lookup(count) for count in WORKSPACES] for _ in range(3)]
    return [sorted(same, key=lambda one: one.took)[1] for same in zip(*rounds, strict=True)]


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
        _fill(path, count - len(teams))
        took = []
        for number in range(LOOKS):
            team = teams[number % len(teams)]
            began = time.perf_counter()
            assert await table.find(team)
            assert await workspaces.connections(team)
            took.append((time.perf_counter() - began) * 1e6)
        await store.close()
        return Lookup(count, median(took), path.stat().st_size / 2**20)


def _fill(path: Path, count: int) -> None:
    """Copies of the first rows under other ids."""
    with sqlite3.connect(path, timeout=30) as connection:
        connection.row_factory = sqlite3.Row
        for name, own in (("workspaces", ("team_id",)), ("connections", ("id", "team_id"))):
            row = dict(connection.execute(f"select * from {name} limit 1").fetchone())
            copies = [{**row, **{field: f"T{number:06}F" for field in own}} for number in range(count)]
            fields = ", ".join(f":{field}" for field in row)
            connection.executemany(f"insert into {name} ({', '.join(row)}) values ({fields})", copies)
    connection.close()
