"""Cards that act: what is refused comes back, what was done is undone, what is shared is asked about first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from bot.demo.ats.server import Fault
from bot.demo.run import Demo
from tests.demo.page.window import MIA, Window

pytestmark = pytest.mark.anyio

REFUSED = Fault(status=400, body={"success": False, "error": "no"}, method="POST", path="add-note")


@pytest.fixture(autouse=True)
def all_is_well_again(running_demo: Demo) -> Iterator[None]:
    yield
    running_demo.slack.faults.clear()
    for stand_in in running_demo.ats.values():
        stand_in.relent()


async def test_a_refused_form_comes_back_filled_in_with_the_reason_on_top(window: Window) -> None:
    window.demo.ats["recruspace"].force(REFUSED)
    await window.say("/candidate note zoe@example.com")
    await window.form("Add a note")
    await window.fill(text="Wants to work remotely, two days a week")
    await window.by("submit").click()
    card = await window.card("Recruspace refused the request")
    await window.shoot("refused-card")
    await window.click("Edit and send again", card)
    form = await window.form("Add a note")
    await window.holds_typed(who="zoe@example.com", text="Wants to work remotely, two days a week")
    await expect(form.locator(".section").first).to_contain_text("refused the request")
    await window.shoot("refused-form")
    await window.fill(text="Wants to work remotely")
    await window.by("submit").click()
    await window.card("Note added to", "Zoë Ødegård")
    await window.holds("recruspace", "zoe@example.com", notes="Wants to work remotely")


async def test_undo_takes_a_tag_back_in_talynce(window: Window) -> None:
    await window.say("/candidate tag mina@example.com mentor, on call via talynce")
    receipt = await window.card("is tagged mentor, on call", "Undo works until")
    await window.holds("talynce", "mina@example.com", tags="on call")
    await window.shoot("undo-before")
    await window.click("Undo", receipt)
    card = await window.card("Undone: the tags mentor, on call were taken off", "Mina Park")
    await expect(window.by("ephemeral")).to_have_count(1)
    await expect(card.locator('[data-test="button"]').filter(has_text="Undo")).to_have_count(0)
    await expect(window.record("talynce", "mina@example.com")).not_to_contain_text("on call")


async def test_candidates_and_places_are_found_while_typing(window: Window) -> None:
    await window.say("/candidate move via talynce")
    await window.form("Move a candidate")
    who = window.field("who").locator('[data-test="select"]')
    await who.click()
    await expect(window.by("listbox")).to_contain_text("Type at least 2 characters")
    await who.press_sequentially("ivo")
    await window.by("option").filter(has_text="Ivo Silva").click()
    await expect(who).to_have_value("Ivo Silva")
    to = window.field("to").locator('[data-test="select"]')
    await to.click()
    for group in ("Jobs", "Stages"):
        await expect(window.by("listbox").locator(".menu-heading").filter(has_text=group)).to_be_visible()
    await to.press_sequentially("designer")
    await expect(window.by("option").filter(has_text="Backend")).to_have_count(0)
    await window.shoot("move-search")
    await window.by("option").filter(has_text="Product Designer").first.click()
    await window.by("submit").click()
    await window.card("Ivo Silva", "was moved to", "Product Designer")
    record = window.by("ats-talynce").locator('[data-test="ats-row"]').filter(has_text="Ivo Silva").last
    await expect(record.locator('[data-test="ats-where"]')).to_contain_text("Product Designer")


async def test_sharing_asks_first_and_then_everybody_sees_it(window: Window) -> None:
    await window.say("/candidate find zoe@example.com")
    await window.overflow("Share to this channel", await window.card("Zoë Ødegård", "zoe@example.com"))
    asked = await window.card("will see", "Everybody in the workspace can read along here", "Zoë Ødegård")
    await expect(asked).not_to_contain_text("zoe@example.com")
    await window.shoot("share-asks")
    await window.click("Post", asked)
    await window.card("Posted in")
    posted = window.by("message").filter(has_text="shared by Ada Admin").last
    await expect(posted).to_contain_text("Zoë Ødegård")
    await window.open(MIA)
    await expect(window.by("message")).to_have_count(1)
    await expect(window.by("message")).to_contain_text("Zoë Ødegård")
    await expect(window.by("message")).not_to_contain_text("zoe@example.com")
