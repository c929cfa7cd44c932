"""Forgetting reaches what was acknowledged and has not begun: it never runs, and is nowhere any more."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.demo.run import Demo
from bot.operate.forget import forget
from bot.settings import Settings
from bot.store.vault import Vault, new_key
from bot.work import jobs as engine
from bot.work.engine import arrivals as arriving
from bot.work.engine import turns as taking_turns
from bot.work.engine.arrivals import Arrivals
from bot.work.engine.inbox import Arrived, Inbox, left_in
from bot.work.engine.steps import Steps
from bot.work.jobs import Jobs
from tests.bot.test_forget import EMAIL, NAME, OTHERS, forgets, kept, place, running
from tests.bot.town import ADMIN, MEMBER, Town

pytestmark = pytest.mark.anyio

__all__ = ["place", "running"]

KEY = new_key()
VAULT = Vault([SecretStr(KEY)])
OURS, THEIRS = (
    Arrived(f"{team}:1", f'{{"team": "{team}", "text": "note {EMAIL}"}}') for team in ("T1", "T2")
)
NAMELESS = Arrived("strange", '{"team": "T1"}')
Hold = Callable[[str], None]


async def ends(jobs: Jobs, invocation: str, steps: Steps) -> str:
    return "done"


@pytest.fixture
def nothing_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Acks are on their way as long as `Turns.keeping`."""
    monkeypatch.setattr(taking_turns, "LONGEST", 60.0)
    monkeypatch.setattr(engine, "DRAIN", 0)


async def test_an_operator_forgets_a_workspace_of_which_one_request_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    keys = (SecretStr(KEY),)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'shortlist.db'}", encryption_keys=keys)
    path = tmp_path / "shortlist-jobs-inbox.db"
    Inbox(path, VAULT).write([OURS, NAMELESS, THEIRS])
    assert (await forget(settings, "T1")).counts == {"jobs": 2}
    assert left_in(path, VAULT) == ([THEIRS], 0)
    assert (await forget(settings, "T1")).sentences == ["Nothing is kept of T1."]


async def test_when_a_workspace_leaves_what_waits_never_runs(tmp_path: Path, nothing_begins: None) -> None:
    async with engine.running(tmp_path / "jobs.db", VAULT, ends) as jobs:
        with jobs.turns.keeping():
            for each in (OURS, THEIRS):
                await jobs.put(each.id, each.invocation)
            assert await jobs.records.erase("T1") == 1
            assert await jobs.left() == [THEIRS.invocation]
            assert left_in(tmp_path / "jobs-inbox.db", VAULT) == ([THEIRS], 0)
        async with asyncio.timeout(15):
            while await jobs.open_jobs():
                await asyncio.sleep(0.01)
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as database:
        assert database.execute("select workflow_uuid from workflow_status").fetchall() == [(THEIRS.id,)]


async def test_what_waits_is_found_as_open_and_stands_until_it_is_done(
    tmp_path: Path, nothing_begins: None
) -> None:
    async with engine.running(tmp_path / "jobs.db", VAULT, ends) as jobs:
        with jobs.turns.keeping():
            for each in (OURS, THEIRS):
                await jobs.put(each.id, each.invocation)
            about = await jobs.records.about("T1", [EMAIL])
            assert [(each.id, each.open) for each in about] == [(OURS.id, True)]
            assert await jobs.records.about("T1", [OTHERS]) == []
            assert [each.id for each in await jobs.records.standing([OURS.id, "T1:9"])] == [OURS.id]


async def test_a_request_that_was_deleted_does_not_begin_anew_at_the_next_start(
    tmp_path: Path, nothing_begins: None
) -> None:
    """That a job has begun is told to the inbox only with the next ack, and a crash comes before."""
    async with engine.running(tmp_path / "jobs.db", VAULT, ends) as jobs:
        await jobs.put(OURS.id, OURS.invocation)
        async with asyncio.timeout(15):
            while await jobs.open_jobs():
                await asyncio.sleep(0.01)
        assert left_in(tmp_path / "jobs-inbox.db", VAULT) == ([OURS], 0)
        await jobs.records.delete([OURS.id])
        assert left_in(tmp_path / "jobs-inbox.db", VAULT) == ([], 0)


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Hold:
    """Keep requests in which this stands from beginning; nothing lets all of them begin."""
    begun, held = Arrivals._begun, [""]
    monkeypatch.setattr(arriving, "AGAIN", 0.02)

    async def unless_held(self: Arrivals) -> bool:
        start = self._start

        async def refusing(id: str, invocation: str) -> None:
            if held[0] and held[0] in invocation:
                raise LookupError
            await start(id, invocation)

        self._start = refusing
        try:
            return await begun(self)
        finally:
            self._start = start

    monkeypatch.setattr(Arrivals, "_begun", unless_held)
    return lambda word: held.__setitem__(0, word)


async def test_what_waits_about_a_person_never_runs_once_they_are_forgotten(
    running: Demo, place: Town, tmp_path: Path, hold: Hold
) -> None:
    await place.ask(f'add {NAME} {EMAIL} to "Backend talent"', "was added")
    hold("#held")
    for text in (f"note {EMAIL} #held words", f"note {OTHERS} #held words"):
        await place.type(text)
    assert "inbox.sealed" in kept(tmp_path, f"note {EMAIL} #held")
    proof, _ = await forgets(place)
    assert proof["removed"]["requests"] >= 2
    assert proof["under_way"] == 0
    assert kept(tmp_path, f"note {EMAIL} #held") == []
    hold("")
    await place.slack.heard(MEMBER, OTHERS)
    assert place.sent("recruspace", "POST", "add-note") == 0


async def test_who_asks_to_forget_the_same_person_meanwhile_is_answered(
    running: Demo, place: Town, tmp_path: Path, hold: Hold
) -> None:
    await place.ask(f'add {NAME} {EMAIL} to "Backend talent"', "was added")
    hold("erase ")
    await place.type(f"erase {EMAIL}", user=ADMIN, command="/ats")
    proof, _ = await forgets(place)
    assert proof["under_way"] == 1
    hold("")
    await place.slack.heard(ADMIN, f"Forget {EMAIL}?")
