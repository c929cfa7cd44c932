"""From a message to the ATS: shortcuts, people read out of what somebody wrote, CVs."""

from typing import Any

import pytest

from bot.demo.ats.recruspace import StandInRecruspace
from bot.demo.slack.workspace import Message, View
from bot.slack.country import country_of
from tests.bot.test_live_forms import block, inputs, now, search
from tests.bot.town import HIRING, MEMBER, Town
from tests.extract.cvs import CVS, PDF

pytestmark = pytest.mark.anyio

VENDORS = ("recruspace", "eightfold", "talynce", "welcomekit")


async def used(town: Town, shortcut: str, message: Message | None = None) -> View:
    await town.slack.shortcut(
        MEMBER, shortcut, message.channel if message else None, message.ts if message else None
    )
    await town.slack.until(lambda: town.slack.modal(MEMBER) is not None)
    return now(town)


def first(view: View, name: str) -> Any:
    element = inputs(view)[name]
    option = element.get("initial_option", {}).get("text", {}).get("text")
    return element.get("initial_value") or option


async def add_to(town: Town, view: View, vendor: str) -> None:
    """Choose the ATS and a job there, and send the form."""
    option = next(
        o
        for o in inputs(view)["ats"]["options"]
        if vendor[:5] in o["text"]["text"].casefold().replace("welcome to the jungle", "welco")
    )
    action = {"type": "static_select", "action_id": "value", "block_id": "ats", "selected_option": option}
    await town.slack.acts.act_in_view(MEMBER, view.id, action)
    await town.slack.until(lambda: inputs(now(town))["ats"]["initial_option"]["value"] == option["value"], 10)
    to = next(o for o in await search(town, now(town), "to", "designer") if o["value"].startswith("id:"))
    await town.slack.submit(MEMBER, view.id, {block(now(town), "to"): to})


@pytest.mark.parametrize("vendor", VENDORS)
async def test_from_a_message_to_a_candidate(nearby: Town, vendor: str) -> None:
    email = f"lena.{vendor}@example.com"
    text = f"Please have a look at Lena Vogel <mailto:{email}|{email}>, +49 30 901820, https://linkedin.com/in/lena-vogel #rust"
    view = await used(nearby, "add_candidate", nearby.slack.say(MEMBER, HIRING, text))
    assert (first(view, "name"), first(view, "email")) == ("Lena Vogel", email)
    assert first(view, "phone") == "+4930901820"
    await add_to(nearby, view, vendor)
    await nearby.slack.heard(MEMBER, "Lena Vogel")
    await nearby.slack.until(lambda: any(r["email"] == email for r in nearby.ats[vendor].rows()), 15)
    row = next(r for r in nearby.ats[vendor].rows() if r["email"] == email)
    assert "Product Designer" in row["where"]


async def test_a_cv_fills_the_form_and_is_uploaded(nearby: Town) -> None:
    cv = next(c for c in CVS if c.content_type == PDF and c.person.name and c.person.email)
    message = nearby.slack.upload(MEMBER, HIRING, "Here is a CV", [(cv.filename, cv.draw(), PDF)])
    view = await used(nearby, "add_candidate", message)
    await nearby.slack.until(lambda: first(now(nearby), "email") == cv.person.email, 15)
    assert first(now(nearby), "name") == cv.person.name
    await add_to(nearby, now(nearby), "recruspace")
    await nearby.slack.heard(MEMBER, "was uploaded")
    recruspace = nearby.ats["recruspace"]
    assert isinstance(recruspace, StandInRecruspace)
    assert cv.filename in recruspace.files.values()
    assert view.id


async def test_what_was_typed_meanwhile_is_not_overwritten_by_a_cv(nearby: Town) -> None:
    cv = next(c for c in CVS if c.content_type == PDF and c.person.name and c.person.phone)
    message = nearby.slack.upload(MEMBER, HIRING, "A CV", [(cv.filename, cv.draw(), PDF)])
    view = await used(nearby, "add_candidate", message)
    typed = {
        "type": "plain_text_input",
        "action_id": "value",
        "block_id": "phone",
        "value": "+33 1 23 45 67 89",
    }
    await nearby.slack.acts.act_in_view(MEMBER, view.id, typed)
    await nearby.slack.until(lambda: first(now(nearby), "email") == cv.person.email, 15)
    assert block(now(nearby), "phone") == "phone"
    assert "+33 1 23 45 67 89" in str(now(nearby).values)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cv.pdf", b"%PDF-1.4 nothing", "no text"),
        ("cv.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 500, "neither"),
    ],
)
async def test_a_file_that_cannot_be_read_is_said_in_the_form(
    nearby: Town, name: str, content: bytes, said: str
) -> None:
    message = nearby.slack.upload(
        MEMBER, HIRING, "A CV of Kim Ito, kim.ito@example.com", [(name, content, PDF)]
    )
    await used(nearby, "add_candidate", message)
    await nearby.slack.until(lambda: said in str(now(nearby).body), 15)
    assert first(now(nearby), "email") == "kim.ito@example.com"


async def test_without_access_to_files_the_form_says_how_to_get_it(nearby: Town) -> None:
    message = nearby.slack.upload(MEMBER, HIRING, "A CV", [("cv.pdf", CVS[0].draw(), PDF)])
    nearby.slack.scopes.discard("files:read")
    try:
        await used(nearby, "add_candidate", message)
        await nearby.slack.until(lambda: "files:read" in str(now(nearby).body), 15)
    finally:
        nearby.slack.scopes.add("files:read")


async def test_several_people_in_a_message_are_added_together(nearby: Town) -> None:
    text = "Two for you:\n• Olu Ade, olu.ade@example.com\n• Priya Rao, priya.rao@example.com"
    view = await used(nearby, "add_candidate", nearby.slack.say(MEMBER, HIRING, text))
    options = inputs(view)["person"]["options"]
    assert [o["text"]["text"].split(" · ")[0] for o in options] == ["Olu Ade", "Priya Rao", "All 2 of them"]
    action = {
        "type": "static_select",
        "action_id": "value",
        "block_id": "person",
        "selected_option": options[-1],
    }
    await nearby.slack.acts.act_in_view(MEMBER, view.id, action)
    await nearby.slack.until(lambda: "email" not in inputs(now(nearby)), 10)
    to = next(o for o in await search(nearby, now(nearby), "to", "designer") if o["value"].startswith("id:"))
    await nearby.slack.submit(MEMBER, view.id, {block(now(nearby), "to"): to})
    wanted = {"olu.ade@example.com", "priya.rao@example.com"}
    receipts = {"Priya Rao was added", "Olu Ade was added"}
    said = nearby.slack.said
    await nearby.slack.until(lambda: all(any(r in m.text for m in said(MEMBER)) for r in receipts), 15)
    assert wanted <= {r["email"] for r in nearby.ats["recruspace"].rows()}


async def test_another_person_of_the_message_refills_the_form(nearby: Town) -> None:
    text = "• Tom Berg, tom.berg@example.com\n• Uma Das, uma.das@example.com"
    view = await used(nearby, "add_candidate", nearby.slack.say(MEMBER, HIRING, text))
    second = inputs(view)["person"]["options"][1]
    action = {"type": "static_select", "action_id": "value", "block_id": "person", "selected_option": second}
    await nearby.slack.acts.act_in_view(MEMBER, view.id, action)
    await nearby.slack.until(lambda: first(now(nearby), "email") == "uma.das@example.com", 10)
    assert first(now(nearby), "name") == "Uma Das"


async def test_a_note_holds_the_message_and_leads_back_to_it(nearby: Town) -> None:
    message = nearby.slack.say(MEMBER, HIRING, "zoe@example.com was great in the interview today")
    view = await used(nearby, "add_note", message)
    assert first(view, "text") == "zoe@example.com was great in the interview today"
    assert first(view, "who") == "zoe@example.com"
    await nearby.slack.submit(MEMBER, view.id, {})
    await nearby.slack.heard(MEMBER, "Note added")
    notes = [r["notes"] for r in nearby.ats["recruspace"].rows() if r["email"] == "zoe@example.com"]
    assert "great in the interview" in str(notes)
    assert message.ts.replace(".", "") in str(notes)


async def test_a_number_without_a_country_code_is_read_as_one_of_where_people_are(nearby: Town) -> None:
    assert country_of("Europe/Paris") == "FR"
    message = nearby.slack.say(MEMBER, HIRING, "Léa Roy, lea.roy@example.com, 06 12 34 56 78")
    assert first(await used(nearby, "add_candidate", message), "phone") == "+33612345678"


@pytest.mark.parametrize(("shortcut", "title"), [("new_candidate", "Add"), ("find_candidate", "Find")])
async def test_global_shortcuts_open_their_forms(nearby: Town, shortcut: str, title: str) -> None:
    view = await used(nearby, shortcut)
    assert title in view.body["title"]["text"]


@pytest.mark.parametrize(("shortcut", "title"), [("tag_candidate", "tags"), ("move_candidate", "Move")])
async def test_who_a_message_is_about_is_known_to_the_other_shortcuts(
    nearby: Town, shortcut: str, title: str
) -> None:
    view = await used(nearby, shortcut, nearby.slack.say(MEMBER, HIRING, "What about mina@example.com?"))
    assert title in view.body["title"]["text"]
    assert first(view, "who") == "mina@example.com"


async def test_an_expired_trigger_is_answered_with_a_way_on(nearby: Town) -> None:
    nearby.slack.force("views.open", error="expired_trigger_id")
    message = nearby.slack.say(MEMBER, HIRING, "Ed Poe, ed.poe@example.com")
    await nearby.slack.shortcut(MEMBER, "add_candidate", HIRING, message.ts)
    await nearby.slack.heard(MEMBER, "Slack was too slow to open the form")
    assert nearby.slack.said(MEMBER)


@pytest.fixture(autouse=True)
async def no_form_is_open(nearby: Town) -> None:
    """Each test begins with an empty screen."""
    while open_form := nearby.slack.modal(MEMBER):
        await nearby.slack.close(MEMBER, open_form.id)
