"""When a watch looks, what it makes of what it gets, and who is told when it cannot go on."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
import stamina
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.store.vault import Vault, new_key
from bot.store.watches import Watches
from bot.work import watch as watching
from bot.work.watch import Key, Lane
from bot.work.watching import poll as polling
from bot.work.watching.poll import LEASE, LONGEST_PAUSE
from bot.work.watching.reconnect import RECONNECT
from commands.ports.watching import Problem, WatchState
from connectors.errors import Unsupported
from connectors.models import Change, Changes, Cursor, JobChange
from connectors.recruspace import Recruspace
from tests.bot.watched import START, TEAM, Scene, Time, scene

pytestmark = pytest.mark.anyio

MINUTE = 60.0


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2, cap=True), capture_logs():
        yield


@pytest.fixture
async def place(anyio_backend: str) -> Scene:
    return await scene("recruspace", 1)


def add(place: Scene, number: int = 1) -> None:
    pool = next(each for each in place.stand_in.places() if not each.job)
    place.stand_in.act("add", name="Grace Kim", email=f"grace{number}@example.com", place=pool.id)


def told(place: Scene) -> list[str | None]:
    changes = [each.change for each in place.durable.news]
    return [change.candidate.email for change in changes if isinstance(change, Change)]


async def state(place: Scene) -> WatchState:
    found = await place.workspaces.watch(TEAM, place.id)
    assert found is not None
    return found


async def looks(place: Scene, times: int) -> None:
    for _ in range(times):
        await place.look()


async def test_the_first_look_announces_nothing_and_the_next_what_came_since(place: Scene) -> None:
    await place.look()
    assert place.durable.work == {}
    add(place)
    await place.look()
    assert told(place) == ["grace1@example.com"]
    await looks(place, 12)
    assert len(place.durable.work) == 1


async def test_looks_are_a_fifth_more_or_less_apart(place: Scene) -> None:
    times = []
    for _ in range(40):
        await place.look()
        times.append(place.time.now)
    gaps = [after - before for before, after in pairwise(times)]
    assert all(0.8 * MINUTE <= gap <= 1.2 * MINUTE for gap in gaps)
    assert max(gaps) - min(gaps) > 0.2 * MINUTE


async def test_an_ats_that_is_away_is_asked_later_and_later_and_nothing_is_missed(place: Scene) -> None:
    await place.look()
    place.chaos.away = True
    add(place)
    gaps = []
    for _ in range(9):
        before = place.time.now
        await place.look()
        gaps.append(place.time.now - before)
    assert gaps[2] > gaps[1] * 1.2
    assert LONGEST_PAUSE * 0.8 <= gaps[-1] <= LONGEST_PAUSE * 1.2
    now = await state(place)
    assert (now.problem, now.paused) == (Problem.AWAY, False)
    assert now.worked is not None
    place.chaos.away = False
    await place.look()
    assert told(place) == ["grace1@example.com"]
    assert (await state(place)).problem is None


async def test_a_key_that_is_refused_three_times_pauses_the_watch_and_tells_people_once(place: Scene) -> None:
    await place.look()
    place.chaos.refuse = True
    await looks(place, 2)
    assert (await state(place)).paused is False
    await looks(place, 3)
    assert await state(place) == (await state(place)).model_copy(
        update={"paused": True, "problem": Problem.REFUSED}
    )
    assert Counter(kind for kind, _ in place.durable.work) == {RECONNECT: 1}
    asked = len(place.stand_in.calls)
    add(place)
    place.chaos.refuse = False
    await looks(place, 5)
    assert len(place.stand_in.calls) == asked
    await place.connect()
    await place.look()
    assert told(place) == ["grace1@example.com"]
    assert (await state(place)).problem is None


async def test_a_paused_watch_stays_paused_over_a_restart(place: Scene) -> None:
    place.chaos.refuse = True
    await looks(place, 4)
    place.boot()
    await looks(place, 3)
    assert (await state(place)).paused
    assert len(place.durable.work) == 1


async def test_other_settings_may_be_another_account_so_nothing_in_it_is_news(place: Scene) -> None:
    await place.look()
    add(place)
    await place.connect(record_link="https://ats.example.com/{id}")
    await looks(place, 12)
    assert told(place) == []
    add(place, 2)
    await looks(place, 12)
    assert told(place) == ["grace2@example.com"]


async def test_settings_that_change_during_a_look_make_it_void(
    place: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.look()
    add(place)
    real = Recruspace.changes

    async def meanwhile(self: Recruspace, cursor: Cursor | None) -> Changes:
        found = await real(self, cursor)
        await place.connect(record_link="https://ats.example.com/{id}")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Recruspace, "changes", meanwhile)
        await place.look()
    await looks(place, 12)
    assert told(place) == []


async def test_a_connection_that_is_gone_is_forgotten_with_all_that_was_remembered(place: Scene) -> None:
    await place.look()
    await place.workspaces.disconnect(TEAM, place.id)
    assert [*place.tables.tables["watches"], *place.tables.tables["watch_memories"]] == []
    assert await place.look() is None
    assert place.watch._lanes["recruspace"]._due == {}


async def test_whoever_listens_again_hears_of_nothing_that_happened_meanwhile(place: Scene) -> None:
    await place.look()
    place.listeners.keys.clear()
    await place.watch.sync()
    assert place.tables.tables["watch_memories"] == {}
    assert await place.workspaces.watch(TEAM, place.id) is None
    add(place)
    place.listeners.keys.add((TEAM, place.id))
    await looks(place, 12)
    assert told(place) == []


async def test_what_an_earlier_process_planned_is_kept_if_nobody_listens_any_more_it_is_not(
    place: Scene,
) -> None:
    await place.look()
    planned = (await state(place)).next_at
    place.boot()
    await place.watch.sync()
    assert place.watch._lanes["recruspace"]._due == {(TEAM, place.id): planned}
    place.boot()
    place.listeners.keys.clear()
    await place.watch.sync()
    assert place.tables.tables["watches"] == {}


async def test_two_processes_never_look_at_one_connection(place: Scene) -> None:
    await place.look()
    calls = len(place.stand_in.calls)
    place.boot(owner="another")
    place.time.now += MINUTE
    at = await place.poll.look(TEAM, place.id)
    assert at is not None
    assert at > place.time.now
    assert len(place.stand_in.calls) == calls
    place.time.now += MINUTE + 2 * LEASE
    await place.poll.look(TEAM, place.id)
    assert len(place.stand_in.calls) > calls


async def test_jobs_that_come_and_go_are_compared_every_tenth_look(place: Scene) -> None:
    await place.look()
    job = place.stand_in.act("open_job", name="Site Engineer")
    await looks(place, 10)
    place.stand_in.act("close_job", job=job)
    await looks(place, 10)
    changes = [each.change for each in place.durable.news]
    shown = [(c.kind.value, c.destination.title) for c in changes if isinstance(c, JobChange)]
    assert shown == [("job_opened", "Site Engineer"), ("job_closed", "Site Engineer")]
    lists = [call for call in place.stand_in.calls if "job-posts" in call.path]
    assert len(lists) == 3


async def test_an_ats_that_cannot_tell_what_changed_is_not_asked_again(
    place: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cannot(self: Recruspace, cursor: Cursor | None) -> Changes:
        raise Unsupported("Recruspace", "cannot tell")

    monkeypatch.setattr(Recruspace, "changes", cannot)
    await looks(place, 3)
    now = await state(place)
    assert (now.problem, now.paused) == (Problem.UNSUPPORTED, True)
    assert place.durable.work == {}


async def test_a_lost_encryption_key_is_said_and_nothing_is_forgotten(
    place: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.look()
    add(place)
    with monkeypatch.context() as patch:
        patch.setattr(place.workspaces, "_vault", Vault([SecretStr(new_key())]))
        await looks(place, 3)
        assert (await state(place)).problem is Problem.LOCKED
    await place.look()
    assert told(place) == ["grace1@example.com"]


async def test_a_look_that_takes_too_long_is_given_up(place: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(self: Recruspace, cursor: Cursor | None) -> Changes:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    with monkeypatch.context() as patch:
        patch.setattr(Recruspace, "changes", hang)
        patch.setattr(polling, "DEADLINE", 0.01)
        await place.look()
    assert (await state(place)).problem is Problem.AWAY


async def test_many_that_are_due_at_once_are_spread_over_the_time_between_two_looks(place: Scene) -> None:
    for number in range(500):
        row = {"id": f"c{number}", "team_id": TEAM, "vendor": "talynce", "settings": "", "name": str(number)}
        place.tables.tables["connections"][f"c{number}",] = row
        place.listeners.keys.add((TEAM, f"c{number}"))
    await place.watch.sync()
    due = sorted(place.watch._lanes["talynce"]._due.values())
    assert len(due) == 500
    assert due[0] >= START
    assert due[-1] <= START + MINUTE
    busiest = max(Counter(int((at - START) // 6) for at in due).values())
    assert busiest < 100


async def test_a_watch_that_begins_alone_begins_now(place: Scene) -> None:
    await place.watch.sync()
    assert place.watch._lanes["recruspace"]._due == {(TEAM, place.id): START}


async def test_a_lane_gives_out_what_is_due_in_order_and_never_what_was_dropped(anyio_backend: str) -> None:
    clock, chance = Time(), random.Random(3)
    lane = Lane(clock)
    keys: Sequence[Key] = [(TEAM, str(number)) for number in range(50)]
    for _ in range(300):
        key = chance.choice(keys)
        lane.put(key, START - chance.uniform(1, 1000))
        if chance.random() < 0.2:
            lane.drop(chance.choice(keys))
    due = dict(lane._due)
    out = [await lane.next() for _ in range(len(due))]
    assert out == sorted(due, key=lambda key: due[key])


async def test_the_watch_runs_by_itself_and_survives_what_breaks(
    place: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "DOZE", 0.01)
    seen = asyncio.Event()
    broken = iter([True, True, False])
    listened, put = place.listeners.watched, place.durable.put

    async def shaky() -> list[Key]:
        if next(broken, False):
            raise ConnectionError
        return await listened()

    async def tell(kind: str, id: str, payload: str) -> None:
        await put(kind, id, payload)
        seen.set()

    async def passing() -> None:
        while True:
            place.time.now += 1.0
            await asyncio.sleep(0)

    monkeypatch.setattr(place.listeners, "watched", shaky)
    object.__setattr__(place.poll, "put_work", tell)
    running = [asyncio.create_task(place.watch.run()), asyncio.create_task(passing())]
    async with asyncio.timeout(10):
        while not place.tables.tables["watch_memories"]:
            place.watch.stir()
            await asyncio.sleep(0)
        add(place)
        await seen.wait()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert told(place) == ["grace1@example.com"]


async def test_what_is_stored_tells_nothing_of_anybody(place: Scene) -> None:
    await place.look()
    add(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Watches, "sent", _never)
        await place.look()
    (row,) = place.tables.tables["watch_memories"].values()
    assert row["news"]
    assert not any(word in str(place.tables.tables) for word in ("Grace", "grace1", "Ada"))
    await place.look()
    (row,) = place.tables.tables["watch_memories"].values()
    assert row["news"] == ""
    assert len(told(place)) == 1


async def _never(self: Watches, team: str, connection: str) -> None:
    raise ConnectionError
