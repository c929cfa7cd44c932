"""Which workspace uses which ATS: defaults, names, and keys bound to their rows."""

import pytest
from pydantic import SecretStr

from bot.store.base import Store, Write
from bot.store.vault import CannotOpen, Vault, new_key
from bot.store.workspaces import Workspaces
from connectors.errors import NotFound

pytestmark = pytest.mark.anyio

KEY = {"key": "k:1"}


@pytest.fixture
def workspaces(store: Store) -> Workspaces:
    return Workspaces(store, Vault([SecretStr(new_key())]))


async def names(workspaces: Workspaces, team: str = "T1") -> list[tuple[str, bool]]:
    return [(c.name, c.default) for c in await workspaces.connections(team)]


async def test_the_first_connection_becomes_the_default(workspaces: Workspaces) -> None:
    first = await workspaces.connect("T1", "talynce", "Zebra", KEY)
    second = await workspaces.connect("T1", "recruspace", "Apple", KEY)
    assert (first.default, second.default) == (True, False)
    assert await names(workspaces) == [("Zebra", True), ("Apple", False)]


async def test_another_workspace_sees_and_changes_nothing(workspaces: Workspaces) -> None:
    mine = await workspaces.connect("T1", "talynce", "Mine", KEY)
    assert await workspaces.connections("T2") == []
    assert await workspaces.sealed_settings("T2", mine.id) is None
    await workspaces.disconnect("T2", mine.id)
    with pytest.raises(NotFound):
        await workspaces.set_default("T2", mine.id, None)
    assert await names(workspaces) == [("Mine", True)]
    assert (await workspaces.connect("T2", "talynce", "Mine", KEY)).default


async def test_the_key_opens_in_its_own_row_only(workspaces: Workspaces) -> None:
    info = await workspaces.connect("T1", "talynce", "Mine", KEY)
    sealed = await workspaces.sealed_settings("T1", info.id) or ""
    assert "k:1" not in sealed
    assert workspaces.open_settings("T1", info.id, sealed) == KEY
    for team, id in (("T2", info.id), ("T1", "other")):
        with pytest.raises(CannotOpen):
            workspaces.open_settings(team, id, sealed)


async def test_a_name_in_another_spelling_is_the_same_connection_and_keeps_its_id(
    workspaces: Workspaces,
) -> None:
    await workspaces.connect("T1", "recruspace", "Main", KEY)
    old = await workspaces.connect("T1", "talynce", "Straße", KEY)
    new = await workspaces.connect("T1", "eightfold", "STRASSE", {"key": "k-2"})
    assert (new.id, new.name, new.vendor, new.default) == (old.id, "STRASSE", "eightfold", False)
    sealed = await workspaces.sealed_settings("T1", new.id) or ""
    assert workspaces.open_settings("T1", new.id, sealed) == {"key": "k-2"}
    assert len(await workspaces.connections("T1")) == 2


async def test_a_replaced_default_stays_the_default(workspaces: Workspaces) -> None:
    await workspaces.connect("T1", "talynce", "Main", KEY)
    await workspaces.connect("T1", "recruspace", "Other", KEY)
    assert (await workspaces.connect("T1", "eightfold", "main", KEY)).default


async def test_there_is_one_default_at_a_time(workspaces: Workspaces) -> None:
    await workspaces.connect("T1", "talynce", "One", KEY)
    two = await workspaces.connect("T1", "recruspace", "Two", KEY)
    await workspaces.set_default("T1", two.id, None)
    assert await names(workspaces) == [("Two", True), ("One", False)]


async def test_another_one_becomes_the_default_when_the_default_goes(workspaces: Workspaces) -> None:
    one = await workspaces.connect("T1", "talynce", "One", KEY)
    await workspaces.connect("T1", "recruspace", "Two", KEY)
    await workspaces.disconnect("T1", one.id)
    assert await names(workspaces) == [("Two", True)]
    assert await workspaces.sealed_settings("T1", one.id) is None


async def test_a_channel_has_one_default_of_its_own(workspaces: Workspaces) -> None:
    one = await workspaces.connect("T1", "talynce", "One", KEY)
    two = await workspaces.connect("T1", "recruspace", "Two", KEY)
    await workspaces.set_default("T1", one.id, "C1")
    await workspaces.set_default("T1", two.id, "C1")
    await workspaces.set_default("T1", two.id, "C2")
    channels = {c.name: set(c.channels) for c in await workspaces.connections("T1")}
    assert channels == {"One": set(), "Two": {"C1", "C2"}}


async def test_a_connection_that_goes_takes_its_channels_along(workspaces: Workspaces, store: Store) -> None:
    one = await workspaces.connect("T1", "talynce", "One", KEY)
    await workspaces.set_default("T1", one.id, "C1")
    await workspaces.disconnect("T1", one.id)
    assert [list(await store.rows(table, {})) for table in ("channels", "connections")] == [[], []]


async def test_a_connection_that_has_gone_can_be_nobody_s_default(workspaces: Workspaces) -> None:
    one = await workspaces.connect("T1", "talynce", "One", KEY)
    for channel in (None, "C1"):
        with pytest.raises(NotFound):
            await workspaces.set_default("T1", "gone", channel)
    assert await workspaces.connections("T1") == [one]


async def test_the_key_of_another_workspace_cannot_be_put_into_a_row(
    workspaces: Workspaces, store: Store
) -> None:
    rich = await workspaces.connect("T1", "talynce", "Rich", {"key": "k-rich"})
    poor = await workspaces.connect("T2", "talynce", "Poor", KEY)
    stolen = await workspaces.sealed_settings("T1", rich.id) or ""

    def put(write: Write) -> None:
        write.change("connections", {"id": poor.id}, {"settings": stolen})

    await store.write(put)
    sealed = await workspaces.sealed_settings("T2", poor.id) or ""
    with pytest.raises(CannotOpen, match="another row"):
        workspaces.open_settings("T2", poor.id, sealed)
