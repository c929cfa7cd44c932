"""Moving an installation: everything arrives and opens, jobs that wait too, or nothing has changed."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.operate import migrate as operation
from bot.operate.migrate import CannotMove, migrate
from bot.settings import Settings
from bot.shell import cli
from bot.store import moving
from bot.store.activity import Activity
from bot.store.base import Row, Store
from bot.store.cards import CardTable, Posted
from bot.store.imports import Imports
from bot.store.installations import Installation, InstallationTable
from bot.store.moving import shapes
from bot.store.open import open_store
from bot.store.subscriptions import SubscriptionTable
from bot.store.vault import Vault, new_key
from bot.store.watches import Memory, Watches
from bot.store.workspaces import Workspaces
from bot.work import jobs as engine
from bot.work.cluster.peers import among
from bot.work.engine import relocation
from bot.work.engine.relocation import kept
from bot.work.engine.steps import Steps
from bot.work.engine.workflows import Handler
from bot.work.jobs import Jobs
from commands.base import Picks
from commands.ports.deed import Deed, State
from commands.ports.subscription import Filters, Subscription
from commands.table.importing import Plan, Wish
from commands.table.sheet import Line
from connectors.models import ChangeKind, Cursor, Destination, Kind
from tests.bot.test_postgres import cut
from tests.postgres import database

pytestmark = pytest.mark.anyio

TEAM, CHANNEL, NOW = "T1", "C1", 1_790_000_000.25
POOL = Destination(id="1", kind=Kind.POOL, title="Backend")
HEARD = Subscription(
    channel=CHANNEL,
    connection="c1",
    kinds=(ChangeKind.ADDED,),
    filters=Filters(tags=("Zoë",)),
    budget=5,
    by="U1",
)
SETTINGS = {"key": "ключ 🦉 \\N\t'\""}

ROWS, AT_ONCE = 60, 25
"""More than a server sends at once."""

Address = Callable[[str], str]


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None, encryption_keys=(SecretStr(new_key()),))


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return Vault(settings.encryption_keys)


@pytest.fixture
def file(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'old.db'}"


async def fill(store: Store, vault: Vault) -> None:
    """Something in every table that holds what would be missed."""

    def clock() -> float:
        return NOW

    await store.write(lambda write: write.put("once", {"id": "e", "until": NOW}))
    registry = Workspaces(store, vault)
    first = await registry.connect(TEAM, "talynce", "Main", SETTINGS)
    await registry.connect("T2", "recruspace", "Main", {"key": "another"})
    await registry.set_default(TEAM, first.id, CHANNEL)
    installed = {"token": SecretStr("xoxe.xoxb-1"), "refresh_token": SecretStr("xoxe-1")}
    await InstallationTable(store, vault, clock).save(
        Installation(team=TEAM, name="Nörth", expires_at=NOW, **installed)
    )
    picks = Picks(connection=first.id, candidate="4711")
    deed = {"reference": "ab", "created": NOW, "updated": NOW, "picks": picks, "reason": "It needs a pool."}
    await Activity(store, vault, clock).record(
        TEAM, "U1", Deed(job="T1:1", command="/candidate", verb="note", state=State.FAILED, **deed)
    )
    await SubscriptionTable(store, vault, clock).save(TEAM, HEARD)
    await CardTable(store, vault, clock).record(
        Posted(TEAM, CHANNEL, "m1", "c1", ts="1.2"), told={"hired": 3}
    )
    watches = Watches(store, vault, "owner")
    await watches.begin(TEAM, first.id, NOW)
    watching = await watches.take(TEAM, first.id, NOW, NOW + 60)
    assert watching
    sealed = await registry.sealed_settings(TEAM, first.id) or ""
    memory = Memory(account="a", generation="g", cursor=Cursor(state="[9]"))
    assert await watches.remember(watching, memory, "news", sealed)
    imports = Imports(store, vault, clock)
    plan = Plan(file="F1", filename="a.csv", digest="d", columns=(), to=POOL, author="Mia")
    await imports.claim("i1", "r1", Wish.START, lambda: (TEAM, "U1", first.id, plan))
    await imports.put_rows(TEAM, "i1", [(Line(number=n, cells=(f"Zoë {n}",)), "") for n in range(ROWS)])


async def everything(store: Store) -> dict[str, list[Row]]:
    found = {shape.table: await store.rows(shape.table, {}) for shape in shapes()}
    return {table: sorted(rows, key=lambda row: str(sorted(row.items()))) for table, rows in found.items()}


async def filled(url: str, vault: Vault) -> dict[str, list[Row]]:
    store = await open_store(url)
    await fill(store, vault)
    there = await everything(store)
    await store.close()
    return there


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    """A database that is not there yet: a `file`, or on a `server`."""
    with ExitStack() as stack:

        def make(kind: str) -> str:
            if kind == "file":
                return f"sqlite:///{tmp_path / secrets.token_hex(4)}.db"
            return stack.enter_context(database(request.getfixturevalue("postgres_server")))

        yield make


async def moved(settings: Settings, old: str, new: str) -> list[str]:
    return await asyncio.to_thread(migrate, settings, old, new)


@pytest.mark.parametrize(
    ("old", "new"), [("file", "server"), ("server", "file"), ("file", "file"), ("server", "server")]
)
async def test_everything_arrives_and_opens(
    settings: Settings,
    vault: Vault,
    address: Address,
    old: str,
    new: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", AT_ONCE)
    source, target = address(old), address(new)
    there = await filled(source, vault)
    counts = {table: len(rows) for table, rows in there.items() if rows}
    assert len(counts) >= 12
    first, *rest = await moved(settings, source, target)
    assert first == f"Moved {sum(counts.values()):,} rows of {len(counts)} tables, and 0 jobs that wait."
    assert len(rest) == 2
    for url in (source, target):
        store = await open_store(url)
        assert await everything(store) == there
        await store.close()
    store = await open_store(target)
    await opens(store, vault)
    await store.close()


async def opens(store: Store, vault: Vault) -> None:
    registry = Workspaces(store, vault)
    (info,) = await registry.connections(TEAM)
    assert (info.default, info.channels) == (True, (CHANNEL,))
    sealed = await registry.sealed_settings(TEAM, info.id) or ""
    assert registry.open_settings(TEAM, info.id, sealed) == SETTINGS
    installed = await InstallationTable(store, vault).find(TEAM)
    assert installed
    assert (installed.name, installed.expires_at) == ("Nörth", NOW)
    assert installed.token.get_secret_value() == "xoxe.xoxb-1"
    (deed,) = await Activity(store, vault).last(TEAM, "U1")
    assert (deed.reason, deed.picks.candidate) == ("It needs a pool.", "4711")
    assert await SubscriptionTable(store, vault).all(TEAM) == [HEARD]
    assert await CardTable(store, vault).counts(TEAM, CHANNEL, "c1", 0) == {"hired": 3}
    recalled = await Watches(store, vault, "other").recall(TEAM, info.id)
    assert recalled.memory
    assert (recalled.memory.cursor.state, recalled.unsent) == ("[9]", "news")
    rows = await Imports(store, vault).rows_left(TEAM, "i1")
    assert [row.line.cells for row in rows] == [(f"Zoë {n}",) for n in range(ROWS)]


def counted(url: str) -> dict[str, int]:
    with moving.alone_on(url) as side:
        return {shape.table: count for shape in shapes() if (count := side.count(shape))}


@pytest.mark.parametrize("new", ["file", "server"])
async def test_a_database_that_holds_something_stays_as_it_is(
    settings: Settings, vault: Vault, file: str, address: Address, new: str
) -> None:
    target = address(new)
    await filled(file, vault)
    store = await open_store(target)
    await store.write(lambda write: write.put("once", {"id": "a", "until": 1}))
    await store.close()
    with pytest.raises(CannotMove, match=r"--to holds something already \(once: 1\)"):
        await moved(settings, file, target)
    assert counted(target) == {"once": 1}


@pytest.mark.parametrize(("option", "which"), [("--from", 0), ("--to", 1)])
@pytest.mark.parametrize("kind", ["file", "server"])
async def test_a_database_in_use_is_left_alone(
    settings: Settings, vault: Vault, address: Address, kind: str, option: str, which: int
) -> None:
    way = [address(kind), address(kind)]
    await filled(way[0], vault)
    running = await open_store(way[which])
    await running.rows("once", {})
    with pytest.raises(CannotMove, match=f"^{option}: something works with this database"):
        await moved(settings, *way)
    await running.write(lambda write: write.put("once", {"id": "a", "until": 1}))
    await running.close()


@pytest.mark.parametrize("new", ["file", "server"])
async def test_nothing_has_changed_when_it_goes_wrong_half_way(
    settings: Settings, vault: Vault, file: str, address: Address, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = address(new)
    before = await filled(file, vault)

    def lose(self: object, shape: moving.Shape, rows: Iterable[moving.Values]) -> None:
        putting(self, shape, list(rows)[1:] if shape.table == "import_rows" else rows)

    side = moving._File if new == "file" else moving._Server
    putting: Callable[..., None] = side.fill
    with monkeypatch.context() as patch:
        patch.setattr(side, "fill", lose)
        with pytest.raises(CannotMove, match="What arrived in import_rows is not what was sent"):
            await moved(settings, file, target)
    assert counted(target) == {}
    store = await open_store(file)
    assert await everything(store) == before
    await store.close()
    assert (await moved(settings, file, target))[0].startswith("Moved ")


async def test_what_the_other_database_does_not_take_is_a_sentence(
    settings: Settings, file: str, postgres_url: str
) -> None:
    store = await open_store(file)
    await store.write(lambda write: write.put("once", {"id": "secret\0", "until": 1}))
    await store.close()
    with pytest.raises(CannotMove, match="Nothing was moved") as caught:
        await moved(settings, file, postgres_url)
    assert "secret" not in str(caught.value)
    assert counted(postgres_url) == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{file}", "{file}", "the same database"),
        ("sqlite:////nowhere/a.db", "{file}", "there is no file /nowhere/a.db"),
        ("{file}", "sqlite:////nowhere/a.db", "/nowhere is not a folder"),
        ("{file}", "mysql://me:hush@x", "--to must be sqlite:///"),
        ("postgres://me:hush@h/x?no=1", "{file}", "--from is no address that PostgreSQL understands"),
        ("{file}", "postgres://me:hush@127.0.0.1:1/x", "--to: the database cannot be opened: nobody answers"),
    ],
)
async def test_a_wrong_address_is_a_sentence_without_its_password(
    settings: Settings, vault: Vault, file: str, old: str, new: str, said: str
) -> None:
    await (await open_store(file)).close()
    with pytest.raises(CannotMove) as caught:
        await moved(settings, old.format(file=file), new.format(file=file))
    assert said in str(caught.value)
    assert "hush" not in str(caught.value)


@asynccontextmanager
async def jobs_on(
    url: str, vault: Vault, perform: engine.Run, handlers: Mapping[str, Handler]
) -> AsyncIterator[Jobs]:
    place = Settings(_env_file=None, database_url=url).engine_place
    async with among(url) as peers, engine.running(place, vault, perform, handlers, peers) as jobs:
        peers.begin()
        yield jobs


async def never() -> str:
    forever: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    return await forever


@pytest.mark.parametrize(("old", "new"), [("file", "server"), ("server", "file")])
async def test_jobs_that_wait_are_done_in_the_new_place(
    settings: Settings, vault: Vault, address: Address, old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "DRAIN", 0)
    source, target = address(old), address(new)
    await (await open_store(source)).close()
    begun = asyncio.Event()

    async def hang(jobs: Jobs, invocation: str, steps: Steps) -> str:
        begun.set()
        return await never()

    async def unseen(payload: str, steps: Steps) -> str:
        raise AssertionError(payload)

    async with jobs_on(source, vault, hang, {"tell": unseen}) as jobs:
        await jobs.put("T1:begun", "interrupted")
        await begun.wait()
        await jobs.put_work("tell", "late", "payload of later", delay=3600)
        await jobs.put_work("tell", "soon", "payload of soon", delay=2)
    assert (await moved(settings, source, target))[0].endswith("and 3 jobs that wait.")

    done: asyncio.Queue[str] = asyncio.Queue()

    async def perform(jobs: Jobs, invocation: str, steps: Steps) -> str:
        await done.put(invocation)
        return "done"

    async def tell(payload: str, steps: Steps) -> str:
        await done.put(payload)
        return "told"

    async with jobs_on(target, vault, perform, {"tell": tell}) as jobs, asyncio.timeout(20):
        assert {await done.get(), await done.get()} == {"interrupted", "payload of soon"}
        assert await jobs.load("tell:late") == "payload of later"
        assert "tell:late" in await jobs.unfinished(["tell:late"])


async def test_a_job_that_has_done_a_part_of_its_work_stays_where_it_is(
    settings: Settings, vault: Vault, file: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "DRAIN", 0)
    await filled(file, vault)
    begun = asyncio.Event()

    async def step() -> str:
        return "a note was written"

    async def hang(jobs: Jobs, invocation: str, steps: Steps) -> str:
        await steps.once("write", step)
        begun.set()
        return await never()

    async with jobs_on(file, vault, hang, {}) as jobs:
        await jobs.put("T1:begun", "interrupted")
        await begun.wait()
    with pytest.raises(CannotMove, match="1 of the jobs have done a part"):
        await moved(settings, file, postgres_url)
    assert counted(postgres_url) == {}
    assert kept(postgres_url, vault) == 0


async def test_jobs_of_a_lost_key_stay_where_they_are(
    settings: Settings, file: str, postgres_url: str, vault: Vault
) -> None:
    await (await open_store(file)).close()

    async def unseen(payload: str, steps: Steps) -> str:
        raise AssertionError(payload)

    async def perform(jobs: Jobs, invocation: str, steps: Steps) -> str:
        return invocation

    async with jobs_on(file, Vault([SecretStr(new_key())]), perform, {"tell": unseen}) as jobs:
        await jobs.put_work("tell", "late", "payload", delay=3600)
    with pytest.raises(CannotMove, match="not among SHORTLIST_ENCRYPTION_KEYS"):
        await moved(settings, file, postgres_url)
    assert kept(postgres_url, vault) == 0


async def test_jobs_go_back_when_the_tables_cannot_be_kept(
    settings: Settings, vault: Vault, file: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(file, vault)

    async def tell(payload: str, steps: Steps) -> str:
        return payload

    async def perform(jobs: Jobs, invocation: str, steps: Steps) -> str:
        return invocation

    async with jobs_on(file, vault, perform, {"tell": tell}) as jobs:
        await jobs.put_work("tell", "late", "payload", delay=3600)

    def cut_off(*given: Any) -> None:
        relocation.hand_over(*given)
        assert kept(postgres_url, vault) == 1
        cut(postgres_url)

    with monkeypatch.context() as patch:
        patch.setattr(operation, "hand_over", cut_off)
        with pytest.raises(CannotMove, match="Nothing was moved"):
            await moved(settings, file, postgres_url)
    assert (counted(postgres_url), kept(postgres_url, vault)) == ({}, 0)
    assert (await moved(settings, file, postgres_url))[0].endswith("and 1 jobs that wait.")


def test_the_command_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logging_as_it_was: None
) -> None:
    monkeypatch.chdir(tmp_path)
    asyncio.run(make(f"sqlite:///{tmp_path / 'old.db'}"))
    words = ("migrate", "--from", "sqlite:///old.db", "--to", "sqlite:///new.db")
    refused = CliRunner().invoke(cli, words, env={"SHORTLIST_ENCRYPTION_KEYS": ""})
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "SHORTLIST_ENCRYPTION_KEYS is not set" in refused.stderr
    done = CliRunner().invoke(cli, words, env={"SHORTLIST_ENCRYPTION_KEYS": new_key()})
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "Moved 1 rows of 1 tables, and 0 jobs that wait.\nSet SHORTLIST_DATABASE_URL to"
    )
    again = CliRunner().invoke(cli, words, env={"SHORTLIST_ENCRYPTION_KEYS": new_key()})
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr.startswith("--to holds something already (once: 1).")


async def make(url: str) -> None:
    store = await open_store(url)
    await store.write(lambda write: write.put("once", {"id": "a", "until": 1}))
    await store.close()
