"""Acting in the ATS itself, moving the time, and what the page shows of channels, threads and pictures."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, expect

from bot.demo.run import Demo
from bot.demo.slack.workspace import Message
from tests.demo.page.window import ADA, HIRING, NARROW, PARTNERS, Window, new_tab

pytestmark = pytest.mark.anyio

PLACES = {
    "recruspace": ("Backend talent", "Alumni"),
    "eightfold": ("Backend talent", "Alumni"),
    "talynce": ("Backend Engineer", "Offer"),
    "welcomekit": ("Backend Engineer", "Offer"),
}
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAFElEQVR4nGP8z8Dwn4GBgYEJRAAAHgQCAXxkV4oAAAAASUVORK5CYII="
)
"""A picture, two pixels wide."""


async def look_at(window: Window, vendor: str) -> None:
    await window.by(f"ats-tab-{vendor}").click()
    await expect(window.by(f"ats-{vendor}")).to_be_visible()


async def do(window: Window, vendor: str, email: str, deed: str) -> None:
    """Open the menu of somebody's record and choose in it."""
    record = window.record(vendor, email)
    await record.hover()
    await record.locator('[data-test="ats-more"]').click()
    await window.by(f"act-{deed}").click()


async def add(window: Window, name: str, email: str) -> None:
    await window.by("ats-act").click()
    await window.by("act-add").click()
    await window.by("ats-field-name").fill(name)
    await window.by("ats-field-email").fill(email)
    await window.by("ats-form-send").click()


@pytest.mark.parametrize("vendor", PLACES)
async def test_a_recruiter_adds_tags_and_moves_somebody_without_the_api(window: Window, vendor: str) -> None:
    before = len(window.demo.ats[vendor].calls)
    where, then = PLACES[vendor]
    await look_at(window, vendor)
    await add(window, "Grace Kim", "grace.kim@example.com")
    await expect(window.by("ats-form")).to_have_count(0)
    await window.holds(vendor, "grace.kim@example.com", name="Grace Kim", where=where)
    await do(window, vendor, "grace.kim@example.com", "tag")
    await window.by("ats-field-tag").fill("go, remote")
    await window.page.keyboard.press("Enter")
    await window.holds(vendor, "grace.kim@example.com", tags="remote")
    await do(window, vendor, "grace.kim@example.com", "move")
    await window.page.locator(f'[data-test="ats-place"][data-title="{then}"]').first.click()
    await expect(window.record(vendor, "grace.kim@example.com")).to_contain_text(then)
    assert len(window.demo.ats[vendor].calls) == before


async def test_a_rejected_person_is_shown_as_such_and_found_as_such(window: Window) -> None:
    await look_at(window, "recruspace")
    await do(window, "recruspace", "noor@example.com", "reject")
    await window.holds("recruspace", "noor@example.com", stage="Rejected")
    await window.say("/candidate find noor@example.com via recruspace")
    await window.card("Rejected")


async def test_what_the_ats_refuses_is_said_in_the_form(window: Window) -> None:
    await look_at(window, "talynce")
    await add(window, "Ada Again", "ada.okafor@example.com")
    await expect(window.by("ats-form-error")).to_contain_text("address already")
    await window.by("ats-field-email").fill("ada at example")
    await window.by("ats-form-send").click()
    await expect(window.by("ats-form-error")).to_contain_text("not an email address")
    await window.page.keyboard.press("Escape")
    await expect(window.by("ats-form")).to_have_count(0)
    await expect(window.by("ats-act")).to_be_focused()


async def test_the_keyboard_alone_acts_in_the_ats(window: Window) -> None:
    keyboard = window.page.keyboard
    await look_at(window, "eightfold")
    more = window.record("eightfold", "sam.rivera@example.com").locator('[data-test="ats-more"]')
    await more.focus()
    await keyboard.press("Enter")
    await expect(window.by("act-move")).to_be_focused()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(window.by("ats-field-tag")).to_be_focused()
    await keyboard.type("mentor")
    await keyboard.press("Enter")
    await window.holds("eightfold", "sam.rivera@example.com", tags="mentor")
    await expect(more).to_be_focused()


async def test_a_job_is_opened_and_closed(window: Window) -> None:
    await look_at(window, "recruspace")
    await window.by("ats-act").click()
    await window.by("act-open_job").click()
    await window.by("ats-field-name").fill("Site Engineer")
    await window.by("ats-form-send").click()
    await expect(window.by("ats-form")).to_have_count(0)
    await window.by("ats-act").click()
    await window.by("act-close_job").click()
    await window.page.locator('[data-test="ats-job"][data-title="Site Engineer"]').click()
    await window.by("ats-act").click()
    await window.by("act-close_job").click()
    await expect(window.by("ats-job").first).to_be_visible()
    await expect(window.page.locator('[data-test="ats-job"][data-title="Site Engineer"]')).to_have_count(0)
    await window.page.keyboard.press("Escape")


async def test_monday_morning_is_one_step_away(window: Window) -> None:
    await window.by("clock").click()
    await expect(window.by("menu")).to_contain_text("weekly summaries")
    await window.by("forward-monday").click()
    await expect(window.by("clock")).to_have_class(re.compile("moved"))
    then = datetime.fromtimestamp(window.demo.clock(), UTC)
    assert (then.weekday(), then.hour) == (0, 10)


async def test_time_moves_for_slack_for_the_atss_and_on_the_page(window: Window) -> None:
    before = window.demo.clock()
    window.demo.slack.say(ADA, HIRING, "Said before")
    await expect(window.page.locator(".day").last).to_contain_text("Today")
    await window.by("clock").click()
    await window.by("forward-86400").click()
    await expect(window.by("clock")).to_have_class(re.compile("moved"))
    await expect(window.page.locator(".day").last).to_contain_text("Yesterday")
    said = window.demo.slack.say(ADA, HIRING, "Said after")
    await expect(window.page.locator(".day").last).to_contain_text("Today")
    assert float(said.ts) - before >= 86400
    assert window.demo.ats["talynce"].clock() - before >= 86400
    await window.shoot("time-moved")
    await window.open()
    await expect(window.by("clock")).to_contain_text(re.compile(r"\+\d+ d"))


@pytest.mark.parametrize(
    ("channel", "kind", "shown", "withheld"),
    [
        (HIRING, "Public", ["Job or talent pool", "Name"], ["Stage and tags", "Email, phone, notes"]),
        ("C0ENG", "Private", ["Name", "Stage and tags"], ["Email, phone, notes"]),
        (PARTNERS, "Shared", ["Job or talent pool"], ["Name", "Stage and tags", "Email, phone, notes"]),
        ("D0ADA", "Only you", ["Name", "Email, phone, notes"], []),
    ],
)
async def test_a_channel_says_who_reads_along_and_what_may_be_shown(
    window: Window, channel: str, kind: str, shown: list[str], withheld: list[str]
) -> None:
    await window.open(ADA, channel)
    await expect(window.by("kind")).to_have_text(kind)
    await window.by("kind").click()
    note = window.by("kind-note")
    for part in shown:
        await expect(note.locator("li:not(.withheld)").filter(has_text=part)).to_have_count(1)
    for part in withheld:
        await expect(note.locator("li.withheld").filter(has_text=part)).to_have_count(1)
    await window.page.keyboard.press("Escape")
    await expect(note).to_have_count(0)
    await expect(window.by("kind")).to_be_focused()


async def test_replies_are_folded_under_their_message_and_new_ones_marked(window: Window) -> None:
    workspace = window.demo.slack.workspace
    root = workspace.put(Message(workspace.now_ts(), HIRING, "Zoë moved to Offer"))
    for text in ("Interview", "Second interview"):
        workspace.put(Message(workspace.now_ts(), HIRING, f"Was at {text}", thread_ts=root.ts))
    thread = window.by("thread")
    await expect(thread).to_contain_text("2 replies")
    await expect(window.by("message")).to_have_count(1)
    await thread.click()
    await expect(window.by("message")).to_have_count(3)
    await expect(thread).to_have_attribute("aria-expanded", "true")
    await expect(window.by("message").last).to_be_in_viewport(ratio=1)
    await thread.press("Enter")
    await expect(window.by("message")).to_have_count(1)
    workspace.put(Message(workspace.now_ts(), HIRING, "Was at Offer", thread_ts=root.ts))
    await expect(thread).to_contain_text("3 replies")
    await expect(thread).to_contain_text("new")


async def test_a_reply_elsewhere_makes_no_channel_unread(window: Window) -> None:
    workspace = window.demo.slack.workspace
    root = workspace.put(Message(workspace.now_ts(), "C0ENG", "Parent"))
    await expect(window.by("channel-eng-hiring")).to_have_class(re.compile("unread"))
    await window.by("channel-eng-hiring").click()
    await window.by("channel-hiring").click()
    await expect(window.by("channel-eng-hiring")).not_to_have_class(re.compile("unread"))
    workspace.put(Message(workspace.now_ts(), "C0ENG", "History", thread_ts=root.ts))
    workspace.put(Message(workspace.now_ts(), HIRING, "Seen"))
    await expect(window.by("message").last).to_contain_text("Seen")
    await expect(window.by("channel-eng-hiring")).not_to_have_class(re.compile("unread"))


async def test_a_picture_is_seen_at_once_and_said_in_words(window: Window) -> None:
    window.demo.slack.upload(ADA, HIRING, "Our growth", [("growth.png", DOT, "image/png")])
    picture = window.by("picture")
    await expect(picture.locator("img")).to_have_attribute("alt", "growth.png")
    await expect(picture.locator('[data-test="file"]')).to_contain_text("growth.png")
    assert (
        await picture.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 2
    )


async def test_all_of_it_works_on_a_telephone(browser: Browser, running_demo: Demo, window: Window) -> None:
    async with new_tab(browser, NARROW, "dark") as page:
        phone = Window(page, running_demo)
        await phone.open(ADA, PARTNERS)
        await phone.by("kind").click()
        await expect(phone.by("kind-note")).to_be_in_viewport(ratio=1)
        await phone.shoot("kind-narrow")
        await page.keyboard.press("Escape")
        await phone.by("panel-toggle").click()
        await phone.by("ats-act").click()
        await phone.by("act-add").click()
        await expect(phone.by("ats-form")).to_be_in_viewport(ratio=1)
        await phone.shoot("act-narrow")
        assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert phone.strays == []
