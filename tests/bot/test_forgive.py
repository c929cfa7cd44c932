"""Nothing typed is lost when an ATS refuses: the form comes back filled in, with the reason on top."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import stamina

from bot.demo.ats.server import Fault
from bot.demo.run import Demo
from bot.demo.slack import payloads
from bot.demo.slack.clicks import completed, named
from bot.demo.slack.deliver import Delivery
from bot.demo.slack.passes import new_trigger
from bot.demo.slack.payloads import Errand
from bot.demo.slack.workspace import Message, View
from bot.work import perform
from tests.bot.town import ADMIN, HIRING, MEMBER, Asked, Town
from tests.schemas import things

pytestmark = pytest.mark.anyio

EDIT = "Edit and send again"
ZOE = "zoe@example.com"
REFUSED = Fault(status=400, body={"success": False, "error": "no"}, method="POST")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(perform, "PAUSES", (0.01,) * 6)
    monkeypatch.setattr(perform, "AFTER_DOUBT", 0.0)
    monkeypatch.setattr("bot.work.command.journal.SETTLES", 0.0)
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture(autouse=True)
async def all_is_well_again(nearby: Town) -> None:
    nearby.slack.faults.clear()
    for user in (MEMBER, ADMIN):
        while view := nearby.slack.modal(user):
            await nearby.slack.close(user, view.id)
    for stand_in in nearby.ats.values():
        stand_in.relent()


def filled(view: View) -> dict[str, Any]:
    """What stands in the fields of a form, by block id."""
    found = {}
    for block in view.body["blocks"]:
        element = block.get("element", {})
        options = element.get("initial_options") or [element.get("initial_option")]
        texts = [option["text"]["text"] for option in options if option]
        found[block["block_id"].partition("~")[0]] = element.get("initial_value") or ", ".join(texts)
    return {name: value for name, value in found.items() if value}


def words(view: View) -> str:
    texts = [t["text"] for t in things(view.body["blocks"]) if t.get("type") == "mrkdwn"]
    return "\n".join(texts)


def typed(text: str) -> dict[str, Any]:
    """An option of a searching select for what was typed."""
    return {"text": {"type": "plain_text", "text": text}, "value": f"text:{text}"}


async def edits(town: Town, card: Message | View, title: str) -> View:
    assert (await town.slack.click(MEMBER, card, EDIT)).ok
    return await town.slack.opened(MEMBER, title)


async def fills_in(town: Town, text: str, title: str, values: dict[str, Any]) -> Asked:
    """Opens a form by an unfinished command, and sends it."""
    asked = await town.type(text)
    form = await town.slack.opened(MEMBER, title)
    assert (await town.slack.submit(MEMBER, form.id, values) or asked.delivery).ok
    return asked


async def test_a_refused_form_comes_back_filled_in_and_is_sent_again(nearby: Town) -> None:
    nearby.ats["recruspace"].force(REFUSED)
    asked = await fills_in(nearby, f"note {ZOE}", "Add a note", {"text": "Wants <b>remote</b> & more"})
    card = await asked.answer("refused the request")
    form = await edits(nearby, card, "Add a note")
    assert filled(form)["text"] == "Wants <b>remote</b> & more"
    assert filled(form)["who"] == ZOE
    assert "refused the request" in words(form)
    assert "Change what is needed and send it again." in words(form)

    await nearby.slack.submit(MEMBER, form.id, {"text": "Wants remote"})
    await asked.answer("Note added")
    assert nearby.row("recruspace", ZOE)["notes"][-1].startswith("Wants remote")


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
async def test_whatever_the_refusal_is_called_the_form_comes_back(nearby: Town, status: int) -> None:
    nearby.ats["welcomekit"].force(Fault(status=status, body={}, method="POST", path="comments"))
    asked = await nearby.type(f"note {ZOE} Refused with {status} via welcomekit")
    form = await edits(nearby, await asked.answer(EDIT), "Add a note")
    assert filled(form)["text"] == f"Refused with {status}"


async def test_a_typed_command_comes_back_as_a_form(nearby: Town) -> None:
    nearby.ats["recruspace"].force(REFUSED)
    text = (
        'add Kim Ostrowska kim@example.com +33 6 12 34 56 78 https://kim.example.com to "Backend talent" #go'
    )
    asked = await nearby.type(text)
    card = await asked.answer("refused the request")
    form = await edits(nearby, card, "Add a candidate")
    assert filled(form) == {
        "ats": "Recruspace",
        "name": "Kim Ostrowska",
        "email": "kim@example.com",
        "phone": "+33612345678",
        "links": "https://kim.example.com",
        "to": "Backend talent",
        "tags": "go",
    }
    await nearby.slack.submit(MEMBER, form.id, {"name": "Kim Ostrowski"})
    await asked.answer("was added")
    row = nearby.row("recruspace", "kim@example.com")
    assert (row["name"], row["tags"]) == ("Kim Ostrowski", ["go"])


async def test_the_form_is_for_the_ats_that_refused(nearby: Town) -> None:
    nearby.ats["eightfold"].force(Fault(status=400, body={}, method="POST", path="profile-notes"))
    asked = await nearby.type(f"note {ZOE} For Eightfold via eightfold")
    form = await edits(nearby, await asked.answer(EDIT), "Add a note")
    assert filled(form)["ats"] == "Eightfold"
    await nearby.slack.submit(MEMBER, form.id, {})
    await asked.answer("Note added")
    assert "For Eightfold" in str(nearby.row("eightfold", ZOE)["notes"])


async def test_words_that_only_look_like_an_ats_come_back_too(nearby: Town) -> None:
    nearby.ats["recruspace"].force(REFUSED)
    asked = await nearby.type(f"note {ZOE} Met via Zoom")
    form = await edits(nearby, await asked.answer(EDIT), "Add a note")
    assert filled(form)["text"] == "Met via Zoom"


async def test_a_note_about_nobody_is_not_lost(nearby: Town) -> None:
    asked = await nearby.type("note nobdy@example.com A long and thoughtful note")
    form = await edits(nearby, await asked.answer("matches “nobdy@example.com”"), "Add a note")
    assert filled(form)["text"] == "A long and thoughtful note"
    await nearby.slack.submit(MEMBER, form.id, {"who": typed(ZOE)})
    await asked.answer("Note added")


async def test_a_note_about_somebody_who_is_gone_can_be_for_somebody_else(nearby: Town) -> None:
    card = await nearby.ask("find ada.okafor@example.com", "Ada")
    await nearby.slack.click(MEMBER, card, "Note")
    form = await nearby.slack.opened(MEMBER, "Add a note")
    before = frozenset(m.ts for m in nearby.slack.said())
    nearby.ats["recruspace"].force(Fault(status=404, body={}, method="GET"))
    delivery = await nearby.slack.submit(MEMBER, form.id, {"text": "Not for the bin"})
    assert delivery
    asked = Asked(nearby.slack, MEMBER, before, delivery)
    again = await edits(nearby, await asked.answer("is no longer in"), "Add a note")
    assert filled(again) == {"ats": "Recruspace", "who": "Ada Okafor", "text": "Not for the bin"}
    await nearby.slack.submit(MEMBER, again.id, {"who": typed(ZOE)})
    await asked.answer("Note added")
    assert "Not for the bin" in str(nearby.row("recruspace", ZOE)["notes"])


async def test_once_it_is_sent_home_asks_for_nothing_more(nearby: Town) -> None:
    await nearby.slack.open_home(MEMBER)
    home = await nearby.slack.until(lambda: nearby.slack.home(MEMBER))
    nearby.ats["talynce"].force(Fault(status=400, body={}, method="PUT"))
    asked = await nearby.type(f"tag {ZOE} kind via talynce")
    await asked.answer(EDIT)
    lines = await nearby.slack.until(lambda: _needing(nearby, "Add tags"))
    assert home.id == lines.id
    form = await edits(nearby, lines, "Add tags")
    assert filled(form)["tags"] == "kind"
    await nearby.slack.submit(MEMBER, form.id, {})
    await nearby.slack.until(lambda: not _needing(nearby, "Add tags"), 15)
    await asked.answer("is tagged kind")
    assert "kind" in nearby.row("talynce", ZOE)["tags"]


async def test_more_than_a_form_can_hold_is_said_to_be_cut(nearby: Town) -> None:
    nearby.ats["recruspace"].force(REFUSED)
    asked = await nearby.type(f"note {ZOE} {'word ' * 700}")
    form = await edits(nearby, await asked.answer(EDIT), "Add a note")
    assert len(filled(form)["text"]) == 3000
    assert "its end is missing here" in words(form)


async def test_a_form_that_slack_was_too_slow_to_open_is_not_lost(nearby: Town) -> None:
    nearby.ats["recruspace"].force(REFUSED)
    asked = await nearby.type(f"note {ZOE} Second try")
    nearby.slack.force("views.open", error="expired_trigger_id")
    assert (await nearby.slack.click(MEMBER, await asked.answer(EDIT), EDIT)).ok
    form = await edits(nearby, await asked.answer("Slack was too slow to open the form"), "Add a note")
    assert filled(form)["text"] == "Second try"


async def test_somebody_elses_words_are_shown_to_nobody(nearby: Town) -> None:
    nearby.ats["recruspace"].force(REFUSED)
    asked = await nearby.type(f"note {ZOE} Only mine")
    before = frozenset(m.ts for m in nearby.slack.said())
    delivery = await clicks_for(nearby, ADMIN, await asked.answer(EDIT))
    assert delivery.ok
    await Asked(nearby.slack, ADMIN, before, delivery).answer("This card is too old to go on with")
    assert nearby.slack.modal(ADMIN) is None


async def test_what_is_no_longer_kept_is_said_to_be_too_old(nearby: Town, here: Demo) -> None:
    nearby.ats["recruspace"].force(REFUSED)
    asked = await nearby.type(f"note {ZOE} Swept away")
    card = await asked.answer(EDIT)
    async with asyncio.timeout(10):
        while await here.bot.jobs.open_jobs():
            pass  # the answer is there a moment before its job has ended
    await here.bot.jobs.sweep(timedelta(seconds=-60))
    assert (await nearby.slack.click(MEMBER, card, EDIT)).ok
    await asked.answer("This card is too old to go on with")


async def clicks_for(town: Town, user: str, card: Message) -> Delivery:
    """A click that Slack would not let this person do: the card is somebody else's."""
    slack, blocks = town.slack, list(card.blocks or ())
    person, channel = slack.workspace.users[user], slack.workspace.channels[HIRING]
    action = completed(blocks, named(blocks, EDIT))
    trigger = new_trigger(slack.workspace, user)
    payload = payloads.message_click(person, channel, card, action, {}, trigger, "")
    return await slack.acts.carry(Errand("interactive", payload, user, "Shortlist", channel.id))


def _needing(town: Town, what: str) -> View | None:
    """Home, while it says that this needs somebody."""
    view = town.slack.home(MEMBER)
    said = words(view) if view else ""
    texts = [t["text"] for t in things(view.body["blocks"]) if t.get("type") == "plain_text"] if view else []
    return view if f":warning: *{what}*" in said and EDIT in texts else None
