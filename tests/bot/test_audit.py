"""The chain of the audit: what is written is there once, and what is changed is found."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.operate.audit import against, verify
from bot.store import audit as kept
from bot.store import history as reading
from bot.store import registry
from bot.store.audit import CHAINS, DAY, TABLE, Audit, Happened, bury, key_of, owner
from bot.store.base import Store, Write
from bot.store.chain import COLUMNS, GENESIS, MOST_PROBLEMS, ChainKey
from bot.store.history import LOCKED, UNCHAINED, History
from bot.store.open import open_store
from bot.store.resealing import SEALED, reseal
from bot.store.sqlite import SqliteStore
from bot.store.vault import CannotOpen, Vault, new_key
from bot.work.command.ledger import PAUSES, Ledger

pytestmark = pytest.mark.anyio

KEY = new_key()
VAULT = Vault([SecretStr(KEY)])
TEAM, OTHER = "T1", "T2"
START = 1_800_000_000.0


def happened(number: int, team: str = TEAM, **more: Any) -> Happened:
    said = {
        "id": f"{team}:{number}",
        "team": team,
        "actor": "U1",
        "verb": "/candidate note",
        "outcome": "done",
        "at": START + number,
        "connection": "c1",
        "vendor": "recruspace",
        "candidate": "101",
    }
    return Happened.model_validate({**said, **more})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = SqliteStore(path)
    yield opened
    await opened.close()


@pytest.fixture
def audit(store: Store) -> Audit:
    return Audit(store, VAULT, clock=lambda: START)


@pytest.fixture
def history(store: Store) -> History:
    return History(store, VAULT)


async def filled(audit: Audit, count: int, team: str = TEAM) -> None:
    for number in range(1, count + 1):
        await audit.record(happened(number, team))


async def lines(history: History, team: str = TEAM, **more: Any) -> list[dict[str, Any]]:
    return [json.loads(line) async for line in history.lines(team, **more)]


async def test_what_happened_is_there_in_order_and_once(audit: Audit, store: Store, history: History) -> None:
    await filled(audit, 3)
    await audit.record(happened(2, outcome="told another way"))
    entries = await lines(history)
    assert [(e["number"], e["id"], e["outcome"]) for e in entries] == [
        (n, f"{TEAM}:{n}", "done") for n in (1, 2, 3)
    ]
    assert await verify(store, VAULT) == []


async def test_whoever_holds_an_export_can_check_it_alone(audit: Audit, history: History) -> None:
    await filled(audit, 4)
    entries, before = await lines(history), GENESIS
    for entry in entries:
        assert entry["previous"] == before
        covered = {name: value for name, value in entry.items() if name not in ("hash", "seal")}
        text = json.dumps(covered, sort_keys=True, separators=(",", ":"))
        before = hashlib.sha256(text.encode()).hexdigest()
        assert entry["hash"] == before
    assert await lines(history, most=2) == entries[2:]
    assert await lines(history, since=START + 3) == entries[2:]


async def test_each_workspace_has_a_chain_of_its_own(audit: Audit, store: Store, history: History) -> None:
    await filled(audit, 3)
    await filled(audit, 2, OTHER)
    assert [team async for team in history.teams()] == [TEAM, OTHER]
    spoil(store, f"delete from {TABLE} where team_id = '{OTHER}' and number = 2")
    assert await verify(store, VAULT) == [f"{OTHER}: entry 2 is missing"]
    assert await verify(store, VAULT, TEAM) == []


async def test_a_candidate_is_a_hash_that_differs_by_workspace_and_connection(
    audit: Audit, store: Store, history: History
) -> None:
    await audit.record(happened(1))
    await audit.record(happened(2, connection="c2"))
    await audit.record(happened(3))
    await audit.record(happened(1, OTHER))
    await audit.record(happened(4, candidate=""))
    first, second, third, nobody = (e["candidate"] for e in await lines(history))
    assert (first == third, first != second, nobody) == (True, True, "")
    assert first != (await lines(history, OTHER))[0]["candidate"]
    assert "101" not in (first, second)
    mark = await audit.mark(TEAM, "c1", "101")
    assert [e["number"] for e in await lines(history) if e["candidate"] == mark] == [1, 3]
    assert await audit.mark("T9", "c1", "101") == ""


# What somebody does who has the database, and no encryption key.

FORGED = st.one_of(
    st.text(max_size=5), st.integers(-3, 20), st.floats(allow_nan=False), st.none(), st.binary(max_size=3)
)


@dataclass(frozen=True)
class Six:
    """A database with six entries."""

    kept: sqlite3.Connection


@pytest.fixture(scope="module")
async def six(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Six]:
    store = SqliteStore(tmp_path_factory.mktemp("six") / "audit.db")
    await filled(Audit(store, VAULT, clock=lambda: START), 6)
    yield Six(store._writing)
    await store.close()


@asynccontextmanager
async def copied(six: Six) -> AsyncIterator[SqliteStore]:
    """A copy in memory, since a property is tried many times."""
    store = SqliteStore(Path(":memory:"), steps=())
    store._reading.close()
    store._reading = store._writing
    six.kept.backup(store._writing)
    yield store
    store._writer.shutdown()
    store._writing.close()


def spoil(store: Any, statement: str, *values: object) -> int:
    """Return how many rows there are of which something was changed."""
    return int(store._writing.execute(statement, values).rowcount)


def dump(store: Any) -> list[Any]:
    return [
        store._writing.execute(f"select * from {table} order by 1, 2").fetchall() for table in (TABLE, CHAINS)
    ]


@settings(max_examples=50)
@given(number=st.integers(1, 6), column=st.sampled_from((*COLUMNS, "hash", "seal")), value=FORGED)
async def test_no_value_of_any_entry_can_be_changed(
    six: Six, number: int, column: str, value: object
) -> None:
    async with copied(six) as store:
        before = dump(store)
        try:
            spoil(store, f"update {TABLE} set {column} = ? where number = ?", value, number)
        except sqlite3.IntegrityError:
            return  # the table does not take it
        assert bool(await verify(store, VAULT)) == (dump(store) != before)


@settings(max_examples=40)
@given(column=st.sampled_from(("number", "head", "cut", "anchor", "seal")), value=FORGED)
async def test_nothing_of_what_is_known_of_a_chain_can_be_changed(
    six: Six, column: str, value: object
) -> None:
    async with copied(six) as store:
        before = dump(store)
        spoil(store, f"update {CHAINS} set {column} = ?", value)
        assert bool(await verify(store, VAULT)) == (dump(store) != before)


@settings(max_examples=40)
@given(gone=st.sets(st.integers(1, 6), min_size=1))
async def test_no_entry_can_be_removed_from_anywhere(six: Six, gone: set[int]) -> None:
    async with copied(six) as store:
        for number in gone:
            spoil(store, f"delete from {TABLE} where number = ?", number)
        assert any("missing" in problem for problem in await verify(store, VAULT))


@settings(max_examples=30)
@given(pair=st.lists(st.integers(1, 6), min_size=2, max_size=2, unique=True))
async def test_no_two_entries_can_be_swapped(six: Six, pair: list[int]) -> None:
    async with copied(six) as store:
        for old, new in ((pair[0], 99), (pair[1], pair[0]), (99, pair[1])):
            spoil(store, f"update {TABLE} set number = ? where number = ?", new, old)
        assert await verify(store, VAULT)


async def test_no_entry_can_be_added_or_written_anew_with_hashes_that_fit(store: Store, audit: Audit) -> None:
    """Hashes need no key: whoever knows how can make a whole history of them. The seals tell."""
    await filled(audit, 2)
    forger = Audit(store, Vault([SecretStr(new_key())]), clock=lambda: START)
    spoil(store, f"update {CHAINS} set team_id = 'T0'")
    spoil(store, f"update {TABLE} set team_id = 'T0'")
    for number in (1, 2, 3):
        await forger.record(happened(number, outcome="forged"))
    (sealed,) = store._writing.execute(f"select sealed from {CHAINS} where team_id = 'T0'").fetchone()  # type: ignore[attr-defined]
    spoil(store, f"update {CHAINS} set sealed = ? where team_id = '{TEAM}'", sealed)
    assert await verify(store, VAULT, TEAM) == [
        *(f"{TEAM}: entry {number} was not written by Shortlist" for number in (1, 2, 3)),
        f"{TEAM}: what is known of the chain's end was changed",
        f"all workspaces: {registry.OTHERS}",
    ]


async def test_a_later_entry_does_not_heal_a_chain_whose_end_was_cut_off(store: Store, audit: Audit) -> None:
    await filled(audit, 4)
    hash = (await store.rows(TABLE, {"team_id": TEAM, "number": 2}))[0]["hash"]
    spoil(store, f"delete from {TABLE} where number > 2")
    spoil(store, f"update {CHAINS} set number = 2, head = ?", hash)
    said = f"{TEAM}: what is known of the chain's end was changed"
    assert await verify(store, VAULT) == [said]
    await audit.record(happened(9))
    assert await verify(store, VAULT) == [said]


async def test_an_older_copy_of_the_whole_is_a_true_chain_and_only_what_is_kept_elsewhere_tells(
    store: Store, audit: Audit, history: History, path: Path
) -> None:
    """The one thing that the database alone cannot tell; so each hash is in the log, too."""
    await filled(audit, 3)
    with closing(sqlite3.connect(path)) as here, closing(sqlite3.connect(":memory:")) as copy:
        here.backup(copy)
        await audit.record(happened(4))
        export = [json.dumps(line) for line in await lines(history)]
        for table in (TABLE, CHAINS):
            here.execute(f"delete from {table}")
            for row in copy.execute(f"select * from {table}"):
                here.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
        here.commit()
    assert await verify(store, VAULT) == []
    assert await against(store, VAULT, export) == [f"{TEAM}: entry 4 is not there"]
    await audit.record(happened(5))
    assert await against(store, VAULT, ["not JSON", '{"event": "job done"}', *export]) == [
        f"{TEAM}: entry 4 is another one"
    ]
    assert await against(store, VAULT, ["{}"]) == ["there are no entries in what to compare with"]


async def test_entries_without_a_chain_are_found(store: Store, audit: Audit) -> None:
    await filled(audit, 2)
    spoil(store, f"delete from {CHAINS}")
    assert (await verify(store, VAULT))[0] == f"{TEAM}: {UNCHAINED}"


async def test_of_a_thousand_problems_some_are_told(store: Store, audit: Audit) -> None:
    await filled(audit, MOST_PROBLEMS + 10)
    spoil(store, f"update {TABLE} set actor = 'U9'")
    assert len(await verify(store, VAULT)) == MOST_PROBLEMS


# The list of all chains.


async def three_workspaces(audit: Audit) -> None:
    for team in (TEAM, OTHER, "T3"):
        await filled(audit, 2, team)


def removed(store: Store, team: str) -> None:
    for table in (TABLE, CHAINS):
        spoil(store, f"delete from {table} where team_id = ?", team)


async def test_an_audit_that_is_deleted_as_a_whole_is_missed_even_when_another_one_begins(
    store: Store, audit: Audit, history: History
) -> None:
    await three_workspaces(audit)
    assert await verify(store, VAULT) == []
    removed(store, OTHER)
    said = "the audit of 1 workspace is missing as a whole"
    assert await verify(store, VAULT) == await verify(store, VAULT, TEAM) == [f"all workspaces: {said}"]
    await audit.record(happened(9, OTHER))
    assert (await history.whole(OTHER)).problems == (said,)
    for team in (TEAM, "T3"):
        removed(store, team)
    assert await verify(store, VAULT) == ["all workspaces: the audit of 3 workspaces is missing as a whole"]


async def test_the_list_itself_cannot_be_deleted_with_it(store: Store, audit: Audit) -> None:
    await three_workspaces(audit)
    removed(store, OTHER)
    spoil(store, f"delete from {registry.TABLE}")
    assert await verify(store, VAULT) == [f"all workspaces: {registry.MISSING}"]
    await audit.enlist()
    await audit.record(happened(9))
    assert await verify(store, VAULT) == [f"all workspaces: {registry.MISSING}"]
    await audit.record(happened(9, OTHER))
    assert await verify(store, VAULT) == [f"all workspaces: {registry.OTHERS}"]


@settings(max_examples=40)
@given(column=st.sampled_from(("members", "total", "seal")), value=FORGED)
async def test_nothing_of_the_list_can_be_changed(six: Six, column: str, value: object) -> None:
    async with copied(six) as store:
        query = f"select * from {registry.TABLE}"
        before = store._writing.execute(query).fetchall()
        spoil(store, f"update {registry.TABLE} set {column} = ?", value)
        assert bool(await verify(store, VAULT)) == (store._writing.execute(query).fetchall() != before)


async def test_another_workspace_does_not_heal_a_list_that_was_changed(store: Store, audit: Audit) -> None:
    await three_workspaces(audit)
    removed(store, OTHER)
    spoil(store, f"update {registry.TABLE} set members = 2")
    await audit.record(happened(1, "T4"))
    assert await verify(store, VAULT) == [f"all workspaces: {registry.CHANGED}"]


async def test_one_workspace_in_place_of_another_is_noticed(store: Store, audit: Audit) -> None:
    await three_workspaces(audit)
    for table in (TABLE, CHAINS):
        spoil(store, f"update {table} set team_id = 'T9' where team_id = ?", OTHER)
    assert f"all workspaces: {registry.OTHERS}" in await verify(store, VAULT)


async def test_who_is_forgotten_and_comes_back_is_entered_once(store: Store, audit: Audit) -> None:
    await three_workspaces(audit)
    for number in (7, 8):
        await store.write(lambda write, n=number: bury(write, VAULT, happened(n, OTHER)))
        assert await verify(store, VAULT) == []


async def of_an_older_version(store: Store, *teams: str) -> None:
    """What it has left, or leaves beside us during an update: chains that no list names."""

    def older(write: Write) -> None:
        for row in (each for team in teams for each in write.rows(CHAINS, {"team_id": team})):
            secret = key_of(row, VAULT).secret.strip()
            write.change(CHAINS, {"team_id": row["team_id"]}, {"sealed": VAULT.seal(owner(row), secret)})

    await store.write(older)


async def test_the_chains_of_an_older_version_are_entered_once_at_a_start_or_with_their_next_entry(
    store_url: str,
) -> None:
    store = await open_store(store_url)
    audit = Audit(store, VAULT, clock=lambda: START)
    await three_workspaces(audit)
    await of_an_older_version(store, TEAM, OTHER, "T3")
    await store.write(lambda write: write.remove(registry.TABLE, {}))
    assert await verify(store, VAULT) == []
    await audit.record(happened(9, OTHER))
    for _ in range(2):
        await audit.enlist()
        assert (await store.rows(registry.TABLE, {}))[0]["members"] == 3
        assert await verify(store, VAULT) == []
    await store.write(lambda write: write.remove(TABLE, {"team_id": TEAM}))
    await store.write(lambda write: write.remove(CHAINS, {"team_id": TEAM}))
    assert await verify(store, VAULT) == ["all workspaces: the audit of 1 workspace is missing as a whole"]
    await store.close()


async def test_with_a_lost_key_nobody_is_kept_from_the_audit_and_none_is_entered_twice(
    store: Store, audit: Audit
) -> None:
    await three_workspaces(audit)
    stranger = Vault([SecretStr(new_key())])
    await Audit(store, stranger, clock=lambda: START).record(happened(1, "T4"))
    assert f"all workspaces: {registry.LOCKED}" in await verify(store, stranger)
    await store.write(lambda write: bury(write, stranger, happened(9, OTHER)))
    both = Vault([SecretStr(KEY), *stranger._keys])
    assert await verify(store, both) == []
    await Audit(store, both, clock=lambda: START).enlist()
    assert await verify(store, both) == []
    assert (await store.rows(registry.TABLE, {}))[0]["members"] == 4


async def test_older_versions_read_a_key_that_says_that_its_chain_is_listed() -> None:
    key = ChainKey.fresh()
    assert bytes.fromhex(key.listing().secret) == bytes.fromhex(key.secret)
    assert key.listing().seal("entry", "x") == key.seal("entry", "x")


async def test_where_there_are_many_workspaces_a_card_does_not_wait_for_all(
    store: Store, audit: Audit, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three_workspaces(audit)
    removed(store, OTHER)
    monkeypatch.setattr(reading, "FEW", 2)
    assert (await history.whole(TEAM)).problems == ()


# At once, over time, and without the key.


async def test_processes_that_write_at_once_make_one_chain(store_url: str) -> None:
    stores = [await open_store(store_url) for _ in range(2)]
    audits = [Audit(each, VAULT, clock=lambda: START) for each in stores]
    twice = [audit.record(happened(number)) for number in range(40) for audit in audits]
    await asyncio.gather(*twice)
    checked = await History(stores[0], VAULT).check(TEAM)
    assert (checked.count, checked.problems) == (40, ())
    for store in stores:
        await store.close()


async def test_every_database_keeps_a_chain_through_its_whole_life(store_url: str) -> None:
    store, now = await open_store(store_url), [START]
    audit, history = Audit(store, VAULT, 10, lambda: now[0]), History(store, VAULT)
    await filled(audit, 4)
    await audit.record(happened(5, at=START + 5 * DAY))
    await filled(audit, 2, OTHER)
    now[0] += 11 * DAY
    await audit.sweep()
    assert [(line["number"], line["id"]) for line in await lines(history)] == [(5, f"{TEAM}:5")]
    assert await lines(history, OTHER) == []
    await store.write(lambda write: bury(write, VAULT, happened(6, actor="slack", candidate="")))
    assert [row["actor"] for row in await history.latest(TEAM, lambda row: True, 5)] == ["slack"]
    assert [team async for team in history.teams()] == [TEAM, OTHER]
    assert await verify(store, VAULT) == []
    await store.write(lambda write: write.remove(TABLE, {"team_id": TEAM}))
    assert await verify(store, VAULT) == [f"{TEAM}: entry 6 is missing"]
    await store.close()


async def test_a_chain_is_whole_while_it_is_written_and_shortened(
    store: Store, audit: Audit, history: History
) -> None:
    await filled(audit, 30)
    clock = [START]
    shortening = Audit(store, VAULT, 1, lambda: clock[0])

    async def goes_on() -> None:
        for number in range(31, 60):
            await audit.record(happened(number))
            clock[0] = START + DAY + number - 30
            await shortening.sweep()

    async def looks() -> list[str]:
        return [problem for _ in range(40) for problem in (await history.check(TEAM)).problems]

    _, problems = await asyncio.gather(goes_on(), looks())
    assert problems == []
    assert 0 < (await history.check(TEAM)).count < 40


async def test_what_is_too_old_goes_and_the_rest_stays_whole(
    store: Store, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "CUTS", cuts := 10)
    now = [START]
    audit = Audit(store, VAULT, 10, lambda: now[0])
    await filled(audit, cuts * 3 + 4)
    await audit.record(happened(9000, at=START + 5 * DAY))
    export = [json.dumps(line) for line in await lines(history)]
    now[0] = START + 10 * DAY
    await audit.sweep()
    assert (await history.check(TEAM)).count == cuts * 3 + 5
    now[0] = START + 11 * DAY
    await audit.sweep()
    (left,) = await lines(history)
    assert (left["number"], left["previous"]) == (cuts * 3 + 5, json.loads(export[-2])["hash"])
    await audit.record(happened(9001, at=now[0]))
    now[0] += 20 * DAY
    await audit.sweep()
    assert await lines(history) == []
    assert await verify(store, VAULT) == []
    assert await against(store, VAULT, export) == []
    await audit.record(happened(9002, at=now[0]))
    assert [line["number"] for line in await lines(history)] == [cuts * 3 + 7]
    assert await verify(store, VAULT) == []


@pytest.mark.parametrize(
    "change",
    [
        f"update {TABLE} set at = 0 where number <= 2",
        f"update {TABLE} set at = 'never' where number = 1",
        f"delete from {TABLE} where number = 1",
        f"update {CHAINS} set cut = 1",
    ],
)
async def test_nobody_makes_the_retention_take_away_what_shows_a_change(
    store: Store, audit: Audit, change: str
) -> None:
    await filled(audit, 4)
    spoil(store, f"update {CHAINS} set oldest = 1")
    spoil(store, change)
    before = dump(store)[0]
    await audit.sweep()
    assert dump(store)[0] == before
    assert await verify(store, VAULT)


async def test_a_wrong_note_of_the_oldest_entry_is_put_right(store: Store, audit: Audit) -> None:
    await filled(audit, 2)
    spoil(store, f"update {CHAINS} set oldest = 1")
    await audit.sweep()
    assert (await store.rows(CHAINS, {}))[0]["oldest"] == START + 1


async def test_of_a_workspace_that_left_a_stone_remains_from_which_it_can_go_on(
    store: Store, audit: Audit, history: History
) -> None:
    await filled(audit, 5)
    await filled(audit, 2, OTHER)
    export = [json.dumps(line) for line in await lines(history)]
    mark = await audit.mark(TEAM, "c1", "101")

    def leaves(write: Write) -> None:
        for team in (TEAM, "T0NOBODY"):
            bury(write, VAULT, happened(99, team, actor="slack", verb="uninstall", candidate=""))

    await store.write(leaves)
    (stone,) = await lines(history)
    assert (stone["number"], stone["previous"]) == (6, json.loads(export[-1])["hash"])
    assert await audit.mark(TEAM, "c1", "101") != mark
    assert [team async for team in history.teams()] == [TEAM, OTHER]
    await audit.record(happened(1))
    assert await verify(store, VAULT) == []
    assert await against(store, VAULT, export[-1:]) == []


async def test_a_change_of_keys_changes_nothing(store: Store, audit: Audit) -> None:
    await filled(audit, 2)
    mark = await audit.mark(TEAM, "c1", "101")
    both = Vault([SecretStr(new := new_key()), SecretStr(KEY)])
    for column in (each for each in SEALED if each.table in (CHAINS, registry.TABLE)):
        assert (await reseal(store, both, column)).sealed == 1
    alone = Vault([SecretStr(new)])
    assert await verify(store, alone) == []
    later = Audit(store, alone, clock=lambda: START)
    await later.record(happened(3))
    assert await later.mark(TEAM, "c1", "101") == mark
    assert await verify(store, both) == []


async def test_without_its_key_nothing_is_written_and_only_the_hashes_are_looked_at(
    store: Store, audit: Audit
) -> None:
    await filled(audit, 2)
    lost = Vault([SecretStr(new_key())])
    with pytest.raises(CannotOpen):
        await Audit(store, lost, clock=lambda: START).record(happened(3))
    locked = [f"{TEAM}: {LOCKED}", f"all workspaces: {registry.LOCKED}"]
    assert await verify(store, lost) == locked
    spoil(store, f"update {TABLE} set outcome = 'else' where number = 1")
    assert await verify(store, lost) == [f"{TEAM}: entry 1 was changed", *locked]


async def test_the_latest_are_found_by_person_verb_and_time_page_by_page(
    audit: Audit, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", page := 20)
    for number in range(1, page + 60):
        await audit.record(happened(number, actor=f"U{number % 2}"))

    def odd(row: Any) -> bool:
        return bool(row["actor"] == "U1")

    latest = [row["number"] for row in await history.latest(TEAM, odd, 3)]
    assert latest == [page + 59, page + 57, page + 55]
    before = await history.latest(TEAM, odd, 40, before=page + 55)
    assert [row["number"] for row in before][:2] == [page + 53, page + 51]
    assert len(before) == (page + 55) // 2
    assert len(await history.latest(TEAM, odd, 9999)) == (page + 60) // 2
    since = await history.latest(TEAM, lambda row: True, 9999, since=START + page + 50)
    assert len(since) == 10
    assert await history.latest("T9", odd, 5) == []


# It never stands in the way, and is never lost without a word.


class Failing(Audit):
    """A database that is away a few times."""

    def __init__(self, store: Store, times: int) -> None:
        super().__init__(store, VAULT, clock=lambda: START)
        self.times = times

    async def record(self, happened: Happened) -> None:
        self.times -= 1
        if self.times >= 0:
            raise OSError("quotes somebody")
        await super().record(happened)


async def test_what_cannot_be_written_is_tried_again_and_at_last_said_in_the_log(
    store: Store, history: History, logged: Callable[[], Sequence[Mapping[str, Any]]]
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    ledger = Ledger(Failing(store, 3), history)
    assert not await ledger.write(happened(1))
    await ledger.insist(happened(1), sleep)
    assert (slept, len(await lines(history))) == ([*PAUSES[:3]], 1)
    ledger = Ledger(Failing(store, 100), history)
    await ledger.insist(happened(2), sleep)
    last = logged()[-1]
    assert last == {
        "event": "audit entry not written",
        "log_level": "error",
        **happened(2).model_dump(exclude={"candidate"}),
    }
    assert "quotes somebody" not in str(logged())


@pytest.fixture
def logged() -> Iterator[Callable[[], Sequence[Mapping[str, Any]]]]:
    from structlog.testing import capture_logs

    with capture_logs() as caught:
        yield lambda: caught
