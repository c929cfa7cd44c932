"""`make bench`: how many signed slash commands a second are acknowledged, beside bare Bolt in the same run."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import running
from bot.demo.ats import STAND_INS
from bot.demo.ats.world import small_world
from bot.demo.slack.deliver import signed
from bot.demo.slack.passes import new_response_url
from bot.demo.slack.people import CHANNELS, TEAM_ID, USERS, User
from bot.demo.slack.server import StandInSlack
from bot.operate.log import configure
from bot.settings import Settings
from bot.store.vault import new_key

ATS = "recruspace"
PERSON, CHANNEL = USERS[1], CHANNELS[0]
CONNECTIONS = (1, 16)
WARM_UP, MEASURED = 0.5, 3.0
"""Seconds. Together they stay below the time after which a waiting person hears that the ATS is slow."""
STOPPING = 10.0

Say = Callable[[str], str]


@dataclass(frozen=True)
class Contender:
    """One row: which server, what is typed, and whether each measurement gets a server of its own."""

    name: str
    server: str
    text: str


CONTENDERS = (
    Contender("a  bare Bolt, as it comes", "bolt", "help"),
    Contender("b  bare Bolt, process_before_response", "bolt-early", "help"),
    Contender("c  Shortlist /candidate help", "shortlist", "help"),
    Contender("d  Shortlist /candidate note, durable", "shortlist", "note zoe@example.com Strong on Go, wants remote"),
)


@dataclass(frozen=True)
class Measured:
    """`seconds` of each acknowledged command, in order of size; `failed` is whatever was not a 200."""

    seconds: list[float]
    failed: int
    lasted: float

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.lasted

    def at(self, share: float) -> float:
        """Milliseconds."""
        return self.seconds[int((len(self.seconds) - 1) * share)] * 1000


# What runs in processes of its own, so that nothing measured shares an interpreter with who measures.


async def stand_ins() -> None:
    """Slack and the ATS, until standard input ends. Prints one line: what a bot needs to know of them."""
    async with STAND_INS[ATS](small_world()).serve() as ats, StandInSlack() as slack:
        tokens = [new_response_url(slack.workspace, PERSON.id, CHANNEL.id) for _ in range(1)]
        world = {
            "SHORTLIST_SLACK_SIGNING_SECRET": slack.signing_secret,
            "SHORTLIST_SLACK_BOT_TOKEN": slack.bot_token,
            "SHORTLIST_SLACK_API_URL": slack.api_url,
            f"SHORTLIST_{ATS.upper()}_URL": ats.url,
            "RESPONSE_URL": f"{slack.url}/response/{tokens[0]}",
        }
        await _told(json.dumps(world))


async def shortlist() -> None:
    """The bot as `serve` runs it."""
    settings = Settings(_env_file=None, port=0)
    configure(settings.log)
    async with running(settings) as bot:
        await bot.workspaces.connect(TEAM_ID, ATS, ATS, STAND_INS[ATS].settings)
        await _told(f"{bot.url}/slack/events")


async def bolt(*, early: bool) -> None:
    """Bolt on the aiohttp application that it makes itself."""
    settings = Settings(_env_file=None)
    app = AsyncApp(
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        client=AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url
        ),
        process_before_response=early,
    )

    async def hello(ack: Callable[[str], Awaitable[None]]) -> None:
        await ack("Hi there!")

    app.command("/candidate")(hello)
    runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await _told(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    await runner.cleanup()


async def _told(line: str) -> None:
    print(line, flush=True)
    await asyncio.to_thread(sys.stdin.read)


ROLES: Mapping[str, Callable[[], Awaitable[None]]] = {
    "stand-ins": stand_ins,
    "shortlist": shortlist,
    "bolt": lambda: bolt(early=False),
    "bolt-early": lambda: bolt(early=True),
}


@asynccontextmanager
async def process(role: str, environment: Mapping[str, str]) -> AsyncIterator[str]:
    """Start one; gives the line that it prints when it is ready."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench", role,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert started.stdout
    line = (await started.stdout.readline()).decode().strip()
    if not line:
        raise SystemExit(f"{role} did not start: python -m tests.bench {role} says why")
    try:
        yield line
    finally:
        started.kill()  # jobs that still wait are of no interest
        await started.wait()
