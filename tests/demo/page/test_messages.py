"""From what somebody wrote, or the CV they attached, to a candidate in the ATS."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from bot.demo.conversation import Paper
from bot.demo.run import Demo
from tests.demo.page.test_commands import PLACES, TITLES, each_ats
from tests.demo.page.window import ADA, HIRING, MIA, Window

pytestmark = pytest.mark.anyio

CLICKS = 3
WHO = {
    "recruspace": ("Amel", "pdf"),
    "eightfold": ("Nadia", "docx"),
    "talynce": ("Chloe", "pdf"),
    "welcomekit": ("Ruben", "docx"),
}
BY_FILE = ("recruspace", "eightfold")
ASK_WHERE = ("recruspace", "welcomekit")
"""They take nobody who is put nowhere."""


class Clicks:
    """Counts what the mouse does on the page; Enter on a button is no click."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def begin(self) -> None:
        await self._page.evaluate(
            """() => {
                window.clicks = 0;
                const count = (event) => { if (event.isTrusted && event.detail) window.clicks += 1; };
                document.addEventListener("click", count, {capture: true});
            }"""
        )

    async def so_far(self) -> int:
        return int(await self._page.evaluate("window.clicks"))


def cv(first: str, email: str, kind: str) -> Paper:
    return Paper(
        f"{first} Moreau CV.{kind}",
        (
            ("title", f"{first} Moreau"),
            ("text", "Backend engineer, Lyon"),
            ("text", f"{email} · +33 6 39 98 41 07"),
            ("text", f"https://www.linkedin.com/in/{first.lower()}-moreau-example"),
            ("head", "Skills"),
            ("text", "Python, Go, PostgreSQL"),
        ),
    )


def post_cv(demo: Demo, paper: Paper) -> None:
    demo.slack.upload(MIA, HIRING, f"A CV for us: {paper.name} #payments", [paper.file()])


@each_ats
async def test_from_a_message_with_a_cv_to_the_ats_takes_three_clicks(window: Window, vendor: str) -> None:
    first, kind = WHO[vendor]
    email = f"{first.lower()}@example.com"
    paper = cv(first, email, kind)
    post_cv(window.demo, paper)
    entries = await window.menu("A CV for us")
    clicks = Clicks(window.page)
    await clicks.begin()

    await entries.filter(has_text="Add candidate").click()
    form = await window.form("Add a candidate")
    await window.holds_typed(name=f"{first} Moreau", email=email, phone="+33639984107")
    await expect(window.field("links").locator("textarea")).to_have_value(
        f"https://www.linkedin.com/in/{first.lower()}-moreau-example"
    )
    await expect(window.field("tags")).to_contain_text("payments")
    await choose_ats(window, vendor)
    await expect(form).to_contain_text("is uploaded too" if vendor in BY_FILE else "stays in Slack")
    await window.holds_typed(name=f"{first} Moreau", email=email, phone="+33639984107")
    await window.shoot(f"message-form-{vendor}")
    await window.by("submit").click()
    if vendor in ASK_WHERE:
        card = await window.card("Where to in", TITLES[vendor])
        await window.click("Choose", card.locator(".section").filter(has_text=PLACES[vendor]).first)
    about_cv = "was uploaded" if vendor in BY_FILE else "takes CVs only as a public link"
    await window.card(f"{first} Moreau", "was added", TITLES[vendor], about_cv)
    await window.holds(vendor, email, name=f"{first} Moreau", tags="payments")
    assert await clicks.so_far() <= CLICKS


async def choose_ats(window: Window, vendor: str) -> None:
    """The form begins in this field: typing and Enter choose."""
    select = window.field("ats").locator("input")
    await expect(select).to_be_focused()
    await expect(select).to_have_value(TITLES["recruspace"])
    if vendor != "recruspace":
        await window.page.keyboard.type(TITLES[vendor])
        await expect(window.by("option")).to_have_count(1)
        await window.page.keyboard.press("Enter")
    await expect(select).to_have_value(re.compile(f"^{TITLES[vendor]}"))


async def test_somebody_who_is_there_already_is_seen_in_the_form_and_gets_a_note_instead(
    window: Window,
) -> None:
    window.demo.slack.say(MIA, HIRING, "Zoë Ødegård (zoe@example.com) would start in May, half time")
    await window.use("Add candidate", "would start in May")
    form = await window.form("Add a candidate")
    for title in ("Recruspace", "Eightfold", "Talynce", "welcomekit (Welcome to the Jungle)"):
        await expect(form).to_contain_text(f"is already in {title}")
    await window.shoot("message-duplicate")
    await window.click("Note instead", form)
    note = await window.form("Add a note")
    await expect(note).to_contain_text("About Zoë Ødegård")
    await window.shoot("message-note-instead")
    await window.fill(text="Would start in May")
    await window.by("submit").click()
    await window.card("Note added to", "Zoë Ødegård", "Would start in May")
    await expect(window.by("modal")).to_have_count(0)
    await window.holds("recruspace", "zoe@example.com", notes="Would start in May")


async def test_all_the_people_in_a_message_are_added_together(window: Window) -> None:
    window.demo.slack.say(
        MIA,
        HIRING,
        "From the meetup:\n• Hugo Martin, hugo.martin@example.com\n• Inès Laurent, ines.laurent@example.org\n"
        "• Jonas Weber, jonas.weber@example.net",
    )
    await window.use("Add candidate", "From the meetup")
    await window.form("Add a candidate")
    await window.choose(window.field("person"), "All 3 of them")
    await expect(window.field("email")).to_have_count(0)
    await window.choose(window.field("to"), "Backend talent")
    await window.shoot("message-several")
    await window.by("submit").click()
    for email in ("hugo.martin@example.com", "ines.laurent@example.org", "jonas.weber@example.net"):
        await window.holds("recruspace", email, where="Backend talent")
    for name in ("Hugo Martin", "Inès Laurent", "Jonas Weber"):
        await expect(window.by("ephemeral").filter(has_text=name).last).to_contain_text("was added")


async def test_the_note_of_a_message_begins_with_its_words(window: Window) -> None:
    window.demo.slack.say(ADA, HIRING, "Mina (mina@example.com) was great in the interview today")
    await window.use("Add note to candidate", "great in the interview")
    await window.form("Add a note")
    await window.holds_typed(text="Mina (mina@example.com) was great in the interview today")
    await window.by("submit").click()
    await window.card("Note added to", "Mina Park")
    await window.holds("recruspace", "mina@example.com", notes="was great in the interview today")
