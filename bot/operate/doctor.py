"""`shortlist doctor`: looks at an installation from all sides, changes nothing, and says what to do."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import sqlalchemy as sa

from bot.operate.examine import environment, files, server
from bot.operate.examine.address import Address
from bot.operate.examine.keeping import Keeping
from bot.operate.examine.slack import Slack
from bot.operate.finding import Finding, Health, bad, doubtful, good
from bot.operate.log import frames
from bot.operate.ready import LONGEST_WAIT, stuck
from bot.settings import Settings
from bot.slack.client import new_session
from bot.store.base import StoreAway
from bot.store.migrations import STEPS
from bot.store.open import open_store
from bot.store.vault import Vault
from bot.work.engine.backlog import STATES, Waiting, together, waiting
from bot.work.engine.inbox import beside
from bot.work.engine.put import QUEUE

PATIENCE = 60.0
"""Seconds for everything: each call has a shorter time of its own."""
LATE = "Look at `shortlist_jobs` in /metrics, and whether a Shortlist runs at all: work is done by `shortlist serve`."


@dataclass(frozen=True)
class Question:
    """What the operator asks for; `trust` and `clock` are the machine's own."""

    url: str = ""
    team: str = ""
    folder: Path = field(default_factory=Path.cwd)
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    clock: Callable[[], float] = time.time


async def examine(question: Question) -> list[Finding]:
    """All that was found, in the order in which it is read."""
    given = environment.given(question.folder)
    settings, wrong = environment.settings_from()
    first = [*wrong, *environment.variables(given, settings, question.folder), *environment.machine()]
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(new_session())
        looks: list[tuple[str, Awaitable[Sequence[Finding]]]] = []
        if settings:
            slack = Slack(settings, session, question.clock)
            looks = [("Database", _stored(question, settings, slack)), ("Slack", slack.look())]
        if question.url:
            address = Address(question.url, settings, session, question.trust, question.clock)
            looks.append(("Public address", address.look()))
        found = await asyncio.gather(*(_in_time(about, look) for about, look in looks))
    return [*first, *(finding for some in found for finding in some)]


def well(findings: Iterable[Finding]) -> bool:
    return all(each.health is not Health.BAD for each in findings)


def as_lines(findings: Sequence[Finding]) -> str:
    count = {health: sum(each.health is health for each in findings) for health in Health}
    end = f"{count[Health.GOOD]} good, {count[Health.DOUBTFUL]} doubtful, {count[Health.BAD]} bad"
    return "\n".join([*(each.line for each in findings), end])


def as_json(findings: Sequence[Finding]) -> str:
    said = {"well": well(findings), "findings": [each.model_dump(mode="json") for each in findings]}
    return json.dumps(said, ensure_ascii=False, indent=2)


async def _in_time(about: str, look: Awaitable[Sequence[Finding]]) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await look
    except TimeoutError:
        return [
            bad(about, f"there was no answer within {PATIENCE:.0f} s", "Look at the network of this machine.")
        ]
    except Exception as error:  # noqa: BLE001 one part that cannot be looked at is no reason to say nothing of the others
        place = ", ".join(frames(error)[-2:])
        return [
            bad(about, f"looking at it failed ({type(error).__name__} at {place})", "Please report this.")
        ]


async def _stored(question: Question, settings: Settings, slack: Slack) -> list[Finding]:
    look = files.files if settings.on_sqlite else server.server
    found = await asyncio.to_thread(lambda: list(look(settings)))
    taken = await asyncio.to_thread(_taken, settings)
    if settings.on_sqlite and taken:
        found.append(files.history(taken))
    found += await asyncio.to_thread(_jobs, settings)
    if not settings.encryption_keys or set(taken) != {step.name for step in STEPS}:
        return [*found, doubtful("Stored data", "not looked at, because of what is said above")]
    try:
        store = await open_store(settings.database_url)
    except StoreAway as away:
        return [*found, bad("Stored data", str(away), "Put the database right first.")]
    try:
        return [
            *found,
            *await Keeping(settings, store, Vault(settings.encryption_keys), slack, question.team).look(),
        ]
    finally:
        await store.close()


def _taken(settings: Settings) -> tuple[str, ...]:
    """The steps of the database's history; none if it cannot be read, which is told elsewhere."""
    try:
        if settings.on_sqlite:
            return files.steps_of(settings.database_path)
        return server.steps_of(settings.database_url)
    except (sqlite3.Error, psycopg.Error, StoreAway):
        return ()


def _jobs(settings: Settings) -> list[Finding]:
    address = settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    if settings.on_sqlite:
        if not settings.jobs_path.exists():
            return []
        address = f"sqlite:///{settings.jobs_path}"
    engine = sa.create_engine(address)
    try:
        return [_waiting(together([*waiting(engine), *_arrived(settings)]))]
    except (sa.exc.SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
        return [doubtful("Jobs", f"nothing is known of them yet ({type(error).__name__})")]
    finally:
        engine.dispose()


def _arrived(settings: Settings) -> list[Waiting]:
    """What was acknowledged and has not begun. Raises sqlite3's errors."""
    path = beside(settings.jobs_path)
    if not settings.on_sqlite or not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        ((count,),) = connection.execute("select count(*) from inbox").fetchall()
    return [Waiting(QUEUE, STATES["ENQUEUED"], int(count), 0.0)]


def _waiting(work: Sequence[Waiting]) -> Finding:
    counts = {state: sum(each.count for each in work if each.state == state) for state in STATES.values()}
    said = ", ".join(f"{count} {state}" for state, count in counts.items())
    if problem := stuck(work):
        return bad("Jobs", f"{said}; {problem}", LATE)
    return good("Jobs", f"{said}; none has waited for {LONGEST_WAIT:.0f} s to begin")
