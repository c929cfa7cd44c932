"""Much at once: a burst of interactions, very many jobs that wait for an ATS, very many workspaces."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from urllib.parse import SplitResult, urlencode, urlsplit

from bot.demo.ats import STAND_INS
from bot.demo.ats.world import small_world
from bot.demo.slack.deliver import signed
from bot.demo.slack.payloads import slash_command
from bot.demo.slack.people import CHANNELS, USERS
from bot.demo.slack.server import StandInSlack
from bot.demo.slack.workspace import ResponseUrl
from tests.bench.load import at
from tests.bench.servers import Started, of_slack, process, used
from tests.bench.whole import lookups
from tests.torture.weather import DOWN, FINE, Weather

ATS = "talynce"
"""It has no rate of its own that would decide how fast anything goes."""
MOST = 3.0
"""Seconds within which Slack wants its ack."""
DRAINS = 240.0
"""Seconds that jobs which waited get to be done."""
PERSON, CHANNEL = USERS[1], CHANNELS[0]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Burst:
    """Seconds from the moment at which each was due to its ack."""

    count: int
    within: float
    p50: float
    p99: float
    slowest: float
    failed: int
    memory_before: float
    memory_after: float


@dataclass(frozen=True)
class Backlog:
    """So many jobs wait for an ATS that is gone; acks are measured meanwhile, then it comes back."""

    count: int
    memory_before: float
    memory_full: float
    ack_p50: float
    ack_p99: float
    slowest_ack: float
    failed: int
    drained: int
    a_second: float
    seconds: float


@dataclass(frozen=True)
class Load:
    burst: Burst
    backlog: Backlog
    lookups: dict[str, float]


@dataclass
class Place:
    """A bot in a process of its own, and the people who type at it."""

    slack: StandInSlack
    weather: Weather
    bot: Started
    taken: int = 0
    lines: list[Streams] = field(default_factory=list)
    """Connections that nobody uses at the moment."""

    def signed(self, text: str) -> bytes:
        """A delivery, byte by byte: whoever measures on the same machine takes little of it."""
        self.taken += 1
        trigger = f"{self.taken}.{os.getpid()}"
        url = f"{self.slack.url}/response/load"
        body = urlencode(slash_command(PERSON, CHANNEL, "/candidate", text, trigger, url)).encode()
        headers = {
            "Host": self.address.netloc,
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
            **signed(self.slack.signing_secret, body, int(time.time())),
        }
        lines = [f"POST {self.address.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        return "\r\n".join(lines).encode() + body

    async def sends(self, delivery: bytes, due: float) -> float | None:
        """Seconds from when it was due to its ack; None when it was not acknowledged."""
        try:
            reader, writer = self.lines.pop() if self.lines else await self._line()
            writer.write(delivery)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
            await reader.readexactly(length)
        except (OSError, EOFError):
            return None
        took = time.perf_counter() - due
        self.lines.append((reader, writer))
        return took if head.split()[1] == "200" else None

    @property
    def address(self) -> SplitResult:
        return urlsplit(self.bot.line)

    async def _line(self) -> Streams:
        return await asyncio.open_connection(self.address.hostname, self.address.port)

    async def hang_up(self) -> None:
        for _, writer in self.lines:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        weather = await stack.enter_async_context(Weather(ATS, random.Random(1)).serve())
        await weather.account(STAND_INS[ATS].settings["key"], small_world())
        slack = await stack.enter_async_context(StandInSlack())
        # One address that takes more answers than Slack's five, since all commands share it.
        shared = ResponseUrl(PERSON.id, CHANNEL.id, time.time(), posts=-1_000_000)
        slack.workspace.response_urls["load"] = shared
        world = {**of_slack(slack), f"SHORTLIST_{ATS.upper()}_URL": weather.url, "SHORTLIST_LOG": "error"}
        bot = await stack.enter_async_context(process("shortlist", world))
        here = Place(slack, weather, bot)
        stack.push_async_callback(here.hang_up)
        yield here


async def typed(here: Place, count: int, within: float, text: Callable[[int], str]) -> list[float | None]:
    """Each at its time, however the others fare."""
    deliveries = [here.signed(text(number)) for number in range(count)]
    began = time.perf_counter()

    async def one(number: int) -> float | None:
        due = began + within * number / count
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        return await here.sends(deliveries[number], due)

    return await asyncio.gather(*map(one, range(count)))


async def burst(here: Place, count: int, within: float) -> Burst:
    await typed(here, 20, 1.0, lambda number: f"find zoe@example.com via {ATS}")  # warm
    before = used(here.bot.pid).memory
    took = await typed(here, count, within, lambda number: f"find person.{number}@example.com via {ATS}")
    acked = sorted(each for each in took if each is not None)
    return Burst(
        count,
        within,
        at(acked, 0.5),
        at(acked, 0.99),
        acked[-1],
        count - len(acked),
        before,
        used(here.bot.pid).memory,
    )


async def backlog(here: Place, count: int, rate: float, drain: int) -> Backlog:
    """`rate` is how many are typed in a second; `drain` how many of them are waited for in the end."""
    began = time.perf_counter()
    await here.weather.turn(DOWN)
    before = used(here.bot.pid).memory
    took = await typed(
        here, count, count / rate, lambda number: f"note person.{number}@example.com Hello via {ATS}"
    )
    acked = sorted(each for each in took if each is not None)
    await here.weather.turn(FINE)
    full, since = used(here.bot.pid).memory, time.perf_counter()
    drained = await Answers(here).until(drain, DRAINS)
    return Backlog(
        count,
        before,
        full,
        at(acked, 0.5),
        at(acked, 0.99),
        acked[-1],
        count - len(acked),
        drained,
        drained / (time.perf_counter() - since),
        time.perf_counter() - began,
    )


class Answers:
    """Counts jobs that were answered for good, by what their answers say."""

    def __init__(self, here: Place) -> None:
        self._here, self._looked, self._done = here, 0, 0

    async def until(self, count: int, seconds: float) -> int:
        until = time.perf_counter() + seconds
        while self._count() < count and time.perf_counter() < until:
            await asyncio.sleep(0.1)
        return self._done

    def _count(self) -> int:
        posts = self._here.slack.responses.posts
        fresh = posts[self._looked :]
        self._looked += len(fresh)
        self._done += sum("Nobody in" in str(each.get("text")) for each in fresh)
        return self._done


async def load() -> dict[str, object]:
    """All of it in full size; some minutes."""
    async with place() as here:
        first = await burst(here, 2_000, 1.0)
    async with place() as here:
        second = await backlog(here, 10_000, 150.0, 3_000)
    third = {f"{each.workspaces:,}": each.took for each in await lookups()}
    return asdict(Load(first, second, third))
