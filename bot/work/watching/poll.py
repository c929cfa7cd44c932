"""One look of a watch at its ATS: what is new there is handed over once, whatever breaks meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from pydantic import TypeAdapter

from bot.operate.log import frames
from bot.operate.metrics import LAG, NEWS, POLLS
from bot.store.vault import CannotOpen
from bot.store.watches import Memory, Watches, Watching
from bot.store.workspaces import Workspaces
from bot.work.channels.announcement import ANNOUNCE, Announcement
from bot.work.connections import Connections
from bot.work.watching.reconnect import RECONNECT, Reconnect
from commands.base import ConnectionInfo
from commands.ports.watching import Problem
from connectors.base import Capability, Connector
from connectors.changes import compare_jobs
from connectors.errors import (
    ConnectorError,
    Misconfigured,
    RateLimited,
    Unavailable,
    UnexpectedResponse,
    Unsupported,
)
from connectors.models import Change, Destination, JobChange, Kind
from connectors.pace import background

log = structlog.get_logger()

DEADLINE = 300.0
"""Seconds for one look: a first one may read many pages at the vendor's rate."""
LEASE = DEADLINE + 30.0
JITTER = 0.2
LONGEST_PAUSE = 900.0
REFUSALS = 3
"""Refusals of a key after which asking again would only annoy."""
JOBS_EVERY = 10
"""Looks between two comparisons of the list of jobs."""
AT_ONCE = 100
"""Announcements that are handed over together, in one commit."""

PROBLEMS: dict[type[Exception], Problem] = {
    Misconfigured: Problem.REFUSED,
    Unsupported: Problem.UNSUPPORTED,
    Unavailable: Problem.AWAY,
    TimeoutError: Problem.AWAY,
    CannotOpen: Problem.LOCKED,
}
"""What kept a look from working; whatever else it is, is odd."""

_NEWS = TypeAdapter(tuple[Announcement, ...])
PutWork = Callable[[str, str, str], Awaitable[None]]
"""Takes kind, id and payload; returns once that is durable. A known id changes nothing."""


class Gone(Exception):
    """The connection is not there any more."""


@dataclass(frozen=True)
class Subject:
    """The connection that is looked at. `account` tells its settings apart without telling them.

    `saved` is another text whenever it was connected anew; not when its settings are sealed with another key.
    """

    info: ConnectionInfo
    sealed: str
    account: str
    saved: str


@dataclass(frozen=True)
class Poll:
    """`every` is the time between two looks, in seconds; each is a fifth longer or shorter, so that they spread."""

    watches: Watches
    workspaces: Workspaces
    connections: Connections
    put_work: PutWork
    every: float
    clock: Callable[[], float] = time.time
    chance: random.Random = field(default_factory=random.SystemRandom)

    async def look(self, team: str, connection: str) -> float | None:
        """Look once; return when to look again, or None when there is nothing left to watch."""
        now = self.clock()
        watching = await self.watches.take(team, connection, now, now + LEASE)
        if watching is None:
            others = await self.watches.one(team, connection)
            return max(others.leased_until, self.later(self.every)) if others else None
        LAG.labels(watching.vendor).observe(max(0.0, now - watching.next_at))
        look = Look(self, watching)
        try:
            outcome = await look.run()
        except Gone:
            await self.watches.forget(team, connection)
            return None
        except Exception as error:  # noqa: BLE001 whatever it is, the watch goes on
            outcome = await look.failed(error)
        POLLS.labels(watching.vendor, outcome).inc()
        return look.watching.next_at

    def latest(self) -> float:
        """When a look is planned at the very latest; a time beyond that is of a clock that went wrong."""
        return self.clock() + max(LONGEST_PAUSE, self.every) * (1 + JITTER)

    def later(self, seconds: float) -> float:
        return self.clock() + seconds * self.chance.uniform(1 - JITTER, 1 + JITTER)


class Look:
    """`watching` is how the watch stands after it."""

    def __init__(self, poll: Poll, watching: Watching) -> None:
        self._poll, self.watching = poll, watching
        self._info: ConnectionInfo | None = None
        self._log = log.bind(team=watching.team, connection=watching.connection, vendor=watching.vendor)

    async def run(self) -> str:
        """Return how it went, in a word."""
        subject = await self._subject()
        self._info = subject.info
        if self.watching.saved != subject.saved:  # whatever was wrong with the settings may be right now
            self._change(saved=subject.saved, paused=False, problem="", failures=0, refusals=0)
        recalled = await self._poll.watches.recall(self.watching.team, self.watching.connection)
        if recalled.unsent:
            await self._hand_over(_NEWS.validate_json(recalled.unsent))
        if self.watching.paused:
            self._next(self._poll.every)
            await self._poll.watches.plan(self.watching)
            return "paused"
        known = recalled.memory
        memory = known if known and known.account == subject.account else None
        asked = self._poll.clock()
        async with asyncio.timeout(DEADLINE):
            with background():
                found, after = await self._ask(subject, memory)
        news = self._announced(subject.info, after, found, asked)
        return await self._keep(subject, after, news, memory is None)

    async def failed(self, error: Exception) -> str:
        """Plan the next look, later and later; pause where only an admin can help."""
        problem = next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), Problem.ODD)
        refused = problem is Problem.REFUSED
        failures, refusals = self.watching.failures + 1, self.watching.refusals + refused
        paused = problem is Problem.UNSUPPORTED or refusals >= REFUSALS
        wait = self._poll.every if refused or paused else self._backoff(failures, error)
        self._say(error, problem, wait)
        self._change(failures=failures, refusals=refusals, problem=problem.value, paused=paused)
        self._next(wait)
        if refused and paused and self._info:
            await self._ask_to_reconnect(self._info)
        await self._poll.watches.plan(self.watching)
        return problem.value

    def _say(self, error: Exception, problem: Problem, wait: float) -> None:
        ours = problem is Problem.ODD
        said = error.message if isinstance(error, ConnectorError) else None
        where = frames(error) if ours else None
        kind = type(error).__name__
        self._log.log(
            40 if ours else 20, "watch failed", error=kind, said=said, wait=round(wait), where=where
        )

    async def _subject(self) -> Subject:
        team, id = self.watching.team, self.watching.connection
        workspaces = self._poll.workspaces
        info = next((c for c in await workspaces.connections(team) if c.id == id), None)
        sealed = await workspaces.sealed_settings(team, id)
        saved_at = await workspaces.saved_at(team, id)
        if info is None or sealed is None or saved_at is None:
            raise Gone
        settings = workspaces.open_settings(team, id, sealed)
        account = _digest(json.dumps([info.vendor, settings], sort_keys=True))
        return Subject(info, sealed, account, _digest(f"{account}\0{saved_at}"))

    async def _ask(self, subject: Subject, memory: Memory | None) -> tuple[list[Change | JobChange], Memory]:
        """What changed since `memory`, and the memory that knows of it. Without one there is no news."""
        connector = await self._poll.connections.connector(self.watching.team, subject.info)
        jobs = await self._jobs(connector, memory) if memory is None or self._jobs_are_due() else None
        changes = await connector.changes(memory.cursor if memory else None)
        if memory is None:
            fresh = Memory(account=subject.account, generation=secrets.token_hex(8), cursor=changes.cursor)
            return [], fresh.model_copy(update={"jobs": jobs and {each.id: each.title for each in jobs}})
        after = memory.model_copy(update={"cursor": changes.cursor})
        found: list[Change | JobChange] = [*changes.changes]
        if jobs is not None:
            found += compare_jobs(memory.jobs, jobs)
            after = after.model_copy(update={"jobs": {each.id: each.title for each in jobs}})
        return found, after.model_copy(update={"batch": after.batch + 1}) if found else after

    def _jobs_are_due(self) -> bool:
        return self.watching.polls % JOBS_EVERY == 0

    async def _jobs(self, connector: Connector, memory: Memory | None) -> list[Destination] | None:
        """None where they cannot be read, which keeps nothing else from being watched.

        A first look insists, as long as time will help: what is not known then could not be compared later.
        """
        if Capability.DESTINATIONS not in connector.capabilities:
            return None
        try:
            return [each for each in await connector.destinations() if each.kind is Kind.JOB]
        except ConnectorError as error:
            if memory is None and isinstance(error, (Unavailable, UnexpectedResponse)):
                raise
            self._log.info("jobs not compared", error=type(error).__name__, said=error.message)
            return None

    def _announced(
        self, info: ConnectionInfo, memory: Memory, found: Sequence[Change | JobChange], at: float
    ) -> tuple[Announcement, ...]:
        """Each with an id of its own, which is the same whenever it is handed over again.

        They are as old as the question: what the bot itself did while the ATS answered is newer.
        """
        batch = f"{self.watching.connection}\0{memory.generation}\0{memory.batch}"
        return tuple(
            Announcement(
                team=self.watching.team,
                connection=info,
                change=change,
                reference=_digest(f"{batch}\0{number}"),
                at=at,
            )
            for number, change in enumerate(found)
        )

    async def _keep(
        self, subject: Subject, memory: Memory, news: tuple[Announcement, ...], first: bool
    ) -> str:
        """Save how far it has come together with the news, and only then hand the news over.

        Nothing is missed, since what was saved is handed over until it is known to be; nothing is shown twice,
        since no look asks again for what is saved here, and each piece of news keeps its id.
        """
        self._change(
            polls=self.watching.polls + 1,
            failures=0,
            refusals=0,
            problem="",
            last_success=self._poll.clock(),
        )
        self._next(self._poll.every)
        text = _NEWS.dump_json(news).decode() if news else ""
        if not await self._poll.watches.remember(self.watching, memory, text, subject.sealed):
            return "discarded"
        for each in news:
            NEWS.labels(self.watching.vendor, each.change.kind).inc()
        if news:
            await self._hand_over(news)
        return "first" if first else "news" if news else "quiet"

    async def _hand_over(self, news: Sequence[Announcement]) -> None:
        for start in range(0, len(news), AT_ONCE):
            chunk = news[start : start + AT_ONCE]
            handed = [self._poll.put_work(ANNOUNCE, each.reference, each.model_dump_json()) for each in chunk]
            await asyncio.gather(*handed)
        await self._poll.watches.sent(self.watching.team, self.watching.connection)

    async def _ask_to_reconnect(self, info: ConnectionInfo) -> None:
        """Tell whoever can help, once for these settings."""
        id = _digest(f"{self.watching.team}\0{self.watching.connection}\0{self.watching.saved}")
        await self._poll.put_work(
            RECONNECT, id, Reconnect(team=self.watching.team, connection=info).model_dump_json()
        )

    def _backoff(self, failures: int, error: Exception) -> float:
        every = self._poll.every
        wait = max(every, min(LONGEST_PAUSE, every * 2.0 ** min(failures - 1, 20)))
        return max(wait, error.retry_after) if isinstance(error, RateLimited) else wait

    def _next(self, seconds: float) -> None:
        # Leased until well after that, so that an ordinary look needs no commit before it.
        at = self._poll.later(seconds)
        self._change(next_at=at, leased_until=at + 2 * LEASE)

    def _change(self, **values: object) -> None:
        self.watching = self.watching.model_copy(update=values)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
