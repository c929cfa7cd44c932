"""What runs in processes of its own, so that nothing measured shares an interpreter with who measures."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import running
from bot.demo.ats import STAND_INS
from bot.demo.ats.world import small_world
from bot.demo.slack.people import CHANNELS, TEAM_ID, USERS
from bot.demo.slack.server import StandInSlack
from bot.demo.slack.workspace import ResponseUrl
from bot.garbage import seldom, settle
from bot.operate.log import configure
from bot.settings import Settings
from bot.store.vault import new_key
from tests.bench.floors import measure

ATS = "recruspace"
UNPACED = "talynce"
"""Its vendor names no rate, so that it is not the rate that is measured."""
WHICH_ATS = "BENCH_ATS"
PATH = "/slack/events"
STARTS = 120.0
"""Seconds within which a process is ready, on a machine that is very busy."""
DATABASE, KEYS = "SHORTLIST_DATABASE_URL", "SHORTLIST_ENCRYPTION_KEYS"


async def stand_ins() -> None:
    """Slack and one ATS, until standard input ends. Prints one line: what a bot needs to know of them."""
    vendor = os.environ.get(WHICH_ATS, ATS)
    async with STAND_INS[vendor](small_world()).serve() as ats, StandInSlack() as slack:
        # One address that takes more answers than Slack's five, since all commands share it.
        slack.workspace.response_urls["bench"] = ResponseUrl(
            USERS[1].id, CHANNELS[0].id, time.time(), posts=-1_000_000
        )
        where = {f"SHORTLIST_{vendor.upper()}_URL": ats.url, "RESPONSE_URL": f"{slack.url}/response/bench"}
        await _told(json.dumps({**of_slack(slack), **where}))


def of_slack(slack: StandInSlack) -> dict[str, str]:
    """What a bot is told of its Slack."""
    return {
        "SHORTLIST_SLACK_SIGNING_SECRET": slack.signing_secret,
        "SHORTLIST_SLACK_BOT_TOKEN": slack.bot_token,
        "SHORTLIST_SLACK_API_URL": slack.api_url,
    }


async def shortlist() -> None:
    """The bot as `serve` runs it, connected to each ATS that it is told of."""
    seldom()
    settings = Settings(_env_file=None, port=0)
    configure(settings.log)
    async with running(settings) as bot:
        for vendor in settings.bases:
            await bot.workspaces.connect(TEAM_ID, vendor, vendor, STAND_INS[vendor].settings)
        await _ready(f"{bot.url}/readyz")
        settle()
        await _told(f"{bot.url}{PATH}")


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
    await _served(app.web_app(PATH))


async def raw() -> None:
    """The limit: aiohttp, the signature, and the form."""
    secret = Settings(_env_file=None).slack_signing_secret.get_secret_value().encode()

    async def hello(request: web.Request) -> web.Response:
        body = await request.read()
        sent = request.headers["X-Slack-Request-Timestamp"].encode()
        right = hmac.new(secret, b"v0:%s:%s" % (sent, body), hashlib.sha256).hexdigest()
        genuine = hmac.compare_digest(f"v0={right}", request.headers["X-Slack-Signature"])
        known = genuine and "command" in parse_qs(body.decode())
        return web.Response(text="Hi there!") if known else web.Response(status=HTTPStatus.UNAUTHORIZED)

    application = web.Application()
    application.router.add_post(PATH, hello)
    await _served(application)


async def _served(application: web.Application) -> None:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await _told(f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}")
    await runner.cleanup()


async def _ready(url: str) -> None:
    async with ClientSession() as session:
        while True:
            async with session.get(url) as answer:
                if answer.status == HTTPStatus.OK:
                    return
            await asyncio.sleep(0.02)


async def _told(line: str) -> None:
    print(line, flush=True)
    await asyncio.to_thread(sys.stdin.read)


async def engine_floors() -> None:
    await _told(await measure())


ROLES: Mapping[str, Callable[[], Awaitable[None]]] = {
    "stand-ins": stand_ins,
    "shortlist": shortlist,
    "bolt": partial(bolt, early=False),
    "bolt-early": partial(bolt, early=True),
    "raw": raw,
    "floors": engine_floors,
}


@dataclass(frozen=True)
class Started:
    """A process that is ready: the line that it printed, how many seconds it took to get there, where its files are."""

    pid: int
    line: str
    seconds: float
    database: Path

    @property
    def jobs(self) -> Path:
        """The file of the durable engine."""
        return self.database.with_name(f"{self.database.stem}-jobs.db")


@asynccontextmanager
async def process(role: str, environment: Mapping[str, str]) -> AsyncIterator[Started]:
    """Start one of `ROLES` on files of its own."""
    async with launched((sys.executable, "-m", "tests.bench", role), environment) as started:
        yield started


@asynccontextmanager
async def launched(command: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[Started]:
    """Start anything that prints one line when it is ready; `environment` may name its files and their key."""
    with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as folder:
        own = {
            DATABASE: f"sqlite:///{Path(folder) / 'bench.db'}",
            KEYS: new_key(),
            **environment,
        }
        began, pipe, errors = time.perf_counter(), asyncio.subprocess.PIPE, Path(folder) / "errors"
        with errors.open("wb") as said:
            started = await asyncio.create_subprocess_exec(
                *command, env={**os.environ, **own}, stdin=pipe, stdout=pipe, stderr=said
            )
        assert started.stdout
        try:
            async with asyncio.timeout(STARTS):
                line = (await started.stdout.readline()).decode().strip()
            if not line:
                raise SystemExit(f"{command[-1]} did not start:\n{errors.read_text()[-2000:]}")
            took, files = time.perf_counter() - began, Path(own[DATABASE].removeprefix("sqlite:///"))
            yield Started(started.pid, line, took, files)
        finally:
            with suppress(ProcessLookupError):  # one that did not start
                started.kill()  # jobs that still wait are of no interest
            await started.wait()


@dataclass(frozen=True)
class Usage:
    """CPU in seconds since the start, memory in MB; both 0 on a system without /proc."""

    cpu: float
    memory: float


def used(pid: int) -> Usage:
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return Usage(0.0, 0.0)
    fields = stat.read_text().rpartition(")")[2].split()
    ticks, pages = int(fields[11]) + int(fields[12]), int(fields[21])
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
