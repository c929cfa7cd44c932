"""A thousand rows within a vendor's rate, and what is kept of an import, without Slack."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.demo.ats.recruspace import StandInRecruspace
from bot.demo.ats.server import Refusal
from bot.demo.ats.world import small_world
from bot.store.base import Store
from bot.store.imports import Imports
from bot.store.vault import Vault, new_key
from bot.store.workspaces import Workspaces
from bot.work.importing.rows import Rows
from commands.table.columns import Table
from commands.table.importing import Import, Plan, State, Wish
from commands.table.spreadsheet import sheet_of
from connectors.base import Connector
from connectors.http import Http, new_client
from connectors.models import Destination, Kind
from connectors.pace import Pace
from connectors.recruspace import Recruspace, RecruspaceSettings
from tests.bot.test_pace import Clock
from tests.stores import ON_A_FILE

pytestmark = pytest.mark.anyio

POOL = Destination(id="1", kind=Kind.POOL, title="Backend talent")
LIMIT, MINUTE = 100, 60.0


class Hurried(StandInRecruspace):
    """Takes a hundred calls in any minute of a clock, and refuses the next."""

    hand = Clock()

    def __init__(self) -> None:
        super().__init__(small_world())
        self.refused = 0
        self._times = deque[float](maxlen=LIMIT)

    def authorise(self, request: web.Request) -> None:
        now = self.hand()
        if len(self._times) == LIMIT and now - self._times[0] < MINUTE:
            self.refused += 1
            raise Refusal(429, {"detail": "Expected available in 30 seconds."})
        self._times.append(now)
        super().authorise(request)


class Paced(Http):
    """Its paces live by the clock of a test."""

    clock: Clock

    def pace(self, vendor: str, key: SecretStr, per_minute: int | None) -> Pace:
        return Pace(per_minute, clock=self.clock, sleep=self.clock.sleep)


@asynccontextmanager
async def recruspace() -> AsyncIterator[tuple[Hurried, Connector]]:
    async with Hurried().serve() as stand_in, new_client() as client:
        assert isinstance(stand_in, Hurried)
        http = Paced(client, {"recruspace": stand_in.url})
        http.clock = stand_in.hand
        yield stand_in, Recruspace(RecruspaceSettings(key=SecretStr("rs-demo-key")), http)


@pytest.fixture
def imports(store: Store) -> Imports:
    return Imports(store, Vault([SecretStr(new_key())]))


async def filled(imports: Imports, count: int, id: str = "i1", *, connection: str = "c1") -> Import:
    """An import with so many rows that are still to be done."""
    people = "".join(f"Many{n},Tester,many{n}@example.net\n" for n in range(count))
    read = Table(sheet_of(f"First name,Last name,Email\n{people}".encode()))
    plan = Plan(file="F1", filename="a.csv", digest="d", columns=read.recognised(), to=POOL, author="Mia")
    assert await imports.claim(id, "r1", Wish.START, lambda: ("T1", "U1", connection, plan))
    await imports.put_rows("T1", id, [(line, "") for line in read.rows])
    await imports.filled(id, count, 0, read.head)
    job = await imports.get(id)
    assert job
    return job


async def at_once() -> None:
    """Nobody shares this work."""


async def silence() -> None:
    await asyncio.get_running_loop().create_future()


@ON_A_FILE
async def test_a_thousand_rows_keep_the_rate_and_none_is_refused(imports: Imports) -> None:
    job = await filled(imports, 1_000)
    async with recruspace() as (stand_in, ats):
        began = stand_in.hand()
        state = await Rows(imports, job, ats, lambda: False, at_once).all(silence)
        minutes = (stand_in.hand() - began) / MINUTE
    assert state is State.ENDED
    found = Counter(row["email"] for row in stand_in.rows() if str(row["email"]).startswith("many"))
    assert (len(found), set(found.values())) == (1_000, {1})
    assert stand_in.refused == 0
    assert 0.95 * LIMIT <= len(stand_in.calls) / minutes <= LIMIT
    ended = await imports.get(job.id)
    assert ended
    assert (ended.added, ended.failed, ended.left) == (1_000, 0, 0)
    assert await imports.rows_left("T1", job.id) == []


async def test_an_interactive_call_overtakes_an_import_that_waits(imports: Imports) -> None:
    job = await filled(imports, 100)
    async with recruspace() as (stand_in, ats):
        running = asyncio.create_task(Rows(imports, job, ats, lambda: False, at_once).all(silence))
        await stand_in.until(lambda: len(stand_in.calls) > 40)
        before = stand_in.hand()
        async with asyncio.timeout(5):
            await ats.check()
        assert stand_in.hand() - before < MINUTE
        assert await running is State.ENDED
    assert stand_in.refused == 0


async def test_a_wish_is_only_its_persons(imports: Imports) -> None:
    await filled(imports, 2)
    assert await imports.ask("T1", "U2", "i1", Wish.CANCEL) is None
    assert await imports.ask("T2", "U1", "i1", Wish.CANCEL) is None
    assert await imports.of("T1", "U2", "i1") is None
    assert await imports.state("i1") is State.RUNNING


@pytest.mark.parametrize(
    ("wishes", "after"),
    [
        ([Wish.PAUSE], State.PAUSED),
        ([Wish.PAUSE, Wish.RESUME], State.RUNNING),
        ([Wish.CANCEL], State.CANCELLED),
        ([Wish.PAUSE, Wish.CANCEL], State.CANCELLED),
        ([Wish.CANCEL, Wish.RESUME], State.CANCELLED),
        ([], State.RUNNING),
    ],
)
async def test_wishes_settle(imports: Imports, wishes: list[Wish], after: State) -> None:
    await filled(imports, 2)
    for wish in wishes:
        await imports.ask("T1", "U1", "i1", wish)
    assert await imports.settle("i1") is after
    left = await imports.rows_left("T1", "i1")
    assert len(left) == (0 if after is State.CANCELLED else 2)


def nothing() -> tuple[str, str, str, Plan]:
    raise AssertionError("it is there already")


async def test_one_runner_works_at_an_import(imports: Imports) -> None:
    await filled(imports, 2)
    assert not await imports.claim("i1", "r2", Wish.RESUME, nothing)
    assert await imports.claim("i1", "r1", Wish.START, nothing)
    await imports.settle("i1", pause=True)
    assert not await imports.claim("i1", "r1", Wish.START, nothing)
    assert await imports.claim("i1", "r2", Wish.RESUME, nothing)
    assert not await imports.claim("i1", "r3", Wish.RESUME, nothing)
    assert not await imports.claim("i2", "r2", Wish.RESUME, nothing)


async def test_a_row_counts_once(imports: Imports) -> None:
    await filled(imports, 2)
    for _ in range(3):
        await imports.row_done("i1", 2, "added")
        await imports.row_done("i1", 3, "failed", "no name")
    job = await imports.get("i1")
    assert job
    assert (job.added, job.failed, job.left) == (1, 1, 0)
    assert [each.reason for each in await imports.failures("T1", "i1")] == ["no name"]


async def test_what_was_being_sent_at_a_cancellation_is_in_doubt(imports: Imports) -> None:
    await filled(imports, 3)
    await imports.note_steps("T1", "i1", 2, [("find", "{}"), ("sending", "boot")])
    await imports.note_steps("T1", "i1", 3, [("find", "{}")])
    await imports.ask("T1", "U1", "i1", Wish.CANCEL)
    await imports.settle("i1")
    assert [each.line.number for each in await imports.failures("T1", "i1")] == [2]
    job = await imports.get("i1")
    assert job
    assert job.failed == 1


async def test_what_failed_is_kept_for_a_day_and_what_is_unfinished_for_a_week(store: Store) -> None:
    now = 1_000_000.0
    imports = Imports(store, Vault([SecretStr(new_key())]), lambda: now)
    await filled(imports, 2)
    await filled(imports, 2, "i2")
    await imports.row_done("i1", 2, "failed", "no name")
    await imports.reporting("i1", "boot")
    await imports.reported("i1", forget=False)
    await imports.sweep()
    assert len(await imports.failures("T1", "i1")) == 1
    now += 86_401
    await imports.sweep()
    assert (await imports.get("i1"), await imports.failures("T1", "i1")) == (None, [])
    assert len(await imports.rows_left("T1", "i2")) == 2
    now += 6 * 86_400
    await imports.sweep()
    assert await store.rows("import_rows", {}) == []


async def test_a_workspace_that_leaves_takes_its_imports_with_it(store: Store, imports: Imports) -> None:
    await filled(imports, 2)
    await Workspaces(store, Vault([SecretStr(new_key())])).forget("T1", "E1", 2_000_000_000.0)
    assert await store.rows("import_rows", {}) == []
    assert await imports.get("i1") is None
    assert await imports.settle("i1") is None


async def test_nothing_of_a_person_is_on_the_disk_in_clear(imports: Imports, tmp_path: Path) -> None:
    await filled(imports, 2)
    await imports.note_steps("T1", "i1", 2, [("find", "many0@example.net")])
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"many0" not in data
    assert b"a.csv" not in data
