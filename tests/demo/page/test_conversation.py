"""What the page and the cards do when a command is not simply carried out."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from bot.demo.run import Demo
from tests.demo.page.window import ADA, GUS, MIA, NARROW, PARTNERS, PAT, WIDE, Scheme, Window, new_tab

pytestmark = pytest.mark.anyio


async def test_several_people_of_one_name_are_a_choice_and_the_result_takes_its_place(window: Window) -> None:
    await window.say('/candidate tag "Sam Rivera" mentor')
    choice = await window.card("2 people", "sam.rivera@example.com", "s.rivera@example.org")
    await expect(window.by("ephemeral")).to_have_count(1)
    row = choice.locator(".section").filter(has_text="s.rivera@example.org")
    await window.click("Choose", row)
    card = await window.card("is tagged mentor", "s.rivera@example.org")
    await expect(window.by("ephemeral")).to_have_count(1)
    await expect(card).not_to_contain_text("Whom do you mean")
    await window.holds("recruspace", "s.rivera@example.org", tags="mentor")
    await expect(window.record("recruspace", "sam.rivera@example.com")).not_to_contain_text("mentor")


async def test_a_place_that_is_not_quite_right_is_offered_again(window: Window) -> None:
    await window.say("/candidate move mina@example.com to Desing talent")
    choice = await window.card("Did you mean one of these?", "Design talent")
    await window.click("Choose", choice.locator(".section").filter(has_text="Design talent").first)
    await window.card("was moved to", "Design talent")
    await window.holds("recruspace", "mina@example.com", where="Design talent")


async def test_a_wrong_verb_gets_the_right_one(window: Window) -> None:
    await window.say("/candidate fnd okafor")
    await window.card("“fnd”", "Did you mean", "/candidate find")


async def test_nobody_found_offers_to_add_them(window: Window) -> None:
    await window.say("/candidate find nobody@example.com")
    card = await window.card("Nobody in", "nobody@example.com")
    await window.click("Add candidate", card)
    form = await window.form("Add a candidate")
    await expect(form.locator('[data-test="field-email"] input')).to_have_value("nobody@example.com")
    await window.by("modal-close").click()
    await expect(form).to_be_hidden()


async def test_an_unknown_connection_is_named_with_those_there_are(window: Window) -> None:
    await window.say("/candidate find okafor via workable")
    await window.card("No ATS connection is called “workable”", "Talynce", "Eightfold")


async def test_a_member_may_not_connect_an_ats(window: Window) -> None:
    await window.by("user-switch").click()
    await window.by("user-mia").click()
    await expect(window.page.locator(f"body[data-ready={MIA}]")).to_be_attached()
    await window.say("/ats connect recruspace")
    await window.card("Only workspace admins can connect an ATS")
    await expect(window.by("modal")).to_have_count(0)


async def test_a_guest_is_refused_in_words(window: Window) -> None:
    await window.open(GUS)
    await window.say("/candidate find okafor")
    card = await window.card("Guests cannot use the ATS")
    await expect(card).not_to_contain_text("ada.okafor@example.com")


async def test_a_partner_in_a_shared_channel_is_refused_in_words(window: Window) -> None:
    await window.open(PAT, PARTNERS)
    await window.say("/candidate find okafor")
    card = await window.card("People of other organisations cannot use this workspace's ATS")
    await expect(card).not_to_contain_text("ada.okafor@example.com")


async def test_nobody_else_sees_an_answer(window: Window) -> None:
    await window.say("/candidate find okafor")
    await window.card("Ada Okafor")
    await window.open(MIA)
    await expect(window.by("message")).to_have_count(0)


async def test_the_keyboard_alone_completes_and_sends_a_command(window: Window) -> None:
    keyboard = window.page.keyboard
    await keyboard.press("/")
    await expect(window.by("completion")).to_be_visible()
    await keyboard.type("ca")
    await keyboard.press("Tab")
    await expect(window.by("composer")).to_have_value("/candidate ")
    await keyboard.type("fi")
    await expect(window.by("completion-item")).to_have_count(1)
    await keyboard.press("Enter")
    await expect(window.by("composer")).to_have_value("/candidate find ")
    await expect(window.by("usage-hint")).to_contain_text("/candidate find NAME or EMAIL")
    await keyboard.type("okafor")
    await keyboard.press("Enter")
    await window.card("Ada Okafor", "ada.okafor@example.com")
    await keyboard.press("ArrowUp")
    await expect(window.by("composer")).to_have_value("/candidate find okafor")


async def test_a_name_that_is_markup_is_shown_as_text(window: Window) -> None:
    await window.say("/candidate find marked@example.com")
    card = await window.card("<!channel>", "<b>z</b>")
    await expect(card.locator(".mention, b, strong strong")).to_have_count(0)
    await expect(window.record("recruspace", "marked@example.com")).to_contain_text("<!channel> *x*")


async def test_a_note_that_is_markup_is_kept_and_pings_nobody(window: Window) -> None:
    await window.say("/candidate note marked@example.com <b>Loud</b> & <!channel> <@U0ADA>")
    card = await window.card("Note added", "<b>Loud</b> &")
    await expect(card.locator(".mention, b")).to_have_count(0)
    await window.holds("recruspace", "marked@example.com", notes="<b>Loud</b> &")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
async def test_page_fits_the_window(
    browser: Browser, running_demo: Demo, window: Window, width: str, scheme: Scheme
) -> None:
    size = {"wide": WIDE, "narrow": NARROW}[width]
    running_demo.slack.acts.say(MIA, PARTNERS, "Something unread makes this line of the side bar longer.")
    async with new_tab(browser, size, scheme) as page:
        look = Window(page, running_demo)
        await look.open(ADA)
        await look.say("/candidate find zoe@example.com")
        await look.card("Zoë Ødegård")
        await look.say("/candidate find Sam Rivera")
        await look.card("people in Recruspace match")
        await look.shoot(f"page-{width}-{scheme}")
        overflow = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0
        bar = page.locator(".channels")
        assert await bar.evaluate("bar => bar.scrollWidth - bar.clientWidth") <= 0
        await expect(look.by("composer")).to_be_in_viewport(ratio=1)
        await expect(page.locator("body")).to_have_css("color-scheme", "light dark")
        assert await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
        assert look.strays == []


async def test_the_panel_opens_on_what_changed(browser: Browser, running_demo: Demo, window: Window) -> None:
    async with new_tab(browser, NARROW) as page:
        phone = Window(page, running_demo)
        await phone.open(ADA)
        await phone.say("/candidate tag mina@example.com mentor via talynce")
        await phone.card("is tagged mentor", "Talynce")
        await expect(phone.by("panel-toggle")).to_have_class(re.compile("news"))
        await phone.by("panel-toggle").click()
        await expect(phone.record("talynce", "mina@example.com")).to_be_in_viewport(ratio=1)
        await phone.shoot("panel-narrow")
