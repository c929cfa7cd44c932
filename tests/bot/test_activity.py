"""The account of what people asked for: one row for each job, theirs alone, with nothing to read in it."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from pydantic import SecretStr

from bot.demo.ats.server import Fault
from bot.store.activity import RETENTION, SHOWN, TABLE, Activity
from bot.store.base import Store
from bot.store.vault import Vault, new_key
from commands.base import Picks
from commands.ports.deed import Deed, State
from tests.bot.conftest import Serve
from tests.bot.town import Town

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000.0
PICKS = Picks(connection="c1", candidate="candidate-4711")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def activity(store: Store, clock: Clock) -> Activity:
    return Activity(store, Vault([SecretStr(new_key())]), clock)


def deed(job: str = "T1:1", state: State = State.WAITING, **more: Any) -> Deed:
    given: dict[str, Any] = {"reference": "first", "created": NOW, "updated": NOW, "picks": PICKS, **more}
    return Deed(job=job, command="/candidate", verb="note", state=state, **given)


async def test_what_was_recorded_comes_back(activity: Activity) -> None:
    failed = deed(state=State.FAILED, outcome="Refused", reason="Recruspace needs a pool.")
    await activity.record("T1", "U1", failed)
    assert await activity.last("T1", "U1") == [failed]
    assert await activity.one("T1", "U1", "T1:1") == failed


async def test_a_job_that_is_taken_up_after_a_crash_stands_as_it_stood(
    activity: Activity, store: Store
) -> None:
    await activity.begin("T1", "U1", deed())
    await activity.record("T1", "U1", deed(next_try=NOW + 60))
    await activity.begin("T1", "U1", deed())
    assert [row["next_try"] for row in await store.rows(TABLE, {})] == [NOW + 60]


async def test_another_attempt_changes_the_same_row_and_not_when_it_was_asked_for(
    activity: Activity, store: Store, clock: Clock
) -> None:
    await activity.record("T1", "U1", deed(state=State.UNDECIDED, outcome="Undecided"))
    clock.now += 100
    await activity.begin("T1", "U1", deed(reference="second", created=clock.now))
    (row,) = await store.rows(TABLE, {})
    assert (row["state"], row["created"], row["updated"]) == ("waiting", NOW, NOW + 100)


async def test_nobody_sees_or_changes_what_somebody_else_asked_for(activity: Activity) -> None:
    await activity.record("T1", "U1", deed())
    for team, user in (("T1", "U2"), ("T2", "U1")):
        await activity.record(team, user, deed(state=State.DONE))
        await activity.begin(team, user, deed(reference="other"))
        await activity.dismiss(team, user, "T1:1")
        await activity.drop(team, user, "T1:1")
        assert await activity.last(team, user) == []
        assert await activity.one(team, user, "T1:1") is None
    assert await activity.last("T1", "U1") == [deed()]


async def test_the_latest_come_first_and_twenty_are_enough(activity: Activity) -> None:
    for number in range(SHOWN + 5):
        await activity.record("T1", "U1", deed(f"T1:{number}", created=NOW + number))
    shown = [each.job for each in await activity.last("T1", "U1")]
    assert shown == [f"T1:{number}" for number in range(SHOWN + 4, 4, -1)]


async def test_what_was_dismissed_or_dropped_is_not_shown(activity: Activity) -> None:
    for job in ("T1:1", "T1:2", "T1:3"):
        await activity.record("T1", "U1", deed(job))
    await activity.dismiss("T1", "U1", "T1:1")
    await activity.drop("T1", "U1", "T1:2")
    assert [each.job for each in await activity.last("T1", "U1")] == ["T1:3"]


async def test_a_week_later_it_is_forgotten(activity: Activity, store: Store, clock: Clock) -> None:
    await activity.record("T1", "U1", deed("T1:old"))
    clock.now += RETENTION - 1
    await activity.record("T1", "U1", deed("T1:new"))
    await activity.sweep()
    assert len(await store.rows(TABLE, {})) == 2
    clock.now += 2
    await activity.sweep()
    assert [row["job"] for row in await store.rows(TABLE, {})] == ["T1:new"]


async def test_the_file_tells_of_no_candidate(activity: Activity, store: Store) -> None:
    await activity.record("T1", "U1", deed(reason="Recruspace does not like this one."))
    (row,) = await store.rows(TABLE, {})
    assert [value for value in row.values() if "4711" in str(value) or "does not like" in str(value)] == []


async def test_a_row_whose_key_is_gone_is_left_out(activity: Activity, store: Store) -> None:
    await activity.record("T1", "U1", deed())
    other = Activity(store, Vault([SecretStr(new_key())]))
    assert await other.last("T1", "U1") == []
    assert await other.one("T1", "U1", "T1:1") is None


async def test_a_job_that_a_crash_interrupted_has_one_row(serve: Serve, around: Town) -> None:
    served, stand_in = await serve(around), around.ats["eightfold"]
    count = len(stand_in.calls)
    stand_in.force(Fault(method="GET", hang=True))
    asked = await around.type("note mina@example.com Interrupted via eightfold")
    await stand_in.until(lambda: len(stand_in.calls) > count)
    await served.kill()
    stand_in.relent()
    await served.start()
    await asked.answer("Note added")
    with closing(sqlite3.connect(served.folder / "shortlist.db")) as database:
        rows = database.execute(f"select verb, state, outcome from {TABLE}").fetchall()
    assert rows == [("note", "done", "done")]
