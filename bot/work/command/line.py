"""Lets what was asked about one person reach the ATS in the order in which it was asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.slack.invocation import Invocation
from bot.slack.understand import Understood
from bot.store.base import StoreAway
from bot.store.lines import Came, LineTable, Place
from bot.store.patience import patiently
from bot.work.command.coming import Coming, came_of, who_of
from bot.work.engine.steps import Steps
from commands.base import ConnectionInfo
from connectors.errors import Unavailable

log = structlog.get_logger()

AFTER = 0.5
"""Seconds by which those behind let the first one go before."""
LOOK = 2.0
"""Seconds between two looks at whoever is first; one who leaves in this process tells the next."""
ASK = 10.0
"""Seconds between two questions whether whoever is first is still at it."""

GONE = (StoreAway, SQLAlchemyError)
"""What a database raises that does not answer; the second is the engine's."""

Open = Callable[[Collection[str]], Awaitable[set[str]]]
"""Which of these jobs are not at their end."""


class Behind(Unavailable):
    """Somebody who asked before about the same person waits for the ATS; `seconds` until their next attempt."""

    def __init__(self, vendor: str, seconds: float) -> None:
        super().__init__(vendor, "is waited for by an earlier command about the same person")
        self.seconds = seconds


class Lines:
    """The lines, and who waits in them here. What cannot be written down for long is no reason not to do the work."""

    def __init__(self, table: LineTable, is_open: Open) -> None:
        self._table, self._open = table, is_open
        self._waiting: dict[tuple[str, str], dict[Place, asyncio.Event]] = {}
        self._ready, self._door = asyncio.Event(), asyncio.Lock()
        self._coming = Coming()
        self._asked: dict[str, float] = {}
        """When it was last asked whether a job is at its end."""

    async def take_up(self, left: Callable[[], Awaitable[Iterable[str]]]) -> None:
        """Give places to those whom an earlier process left, in their order; nobody new comes before that."""
        try:
            jobs = map(Invocation.model_validate_json, await left())  # not by their time: clocks are set back
            with patiently():
                await self._table.enter(*(came for job in jobs if (came := came_of(job))))
        except GONE as error:
            log.warning("no places for those who were there", error=type(error).__name__)
        finally:
            self._ready.set()

    def comes(self, job: str, invocation: str) -> None:
        """It is about to be acknowledged here, and will begin soon."""
        self._coming.add(job, invocation)

    def begins(self, job: str) -> None:
        """It has begun, and stands in no line."""
        self._coming.drop(job)

    async def enter(self, came: Came) -> Place | None:
        """Take a place, behind those who were acknowledged before and are held up on their way here."""
        await self._ready.wait()
        async with self._door:
            try:
                return (await self._table.enter(*await self._before(came), came))[-1]
            except StoreAway:
                _say(came.job)
                return None
            finally:
                self._coming.drop(came.job)

    async def first(self, place: Place) -> Place | None:
        """Who is before this one, if anybody is who has not come to an end without a word."""
        try:
            first = await self._table.first(place)
        except StoreAway:
            _say(place.job)
            return None
        if first is None or await self._is_at_it(first.job):
            return first
        await self.leave(first)
        return await self.first(place)

    async def note(self, place: Place) -> None:
        try:
            await self._table.note(place.job, {"connection_id": place.connection, "until": place.until})
        except StoreAway:
            _say(place.job)
        self._wake(place)  # nobody has to wait for one who turned out to mean another ATS, or who sleeps

    async def leave(self, place: Place) -> None:
        self._asked.pop(place.job, None)
        try:
            await self._table.leave(place.job)
        except StoreAway:
            _say(place.job)
        self._wake(place)

    @contextmanager
    def waiting(self, place: Place) -> Iterator[asyncio.Event]:
        """An event that is set when it may be this one's turn."""
        woken, line = asyncio.Event(), self._waiting.setdefault((place.team, place.about), {})
        line[place] = woken
        try:
            yield woken
        finally:
            del line[place]
            if not line:
                self._waiting.pop((place.team, place.about), None)

    def _wake(self, stirs: Place) -> None:
        """The next one at each ATS; when it is not its turn yet, whoever it waits for wakes it again."""
        line = self._waiting.get((stirs.team, stirs.about), {})
        for connection in {place.connection for place in line}:
            next_one = min((p for p in line if p.connection == connection), key=lambda place: place.number)
            line[next_one].set()

    async def _before(self, came: Came) -> list[Came]:
        ahead = self._coming.ahead_of(came)
        # Another process may have done it meanwhile, and nobody would ever leave that place.
        still = await self._open([each.job for each in ahead]) if ahead else set()
        return [each for each in ahead if each.job in still]

    async def _is_at_it(self, job: str) -> bool:
        """Asked now and then only: it is a question to the engine, and there may be many who wait."""
        now = time.monotonic()
        if now - self._asked.setdefault(job, now) < ASK:
            return True
        self._asked[job] = now
        return bool(await self._open([job]))


class Line:
    """One job's way through the line. Without a person it stands in none."""

    def __init__(self, lines: Lines, asked: Invocation, steps: Steps, now: Callable[[], float]) -> None:
        self._lines, self._asked, self._steps, self._now = lines, asked, steps, now
        self._place: Place | None = None
        self._counts = False

    async def begins(self, meant: Understood) -> None:
        """Take a place, before anything that takes time: the order of the places is that of the commands."""
        who = who_of(meant)
        self._counts = who is not None
        if who is None:
            self._lines.begins(self._asked.id)
        else:
            self._place = await self._lines.enter(Came(self._asked.team, who, self._asked.id))

    async def turn(self, at: ConnectionInfo) -> None:
        """Return when it is this one's turn at this ATS. Raises `Behind`."""
        if not self._counts:
            return

        async def stand() -> str:
            if self._place is None:
                return ""
            place = self._place = replace(self._place, connection=at.id)
            await self._lines.note(place)
            return await self._stand(place)

        if seconds := await self._steps.once("turn", stand):
            raise Behind(at.title, float(seconds))

    async def waits(self, until: float) -> None:
        """The ATS is away; whoever is behind need not ask it before that."""
        if self._place:
            self._place = replace(self._place, until=until)
            await self._lines.note(self._place)

    async def leaves(self) -> None:
        """Done, whatever came of it: the next one may go."""
        if self._place:
            await self._lines.leave(self._place)

    async def _stand(self, place: Place) -> str:
        """An empty text when it is our turn, or how many seconds to sleep, in a form that can be kept."""
        with self._lines.waiting(place) as woken:
            while first := await self._lines.first(place):
                now = self._now()
                if first.until and first.until > now:
                    await self.waits(first.until + AFTER)
                    return repr(first.until + AFTER - now)
                with suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), LOOK)
                woken.clear()
        return ""


def pause_of(error: Exception, pause: float) -> float:
    """Whoever is behind sleeps as long as the one ahead."""
    return error.seconds if isinstance(error, Behind) else pause


def _say(job: str) -> None:
    log.warning("no place in a line", job=job)
