"""Lines: what is asked about one person at one ATS is done in its order, and nobody else waits for it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence

import pytest
from pydantic import SecretStr

from bot.slack.invocation import Invocation, Source
from bot.slack.understand import typed
from bot.store.base import Found, Store, StoreAway, Transaction
from bot.store.lines import RETENTION, Came, LineTable, Place
from bot.store.patience import PatientStore
from bot.store.vault import Vault, new_key
from bot.work.command import coming as coming_module
from bot.work.command import line as lines_module
from bot.work.command.line import AFTER, Behind, Line, Lines
from commands.base import ConnectionInfo
from tests.bot.hall import NoSteps

pytestmark = pytest.mark.anyio

ONE = ConnectionInfo(id="c1", name="One", vendor="talynce", title="Talynce")
OTHER = ConnectionInfo(id="c2", name="Other", vendor="recruspace", title="Recruspace")
JANE = "note jane@example.com Hello"
NOW = 1_800_000_000.0


class Town:
    """The lines of one process; `gone` are jobs that came to their end and did not say so."""

    def __init__(self, store: Store) -> None:
        self.now, self.gone = NOW, set[str]()
        self.table = LineTable(store, Vault([SecretStr(new_key())]), lambda: self.now)
        self.lines = Lines(self.table, self.is_open)
        self.waiting: list[asyncio.Task[None]] = []
        self._count = 0

    async def is_open(self, ids: Collection[str]) -> set[str]:
        return set(ids) - self.gone

    def asked(self, text: str, team: str = "T1") -> Invocation:
        self._count += 1
        return Invocation(
            id=f"{team}:{self._count}",
            source=Source.COMMAND,
            team=team,
            user="U1",
            user_team=team,
            received=self.now + self._count,
            command="/candidate",
            text=text,
        )

    async def comes(self, text: str = JANE, team: str = "T1") -> Line:
        job = self.asked(text, team)
        line = Line(self.lines, job, NoSteps(), lambda: self.now)
        await line.begins(typed(job))
        return line

    async def waits(self, line: Line, at: ConnectionInfo = ONE) -> asyncio.Task[None]:
        """Somebody who stands in line, after they have looked."""
        task = asyncio.create_task(line.turn(at))
        self.waiting.append(task)
        done, _ = await asyncio.wait([task], timeout=0.1)
        assert not done
        return task


@pytest.fixture
async def town(store: Store) -> AsyncIterator[Town]:
    town = Town(store)
    await town.lines.take_up(nobody)
    yield town
    for task in town.waiting:
        task.cancel()
    await asyncio.gather(*town.waiting, return_exceptions=True)


async def nobody() -> list[str]:
    return []


async def test_the_next_one_goes_when_the_first_has_left(town: Town) -> None:
    first, second, third = [await town.comes() for _ in range(3)]
    await first.turn(ONE)
    behind, last = await town.waits(second), await town.waits(third)
    await first.leaves()
    await behind
    assert not last.done()
    await second.leaves()
    await last


@pytest.mark.parametrize(
    ("text", "team", "at"),
    [
        ("note sam@example.com Hello", "T1", ONE),
        (JANE, "T2", ONE),
        (JANE, "T1", OTHER),
        ("find jane", "T1", ONE),
    ],
)
async def test_nobody_waits_for_what_is_about_somebody_else_or_elsewhere(
    town: Town, text: str, team: str, at: ConnectionInfo
) -> None:
    await (await town.comes()).turn(ONE)
    await (await town.comes(text, team)).turn(at)


@pytest.mark.parametrize(
    "text",
    [
        "tag JANE@example.com  python",
        'move jane@example.com to "Alumni"',
        'add Jane Doe jane@example.com to "Alumni"',
    ],
)
async def test_every_verb_that_writes_stands_in_the_same_line(town: Town, text: str) -> None:
    first = await town.comes()
    await first.turn(ONE)
    behind = await town.waits(await town.comes(text))
    await first.leaves()
    await behind


async def test_whoever_is_behind_one_who_waits_for_the_ats_sleeps_as_long(town: Town) -> None:
    first, second, third = [await town.comes() for _ in range(3)]
    await first.turn(ONE)
    await first.waits(town.now + 300)
    for line in (second, third):
        with pytest.raises(Behind) as behind:
            await line.turn(ONE)
        assert behind.value.seconds == 300 + AFTER
    town.now += 300 + AFTER
    await first.leaves()
    await second.turn(ONE)
    await town.waits(third)


async def test_until_it_is_known_which_ats_is_meant_both_wait(town: Town) -> None:
    first, second = await town.comes(), await town.comes()
    behind = await town.waits(second, OTHER)
    await first.turn(ONE)
    await behind


async def test_one_who_comes_back_has_the_place_of_before(town: Town) -> None:
    job = town.asked(JANE)
    before = Line(town.lines, job, NoSteps(), lambda: town.now)
    await before.begins(typed(job))
    behind = await town.waits(await town.comes())
    again = Line(town.lines, job, NoSteps(), lambda: town.now)
    await again.begins(typed(job))
    await again.turn(ONE)
    assert not behind.done()
    await again.leaves()
    await behind


async def test_those_whom_an_earlier_process_left_come_before_everybody_new(store: Store) -> None:
    town = Town(store)
    left = [town.asked(JANE), town.asked("help me"), town.asked(JANE)]

    async def they() -> list[str]:
        return [job.model_dump_json() for job in left]

    new = asyncio.create_task(town.comes())
    await town.lines.take_up(they)
    behind = await town.waits(await new)
    third, first = [Line(town.lines, left[number], NoSteps(), lambda: town.now) for number in (2, 0)]
    for line, job in ((third, left[2]), (first, left[0])):
        await line.begins(typed(job))
    last = await town.waits(third)
    await first.turn(ONE)
    await first.leaves()
    await last
    await third.leaves()
    await behind


async def test_one_who_ended_without_a_word_holds_nobody_up(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "ASK", 0.0)
    monkeypatch.setattr(lines_module, "LOOK", 0.01)
    first, second = await town.comes(), await town.comes()
    await first.turn(ONE)
    behind = await town.waits(second)
    town.gone.add("T1:1")
    await behind


async def test_a_clock_that_is_set_back_lets_nobody_go_before(town: Town) -> None:
    first = await town.comes()
    town.now -= 3600
    second = await town.comes()
    await first.turn(ONE)
    await town.waits(second)


async def test_without_a_database_that_answers_there_is_no_line(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StoreAway("gone")

    first = await town.comes()
    await first.turn(ONE)
    for name in ("enter", "first", "note", "leave"):
        monkeypatch.setattr(town.table, name, away)
    second = await town.comes()
    await second.turn(ONE)
    await first.leaves()


async def test_those_who_were_left_keep_their_order_though_the_database_is_away_at_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [StoreAway("full"), StoreAway("full")]
    write = store.write

    async def written(transaction: Transaction[Found]) -> Found:
        if away:
            raise away.pop()
        return await write(transaction)

    monkeypatch.setattr(store, "write", written)
    town = Town(PatientStore(store))
    left = [town.asked(JANE), town.asked(JANE)]
    await town.lines.take_up(lambda: texts_of(left))
    await in_order(town, left)


async def test_whoever_was_acknowledged_before_goes_first_though_it_begins_later(town: Town) -> None:
    asked = [town.asked(JANE), town.asked("find jane"), town.asked("tag sam@example.com x"), town.asked(JANE)]
    for job in asked:
        town.lines.comes(job.id, job.model_dump_json())
    await in_order(town, [asked[0], asked[3]])


async def test_one_that_another_process_has_done_meanwhile_is_not_waited_for(town: Town) -> None:
    done, mine = town.asked(JANE), town.asked(JANE)
    for job in (done, mine):
        town.lines.comes(job.id, job.model_dump_json())
    town.gone.add(done.id)
    line = Line(town.lines, mine, NoSteps(), lambda: town.now)
    await line.begins(typed(mine))
    await line.turn(ONE)


async def test_only_so_many_are_known_on_their_way(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coming_module, "MOST", 2)
    asked = [town.asked(JANE) for _ in range(4)]
    coming = coming_module.Coming()
    for job in asked:
        coming.add(job.id, job.model_dump_json())
    assert [each.job for each in coming.ahead_of(Came("T1", "jane@example.com", asked[3].id))] == [
        asked[2].id
    ]


async def in_order(town: Town, jobs: Sequence[Invocation]) -> None:
    """The second of two begins before the first, and waits for it."""
    second, first = [Line(town.lines, job, NoSteps(), lambda: town.now) for job in reversed(jobs)]
    for line, job in ((second, jobs[1]), (first, jobs[0])):
        await line.begins(typed(job))
    behind = await town.waits(second)
    await first.turn(ONE)
    await first.leaves()
    await behind


async def texts_of(jobs: Sequence[Invocation]) -> list[str]:
    return [job.model_dump_json() for job in jobs]


async def test_places_say_nothing_of_whom_they_are_about_and_do_not_stay(town: Town, store: Store) -> None:
    await town.comes()
    (row,) = await store.rows("lines", {})
    assert "jane" not in str(row)
    assert (await town.table.first(Place("x", "T1", str(row["about"]), 2**53, "c1"))) is not None
    town.now += RETENTION + 1
    await town.table.sweep()
    assert await store.rows("lines", {}) == []
    await town.table.enter(Came("T1", "jane@example.com", "j"))
    await town.table.leave("j")
    assert await store.rows("lines", {}) == []
