"""Several processes at the same tables: whatever they do at once comes out as if they had taken turns."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from pydantic import SecretStr

from bot.store.activity import Activity
from bot.store.base import Store
from bot.store.cards import CardTable, Posted
from bot.store.imports import Imports
from bot.store.installations import Installation, InstallationTable
from bot.store.open import open_store
from bot.store.subscriptions import SubscriptionTable
from bot.store.vault import Vault, new_key
from bot.store.watches import Watches
from bot.store.workspaces import Workspaces
from commands.ports.deed import Deed, State
from commands.ports.subscription import Subscription
from commands.table.importing import Plan, Wish
from commands.table.importing import State as Stage
from commands.table.sheet import Line
from connectors.models import ChangeKind, Destination, Kind

pytestmark = pytest.mark.anyio

TEAM, CHANNEL, NOW = "T1", "C1", 1_000_000.0
VAULT = Vault([SecretStr(new_key())])
POOL = Destination(id="1", kind=Kind.POOL, title="Backend")
PLAN = Plan(file="F1", filename="a.csv", digest="d", columns=(), to=POOL, author="Mia")


@pytest.fixture
async def stores(store: Store, store_url: str) -> AsyncIterator[Sequence[Store]]:
    """The same tables as two processes see them."""
    other = await open_store(store_url)
    yield store, other
    await other.close()


async def test_a_connection_of_one_name_is_saved_once(stores: Sequence[Store]) -> None:
    processes = [Workspaces(store, VAULT) for store in stores]
    names = ["Main", "MAIN", "main"] * 4
    saving = [each.connect(TEAM, "talynce", name, {"key": name}) for name in names for each in processes]
    assert len({each.id for each in await asyncio.gather(*saving)}) == 1
    (info,) = await processes[0].connections(TEAM)
    assert info.default
    assert info.name in names


async def test_one_of_the_first_connections_is_the_default(stores: Sequence[Store]) -> None:
    processes = [Workspaces(store, VAULT) for store in stores]
    await asyncio.gather(
        *(each.connect(TEAM, "talynce", f"{n} {i}", {}) for i in range(5) for n, each in enumerate(processes))
    )
    found = await processes[0].connections(TEAM)
    assert [info.default for info in found] == [True] + [False] * 9
    await asyncio.gather(*(processes[n % 2].disconnect(TEAM, info.id) for n, info in enumerate(found[:9])))
    (left,) = await processes[0].connections(TEAM)
    assert left.default


async def test_no_plan_to_watch_outlives_its_connection(stores: Sequence[Store]) -> None:
    registry, watches = Workspaces(stores[0], VAULT), Watches(stores[1], VAULT, "b")
    for n in range(20):
        info = await registry.connect(TEAM, "talynce", f"Name {n}", {})
        await asyncio.gather(registry.disconnect(TEAM, info.id), watches.begin(TEAM, info.id, NOW))
    assert await watches.all() == []


async def test_one_process_at_a_time_watches_a_connection(stores: Sequence[Store]) -> None:
    info = await Workspaces(stores[0], VAULT).connect(TEAM, "talynce", "Main", {})
    processes = [Watches(store, VAULT, owner) for store, owner in zip(stores, ("a", "b"), strict=True)]
    begun = await asyncio.gather(*(each.begin(TEAM, info.id, NOW) for each in processes * 3))
    assert len({each and each.next_at for each in begun}) == 1
    taken = await asyncio.gather(*(each.take(TEAM, info.id, NOW, NOW + 60) for each in processes * 4))
    owners = {each.leased_by for each in taken if each}
    assert len(owners) == 1
    assert sum(each is not None for each in taken) == 4
    late = await asyncio.gather(*(each.take(TEAM, info.id, NOW + 61, NOW + 120) for each in processes))
    assert sum(each is not None for each in late) == 1


async def test_one_process_refreshes_a_token(stores: Sequence[Store]) -> None:
    tables = [InstallationTable(store, VAULT, lambda: NOW) for store in stores]
    await tables[0].save(Installation(team=TEAM, token=SecretStr("xoxb-1")))
    known = await tables[1].find(TEAM)
    assert known
    turns = await asyncio.gather(*(table.claim(known, 10) for table in tables * 5))
    assert sum(turns) == 1


async def test_one_process_takes_an_import_and_every_row_counts_once(stores: Sequence[Store]) -> None:
    processes = [Imports(store, VAULT) for store in stores]
    claims = [
        each.claim("i1", f"r{n}", Wish.START, lambda: (TEAM, "U1", "c1", PLAN))
        for n, each in enumerate(processes * 3)
    ]
    assert sum(await asyncio.gather(*claims)) == 1
    rows = [(Line(number=number, cells=(str(number),)), "") for number in range(24)]
    await processes[0].put_rows(TEAM, "i1", rows)
    await processes[0].filled("i1", 24, 0, ("Name",))
    await asyncio.gather(*(each.row_done("i1", n, "added") for n in range(24) for each in processes))
    found = await processes[1].get("i1")
    assert found
    assert (found.added, await processes[1].rows_left(TEAM, "i1")) == (24, [])
    assert await asyncio.gather(*(each.settle("i1") for each in processes)) == [Stage.ENDED] * 2


async def test_what_is_counted_at_once_is_all_counted(stores: Sequence[Store]) -> None:
    tables = [CardTable(store, VAULT, lambda: NOW) for store in stores]
    hour = Posted(TEAM, CHANNEL, "hour", "c1")
    await asyncio.gather(
        *(
            tables[n % 2].record(Posted(TEAM, CHANNEL, f"m{n}", "c1"), hour=hour, week=1, told={"added": 2})
            for n in range(20)
        )
    )
    assert await tables[0].counts(TEAM, CHANNEL, "c1", 1) == {"added": 40}
    assert len(await stores[0].rows("cards", {})) == 21


async def test_a_pause_is_news_once(stores: Sequence[Store]) -> None:
    tables = [SubscriptionTable(store, VAULT) for store in stores]
    mine = Subscription(channel=CHANNEL, connection="c1", kinds=(ChangeKind.ADDED,), budget=5, by="U1")
    await tables[0].save(TEAM, mine)
    news = await asyncio.gather(*(table.pause(TEAM, mine, "left") for table in tables * 3))
    assert sum(news) == 1
    assert await tables[1].watched() == []


async def test_a_job_that_two_processes_begin_has_one_row(stores: Sequence[Store]) -> None:
    tables = [Activity(store, VAULT, lambda: NOW) for store in stores]
    deed = Deed(
        job="T1:1", command="/ats", verb="list", state=State.WAITING, reference="x", created=NOW, updated=NOW
    )
    await asyncio.gather(*(table.begin(TEAM, "U1", deed) for table in tables * 3))
    assert [each.job for each in await tables[0].last(TEAM, "U1")] == ["T1:1"]


async def test_a_workspace_that_leaves_is_forgotten_once(stores: Sequence[Store]) -> None:
    processes = [Workspaces(store, VAULT) for store in stores]
    await processes[0].connect(TEAM, "talynce", "Main", {})
    gone = await asyncio.gather(*(each.forget(TEAM, "E1", NOW) for each in processes * 3))
    assert sorted(gone) == [[]] * 5 + [[TEAM]]
    assert await processes[1].connections(TEAM) == []
