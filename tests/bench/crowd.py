"""What a bot takes of the memory when very many workspaces have installed it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.demo.ats import STAND_INS
from bot.demo.slack.people import TEAM_ID
from bot.store.installations import Installation, InstallationTable
from bot.store.sqlite import SqliteStore
from bot.store.vault import Vault, new_key
from bot.store.workspaces import Workspaces
from tests.bench.load import Typist, measured
from tests.bench.servers import ATS, DATABASE, KEYS, process, used
from tests.bench.whole import WORKSPACE, copied

WORKSPACES = 100_000
TYPED = (("help", True), ("note zoe@example.com Strong on Go", False))
TOKEN = "SHORTLIST_SLACK_BOT_TOKEN"
INSTALLED = {"SHORTLIST_SLACK_CLIENT_ID": "1.2", "SHORTLIST_SLACK_CLIENT_SECRET": "bench"}


@dataclass(frozen=True)
class Crowd:
    """MB after the start, and after people typed; seconds to start."""

    workspaces: int
    start: float
    memory: float
    busy: float


async def crowd(world: Mapping[str, str], count: int = WORKSPACES, lasting: float = 1.5) -> Crowd:
    with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as folder:
        path, key = Path(folder) / "bench.db", new_key()
        await _installed(path, key, world[TOKEN], count)
        known = {name: value for name, value in world.items() if name != TOKEN}
        place = {DATABASE: f"sqlite:///{path}", KEYS: key, **INSTALLED}
        async with process("shortlist", {**known, **place}) as bot:
            memory = used(bot.pid).memory
            for text, says in TYPED:
                await measured(Typist(bot.line, world, text, says=says), bot.pid, 16, lasting)
            return Crowd(count, bot.seconds, memory, used(bot.pid).memory)


async def _installed(path: Path, key: str, token: str, count: int) -> None:
    store, vault = SqliteStore(path), Vault([SecretStr(key)])
    await InstallationTable(store, vault).save(Installation(team=TEAM_ID, token=SecretStr(token)))
    await Workspaces(store, vault).connect("T0OTHER", ATS, ATS, STAND_INS[ATS].settings)
    copied(path, WORKSPACE, count - 1)
    await store.close()
