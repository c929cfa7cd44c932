"""What Shortlist itself adds between a signed command and its answer, and what of it is the durable engine's."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from statistics import median
from unittest.mock import patch

import aiohttp
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.demo.ats import STAND_INS
from bot.demo.ats.server import Handler, StandInAts
from bot.demo.ats.world import small_world
from bot.demo.run import slash_commands
from bot.demo.slack.server import StandInSlack
from tests.bench.load import at
from tests.bench.servers import PATH, UNPACED, Started, of_slack, process, used

MEMBER, HIRING = "U0MIA", "C0HIRING"
COMMANDS, WARM_UP = 60, 8
TYPED = {"find": "find zoe@example.com {}", "note": "note zoe@example.com Strong on Go, {}"}
"""What is typed by verb; the number makes each another command. A `find` reads, a `note` writes, too."""
PAGES = "select page_count * page_size from pragma_page_count, pragma_page_size"


@dataclass
class Meter:
    """When the stand-ins were at work: from the arrival of a request in their handler to its end."""

    spans: list[tuple[float, float]] = field(default_factory=list)

    async def timed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        try:
            return await handler(request)
        finally:
            self.spans.append((began, time.perf_counter()))

    def of_ats(self) -> Callable[[StandInAts, web.Request, Handler], Awaitable[web.StreamResponse]]:
        """In place of what answers a request to an ATS."""
        plain = StandInAts._answer

        async def answer(ats: StandInAts, request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.timed(request, lambda request: plain(ats, request, handler))

        return answer

    def of_slack(self) -> Callable[[StandInSlack], web.Application]:
        """In place of what makes Slack's server."""
        plain = StandInSlack._application

        @web.middleware
        async def timed(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.timed(request, handler)

        def application(slack: StandInSlack) -> web.Application:
            made = plain(slack)
            made.middlewares.append(timed)
            return made

        return application

    def within(self, began: float, ended: float) -> tuple[float, int]:
        """Seconds in which at least one of them worked, and how many requests these were."""
        inside = sorted((max(a, began), min(b, ended)) for a, b in self.spans if b > began and a < ended)
        total, until = 0.0, began
        for a, b in inside:
            total += max(0.0, b - max(a, until))
            until = max(until, b)
        return total, len(inside)


@dataclass(frozen=True)
class Way:
    """Of one command: milliseconds from the command to its answer, those of the stand-ins taken off, and how many calls."""

    took: float
    own: float
    calls: int


@dataclass(frozen=True)
class Overhead:
    """Of one verb: milliseconds, and what one command takes of the engine, the processor and the disk.

    `cpu` is in milliseconds; `commits` are transactions that write; `kept` is kB in the engine's file.
    """

    verb: str
    count: int
    p50: float
    p99: float
    whole_p50: float
    whole_p99: float
    calls: float
    steps: float
    commits: float
    cpu: float
    kept: float


@dataclass(frozen=True)
class Standing:
    """What a bot has used and written so far."""

    cpu: float
    writes: float
    jobs: int
    steps: int
    size: int


async def overheads(commands: int = COMMANDS, warm_up: int = WARM_UP) -> list[Overhead]:
    """One command after the other, alone on a bot whose ATS has no rate."""
    meter = Meter()
    async with AsyncExitStack() as stack:
        stack.enter_context(patch.object(StandInAts, "_answer", meter.of_ats()))
        stack.enter_context(patch.object(StandInSlack, "_application", meter.of_slack()))
        ats = await stack.enter_async_context(STAND_INS[UNPACED](small_world()).serve())
        slack = await stack.enter_async_context(StandInSlack(commands=slash_commands()))
        world = {**of_slack(slack), f"SHORTLIST_{UNPACED.upper()}_URL": ats.url}
        bot = await stack.enter_async_context(process("shortlist", world))
        slack.request_url = bot.line
        found = []
        for verb in TYPED:
            for number in range(warm_up):
                await _way(slack, meter, TYPED[verb].format(-number))
            found.append(await _overhead(slack, meter, bot, verb, commands))
        return found


async def _overhead(slack: StandInSlack, meter: Meter, bot: Started, verb: str, count: int) -> Overhead:
    before = await _standing(bot)
    ways = [await _way(slack, meter, TYPED[verb].format(number)) for number in range(count)]
    after = await _standing(bot)
    own, took = sorted(each.own for each in ways), sorted(each.took for each in ways)
    jobs = after.jobs - before.jobs
    steps = (after.steps - before.steps) / jobs
    return Overhead(
        verb=verb,
        count=count,
        p50=median(own),
        p99=at(own, 0.99),
        whole_p50=median(took),
        whole_p99=at(took, 0.99),
        calls=sum(each.calls for each in ways) / count,
        steps=steps,
        # The engine writes down that a job begins and how it ends, beside its steps.
        commits=(after.writes - before.writes) / jobs + steps + 2,
        cpu=(after.cpu - before.cpu) / jobs * 1000,
        kept=(after.size - before.size) / jobs / 1024,
    )


async def _way(slack: StandInSlack, meter: Meter, text: str) -> Way:
    meter.spans.clear()
    before = len(slack.said(MEMBER))
    began = time.perf_counter()
    await slack.command(MEMBER, HIRING, "/candidate", text)
    await slack.until(lambda: len(slack.said(MEMBER)) > before, 20)
    ended = time.perf_counter()
    theirs, calls = meter.within(began, ended)
    return Way((ended - began) * 1000, (ended - began - theirs) * 1000, calls)


async def _standing(bot: Started) -> Standing:
    """Looked at when nothing is under way."""
    with closing(sqlite3.connect(bot.jobs, timeout=30)) as jobs:
        while _number(jobs, "select count(*) from workflow_status where status in ('PENDING', 'ENQUEUED')"):
            await asyncio.sleep(0.02)
        return Standing(
            cpu=used(bot.pid).cpu,
            writes=await writes(bot),
            jobs=_number(jobs, "select count(*) from workflow_status"),
            steps=_number(jobs, "select count(*) from operation_outputs"),
            size=_number(jobs, PAGES),
        )


async def writes(bot: Started) -> float:
    """Transactions of ours that were written so far, by what the bot says of itself."""
    url = f"{bot.line.removesuffix(PATH)}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        families = text_string_to_metric_families(await answer.text())
    samples = (sample for family in families for sample in family.samples)
    return sum(each.value for each in samples if each.name == "shortlist_database_write_seconds_count")


def _number(jobs: sqlite3.Connection, query: str) -> int:
    return int(jobs.execute(query).fetchone()[0])
