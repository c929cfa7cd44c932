"""Forms while they are open: search as you type, another ATS, duplicates, and nothing typed is lost."""

import asyncio
from typing import Any

import pytest

from bot.demo.ats.server import Fault
from bot.demo.slack.workspace import View
from commands.cards.live import name_of
from tests.bot.town import GUEST, HIRING, MEMBER, PARTNER, SHARED, Town

pytestmark = pytest.mark.anyio

SLACK_WAITS = 3.0
"""Seconds for the options of a menu."""
VENDORS = ("recruspace", "eightfold", "talynce", "welcomekit")
TITLES = {"recruspace": "Recruspace", "eightfold": "Eightfold", "talynce": "Talynce", "welcomekit": "Welcome"}


async def form(town: Town, text: str, title: str, *, user: str = MEMBER) -> View:
    await town.type(text, user=user)
    return await town.slack.opened(user, title)


def now(town: Town, user: str = MEMBER) -> View:
    view = town.slack.modal(user)
    assert view
    return view


def inputs(view: View) -> dict[str, Any]:
    """Block id without its generation, and the element."""
    return {name_of(b["block_id"]): b["element"] for b in view.body["blocks"] if b["type"] == "input"}


def block(view: View, name: str) -> str:
    ids = (str(b.get("block_id", "")) for b in view.body["blocks"])
    return next(id for id in ids if name_of(id) == name)


async def search(town: Town, view: View, name: str, text: str, *, user: str = MEMBER) -> list[dict[str, Any]]:
    """The options that a search offers, groups opened up."""
    said = await town.slack.suggest(user, view, "value", text, block_id=block(view, name))
    return [*said.get("options", ()), *(o for g in said.get("option_groups", ()) for o in g["options"])]


def labels(options: list[dict[str, Any]]) -> list[str]:
    return [each["text"]["text"] for each in options]


async def choose_ats(town: Town, view: View, vendor: str) -> View:
    options = inputs(view)["ats"]["options"]
    option = next(o for o in options if TITLES[vendor] in o["text"]["text"])
    action = {"type": "static_select", "action_id": "value", "block_id": "ats", "selected_option": option}
    await town.slack.acts.act_in_view(MEMBER, view.id, action)
    await town.slack.until(lambda: inputs(now(town))["ats"].get("initial_option") == option)
    return now(town)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_candidates_and_places_are_found_while_typing(nearby: Town, vendor: str) -> None:
    view = await form(nearby, f"move zoe@example.com via {vendor}", "Move")
    people = await search(nearby, view, "who", "zoe")
    assert "Zoë Ødegård" in labels(people)
    places = await search(nearby, view, "to", "designer")
    assert "Product Designer" in labels(places)
    assert all("designer" in each.casefold() for each in labels(places))
    zoe = next(o for o in people if o["text"]["text"] == "Zoë Ødegård")
    to = next(o for o in places if o["text"]["text"] == "Product Designer")
    before = len(nearby.slack.said(MEMBER))
    await nearby.slack.submit(MEMBER, view.id, {block(view, "who"): zoe, block(view, "to"): to})
    await nearby.slack.until(lambda: len(nearby.slack.said(MEMBER)) > before, 15)
    rows = [r for r in nearby.ats[vendor].rows() if r["email"] == "zoe@example.com"]
    assert any("Product Designer" in r["where"] for r in rows)


async def test_what_was_typed_is_always_offered(nearby: Town) -> None:
    view = await form(nearby, "note zoe@example.com", "note")
    offered = await search(nearby, view, "who", "Nobody Anywhere")
    assert labels(offered) == ["“Nobody Anywhere” as typed"]


async def test_a_slow_ats_does_not_hold_the_search_up(nearby: Town) -> None:
    nearby.ats["talynce"].force(*[Fault(delay=8.0, done=True, status=503)] * 2)
    view = await form(nearby, "note zoe@example.com via talynce", "note")
    started = asyncio.get_running_loop().time()
    offered = await search(nearby, view, "who", "rivera")
    assert asyncio.get_running_loop().time() - started < SLACK_WAITS
    assert "Talynce is slow" in labels(offered)[-1]


async def test_another_ats_is_searched_once_it_is_chosen(nearby: Town) -> None:
    view = await form(nearby, "move via recruspace zoe@example.com", "Move")
    view = await choose_ats(nearby, view, "eightfold")
    zoe = (await search(nearby, view, "who", "zoe"))[0]
    connection = inputs(view)["ats"]["initial_option"]["value"]
    assert zoe["value"].startswith(f"id:{connection}:")
    assert name_of(block(view, "who")) != block(view, "who")


async def test_somebody_found_in_one_ats_is_not_taken_for_another_s(nearby: Town) -> None:
    view = await form(nearby, "tag zoe@example.com via recruspace", "tag")
    stray = (await search(nearby, view, "who", "zoe"))[0]
    other = await choose_ats(nearby, view, "talynce")
    values = {block(other, "who"): stray, block(other, "tags"): await search(nearby, other, "tags", "rust")}
    await nearby.slack.submit(MEMBER, other.id, values)
    assert "another ATS" in str(nearby.slack.errors(other.id))


async def test_tags_already_used_are_offered_and_new_ones_too(nearby: Town) -> None:
    view = await form(nearby, "tag zoe@example.com via recruspace", "tag")
    await search(nearby, view, "who", "zoe")
    assert "remote" in labels(await search(nearby, view, "tags", "rem"))
    assert "rust (new)" in labels(await search(nearby, view, "tags", "rust"))


@pytest.mark.parametrize(("user", "channel"), [(GUEST, HIRING), (PARTNER, SHARED)])
async def test_guests_and_strangers_get_no_form_to_search_in(nearby: Town, user: str, channel: str) -> None:
    asked = await nearby.type("find", user=user, channel=channel)
    assert (await asked.answer("ATS")).ephemeral_to == user
    assert nearby.slack.modal(user) is None


async def test_a_known_address_is_said_to_be_there_in_every_ats(nearby: Town) -> None:
    view = await form(nearby, "add Zoë via recruspace", "Add")
    action = {
        "type": "email_text_input",
        "action_id": "value",
        "block_id": "email",
        "value": "zoe@example.com",
    }
    await nearby.slack.acts.act_in_view(MEMBER, view.id, action)
    await nearby.slack.until(lambda: "is already in" in str(now(nearby).body), 10)
    said = str(now(nearby).body)
    assert all("Move instead" in said and title in said for title in TITLES.values())


async def test_what_is_typed_stays_when_the_form_learns_something(nearby: Town) -> None:
    view = await form(nearby, "add Noor via recruspace", "Add")
    nearby.slack.acts.type_into(MEMBER, view.id, {"phone": "+33 6 12 34 56 78"})
    action = {
        "type": "email_text_input",
        "action_id": "value",
        "block_id": "email",
        "value": "noor@example.com",
    }
    await nearby.slack.acts.act_in_view(MEMBER, view.id, action)
    await nearby.slack.until(lambda: "is already in" in str(now(nearby).body), 10)
    assert "+33 6 12 34 56 78" in str(now(nearby).values)
    assert block(now(nearby), "phone") == "phone"


async def test_from_a_duplicate_to_a_note_instead(nearby: Town) -> None:
    view = await form(nearby, "add Mina via recruspace", "Add")
    action = {
        "type": "email_text_input",
        "action_id": "value",
        "block_id": "email",
        "value": "mina@example.com",
    }
    await nearby.slack.acts.act_in_view(MEMBER, view.id, action)
    await nearby.slack.until(lambda: "is already in" in str(now(nearby).body), 10)
    await nearby.slack.click(MEMBER, now(nearby), "Note instead")
    note = await nearby.slack.opened(MEMBER, "note")
    await nearby.slack.submit(MEMBER, note.id, {"text": "Known already"})
    await nearby.slack.heard(MEMBER, "Note added")
    notes = [r["notes"] for v in VENDORS for r in nearby.ats[v].rows() if r["email"] == "mina@example.com"]
    assert "Known already" in str(notes)
