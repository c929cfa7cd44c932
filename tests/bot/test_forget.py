"""Forgetting a person: nothing of them is left in the database or in what the bot has posted, and a proof says so."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import stamina
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.demo import run
from bot.demo.ats.server import Fault
from bot.demo.run import Demo, demo
from bot.demo.slack.people import TEAM_ID
from bot.demo.slack.workspace import Message
from bot.store import watches
from bot.store.vault import Vault, new_key
from bot.work import announce, jobs, perform
from bot.work.channels.announcement import Announcement
from bot.work.cluster.sharing import FORGOTTEN, Sharing
from bot.work.forgetting import forget, known, redaction
from bot.work.lookups import Looked, Lookups
from commands.base import ConnectionInfo
from commands.cards.erasing import REMOVED
from connectors.models import Candidate, Change, ChangeKind
from tests.bot.conftest import Serve
from tests.bot.importing import CSV, Gate, begun, columns, message
from tests.bot.test_announce import below, card_in, everything, subscribes, told
from tests.bot.test_cards_act import posts, shares
from tests.bot.test_import import typed
from tests.bot.test_live_forms import block, form, labels, search
from tests.bot.test_shortcuts import used
from tests.bot.town import ADMIN, HIRING, MEMBER, PRIVATE, Town

pytestmark = pytest.mark.anyio

KEY = new_key()
NAME, EMAIL = "Jane Quillfeather", "jane.quillfeather@example.com"
OTHER, OTHERS = "Mary-Jane Quillfeather", "mary.jane.quillfeather@example.com"


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Demo]:
    monkeypatch.setattr(run, "new_key", lambda: KEY)
    monkeypatch.setattr(jobs, "BULK_POLL", 0.25)
    monkeypatch.setattr(announce, "PAUSES", (0.01,) * 4)
    monkeypatch.setattr(forget, "PAUSES", (0.05,) * 100)
    monkeypatch.setattr(perform, "PAUSES", (0.3,) * 40)
    monkeypatch.setattr(perform, "AFTER_DOUBT", 0.0)
    monkeypatch.setattr("bot.work.command.journal.SETTLES", 0.0)
    monkeypatch.setattr(known, "PAUSES", (0.01,) * 2)
    monkeypatch.setattr(redaction, "PAUSES", (0.01,) * 3)
    with stamina.set_testing(True, attempts=1):
        async with demo(tmp_path) as all_of_it:
            yield all_of_it


@pytest.fixture
def place(running: Demo) -> Town:
    return Town(running.slack, running.ats)


def forms(word: str) -> set[str]:
    """How a word is written within JSON, and within JSON in JSON."""
    once = json.dumps(word)[1:-1]
    return {word.casefold(), once.casefold(), json.dumps(once)[1:-1].casefold()}


def kept(folder: Path, *words: str) -> list[str]:
    """Where one of these words stands in a database: table and column, all that is sealed opened."""
    wanted = {form for word in words for form in forms(word)}
    found = []
    for file in folder.glob("*.db"):
        with closing(sqlite3.connect(file)) as database:
            tables = [
                name for (name,) in database.execute("select name from sqlite_master where type = 'table'")
            ]
            for table in tables:
                rows = database.execute(f"select * from {table}")
                names = [each[0] for each in rows.description]
                found += [
                    f"{table}.{name}"
                    for row in rows
                    for name, value in zip(names, row, strict=True)
                    if any(word in opened(value).casefold() for word in wanted)
                ]
    return found


def opened(value: object) -> str:
    text = str(value)
    return Fernet(KEY).decrypt(text).decode() if text.startswith("gAAAA") else text


def posted(town: Town, *words: str) -> list[Message]:
    """What the bot has said to more than one pair of eyes, or for good, with one of these words in it."""
    lasting = [m for m in town.slack.said() if m.bot and m.ephemeral_to is None]
    return [m for m in lasting if any(w.casefold() in str((m.text, m.blocks)).casefold() for w in words)]


async def forgets(town: Town, email: str = EMAIL) -> tuple[dict[str, Any], Message]:
    """Ask for it and agree; return the proof and the receipt."""
    question = await town.ask(f"forget {email}", f"Forget {email}?", user=ADMIN, command="/ats")
    before = {m.ts for m in town.slack.said(ADMIN)}
    await town.slack.click(ADMIN, question, "Forget")

    def receipts() -> list[Message]:
        return [m for m in town.slack.said(ADMIN) if m.ts not in before and "Forgotten:" in m.everything]

    receipt = (await town.slack.until(receipts, 20))[-1]
    file = next(f for m in town.slack.said(ADMIN) if m.ts not in before for f in m.files)
    kept_file = town.slack.files.get(str(file["id"]))
    assert kept_file
    return json.loads(kept_file.data), receipt


async def cleared(folder: Path, town: Town, *words: str) -> None:
    """Wait until the requests that led to this have ended and are gone, too."""
    try:
        async with asyncio.timeout(20):
            while kept(folder, *words) or posted(town, *words):
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"kept: {kept(folder, *words)}, posted: {posted(town, *words)}")


async def by_direct_message(town: Town) -> Message:
    """An answer to something that was begun in no channel."""
    view = await used(town, "find_candidate")
    await town.slack.submit(MEMBER, view.id, {block(view, "who"): typed(EMAIL)})

    def answers() -> list[Message]:
        return [m for m in town.slack.said(channel="D0MIA") if NAME in m.everything]

    return (await town.slack.until(answers, 15))[0]


async def imports(town: Town, rows: str) -> None:
    where = town.slack.upload(MEMBER, HIRING, "Some people", [("people.csv", rows.encode(), CSV)])
    await town.slack.shortcut(MEMBER, "import_candidates", HIRING, where.ts)
    view = await town.slack.opened(MEMBER, "Import candidates")
    await town.slack.submit(MEMBER, view.id, {block(view, "to"): typed("Design talent")})
    await begun(town, await columns(town))


async def import_that_fails(town: Town) -> None:
    """A file in which the person stands twice; of somebody else there is a row without fault."""
    await imports(town, f"Name,Email\n{NAME},{EMAIL}\n{NAME},{EMAIL}\nKim Tester,kim@example.net\n")
    await message(town, "Imported *")


async def a_lot_is_known(town: Town) -> None:
    """All ways in which the bot comes to keep and to post something of a person."""
    await subscribes(town, "here added moved tagged noted")
    await subscribes(town, "here added moved tagged noted", channel=PRIVATE)
    await town.ask(f'add {NAME} {EMAIL} to "Backend talent"', "was added")
    card = await card_in(town, NAME)
    await card_in(town, NAME, PRIVATE)
    await town.ask(f"tag {EMAIL} python", "is tagged")
    await town.slack.until(lambda: len(below(town, card)) == 2)
    found = await (await town.type(f"find {EMAIL}")).answer(NAME)
    await posts(town, await shares(town, found), HIRING)
    await by_direct_message(town)
    await import_that_fails(town)


async def test_nothing_is_left_of_a_person_anywhere(running: Demo, place: Town, tmp_path: Path) -> None:
    await a_lot_is_known(place)
    assert posted(place, EMAIL)
    assert {"workflow_input.inputs", "operation_outputs.output"} <= set(kept(tmp_path, EMAIL, NAME))
    proof, receipt = await forgets(place)
    await cleared(tmp_path, place, EMAIL, NAME)

    assert [m.everything for m in told(place) if REMOVED in m.everything] == [f"{REMOVED}\n{REMOVED}"] * 2
    assert any(REMOVED in m.everything for m in everything(place, PRIVATE))
    removed = proof["removed"]
    assert {kind: removed[kind] for kind in ("cards", "shared", "files", "messages")} == {
        "cards": 2,
        "shared": 1,
        "files": 1,
        "messages": 1,
    }
    assert removed["lines"] >= 4
    assert min(removed["requests"], removed["home"]) >= 2
    assert proof["not_removed"] == []
    (record,) = [each for each in proof["untouched"] if each["title"] == "Recruspace"]
    assert "Open in Recruspace" in receipt.everything
    assert "are untouched" in receipt.everything
    assert record["candidate_hash"] in audited(tmp_path)
    assert place.row("recruspace", EMAIL)["name"] == NAME
    assert not [word for word in (EMAIL, NAME) if word in json.dumps(proof, ensure_ascii=False)]
    again, _ = await forgets(place)
    assert again["person"] == proof["person"]
    assert {kind for kind, count in again["removed"].items() if count} == {"requests"}


def audited(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "shortlist.db")) as database:
        return {str(mark) for (mark,) in database.execute("select candidate from audit")}


async def test_somebody_whose_address_ends_in_the_same_way_is_left_alone(place: Town, tmp_path: Path) -> None:
    await subscribes(place, "here added")
    await place.ask(f'add {NAME} {EMAIL} to "Backend talent"', "was added")
    await place.ask(f'add {OTHER} {OTHERS} to "Backend talent"', "was added")
    await card_in(place, OTHER)
    await forgets(place)
    assert [OTHER in m.everything for m in told(place)] == [False, True]
    assert kept(tmp_path, OTHERS)
    assert (await place.ask(f"find {OTHERS}", OTHER)).ts


async def test_an_ats_that_does_not_answer_is_named_and_the_rest_is_done(place: Town, tmp_path: Path) -> None:
    await subscribes(place, "here added via talynce")
    await place.ask(f"add {NAME} {EMAIL} to Backend via talynce", "was added")
    await card_in(place, NAME)
    place.ats["talynce"].force(*[Fault(503, "<html>", content_type="text/html")] * 20)
    proof, receipt = await forgets(place)
    assert proof["not_asked"] == ["Talynce"]
    assert "Talynce did not say whether it knows this person" in receipt.everything
    assert proof["removed"]["cards"] == 1
    place.ats["talynce"].relent()


async def test_what_slack_refuses_is_told_and_can_be_tried_again(place: Town) -> None:
    await subscribes(place, "here added")
    await place.ask(f'add {NAME} {EMAIL} to "Backend talent"', "was added")
    await card_in(place, NAME)
    place.slack.force("chat.update", error="is_archived", times=2)
    proof, receipt = await forgets(place)
    assert {each["why"] for each in proof["not_removed"]} == {"is_archived"}
    assert "the channel is archived" in receipt.everything
    assert proof["removed"]["cards"] == 0
    proof, _ = await forgets(place)
    assert (proof["removed"]["cards"], proof["not_removed"]) == (1, [])


async def test_while_slack_is_away_it_tries_again(place: Town) -> None:
    await subscribes(place, "here added")
    await place.ask(f'add {NAME} {EMAIL} to "Backend talent"', "was added")
    await card_in(place, NAME)
    place.slack.force("chat.update", status=429, headers={"Retry-After": "0"}, times=2)
    proof, _ = await forgets(place)
    assert (proof["removed"]["cards"], proof["not_removed"]) == (1, [])


async def test_a_request_that_is_not_done_yet_is_counted_and_deleted_when_it_ends(
    place: Town, tmp_path: Path
) -> None:
    await place.ask(f"add {NAME} {EMAIL} to Backend via talynce", "was added")
    place.ats["talynce"].force(*[Fault(503, "<html>", content_type="text/html")] * 200)
    asked = await place.type(f"note {EMAIL} words via talynce")
    await asked.answer("is not answering", anywhere=True)
    proof, receipt = await forgets(place)
    assert proof["under_way"] == 1
    assert "1 request is still under way" in receipt.everything
    place.ats["talynce"].relent()
    await asked.answer("Note added", anywhere=True)
    await cleared(tmp_path, place, EMAIL)


async def test_only_an_admin_and_only_one_person_at_a_time(place: Town) -> None:
    await place.ask(f"forget {EMAIL}", "Only workspace admins can forget a person", command="/ats")
    for text, said in {
        "": "Say whom to forget",
        f"{EMAIL} {OTHERS}": "One person at a time",
        "jane": "is not an email address",
    }.items():
        asked = await place.type(f"forget {text}", user=ADMIN, command="/ats")
        assert said in asked.delivery.body


async def test_old_news_of_somebody_who_was_forgotten_is_not_announced(place: Town) -> None:
    await subscribes(place, "here added moved")
    await place.ask(f'add {NAME} {EMAIL} to "Backend talent"', "was added")
    await card_in(place, NAME)
    await forgets(place)
    await place.ask(f'move {EMAIL} to "Design talent"', "moved")
    await place.ask(f'add {OTHER} {OTHERS} to "Backend talent"', "was added")
    await card_in(place, OTHER)
    assert [NAME in m.everything for m in told(place) if OTHER not in m.everything] == [False]


async def test_when_a_workspace_leaves_its_requests_go_too(place: Town, tmp_path: Path) -> None:
    await place.ask("find mina@example.com", "Mina Park")
    assert requests(tmp_path) > 0
    await place.slack.event({"type": "app_uninstalled"})
    async with asyncio.timeout(20):
        while requests(tmp_path):
            await asyncio.sleep(0.05)


def requests(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "shortlist-jobs.db")) as database:
        own = f"{TEAM_ID}:%"
        ((count,),) = database.execute(
            "select count(*) from workflow_status where workflow_uuid like ?", [own]
        )
        return int(count)


async def test_what_a_form_has_looked_up_is_dropped_here_and_others_are_told(
    place: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Lookups] = []
    people = Lookups.people

    async def noticed(lookups: Lookups, team: str, connection: ConnectionInfo, query: str) -> Looked:
        seen.append(lookups)
        return await people(lookups, team, connection, query)

    told_to_others: list[tuple[object, ...]] = []
    monkeypatch.setattr(Sharing, "_say", lambda sharing, *words: told_to_others.append(words))
    monkeypatch.setattr(Lookups, "people", noticed)
    await place.ask(f'add {NAME} {EMAIL} to "Backend talent"', "was added")
    view = await form(place, f"note {EMAIL}", "note")
    assert NAME in labels(await search(place, view, "who", "quillfeather"))
    assert NAME in str(seen[0]._entries)
    await forgets(place)
    assert NAME not in str(seen[0]._entries)
    assert (FORGOTTEN, TEAM_ID) in told_to_others


async def test_what_a_watch_has_found_and_not_told_yet_is_dropped(
    running: Demo, place: Town, tmp_path: Path
) -> None:
    (info, *_) = await running.bot.workspaces.connections(TEAM_ID)
    news = [
        Announcement(team=TEAM_ID, connection=info, change=change, reference=str(number))
        for number, email in enumerate((EMAIL, OTHERS))
        for change in [Change(kind=ChangeKind.ADDED, candidate=Candidate(id=email, name="x", email=email))]
    ]
    (column,) = [each for each in watches.SEALED if each.column == "news"]
    row = {"team_id": TEAM_ID, "connection_id": info.id}
    text = f"[{','.join(each.model_dump_json() for each in news)}]"
    sealed = Vault([SecretStr(KEY)]).seal(column.owner(row), text)
    with closing(sqlite3.connect(tmp_path / "shortlist.db")) as database, database:
        database.execute(
            "insert into watch_memories (team_id, connection_id, sealed, news) values (?, ?, '', ?)",
            (*row.values(), sealed),
        )
    proof, _ = await forgets(place)
    assert proof["removed"]["news"] == 1
    assert "watch_memories.news" not in kept(tmp_path, f'"{EMAIL}"')
    assert "watch_memories.news" in kept(tmp_path, OTHERS)


async def test_killed_in_the_middle_it_goes_on_and_tells_once(serve: Serve, around: Town) -> None:
    served = await serve(around)
    await subscribes(around, "here added")
    await around.ask(f'add {NAME} {EMAIL} to "Backend talent"', "was added")
    await card_in(around, NAME)
    question = await around.ask(f"forget {EMAIL}", f"Forget {EMAIL}?", user=ADMIN, command="/ats")
    around.slack.force("chat.update", delay=20)
    await around.slack.click(ADMIN, question, "Forget")
    async with asyncio.timeout(15):
        while not around.slack.called("chat.update"):
            await asyncio.sleep(0.05)
    await served.kill()
    around.slack.faults.clear()
    await served.start()
    await around.slack.heard(ADMIN, "Forgotten:", seconds=20)
    assert [m for m in told(around) if NAME in m.everything] == []
    await served.stop()
    assert len([m for m in around.slack.said(ADMIN) if "Forgotten:" in m.everything]) == 1


async def test_a_running_import_leaves_out_who_is_forgotten(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    others = "".join(f"Kim Tester{n},kim{n}@example.net\n" for n in range(8))
    await imports(place, f"Name,Email\n{others}{NAME},{EMAIL}\n")
    gate.let(1)
    await gate.reached(1)
    proof, _ = await forgets(place)
    assert proof["removed"]["rows"] == 1
    gate.let(100)
    await message(place, "Imported *8 people*")
    assert place.rows("recruspace", EMAIL) == []
