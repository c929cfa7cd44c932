"""Tortures the bot, or writes down what earlier runs have found."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import signal
import sys
from collections.abc import Sequence
from typing import Any

from tests.torture.arena import Arena, Figures, as_json
from tests.torture.commit import commit
from tests.torture.load import load
from tests.torture.report import add_load, add_run, write

KILLS = 500
SIDE_BY_SIDE = 3
"""Bots at a time, each with a city and files of its own."""


class BrokeDown(Exception):
    """The torture itself does not work."""


async def torture(seed: str, kills: int, bots: int, server: bool) -> bool:
    """Whether all books balance; what was found goes into the documents either way."""
    _end_properly()
    asked = {"seed": seed, "bots": bots, "commit": commit()}
    shares = [kills // bots + (number < kills % bots) for number in range(bots)]
    print(f"seed {seed}: {kills} ends on {bots} bots at {asked['commit']}", flush=True)
    arenas = [_apart(f"{seed}.{number}", share, server) for number, share in enumerate(shares) if share]
    runs = await asyncio.gather(*arenas)
    for run in runs:
        for wrong in (*run["wrong"], *run["died"]):
            print(f"seed {run['seed']}: {wrong}")
        if run["stuck"]:
            print(f"seed {run['seed']}: {run['stuck']} jobs never came to an end")
    balanced = not any(run["wrong"] or run["died"] or run["stuck"] for run in runs)
    print(json.dumps(add_run(asked, runs, balanced), indent=1))
    print("the books balance" if balanced else "THE BOOKS DO NOT BALANCE")
    return balanced


def _end_properly() -> None:
    """At a SIGTERM, too, what was started is ended, and the small disk taken away."""
    if task := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def _apart(seed: str, kills: int, server: bool) -> dict[str, Any]:
    """One arena in a process of its own, which says on its last line what it has found."""
    words = ["-m", "tests.torture", "--arena", "--seed", seed, "--kills", str(kills)]
    words += ["--postgres"] if server else []
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    try:
        out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    lines = out.decode().splitlines()
    if process.returncode or not lines:
        raise BrokeDown(f"the arena of seed {seed} broke down: it ended with {process.returncode}")
    found: dict[str, Any] = json.loads(lines[-1])
    return found


async def arena(seed: str, kills: int, server: bool) -> None:
    _end_properly()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # who sends to us is killed all the time
    here = Arena(seed, kills, mounts=True, server=server)
    telling = asyncio.create_task(_tells(here.figures, kills))
    found = await here.run()
    telling.cancel()
    print(json.dumps(as_json(found)), flush=True)


async def _tells(figures: Figures, kills: int) -> None:
    """How far it is, once a minute, where it is no part of what was found."""
    while True:
        await asyncio.sleep(60)
        ended = figures.kills + figures.stops
        print(f"seed {figures.seed}: {ended} of {kills} ends", file=sys.stderr, flush=True)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="how often the bot is ended")
    parser.add_argument("--seed", default="", help="repeats a schedule, as far as timing lets it")
    parser.add_argument("--bots", type=int, default=SIDE_BY_SIDE, help="how many at a time")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server instead of SQLite")
    parser.add_argument("--load", action="store_true", help="the load in full size instead")
    parser.add_argument("--report", action="store_true", help="only write the documents anew")
    parser.add_argument("--arena", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.report:
        write()
        return 0
    if asked.load:
        print(json.dumps(add_load(asyncio.run(load())), indent=1))
        return 0
    seed = asked.seed or str(random.SystemRandom().randrange(10**6))
    if asked.arena:
        asyncio.run(arena(seed, asked.kills, asked.postgres))
        return 0
    try:
        return 0 if asyncio.run(torture(seed, asked.kills, max(1, asked.bots), asked.postgres)) else 1
    except BrokeDown as broken:
        print(broken, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
