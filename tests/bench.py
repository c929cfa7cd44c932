"""`make bench`: how many signed slash commands a second are acknowledged, beside bare Bolt in the same run."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import count
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import running
from bot.demo.ats import STAND_INS
from bot.demo.ats.world import small_world
from bot.demo.slack.deliver import signed
from bot.demo.slack.payloads import slash_command
from bot.demo.slack.people import CHANNELS, TEAM_ID, USERS
from bot.demo.slack.server import StandInSlack
from bot.demo.slack.workspace import ResponseUrl
from bot.operate.log import configure
from bot.settings import Settings
from bot.store.vault import new_key

ATS = "recruspace"
PERSON, CHANNEL = USERS[1], CHANNELS[0]
CONNECTIONS = (1, 16)
WARM_UP, MEASURED = 0.5, 3.0
"""Seconds. Together they stay below the time after which a waiting person hears that the ATS is slow."""


@dataclass(frozen=True)
class Contender:
    """One row: which server, what is typed, and whether the ack itself says something."""

    name: str
    server: str
    text: str
    says: bool = True


CONTENDERS = (
    Contender("a  bare Bolt, as it comes", "bolt", "help"),
    Contender("b  bare Bolt, process_before_response", "bolt-early", "help"),
    Contender("c  Shortlist /candidate help", "shortlist", "help"),
    Contender(
        "d  Shortlist /candidate note, durable", "shortlist", "note zoe@example.com Strong on Go", says=False
    ),
)


@dataclass(frozen=True)
class Measured:
    """`seconds` of each acknowledged command, in order of size; `failed` counts every other answer."""

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
        # One address that takes more answers than Slack's five, since all commands share it.
        slack.workspace.response_urls["bench"] = ResponseUrl(
            PERSON.id, CHANNEL.id, time.time(), posts=-1_000_000
        )
        world = {
            "SHORTLIST_SLACK_SIGNING_SECRET": slack.signing_secret,
            "SHORTLIST_SLACK_BOT_TOKEN": slack.bot_token,
            "SHORTLIST_SLACK_API_URL": slack.api_url,
            f"SHORTLIST_{ATS.upper()}_URL": ats.url,
            "RESPONSE_URL": f"{slack.url}/response/bench",
        }
        await _told(json.dumps(world))


async def shortlist() -> None:
    """The bot as `serve` runs it."""
    settings = Settings(_env_file=None, port=0)
    configure(settings.log)
    async with running(settings) as bot:
        await bot.workspaces.connect(TEAM_ID, ATS, ATS, STAND_INS[ATS].settings)
        await _ready(f"{bot.url}/readyz")
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


async def _ready(url: str) -> None:
    async with ClientSession() as session:
        while True:
            async with session.get(url) as answer:
                if answer.status == HTTPStatus.OK:
                    return
            await asyncio.sleep(0.05)


async def _told(line: str) -> None:
    print(line, flush=True)
    await asyncio.to_thread(sys.stdin.read)


ROLES: Mapping[str, Callable[[], Awaitable[None]]] = {
    "stand-ins": stand_ins,
    "shortlist": shortlist,
    "bolt": partial(bolt, early=False),
    "bolt-early": partial(bolt, early=True),
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


class Typist:
    """Signs each command just before it is sent; every one has a trigger id of its own."""

    def __init__(self, url: str, world: Mapping[str, str], text: str) -> None:
        self.address = urlsplit(url)
        self._secret = world["SHORTLIST_SLACK_SIGNING_SECRET"]
        self._answers_to = world["RESPONSE_URL"]
        self._text, self._numbers = text, count()

    def request(self) -> bytes:
        trigger = f"{next(self._numbers)}.{os.getpid()}.{self.address.port}"
        form = slash_command(PERSON, CHANNEL, "/candidate", self._text, trigger, self._answers_to)
        body = urlencode(form).encode()
        headers = {
            "Host": self.address.netloc,
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
            **signed(self._secret, body, int(time.time())),
        }
        lines = [f"POST {self.address.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        return "\r\n".join(lines).encode() + body


async def measured(typist: Typist, connections: int, lasting: float, *, says: bool) -> Measured:
    """Keep so many connections busy, each with one command after the other."""
    took, failed = list[float](), 0
    began = time.perf_counter()

    async def one_connection() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection(typist.address.hostname, typist.address.port)
        while time.perf_counter() - began < lasting:
            request = typist.request()
            sent = time.perf_counter()
            writer.write(request)
            status, body = await _answer(reader)
            if status == HTTPStatus.OK and bool(body) == says:
                took.append(time.perf_counter() - sent)
            else:
                failed += 1
        writer.close()
        await writer.wait_closed()

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(one_connection())
    return Measured(sorted(took), failed, time.perf_counter() - began)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = head.partition("content-length:")[2].partition("\r\n")[0]
    return int(head.split()[1]), await reader.readexactly(int(length or 0))


async def contest(contender: Contender, world: Mapping[str, str]) -> list[Measured]:
    """One measurement for each number of connections, each on a server that has done nothing else."""
    results = []
    for connections in CONNECTIONS:
        with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as folder:
            own = {
                "SHORTLIST_DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.db'}",
                "SHORTLIST_ENCRYPTION_KEYS": new_key(),
            }
            async with process(contender.server, {**world, **own}) as url:
                typist = Typist(url, world, contender.text)
                await measured(typist, connections, WARM_UP, says=contender.says)
                results.append(await measured(typist, connections, MEASURED, says=contender.says))
                if not results[-1].seconds:
                    raise SystemExit(f"{contender.name}: nothing was acknowledged")
    return results


def table(results: Mapping[str, list[Measured]]) -> Iterator[str]:
    default, early = list(results.values())[:2]
    for i, connections in enumerate(CONNECTIONS):
        yield f"\n{connections} connection{'s' if connections > 1 else ''}"
        yield f"{'':40}{'acks/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'/ a':>8}{'/ b':>8}{'failed':>8}"
        for name, each in results.items():
            now = each[i]
            ratios = f"{now.rate / default[i].rate:8.2f}{now.rate / early[i].rate:8.2f}"
            yield f"{name:40}{now.rate:9.0f}{now.at(0.5):9.2f}{now.at(0.99):9.2f}{ratios}{now.failed:8}"


def machine() -> str:
    info = Path("/proc/cpuinfo")
    models = (
        [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    model = models[0].partition(":")[2].strip() if models else platform.machine()
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


async def bench() -> None:
    print(f"Signed slash commands acknowledged, over loopback, on one machine:\n{machine()}")
    print("The load and the stand-ins run in processes of their own, on the same cores.", flush=True)
    began = time.perf_counter()
    async with process("stand-ins", {}) as line:
        world: dict[str, str] = json.loads(line)
        results = {each.name: await contest(each, world) for each in CONTENDERS}
    print("\n".join(table(results)))
    print("\n/ a and / b: acks a second, as a multiple of bare Bolt's in this run.")
    print(
        f"d is on disk before it is acknowledged, and is worked on meanwhile. {time.perf_counter() - began:.0f} s in all."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", nargs="?", choices=ROLES, help="what a process started by the bench does")
    role: str | None = parser.parse_args().role
    asyncio.run(_run(ROLES[role] if role else bench))


async def _run(work: Callable[[], Awaitable[None]]) -> None:
    await work()


if __name__ == "__main__":
    main()
