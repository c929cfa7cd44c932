"""Forms open at once, say what is wrong beside the field, and do what the command would."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.demo.page.window import Window

pytestmark = pytest.mark.anyio


async def test_add_alone_opens_the_form_and_the_form_adds(window: Window) -> None:
    await window.say("/candidate add")
    await window.form("Add a candidate")
    await window.fill(name="Grace Kim", email="grace@example.com", to="Backend talent", tags="c++, remote")
    await window.shoot("form-add")
    await window.by("submit").click()
    await window.card("Grace Kim", "was added", "Backend talent")
    await expect(window.by("modal")).to_have_count(0)
    await window.holds(
        "recruspace", "grace@example.com", name="Grace Kim", where="Backend talent", tags="c++"
    )


async def test_a_malformed_address_is_said_beside_its_field(window: Window) -> None:
    await window.say("/candidate add Grace Kim")
    await window.form("Add a candidate")
    await window.fill(email="grace at example.com")
    await window.by("submit").click()
    await expect(window.by("field-email").locator('[data-test="field-error"]')).to_contain_text(
        "email address"
    )
    await window.shoot("form-error")
    await window.by("modal-close").click()
    await expect(window.by("modal")).to_have_count(0)


async def test_the_menu_of_candidate_alone_opens_each_form(window: Window) -> None:
    await window.say("/candidate")
    menu = await window.card("What would you like to do?")
    await window.click("Find", menu)
    await window.form("Find a candidate")
    await window.fill(who="okafor")
    await window.by("submit").click()
    await window.card("Ada Okafor", "ada.okafor@example.com")


async def test_the_note_button_of_a_card_writes_to_its_candidate(window: Window) -> None:
    await window.say("/candidate find zoe@example.com via talynce")
    await window.click("Note", await window.card("Zoë Ødegård", "Talynce"))
    form = await window.form("Add a note")
    await expect(form).to_contain_text("About Zoë Ødegård")
    await window.fill(text="Call again in May")
    await window.shoot("form-note")
    await window.by("submit").click()
    await window.card("Note added to", "Call again in May")
    await window.holds("talynce", "zoe@example.com", notes="Call again in May")


async def test_an_admin_connects_an_ats_and_a_wrong_key_comes_back(window: Window) -> None:
    await window.say("/ats connect recruspace")
    form = await window.form("Connect Recruspace")
    await window.fill(key="not-the-key", connection_name="second")
    await window.by("submit").click()
    await expect(form).to_contain_text("Recruspace does not accept the key")
    await window.shoot("form-connect-refused")
    await window.fill(key=window.demo.ats["recruspace"].settings["key"])
    await window.by("submit").click()
    connected = await window.form("Connected")
    await expect(connected).to_contain_text("Connected to second (Recruspace)")
    await window.shoot("form-connected")
    await window.by("modal-close").click()
    await window.say("/candidate find okafor via second")
    await window.card("Ada Okafor", "second")


async def test_escape_closes_a_form_and_writes_nothing(window: Window) -> None:
    before = len(window.demo.ats["recruspace"].writes)
    await window.say("/candidate note ada.okafor@example.com")
    await window.form("Add a note")
    await window.page.keyboard.press("Escape")
    await expect(window.by("modal")).to_have_count(0)
    await expect(window.by("composer")).to_be_focused()
    assert len(window.demo.ats["recruspace"].writes) == before
