"""`shortlist` as processes of their own, told everything by environment variables."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from tests.bot.processes import Process, warm
from tests.bot.town import Town

T = TypeVar("T")
Line = dict[str, Any]
BEGIN: Callable[..., Awaitable[Process]] = partial(warm, "bot")
"""How `shortlist` is begun."""


def environment(town: Town, folder: Path, key: str, *, socket_mode: bool = False) -> dict[str, str]:
    """All that an operator sets."""
    slack = town.slack
    token = (
        {"SHORTLIST_SLACK_APP_TOKEN": slack.app_token}
        if socket_mode
        else {"SHORTLIST_SLACK_SIGNING_SECRET": slack.signing_secret}
    )
    return {
        **token,
        "SHORTLIST_SLACK_BOT_TOKEN": slack.bot_token,
        "SHORTLIST_SLACK_API_URL": slack.api_url,
        "SHORTLIST_DATABASE_URL": f"sqlite:///{folder / 'shortlist.db'}",
        "SHORTLIST_ENCRYPTION_KEYS": key,
        "SHORTLIST_PORT": "0",
        **{f"SHORTLIST_{vendor.upper()}_URL": each.url for vendor, each in town.ats.items()},
    }


async def run(
    *words: str, env: Mapping[str, str], folder: Path, stdin: str = ""
) -> tuple[int | None, str, str]:
    """Run `shortlist WORDS` to its end: exit code, standard output, standard error."""
    process = await BEGIN(words, env, folder, stdin.encode())
    async with asyncio.timeout(30):
        out, err = await asyncio.gather(process.stdout.read(), process.stderr.read())
        return await process.wait(), out.decode(), err.decode()


class Served:
    """`shortlist serve`: it can be started, killed, told to stop, and started again on the same files."""

    starts_within = 60.0
    """Seconds."""

    def __init__(self, town: Town, folder: Path, env: Mapping[str, str]) -> None:
        self.town, self.folder, self.env = town, folder, dict(env)
        self.url = ""
        self.log: list[str] = []
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._since = 0
        self._stirred = asyncio.Event()

    @property
    def lines(self) -> list[Line]:
        """Our own log lines since the last start."""
        return [json.loads(line) for line in self.log[self._since :] if line.startswith("{")]

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Return once Slack can deliver."""
        await self.begin()
        await self.logged(lambda line: line["event"] == "connected to Slack")
        await self.ready()

    async def begin(self) -> None:
        """Return once it listens, whatever else is not there yet."""
        self._since = len(self.log)
        self._process = await self._begun()
        self._reader = asyncio.create_task(self._read())
        port = (await self.logged(lambda line: line["event"] == "listening", self.starts_within))["port"]
        self.url = f"http://127.0.0.1:{port}"
        self.town.slack.request_url = f"{self.url}/slack/events"

    async def _begun(self) -> Process:
        return await BEGIN(["serve"], self.env, self.folder)

    async def get(self, path: str) -> tuple[int, Any]:
        async with aiohttp.ClientSession() as session, session.get(self.url + path) as answer:
            return answer.status, await answer.json()

    async def ready(self, seconds: float = 20.0) -> None:
        """Return once nothing is waited for: a busy machine may hold the last of it up for a moment."""
        until = asyncio.get_running_loop().time() + seconds
        while (said := await self.get("/readyz")) != (200, {"ready": True, "waiting_for": {}}):
            assert asyncio.get_running_loop().time() < until, said
            await asyncio.sleep(0.1)

    async def logged(self, fits: Callable[[Line], bool], seconds: float = 20.0) -> Line:
        """The first fitting line since the last start, waited for."""

        def found() -> Line | None:
            return next((line for line in self.lines if fits(line)), None)

        async with asyncio.timeout(seconds):
            while (line := found()) is None:
                self._stirred.clear()
                assert self._reader is None or not self._reader.done(), self.log[self._since :]
                await self._stirred.wait()
        return line

    async def kill(self) -> None:
        """As `kill -9` does."""
        if self._process and self._process.returncode is None:
            self._process.kill()
        await self._ended()

    async def stop(self) -> int | None:
        """As `kill` does: SIGTERM; return the exit code."""
        if self._process is None:
            return None
        self._process.terminate()
        await self._ended()
        return self._process.returncode

    async def _ended(self) -> None:
        if self._process and self._reader:
            async with asyncio.timeout(20):
                await self._process.wait()
                await self._reader

    async def _read(self) -> None:
        assert self._process
        async for line in self._process.stderr:
            self.log.append(line.decode())
            self._stirred.set()
        self._stirred.set()
