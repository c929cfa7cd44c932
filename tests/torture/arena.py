"""One bot, killed and started again until it has had enough; then the books are compared."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path

from bot.demo.slack.payloads import Errand
from bot.demo.slack.workspace import Message
from bot.store.vault import new_key
from tests import postgres
from tests.bot.processes import Process, warm
from tests.bot.serving import Served
from tests.bot.town import Town
from tests.torture.books import Balance, balance
from tests.torture.bot import CLOCK
from tests.torture.city import City, city
from tests.torture.crowd import Crowd
from tests.torture.figures import Figures, as_json
from tests.torture.ledger import Came, Ledger
from tests.torture.mishaps import Files, Machine, Server, small_disk
from tests.torture.weather import DOWN, FINE, KINDS

BOT = "tests.torture.bot"
TEAMS = 6
STORM = (0.3, 2.5)
LONG, OFTEN = (24.0, 32.0), 0.01
"""Now and then an ATS is gone for longer than anybody waits, and how often that is."""
CALM = 0.45
"""How much of the time the weather at an ATS is fine."""
ASKED_TO_STOP = 0.2
"""How many of the ends are a SIGTERM; the others are a SIGKILL."""
MISHAPS = {"disk": 0.12, "lock": 0.15, "clock": 0.15, "slack": 0.25}
"""How many of the lives see such a thing."""
WRONG = 100.0
"""Seconds by which the clock may be wrong; with five minutes, it would take no delivery of Slack's at all."""
SLACK = (
    {"method": "response_url", "status": 500},
    {"method": "response_url", "status": 404, "error": "expired_url"},
    {"method": "response_url", "status": 500, "late": True},
    {"method": "response_url", "delay": 1.0},
    {"method": "chat.postEphemeral", "error": "fatal_error"},
    {"method": "users.info", "error": "fatal_error"},
)
QUIET = 8
"""So many looks in a row, four a second, have to find nothing to do."""
BETWEEN = 0.8
"""Seconds that a mishap lasts where nothing else happens."""
DRAINS = 100.0
"""Seconds without any job that comes to its end, after which those that are open are taken for stuck."""


class Tortured(Served):
    """Takes its time from a file, and is in a hurry."""

    starts_within = 90.0

    async def _begun(self) -> Process:
        return await warm(BOT, (), self.env, self.folder, prepares=BOT)


class Arena:
    """With `mounts`, the bot's files lie on a small disk of their own, where this user may mount one.

    With `server`, it lives on a PostgreSQL of its own. `gap` is how many seconds lie between two things that one
    typist asks for, on average: over many lives, no more than a bot can do that is dead more than half of the time.
    """

    gap = 10.0

    def __init__(self, seed: str, kills: int, *, mounts: bool = False, server: bool = False) -> None:
        self._chance = random.Random(seed)
        self._kills, self._mounts, self._server = kills, mounts, server
        self.figures = Figures(seed)
        self.ledger = Ledger()
        self._mishaps = Counter[str]()
        self._latest = 0.0
        self._stands = False

    async def run(self) -> Figures:
        began = time.perf_counter()
        async with AsyncExitStack() as stack:
            outside = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shortlist-torture-")))
            folder = outside / "files"
            folder.mkdir()
            key, self._machine = new_key(), stack.enter_context(self._lives_on(folder))
            self.figures.database = self._machine.database
            crowd = min(20 + self._kills // 3, 900)
            where = self._machine.address
            self._city = await stack.enter_async_context(
                city(where, key, self._chance, self._hears, self._sends, teams=TEAMS, crowd=crowd)
            )
            self.ledger.lied = self._city.lied
            self._crowd = Crowd(self._city, self.ledger, random.Random(self._chance.random()))
            env = {**os.environ, **self._city.environment, CLOCK: str(self._machine.clock_file)}
            self._bot = Tortured(Town(self._city.slack, {}), Path.cwd(), env)
            stack.push_async_callback(self._bot.kill)
            await self._lives()
            await self._drains()
            self._counts(balance(self.ledger, self._city.accounts))
        self.figures.seconds = time.perf_counter() - began
        return self.figures

    @contextmanager
    def _lives_on(self, folder: Path) -> Iterator[Machine]:
        if self._server:
            with postgres.server() as started, postgres.database(started) as url:
                yield Server(folder, url)
        else:
            own_disk = self._mounts and small_disk(folder)
            with own_disk or nullcontext(False) as mounted:
                yield Files(folder, mounted)

    def _hears(self, message: Message, came: Came) -> None:
        self._crowd.hears(message, came)

    def _sends(self, errand: Errand) -> None:
        self._crowd.sends(errand)

    async def _lives(self) -> None:
        async with asyncio.TaskGroup() as group:
            typing = [group.create_task(self._crowd.types(each, self.gap)) for each in self._city.typists]
            skies = [group.create_task(self._storms(vendor)) for vendor in self._city.weathers]
            while self.figures.kills + self.figures.stops < self._kills:
                await self._life()
            for task in (*typing, *skies):
                task.cancel()
        await self._crowd.settles()

    async def _storms(self, vendor: str) -> None:
        weather, chance = self._city.weathers[vendor], random.Random(self._chance.random())
        while True:
            long, calm = chance.random() < OFTEN, chance.random() < CALM
            kind = FINE if calm else chance.choice([*KINDS, DOWN])
            await weather.turn(DOWN if long else kind)
            await asyncio.sleep(chance.uniform(*(LONG if long else STORM)))

    async def _life(self) -> None:
        """Start it, let things happen, end it."""
        began = time.perf_counter()
        try:
            await self._begins()
        except (TimeoutError, AssertionError):
            self.figures.ills.append(f"start: it did not listen: {''.join(self._bot.log[-5:])}")
            await self._bot.kill()
            self.figures.kills += 1
            return
        self.figures.starting += time.perf_counter() - began
        async with asyncio.TaskGroup() as group:
            life = self._chance.uniform(*self._machine.life)
            for name, often in MISHAPS.items():
                if self._chance.random() < often:
                    group.create_task(self._befalls(name, life))
            await asyncio.sleep(life)
            if not self._bot.alive:
                self.figures.died.append("".join(self._bot.log[-30:]))
            await self._end()
        self._machine.relieve()

    async def _begins(self) -> None:
        await self._bot.begin()
        if not self._stands:
            await self._machine.stands()
            self._stands = True
        self._crowd.doors.set()

    async def _end(self) -> None:
        if self._chance.random() >= ASKED_TO_STOP:
            self._crowd.doors.clear()
            await self._bot.kill()
            self.figures.kills += 1
            return
        await self._stops()
        self._crowd.doors.clear()
        self.figures.stops += 1

    async def _stops(self) -> None:
        """At a SIGTERM it ends by itself, soon and well."""
        if not self._bot.alive:
            return
        try:
            code = await self._bot.stop()
        except TimeoutError:
            self.figures.ills.append("stop: it did not end")
            await self._bot.kill()
        else:
            if code:
                self.figures.ills.append(f"stop: it ended with {code}: {''.join(self._bot.log[-5:])}")

    async def _befalls(self, name: str, life: float) -> None:
        await asyncio.sleep(self._chance.uniform(0, life))
        ways: dict[str, Callable[[float], Awaitable[str]]] = {
            "disk": self._withheld,
            "lock": self._lock,
            "clock": self._clock,
            "slack": self._slack,
        }
        self._mishaps[await ways[name](self._chance.uniform(0.2, 1.5))] += 1

    async def _withheld(self, seconds: float) -> str:
        return await self._machine.withhold(self._bot.pid, seconds)

    async def _lock(self, seconds: float) -> str:
        return await self._locked(self._chance.choice(self._machine.lockable), seconds)

    async def _locked(self, name: str, seconds: float) -> str:
        there = await self._machine.locked(name, seconds)
        return f"locked database ({name})" if there else f"no lock: busy, full or gone ({name})"

    async def _clock(self, seconds: float) -> str:
        wrong = self._chance.uniform(-WRONG, WRONG)
        self._latest = max(self._latest, wrong)
        self._machine.set_clock(wrong, self._bot.pid)
        return "clock jump"

    async def _slack(self, seconds: float) -> str:
        fault = self._chance.choice(SLACK)
        self._city.slack.force(**fault)
        return f"Slack: {fault['method']} fails"

    async def _drains(self) -> None:
        """Fair weather, and a clock that never goes back behind what it has said."""
        for weather in self._city.weathers.values():
            await weather.turn(FINE)
        self._city.slack.faults.clear()
        if not self._bot.alive:
            await self._bot.begin()
        began = time.perf_counter()
        self._machine.set_clock(self._latest, self._bot.pid)
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAINS) as patience:
                await self._falls_quiet(patience)
        self.figures.draining = time.perf_counter() - began
        self.figures.stuck = await asyncio.to_thread(self._machine.open_jobs)
        await self._stops()

    async def _falls_quiet(self, patience: asyncio.Timeout) -> None:
        """What was acknowledged is begun a moment later, so one look is not enough."""
        quiet = before = 0
        while quiet < QUIET:
            still = await asyncio.to_thread(self._machine.open_jobs)
            if still != before:
                patience.reschedule(asyncio.get_running_loop().time() + DRAINS)
            quiet, before = 0 if still else quiet + 1, still
            await asyncio.sleep(0.25)

    def _counts(self, books: Balance) -> None:
        figures, asked = self.figures, self.ledger.asked
        figures.commands = len(asked)
        figures.acked = sum(each.acked for each in asked)
        figures.in_flight = figures.commands - figures.acked
        crowd = self._crowd
        figures.deliveries, figures.repeated, figures.clicks = crowd.deliveries, crowd.repeated, crowd.clicks
        figures.checks = crowd.checks
        figures.slowest_ack = crowd.slowest
        figures.met = dict(sum((each.met for each in self._city.weathers.values()), Counter[str]()))
        figures.mishaps = dict(self._mishaps)
        figures.told = dict(Counter(said.value for each in asked for said in set(each.heard)))
        figures.jobs = self._machine.states()
        figures.effects, figures.doubled_answers = books.done, books.doubled_answers
        figures.wrong = [*books.wrong, *figures.ills]


class Short(Arena):
    """So few lives that what is left over can be done at the end."""

    gap = 2.0


class Starved(Short):
    """One life without an end, in which nothing can be written and everything is locked for a while."""

    def __init__(self, seed: str, *, server: bool = False) -> None:
        super().__init__(seed, 0, server=server)

    async def _lives(self) -> None:
        await self._begins()
        async with asyncio.TaskGroup() as group:
            typing = [group.create_task(self._crowd.types(each, self.gap)) for each in self._city.typists]
            for name in self._machine.lockable:
                for mishap in (self._withheld, partial(self._locked, name)):
                    await asyncio.sleep(BETWEEN)
                    self._mishaps[await mishap(BETWEEN)] += 1
            for task in typing:
                task.cancel()


__all__ = ["Arena", "City", "Figures", "Short", "Starved", "as_json"]
