"""Ten thousand watched connections: what a look takes in which nothing is new, and what planning them takes."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.demo.ats import STAND_INS
from bot.store.sqlite import SqliteStore
from bot.store.subscriptions import SubscriptionTable
from bot.store.vault import Vault, new_key
from bot.store.watches import Watches
from bot.store.workspaces import Workspaces
from bot.work.connections import Connections
from bot.work.watch import SYNC, WORKERS, Key, Watch
from bot.work.watching.poll import Poll
from commands.ports.subscription import Subscription
from connectors.http import Http, new_client
from connectors.models import ChangeKind
from connectors.vendors import CONNECTORS
from tests.bench.servers import UNPACED, WHICH_ATS, process
from tests.bench.whole import copied

CONNECTIONS, SAMPLE, LOOKS = 10_000, 200, 2
EVERY = 60.0
"""Seconds between two looks at one connection, as it comes."""
WATCHED = {name: ("team_id", "connection_id") for name in ("subscriptions", "watches")}


@dataclass(frozen=True)
class Watched:
    """Milliseconds of CPU of a look, of planning all at a start, and of planning later; `core` is the share of one."""

    connections: int
    looks: int
    look: float
    plan: float
    again: float
    core: float


@dataclass(frozen=True)
class Scene:
    path: Path
    store: SqliteStore
    workspaces: Workspaces
    subscriptions: SubscriptionTable
    watches: Watches
    poll: Poll


async def watched(count: int = CONNECTIONS, sample: int = SAMPLE) -> Watched:
    """The ATS is a process of its own; the load average of this one is nothing but the watch."""
    async with process("stand-ins", {WHICH_ATS: UNPACED}) as started, _scene(started.line) as scene:
        keys = [await _listen(scene, number) for number in range(sample)]
        await _look_at(scene, keys)  # the first look only remembers
        cpu = time.process_time()
        for _ in range(LOOKS):
            await _look_at(scene, keys)
        look = _since(cpu) / sample / LOOKS
        await asyncio.to_thread(copied, scene.path, WATCHED, count - sample)
        plan, again = await _planned(scene)
    core = count / EVERY * look / 1000 + again / 1000 / SYNC
    return Watched(count, sample * LOOKS, look, plan, again, core)


async def _listen(scene: Scene, number: int) -> Key:
    team = f"T{number:06}R"
    info = await scene.workspaces.connect(team, UNPACED, UNPACED, STAND_INS[UNPACED].settings)
    heard = Subscription(channel="C0HIRING", connection=info.id, kinds=tuple(ChangeKind), by="U0MIA")
    await scene.subscriptions.save(team, heard)
    await scene.watches.begin(team, info.id, time.time())
    return team, info.id


async def _look_at(scene: Scene, keys: list[Key]) -> None:
    """As many at once as a lane looks at."""
    for start in range(0, len(keys), WORKERS):
        async with asyncio.TaskGroup() as group:
            for key in keys[start : start + WORKERS]:
                group.create_task(scene.poll.look(*key))


async def _planned(scene: Scene) -> tuple[float, float]:
    """What a start has to plan, and what is left to do each few seconds from then on."""
    watch = Watch(scene.subscriptions, scene.watches, scene.poll, tuple(CONNECTORS))
    cpu = time.process_time()
    await watch.sync()
    plan, cpu = _since(cpu), time.process_time()
    await watch.sync()
    return plan, _since(cpu)


def _since(cpu: float) -> float:
    return (time.process_time() - cpu) * 1000


@asynccontextmanager
async def _scene(line: str) -> AsyncIterator[Scene]:
    name = f"SHORTLIST_{UNPACED.upper()}_URL"
    bases: Mapping[str, str] = {UNPACED: json.loads(line)[name]}
    with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as folder:
        path, vault = Path(folder) / "bench.db", Vault([SecretStr(new_key())])
        store = SqliteStore(path)
        async with new_client() as client:
            workspaces, watches = Workspaces(store, vault), Watches(store, vault, str(os.getpid()))
            connections = Connections(workspaces, Http(client, bases))
            poll = Poll(watches, workspaces, connections, _nothing_is_new, EVERY)
            try:
                yield Scene(path, store, workspaces, SubscriptionTable(store, vault), watches, poll)
            finally:
                await store.close()


async def _nothing_is_new(kind: str, id: str, payload: str) -> None:
    raise AssertionError(f"the stand-in had news: {kind}")
