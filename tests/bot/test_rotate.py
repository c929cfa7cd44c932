"""A change of encryption keys: every sealed value, while others write, and nothing that worked before stops."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.operate import rotate as rotating
from bot.settings import Settings
from bot.store import registry, resealing
from bot.store.base import Found, Row, Store, Transaction
from bot.store.cards import CardTable
from bot.store.installations import InstallationTable
from bot.store.markings import remembering
from bot.store.migrations import STEPS
from bot.store.open import open_store
from bot.store.resealing import SEALED, reseal
from bot.store.schema import keys_of, kinds_of
from bot.store.vault import CannotOpen, SealedColumn, Vault, new_key
from bot.store.workspaces import Workspaces
from bot.work import jobs as engine
from bot.work.connections import Connections
from bot.work.engine.records import older_keys
from bot.work.engine.steps import Steps
from connectors.http import Http, new_client
from tests.bot.kept import fill
from tests.stores import ON_A_FILE

pytestmark = pytest.mark.anyio

OLD, NEW = SecretStr(new_key()), SecretStr(new_key())
BEFORE, DURING, AFTER = Vault([OLD]), Vault([NEW, OLD]), Vault([NEW])
TABLES = keys_of(STEPS)
TOKEN = "gAAAA"
"""How a sealed value begins."""

CLEAR = {
    "markings": "id",
    "workspaces": "team_id enterprise_id name bot_id bot_user_id installed_at installed_by",
    "connections": "id team_id name vendor created_at",
    "channels": "team_id channel_id connection_id",
    "once": "id",
    "activity": "job team_id user_id command verb connection_id state outcome reference",
    "subscriptions": "team_id channel_id connection_id kinds created_by paused",
    "cards": "team_id channel_id id connection_id ts state sending",
    "tallies": "team_id channel_id connection_id id",
    "watches": "team_id connection_id vendor problem saved leased_by",
    "watch_memories": "team_id connection_id",
    "imports": "id team_id user_id connection_id runner state digest room ts reported",
    "import_rows": "import_id team_id state reason",
    "traces": "team_id channel_id ts mark kind",
    "audit": "team_id id actor verb connection vendor candidate outcome hash seal",
    "audit_chains": "team_id head anchor seal",
    "audit_registry": "id total seal",
    "permissions": "team_id verb people user_groups changed_by",
    "lines": "job team_id about connection_id",
}
"""The columns of text that hold ids, words of ours, hashes and counts: whoever adds one says here that it is such."""


def sealed_columns(table: str) -> set[str]:
    return {each.column for each in SEALED if each.table == table}


def texts(table: str) -> set[str]:
    """The columns of a table that hold text, from all steps that touched it."""
    made = [each.kinds() for step in STEPS for each in step.creates if each.name == table]
    added = [kinds_of(step.columns[table]) for step in STEPS if table in step.columns]
    return {name for kinds in (*made, *added) for name, kind in kinds.items() if kind == "text"}


async def values(store: Store, column: SealedColumn) -> list[tuple[Row, str]]:
    rows = await store.rows(column.table, {})
    return [(row, str(row[column.column])) for row in rows if row[column.column]]


async def rotate(store: Store, vault: Vault = DURING) -> None:
    for column in SEALED:
        await reseal(store, vault, column)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_text_is_known_to_be_sealed_or_to_need_no_seal(table: str) -> None:
    assert texts(table) == {*CLEAR[table].split(), *sealed_columns(table)}


@ON_A_FILE
async def test_everything_that_is_sealed_is_declared_and_nothing_else(store: Store) -> None:
    await fill(store, BEFORE, "T1")
    found = {
        (table, name)
        for table in TABLES
        for row in await store.rows(table, {})
        for name, value in row.items()
        if str(value).startswith(TOKEN)
    }
    assert found == {(each.table, each.column) for each in SEALED}


@ON_A_FILE
@pytest.mark.parametrize("column", SEALED, ids=lambda each: f"{each.table}.{each.column}")
async def test_a_value_copied_to_another_row_does_not_open(store: Store, column: SealedColumn) -> None:
    await fill(store, DURING, "T1", "T2")
    found = await values(store, column)
    assert len(found) > 1 or column.table == registry.TABLE, "there is one list"
    for row, sealed in found:
        DURING.open(column.owner(row), sealed)
        for other, _ in found:
            if other is not row:
                with pytest.raises(CannotOpen, match="another row"):
                    DURING.open(column.owner(other), sealed)


async def test_every_value_opens_with_the_new_key_alone_and_says_what_it_said(store: Store) -> None:
    await fill(store, BEFORE, "T1", "T2")
    before = {
        c: [(c.owner(r), BEFORE.open(c.owner(r), s)) for r, s in await values(store, c)] for c in SEALED
    }
    await rotate(store)
    after = {c: [(c.owner(r), AFTER.open(c.owner(r), s)) for r, s in await values(store, c)] for c in SEALED}
    assert {c: sorted(each) for c, each in after.items()} == {c: sorted(each) for c, each in before.items()}


async def test_a_second_time_changes_nothing(store: Store) -> None:
    await fill(store, BEFORE, "T1")
    await rotate(store)
    before = {table: await store.rows(table, {}) for table in TABLES}
    tallies = [await reseal(store, DURING, column) for column in SEALED]
    assert {(each.sealed, each.lost, each.left) for each in tallies} == {(0, 0, 0)}
    assert {table: await store.rows(table, {}) for table in TABLES} == before


class Meddling:
    """A store in which something else happens before each transaction."""

    def __init__(self, store: Store, meddle: Callable[[int], Awaitable[None]]) -> None:
        self._store, self._meddle, self._count = store, meddle, 0
        self.rows, self.after, self.close = store.rows, store.after, store.close

    async def write(self, transaction: Transaction[Found]) -> Found:
        self._count += 1
        await self._meddle(self._count)
        return await self._store.write(transaction)


async def test_what_a_running_bot_writes_meanwhile_is_not_overwritten(store: Store) -> None:
    await fill(store, BEFORE, "T1")
    running = Workspaces(store, DURING)
    fresh: list[str] = []

    async def meddle(count: int) -> None:
        if count == 1:
            info = await running.connect("T1", "recruspace", "R1", {"key": "a newer one"})
            fresh.append(info.id)

    column = next(each for each in SEALED if each.table == "connections")
    tally = await reseal(Meddling(store, meddle), DURING, column)
    assert (tally.sealed, tally.left) == (1, 1)
    again = await reseal(store, DURING, column)
    assert (again.sealed, again.current, again.left) == (0, 2, 0)
    sealed = await running.sealed_settings("T1", fresh[0]) or ""
    assert Workspaces(store, AFTER).open_settings("T1", fresh[0], sealed) == {"key": "a newer one"}


class Killed(BaseException):
    """The process ends here."""


@ON_A_FILE
async def test_killed_anywhere_it_leaves_nothing_that_does_not_open_and_a_second_run_ends_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, BEFORE, "T1")
    monkeypatch.setattr(resealing, "AT_ONCE", 1)

    async def die(at: int, count: int) -> None:
        if count == at:
            raise Killed

    for at in (1, 3, 8):
        with pytest.raises(Killed):
            await rotate(Meddling(store, partial(die, at)))
        for column in SEALED:
            for row, sealed in await values(store, column):
                DURING.open(column.owner(row), sealed)
    await rotate(store)
    assert all([AFTER.current(s) for column in SEALED for _, s in await values(store, column)])


async def test_a_token_that_is_refreshed_during_the_change_is_kept(store: Store) -> None:
    await fill(store, BEFORE, "T1")
    table = InstallationTable(store, DURING, lambda: 0.0)
    known = await table.find("T1")
    assert known
    assert await table.claim(known, 20)
    await rotate(store)
    await table.renew(known, SecretStr("xoxb-new"), SecretStr("xoxe-new"), 1.0)
    now = await InstallationTable(store, AFTER).find("T1")
    assert now
    assert (now.token.get_secret_value(), now.expires_at) == ("xoxb-new", 1.0)


async def test_an_open_connector_stays_open_with_its_pace(store: Store) -> None:
    await fill(store, BEFORE, "T1")
    workspaces = Workspaces(store, DURING)
    (info, _) = await workspaces.connections("T1")
    async with new_client() as client:
        connections = Connections(workspaces, Http(client))
        before = await connections.connector("T1", info)
        await rotate(store)
        assert await connections.connector("T1", info) is before
        await workspaces.connect("T1", "recruspace", info.name, {"key": "another"})
        assert await connections.connector("T1", info) is not before


@ON_A_FILE
async def test_a_card_is_known_again_when_its_key_is_gone(store: Store) -> None:
    old = CardTable(store, await remembering(store, BEFORE))
    written = old.marks("T1", "C1", "email:jane@example.com")[0]
    await remembering(store, DURING)
    await rotate(store)
    new = CardTable(store, await remembering(store, AFTER))
    assert written in new.marks("T1", "C1", "email:jane@example.com")
    assert new.marks("T1", "C1", "email:jane@example.com")[0] != written
    assert written not in CardTable(store, AFTER).marks("T1", "C1", "email:jane@example.com")


def settings_for(folder: Path, *keys: SecretStr) -> Settings:
    said = ",".join(key.get_secret_value() for key in keys)
    return Settings.model_validate(
        {"database_url": f"sqlite:///{folder / 'shortlist.db'}", "encryption_keys": said}
    )


async def rotated(folder: Path, *keys: SecretStr) -> tuple[Sequence[str], bool, list[str]]:
    said: list[str] = []
    found = await rotating.rotate(settings_for(folder, *keys), said.append)
    return found.sentences, found.done, said


async def opened(folder: Path) -> Store:
    return await open_store(f"sqlite:///{folder / 'shortlist.db'}")


async def test_the_command_says_that_the_old_key_can_go(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await fill(store, BEFORE, "T1")
    await store.close()
    sentences, done, said = await rotated(tmp_path, NEW, OLD)
    assert done
    assert "can be removed from SHORTLIST_ENCRYPTION_KEYS" in sentences[-1]
    assert len(said) == len(SEALED) + 1
    again, done, _ = await rotated(tmp_path, NEW)
    assert done
    assert again[0].startswith("0 values sealed anew")


async def test_what_cannot_be_opened_is_counted_and_left_as_it_is(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await fill(store, Vault([SecretStr(new_key())]), "T1")
    before = {table: await store.rows(table, {}) for table in TABLES}
    sentences, done, _ = await rotated(tmp_path, NEW, OLD)
    assert not done
    assert "2 values in connections.settings cannot be opened with any of the keys." in "\n".join(sentences)
    assert not any("can be removed" in each for each in sentences)
    after = {table: await store.rows(table, {}) for table in TABLES}
    await store.close()
    assert {t: rows for t, rows in after.items() if t != "markings"} == {
        t: rows for t, rows in before.items() if t != "markings"
    }


async def test_a_bot_that_still_seals_with_the_old_key_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await opened(tmp_path)
    await fill(store, BEFORE, "T1")
    stale, real = Workspaces(store, BEFORE), resealing.reseal

    async def meanwhile(among: Store, vault: Vault, column: SealedColumn) -> resealing.Tally:
        found = await real(among, vault, column)
        if column.table == "connections":
            await stale.connect("T1", "recruspace", "R1", {"key": "x"})
        return found

    monkeypatch.setattr("bot.operate.rotate.reseal", meanwhile)
    sentences, done, _ = await rotated(tmp_path, NEW, OLD)
    await store.close()
    assert not done
    assert "were sealed with another key while this ran" in "\n".join(sentences)


async def test_requests_that_need_the_old_key_are_counted_until_they_are_gone(tmp_path: Path) -> None:
    async def run(jobs: engine.Jobs, invocation: str, steps: Steps) -> str:
        return await steps.once("step", partial(_said, invocation))

    place = tmp_path / "shortlist-jobs.db"
    assert older_keys(place, DURING) == 0
    async with engine.running(place, BEFORE, run) as jobs:
        await jobs.put("T1:1", "{}")
        while await jobs.open_jobs():
            continue
    assert older_keys(place, DURING) == 1
    assert older_keys(place, BEFORE) == 0
    sentences, done, _ = await rotated(tmp_path, NEW, OLD)
    assert not done
    assert "1 request that people made with Shortlist still needs an older key." in "\n".join(sentences)


async def _said(text: str) -> str:
    return text


@ON_A_FILE
async def test_a_start_with_a_mistaken_key_leaves_nothing_behind(store: Store) -> None:
    await fill(store, BEFORE, "T1")
    before = await store.rows("markings", {})
    await remembering(store, Vault([SecretStr(new_key())]))
    assert await store.rows("markings", {}) == before


async def test_what_marked_with_a_lost_key_is_no_problem_once_all_else_is_entered_anew(
    tmp_path: Path,
) -> None:
    store = await opened(tmp_path)
    await remembering(store, Vault([SecretStr(new_key())]))
    await Workspaces(store, AFTER).connect("T1", "recruspace", "R1", {"key": "anew"})
    _, done, _ = await rotated(tmp_path, NEW)
    assert done
    assert await store.rows("markings", {}) == []
    await remembering(store, AFTER)
    assert [AFTER.current(str(row["sealed"])) for row in await store.rows("markings", {})] == [True]
    await store.close()
