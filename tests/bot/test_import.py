"""Many people at once: from a file in Slack to the ATS, with progress, pause, cancel and a list of what failed."""

import asyncio
import csv
import io
import re
import time
from typing import Any

import pytest

from bot.demo.ats.server import Fault
from bot.demo.slack.workspace import Message
from bot.slack.import_preview import Previews
from bot.work.importing import rows as import_rows
from commands.cards.mapping import CALLBACK, Looked, Preview
from tests.bot.importing import BOT_DM, CSV, XLSX, Gate, asked, begun, columns, mapped, message, rows, table
from tests.bot.test_live_forms import block, inputs, now
from tests.bot.town import ADMIN, GUEST, HIRING, MEMBER, Town
from tests.commands.tables import workbook

pytestmark = pytest.mark.anyio


async def test_a_hundred_and_twenty_people_are_imported_with_progress(nearby: Town) -> None:
    view = await mapped(nearby, table(120, "tally"))
    assert "*120* can be imported" in str(view.body)
    assert "Tally0 Tester" in str(view.body)
    assert view.body["submit"]["text"] == "Import 120 people"
    posted, updates = len(nearby.slack.called("chat.postMessage")), len(nearby.slack.called("chat.update"))
    began = time.monotonic()
    await begun(nearby, view)
    ended = await message(nearby, "Imported *120 people*")
    took = time.monotonic() - began
    found = rows(nearby, "talynce", "tally")
    assert len(found) == len({row["email"] for row in found}) == 120
    assert all("imported" in str(row["tags"]) and "Product Designer" in row["where"] for row in found)
    assert "*Added*\n120" in ended.everything
    assert len(nearby.slack.called("chat.postMessage")) == posted + 1
    assert len(nearby.slack.called("chat.update")) - updates <= took + 2


async def test_an_excel_file_of_a_message_is_imported(nearby: Town) -> None:
    content = workbook(
        [
            ["Prénom", "Nom", "Courriel", "Embauché"],
            ["Inès", "Du Puis", "book1@example.net", "x"],
            ["Léo", "Roy", "book2@example.net"],
        ]
    )
    posted = nearby.slack.upload(MEMBER, HIRING, "Some people", [("people.xlsx", content, XLSX)])
    await nearby.slack.shortcut(MEMBER, "import_candidates", posted.channel, posted.ts)
    view = await nearby.slack.opened(MEMBER, "Import candidates")
    assert "people.xlsx" in str(view.body)
    await nearby.slack.submit(MEMBER, view.id, {block(view, "to"): typed("Design talent")})
    drawn = await columns(nearby)
    assert "Inès Du Puis" in str(drawn.body)
    await begun(nearby, drawn)
    await message(nearby, "Imported *2 people* from *people.xlsx*")
    assert sorted(row["name"] for row in rows(nearby, "recruspace", "book")) == ["Inès Du Puis", "Léo Roy"]


async def test_a_form_that_was_sent_does_not_come_back_when_the_ats_has_said_who_is_there(
    nearby: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, looked = asyncio.Event(), asyncio.Event()
    look = Previews.look

    async def slow(previews: Previews, team: str, preview: Preview) -> Looked:
        await sent.wait()
        looked.set()
        return await look(previews, team, preview)

    monkeypatch.setattr(Previews, "look", slow)
    view, place = await asked(nearby, "talynce")
    await nearby.slack.submit(MEMBER, view.id, {"file": [("people.csv", table(2, "late"), CSV)], **place})
    drawn = await nearby.slack.until(
        lambda: now(nearby) if now(nearby).body.get("callback_id") == CALLBACK else None, 15
    )
    await nearby.slack.submit(MEMBER, drawn.id, {})
    assert BOT_DM in str(now(nearby).body)
    sent.set()
    await message(nearby, "Imported *2 people*")
    await looked.wait()
    assert BOT_DM in str(now(nearby).body)


def typed(text: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text}, "value": f"text:{text}"}


async def test_a_message_without_a_table_says_so(nearby: Town) -> None:
    posted = nearby.slack.say(MEMBER, HIRING, "No file here")
    await nearby.slack.shortcut(MEMBER, "import_candidates", posted.channel, posted.ts)
    await message(nearby, "There is no CSV or Excel file in this message.")


async def test_what_a_column_holds_can_be_changed_and_the_first_rows_follow(nearby: Town) -> None:
    content = b"Who,Where,Word\nKim Ito,pick1@example.net,Great\nMo Abe,pick2@example.net,Fine\nLea Roy,nowhere,Good\n"
    view = await mapped(nearby, content)
    assert chosen(view.body, 2) == "leave_out"
    assert "*2* can be imported" in str(view.body)
    assert "Row 4: the email address is not one" in str(view.body)
    await choose(nearby, view.id, 2, "note", "“Great”")
    await choose(nearby, view.id, 1, "leave_out", "no email address")
    await nearby.slack.submit(MEMBER, view.id, {})
    assert nearby.slack.errors(view.id) == {"column_0": "Say which column is the email address."}
    await choose(nearby, view.id, 2, "email", "*0* can be imported")
    await nearby.slack.submit(MEMBER, view.id, {})
    assert "Nobody can be imported" in str(nearby.slack.errors(view.id))
    await choose(nearby, view.id, 1, "email", "*2* can be imported")
    await nearby.slack.submit(MEMBER, view.id, {})
    assert nearby.slack.errors(view.id) == {"column_2": "Another column is the email already."}
    assert rows(nearby, "talynce", "pick") == []


def chosen(view: Any, column: int) -> str:
    element = next(b["element"] for b in view["blocks"] if b.get("block_id") == f"column_{column}")
    return str(element["initial_option"]["value"])


async def choose(town: Town, view: str, column: int, value: str, shows: str) -> None:
    element = inputs(now(town))[f"column_{column}"]
    option = next(o for o in element["options"] if o["value"] == value)
    action = {
        "type": "static_select",
        "action_id": "value",
        "block_id": f"column_{column}",
        "selected_option": option,
    }
    await town.slack.acts.act_in_view(MEMBER, view, action)
    await town.slack.until(lambda: shows in str(now(town).body), 10)


FAILING = """Name,Email,Phone,Tags
Ann Lee,fail1@example.net,,
,fail2@example.net,,
Bo Cho,nowhere,+33612345678,
"=HYPERLINK(""http://x"")",,,
Cy Dee,FAIL1@example.net,,
Zoë Ødegård,zoe@example.com,,imported
"""


async def test_rows_that_failed_come_back_as_a_file_that_can_be_put_right(nearby: Town) -> None:
    view = await mapped(nearby, FAILING.encode(), name="failing.csv")
    assert "*2* can be imported" in str(view.body)
    assert "1 row: the same address as an earlier row" in str(view.body)
    assert "1 of them are in Talynce already" in str(view.body)
    await begun(nearby, view)
    ended = await message(nearby, "Imported *1 person* from *failing.csv*")
    for label, count in {"Added": 1, "Already there": 1, "Not imported": 4}.items():
        assert f"*{label}*\n{count}" in ended.everything, ended.everything
    assert "4 rows need another look" in ended.everything
    sent = await sent_file(nearby, "failing - not imported.csv")
    found = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"))))
    assert found[0] == ["Name", "Email", "Phone", "Tags", "Row", "Problem"]
    assert [(row[4], row[5]) for row in found[1:]] == [
        ("3", "no name"),
        ("4", "the email address is not one"),
        ("5", "no email address"),
        ("6", "the same address as an earlier row"),
    ]
    assert found[2][2] == "'+33612345678"
    assert found[3][0].startswith("'=HYPERLINK")
    assert "imported" in str(nearby.row("talynce", "zoe@example.com")["tags"])

    mended = sent.decode("utf-8-sig").replace("nowhere", "fail3@example.net")
    await begun(nearby, await mapped(nearby, mended.encode(), name="mended.csv"))
    await message(nearby, "Imported *1 person* from *mended.csv*")
    assert nearby.row("talynce", "fail3@example.net")["name"] == "Bo Cho"


async def sent_file(town: Town, name: str) -> bytes:
    def there() -> str | None:
        return next((f["id"] for m in town.slack.said(MEMBER) for f in m.files if f["name"] == name), None)

    file = town.slack.files.get(await town.slack.until(there, 10))
    assert file
    return file.data


async def test_without_the_scope_for_files_a_button_shows_what_failed(nearby: Town) -> None:
    nearby.slack.scopes.discard("files:write")
    try:
        await begun(nearby, await mapped(nearby, b"Name,Email\nAl Po,scope1@example.net\nNo One,\n"))
        ended = await message(nearby, "1 row needs another look")
    finally:
        nearby.slack.scopes.add("files:write")
    await nearby.slack.click(MEMBER, ended, "Show the first 20")
    await message(nearby, "Row 3: no email address")


async def test_an_import_is_paused_and_goes_on(nearby: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    await begun(nearby, await mapped(nearby, table(30, "pause"), name="pause.csv"))
    gate.let(10)
    await gate.reached(10)
    shown = await message(nearby, "Importing *30 people* from *pause.csv*")
    await nearby.slack.click(MEMBER, shown, "Pause")
    await message(nearby, "Pausing the import")
    gate.let(5)
    paused = await message(nearby, "Paused the import of *30 people*")
    assert 10 <= len(rows(nearby, "talynce", "pause")) == gate.taken <= 13
    assert f"*Added*\n{gate.taken}" in paused.everything
    gate.let(30)
    await nearby.slack.click(MEMBER, paused, "Resume")
    await nearby.slack.click(MEMBER, paused, "Resume")
    await message(nearby, "Imported *30 people*")
    found = rows(nearby, "talynce", "pause")
    assert len(found) == len({row["email"] for row in found}) == 30


async def test_an_import_is_cancelled_and_keeps_whom_it_has_added(
    nearby: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    await begun(nearby, await mapped(nearby, table(30, "cancel"), name="cancel.csv"))
    gate.let(5)
    await gate.reached(5)
    shown = await message(nearby, "Importing *30 people* from *cancel.csv*")
    await nearby.slack.click(MEMBER, shown, "Cancel")
    await message(nearby, "Cancelling the import")
    gate.let(30)
    ended = await message(nearby, "Cancelled the import of *30 people*")
    assert 5 <= len(rows(nearby, "talynce", "cancel")) == gate.taken <= 8
    assert f"*Left*\n{30 - gate.taken}" in ended.everything


async def test_a_paused_import_is_cancelled(nearby: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    await begun(nearby, await mapped(nearby, table(12, "both")))
    await nearby.slack.click(MEMBER, await message(nearby, "Importing *12 people*"), "Pause")
    gate.let(3)
    await nearby.slack.click(MEMBER, await message(nearby, "Paused the import of *12 people*"), "Cancel")
    await message(nearby, "Cancelled the import of *12 people*")
    assert len(rows(nearby, "talynce", "both")) == gate.taken <= 3


async def test_the_same_file_is_asked_about_within_a_day(nearby: Town) -> None:
    content = table(3, "again")
    await begun(nearby, await mapped(nearby, content, name="again.csv"))
    await message(nearby, "Imported *3 people* from *again.csv*")
    view = await mapped(nearby, content, name="again.csv")
    assert "was imported by you: 3 were added" in str(view.body)
    assert "3 of them are in Talynce already" in str(view.body)
    await nearby.slack.submit(MEMBER, view.id, {})
    assert nearby.slack.errors(view.id) == {"again": "Say that you want to import it once more."}
    await begun(nearby, view, {"again": ["again"]})
    ended = await message(nearby, "Imported *0 people*")
    assert "*Already there*\n3" in ended.everything
    assert len(rows(nearby, "talynce", "again")) == 3


async def test_a_guest_cannot_import(nearby: Town) -> None:
    asked_for = await nearby.type("import", user=GUEST)
    assert "Guests cannot use the ATS" in asked_for.delivery.body
    assert nearby.slack.modal(GUEST) is None


async def test_nobody_else_can_stop_an_import(nearby: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    await begun(nearby, await mapped(nearby, table(4, "mine")))
    shown = await message(nearby, "Importing *4 people*")
    value = next(
        e["value"]
        for b in shown.blocks or ()
        for e in b.get("elements", [])
        if "cancel" in e.get("action_id", "")
    )
    forged = nearby.slack.say(ADMIN, HIRING, "a forged card")
    card = Message(ts=forged.ts, channel=HIRING, text="x", blocks=(button(value),))
    nearby.slack.workspace.put(card)
    await nearby.slack.click(ADMIN, card, "import:cancel")
    await nearby.slack.heard(ADMIN, "This card is too old")
    gate.let(4)
    await message(nearby, "Imported *4 people*")


def button(value: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "Cancel"}
    return {
        "type": "actions",
        "block_id": "b",
        "elements": [{"type": "button", "action_id": "import:cancel", "text": text, "value": value}],
    }


async def test_a_refused_key_pauses_the_import_and_it_goes_on_when_that_is_put_right(nearby: Town) -> None:
    view = await mapped(nearby, table(6, "refused"), name="refused.csv")
    nearby.ats["talynce"].force(*[Fault(status=401, body={"error": "unauthorized"}) for _ in range(12)])
    await begun(nearby, view)
    paused = await message(nearby, "I paused the import; resume it when that is put right.")
    nearby.ats["talynce"].relent()
    await nearby.slack.click(MEMBER, paused, "Resume")
    await message(nearby, "Imported *6 people* from *refused.csv*")
    assert len(rows(nearby, "talynce", "refused")) == 6


async def test_an_ats_that_is_away_is_waited_for(nearby: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_rows, "PAUSES", (2.0, 2.0, 2.0, 2.0))
    monkeypatch.setattr(import_rows, "AFTER_DOUBT", 0.1)
    monkeypatch.setattr("bot.work.command.journal.SETTLES", 0.0)
    view = await mapped(nearby, table(6, "away"), name="away.csv")
    nearby.ats["talynce"].force(*[Fault(status=503, method="POST", done=True) for _ in range(3)])
    await begun(nearby, view)
    await message(nearby, "I keep trying.")
    await message(nearby, "Imported *6 people* from *away.csv*")
    found = rows(nearby, "talynce", "away")
    assert len(found) == len({row["email"] for row in found}) == 6


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"\x89PNG\r\n\x1a\n", "this is neither"),
        ("b.csv", b'a,"b\nc', "never closed"),
        ("c.csv", b"", "nothing in this file"),
    ],
)
async def test_a_file_that_cannot_be_read_is_said_in_the_form(
    nearby: Town, name: str, content: bytes, said: str
) -> None:
    view, place = await asked(nearby, "talynce")
    await nearby.slack.submit(MEMBER, view.id, {"file": [(name, content, CSV)], **place})
    await nearby.slack.until(lambda: said in str(now(nearby).body), 15)
    assert "file" in inputs(now(nearby))


async def test_a_place_that_is_not_there_is_said_in_the_form(nearby: Town) -> None:
    view, _ = await asked(nearby, "recruspace")
    await nearby.slack.submit(
        MEMBER, view.id, {"file": [("a.csv", table(1, "place"), CSV)], block(view, "to"): typed("Nowhere")}
    )
    await nearby.slack.until(
        lambda: "No talent pool, job or stage is called like that" in str(now(nearby).body), 15
    )


async def test_a_deleted_file_is_said_and_nothing_is_kept(nearby: Town) -> None:
    view = await mapped(nearby, table(2, "gone"), name="gone.csv")
    file = re.search(r'"file":"(F\w+)"', view.body["private_metadata"])
    assert file
    nearby.slack.files.delete(file[1])
    await begun(nearby, view)
    await message(nearby, "*gone.csv* was not imported.")
    assert rows(nearby, "talynce", "gone") == []


@pytest.fixture(autouse=True)
async def no_form_is_open(nearby: Town) -> None:
    """Each test begins with an empty screen and well-meaning ATSs."""
    for stand_in in nearby.ats.values():
        stand_in.relent()
    while open_form := nearby.slack.modal(MEMBER):
        await nearby.slack.close(MEMBER, open_form.id)
