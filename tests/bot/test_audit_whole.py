"""What the bot puts into the audit: every verb, however it ends, once, and nothing of anybody."""

import asyncio
import json
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import stamina
from pydantic import SecretStr

from bot.demo.ats.server import Fault
from bot.demo.run import Demo
from bot.demo.slack.people import TEAM_ID
from bot.demo.slack.workspace import Message
from bot.operate.audit import against, verify
from bot.slack.invocation import Invocation, Source
from bot.store import registry
from bot.store.audit import CHAINS, TABLE, Audit, Happened
from bot.store.history import LOCKED, History
from bot.store.sqlite import SqliteStore
from bot.store.vault import Vault, new_key
from bot.work import perform
from bot.work.command import ledger
from commands.base import Action, Command, Picks, Run
from commands.catalogue import COMMANDS, HIDDEN
from tests.bot.conftest import KEY, Serve
from tests.bot.importing import begun, mapped, message, table
from tests.bot.private import EMAIL, JANE, NOTE, private
from tests.bot.town import ADMIN, GUEST, HIRING, MEMBER, Town

pytestmark = pytest.mark.anyio

Entry = dict[str, Any]
KNOWN = [each for each in (*COMMANDS, *HIDDEN) if not each.instant]
SAID = {
    "undo": '{"by": "U0ADA", "until": 1}',
    "mute": f"{HIRING} added",
    "share": "",
    "why": "",
    "disconnect": "nothing of that name",
}
"""What is said to a verb whose example cannot be typed here."""


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(perform, "PAUSES", (0.01,) * 3)
    monkeypatch.setattr(perform, "AFTER_DOUBT", 0.0)
    monkeypatch.setattr("bot.work.command.journal.SETTLES", 0.0)
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture
async def history(here: Demo, folder: Path) -> AsyncIterator[History]:
    """As whoever has the file sees it, without a key."""
    store = SqliteStore(folder / "shortlist.db")
    yield History(store, Vault([SecretStr(new_key())]))
    await store.close()


async def entries(history: History) -> list[Entry]:
    return [json.loads(line) async for line in history.lines(TEAM_ID)]


async def newest(history: History, verb: str, count: int = 1) -> Entry:
    """The last entry of a verb, once there are so many."""
    async with asyncio.timeout(15):
        while len(found := await of(history, verb)) < count:
            await asyncio.sleep(0.01)
    return found[-1]


async def of(history: History, verb: str) -> list[Entry]:
    return [each for each in await entries(history) if each["verb"].endswith(f" {verb.strip()}")]


def clicked(command: Command) -> Invocation:
    """A button of ours that runs this verb."""
    said = SAID.get(command.verb, command.example.partition(command.verb)[2].strip())
    value = Run(command=command.name, verb=command.verb, text=said, picks=Picks()).model_dump_json()
    return Invocation(
        id=f"{TEAM_ID}:{secrets.token_hex(8)}",
        source=Source.BUTTON,
        team=TEAM_ID,
        user=ADMIN,
        user_team=TEAM_ID,
        channel=HIRING,
        received=time.time(),
        action=str(Action.RUN),
        value=value,
    )


@pytest.mark.parametrize("command", KNOWN, ids=lambda each: f"{each.name[1:]} {each.verb}")
async def test_every_verb_leaves_one_entry(
    nearby: Town, here: Demo, history: History, command: Command
) -> None:
    asked = clicked(command)
    verb = f"{command.name} {command.verb}"
    count = len(await of(history, command.verb))
    for _ in range(2):
        await here.bot.jobs.put(asked.id, asked.model_dump_json())
    entry = await newest(history, command.verb, count + 1)
    assert (entry["verb"], entry["id"], entry["actor"]) == (verb, asked.id, ADMIN)
    assert entry["outcome"]
    assert entry["connection"] if command.needs_ats else True


async def test_it_says_how_it_ended(nearby: Town, history: History) -> None:
    stand_in = nearby.ats["recruspace"]
    await nearby.ask("find zoe@example.com", "Ødegård")
    done = await newest(history, "find")
    assert (done["outcome"], done["actor"], done["vendor"]) == ("done", MEMBER, "recruspace")
    await nearby.ask("note nobody@example.com Hello", "nobody")
    asked = await newest(history, "note")
    assert (asked["outcome"], asked["candidate"]) == ("asked", "")
    await nearby.ask("note zoe@example.com Hello", "Guests cannot", user=GUEST)
    assert (await newest(history, "note"))["outcome"] == "not allowed"
    stand_in.force(*[Fault(status=401)] * 9)
    await nearby.ask("find zoe@example.com", "does not accept")
    assert (await newest(history, "find"))["outcome"] == "BadCredentials"
    stand_in.relent()
    stand_in.force(Fault(method="POST", path="add-note", done=True, reset=True))
    await nearby.ask("note zoe@example.com In doubt", "This was being sent to")
    doubtful = await newest(history, "note")
    assert (doubtful["outcome"], doubtful["candidate"]) == ("Undecided", done["candidate"])
    count = len(await of(history, "find"))
    stand_in.force(*[Fault(status=503)] * 99)
    await nearby.type("find mina@example.com")
    assert (await newest(history, " find", count + 1))["outcome"] == "gave up"
    stand_in.relent()


async def test_a_job_of_a_workspace_that_is_gone_leaves_nobody_s_name(here: Demo, history: History) -> None:
    asked = clicked(KNOWN[0]).model_copy(update={"team": "T0GONE", "user_team": "T0GONE"})
    await here.bot.jobs.put(asked.id, asked.model_dump_json())
    async with asyncio.timeout(15):
        while not (found := [json.loads(line) async for line in history.lines("T0GONE")]):
            await asyncio.sleep(0.01)
    assert [(e["id"], e["actor"], e["outcome"]) for e in found] == [(asked.id, "shortlist", "left")]


async def test_it_says_which_connection_was_changed(nearby: Town, here: Demo, history: History) -> None:
    await nearby.type("connect recruspace Second", user=ADMIN, command="/ats")
    form = await nearby.slack.opened(ADMIN, "Connect Recruspace")
    await nearby.slack.submit(ADMIN, form.id, {"key": "rs-demo-key", "connection_name": "Second"})
    await nearby.slack.opened(ADMIN, "Connected")
    (second,) = [c for c in await here.bot.workspaces.connections(TEAM_ID) if c.name == "Second"]
    for text, expected in (("default Second here", "Second"), ("disconnect Second", "Second")):
        await nearby.ask(text, expected, user=ADMIN, command="/ats")
    for verb in ("connect", "default", "disconnect"):
        entry = await newest(history, f" {verb}")
        assert (entry["connection"], entry["vendor"], entry["actor"]) == (second.id, "recruspace", ADMIN), (
            verb
        )


async def test_an_import_leaves_its_beginning_and_its_end(nearby: Town, history: History) -> None:
    await begun(nearby, await mapped(nearby, table(3, "ledger"), name="ledger.csv"))
    await message(nearby, "Imported *3 people* from *ledger.csv*")
    count = len([each for each in await of(history, "import") if each["outcome"] == "asked"])
    last = await newest(history, "import", count + 2)
    first = (await of(history, "import"))[-2]
    assert (first["outcome"], last["outcome"]) == ("begun", "ended: 3 added, 0 there, 0 failed")
    assert {first["actor"], last["actor"]} == {MEMBER}
    assert (last["vendor"], first["connection"]) == ("talynce", last["connection"])


async def test_nothing_of_anybody_is_in_an_entry(nearby: Town, history: History, folder: Path) -> None:
    await nearby.ask(f'add {JANE} {EMAIL} +33 6 12 34 56 78 to "Alumni" #python', "was added")
    await nearby.ask(f"note {EMAIL} {NOTE}", "Note added")
    await nearby.ask(f"tag {EMAIL} occitan", "is tagged")
    added, noted = await newest(history, "add"), await newest(history, "note")
    assert added["candidate"] == noted["candidate"] != ""
    with closing(sqlite3.connect(folder / "shortlist.db")) as database:
        text = json.dumps([list(row) for row in database.execute(f"select * from {TABLE}")])
    assert len(text) > 1000
    assert [word for word in private(nearby) if word in text] == []
    row = nearby.row("recruspace", EMAIL)
    values = {value for line in json.loads(text) for value in line}
    assert {str(row.get("id")), row.get("id")} & values - set(range(10_000)) == set()


async def test_what_cannot_be_written_stops_no_answer_and_comes_later(
    nearby: Town, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "PAUSES", (0.01,) * 500)
    record, away = Audit.record, [True]

    async def failing(audit: Audit, happened: Happened) -> None:
        if away[0]:
            raise OSError
        await record(audit, happened)

    monkeypatch.setattr(Audit, "record", failing)
    count = len(await of(history, "find"))
    await nearby.ask("find sam.rivera@example.com", "Rivera")
    assert len(await of(history, "find")) == count
    away[0] = False
    assert (await newest(history, "find", count + 1))["outcome"] == "done"


# `/ats audit`.


async def test_an_admin_sees_who_did_what_page_by_page_and_gets_all_of_it_as_a_file(
    nearby: Town, history: History
) -> None:
    for _ in range(13):
        await nearby.ask("find zoe@example.com", "Ødegård")
    card = await nearby.ask("audit @mia find 2 days", "Who did what", user=ADMIN, command="/ats")
    assert card.everything.count(f"<@{MEMBER}>  ·  `/candidate find`  ·  recruspace") == 12
    assert "is whole" in card.everything
    before = await newest(history, "audit")
    await nearby.slack.click(ADMIN, card, "Earlier")
    older = await nearby.slack.until(lambda: with_button(nearby, "Latest"), 15)
    assert f"<@{MEMBER}>" in older.everything
    await nearby.slack.click(ADMIN, older, "Export all")
    await nearby.slack.heard(ADMIN, "went to you as a file")
    lines = [json.loads(line) for line in (await file(nearby)).decode().splitlines()]
    assert lines == [each for each in await entries(history) if each["number"] <= lines[-1]["number"]]
    assert lines[-1]["number"] > before["number"]


def with_button(town: Town, text: str) -> Message | None:
    said = [
        m
        for m in town.slack.said(ADMIN)
        if "Who did what" in m.everything and f'"{text}"' in json.dumps(m.blocks)
    ]
    return said[-1] if said else None


async def file(town: Town) -> bytes:
    def there() -> str | None:
        said = [
            f["id"] for m in town.slack.said(ADMIN) for f in m.files if f["name"] == "shortlist-audit.jsonl"
        ]
        return said[-1] if said else None

    found = town.slack.files.get(await town.slack.until(there, 10))
    assert found
    return found.data


async def test_without_the_scope_for_files_the_card_says_where_the_export_is(nearby: Town) -> None:
    nearby.slack.scopes.discard("files:write")
    try:
        await nearby.ask("audit export", "`shortlist audit export`", user=ADMIN, command="/ats")
    finally:
        nearby.slack.scopes.add("files:write")


async def test_who_is_no_admin_sees_none_of_it(nearby: Town) -> None:
    await nearby.ask("audit", "Only workspace admins can see who did what", command="/ats")


async def test_a_changed_row_is_told_on_the_card(nearby: Town, folder: Path, history: History) -> None:
    await nearby.ask("find zoe@example.com", "Ødegård")
    last = await newest(history, "find")
    with closing(sqlite3.connect(folder / "shortlist.db")) as database, database:
        database.execute(f"update {TABLE} set actor = 'U0GUS' where number = ?", [last["number"]])
    said = f"entry {last['number']} was changed"
    await nearby.ask("audit", said, user=ADMIN, command="/ats")
    with closing(sqlite3.connect(folder / "shortlist.db")) as database, database:
        database.execute(f"update {TABLE} set actor = ? where number = ?", [last["actor"], last["number"]])
    assert (await history.check(TEAM_ID)).problems == (LOCKED,)


async def test_an_audit_that_is_gone_as_a_whole_is_told_on_the_card(
    nearby: Town, here: Demo, history: History, folder: Path
) -> None:
    await nearby.ask("find zoe@example.com", "Ødegård")
    query = f"select members, seal from {registry.TABLE}"
    with closing(sqlite3.connect(folder / "shortlist.db")) as database, database:
        (before,) = database.execute(query).fetchall()
        database.execute(f"update {registry.TABLE} set members = members + 1")
    await nearby.ask("audit", registry.CHANGED, user=ADMIN, command="/ats")
    with closing(sqlite3.connect(folder / "shortlist.db")) as database, database:
        database.execute(f"update {registry.TABLE} set members = ?, seal = ?", before)


# A process of its own, which dies.


async def test_after_a_crash_there_is_one_entry_and_the_log_knows_it_too(serve: Serve, around: Town) -> None:
    served = await serve(around)
    stand_in, sent = around.ats["recruspace"], around.sent("recruspace", "POST", "add-note")
    stand_in.force(Fault(method="POST", path="add-note", done=True, hang=True))
    await around.type(f"note mina@example.com {NOTE}")
    await stand_in.until(lambda: around.sent("recruspace", "POST", "add-note") > sent)
    await served.kill()
    await served.start()
    await served.logged(lambda line: line["event"] == "job done")
    assert await served.stop() == 0
    store, vault = SqliteStore(served.folder / "shortlist.db"), Vault([SecretStr(KEY)])
    found = [json.loads(line) async for line in History(store, vault).lines(TEAM_ID)]
    told = [(e["actor"], e["verb"], e["outcome"]) for e in found]
    assert told == [("operator", "shortlist connect", "done")] * 4 + [
        (MEMBER, "/candidate note", "Undecided")
    ]
    assert len({e["connection"] for e in found}) == 4
    assert await verify(store, vault) == []
    assert await against(store, vault, served.log) == []
    await store.write(lambda write: write.remove(TABLE, {"team_id": TEAM_ID, "number": 5}))
    assert await against(store, vault, served.log) == [f"{TEAM_ID}: entry 5 is not there"]
    await store.close()


async def test_a_start_enters_the_chains_that_an_older_version_began(serve: Serve, around: Town) -> None:
    served = await serve(around, begin=False)
    path, vault = served.folder / "shortlist.db", Vault([SecretStr(KEY)])
    with closing(sqlite3.connect(path)) as database, database:
        ((team, sealed),) = database.execute(f"select team_id, sealed from {CHAINS}").fetchall()
        secret = vault.open(f"audit:{team}", sealed).strip()
        database.execute(f"update {CHAINS} set sealed = ?", [vault.seal(f"audit:{team}", secret)])
        database.execute(f"delete from {registry.TABLE}")
    await served.start()
    async with asyncio.timeout(15):
        with closing(sqlite3.connect(path)) as database:
            while not database.execute(f"select members from {registry.TABLE}").fetchall():
                await asyncio.sleep(0.05)
    assert await served.stop() == 0
