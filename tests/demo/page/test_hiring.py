"""A hiring channel over its life: it subscribes, hears of what recruiters do, keeps quiet in a rush, and sums up the week."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import FilePayload, Locator, expect

from bot.work import jobs
from tests.demo.page.test_panel import add, do, look_at
from tests.demo.page.window import ADA, Window

pytestmark = pytest.mark.anyio

CHANNEL = "C0ENG"
BUDGET = 2
ROWS = 220
SHOWN = 200
"""Rows that the panel of an ATS draws."""
TABLE = "First name,Last name,Email,Tags\n" + "".join(
    f"Person{n},Tester,person{n}@example.net,imported\n" for n in range(ROWS)
)


def posts(window: Window, *words: str) -> Locator:
    """Messages of the channel that say all of this."""
    found = window.by("message")
    for each in words:
        found = found.filter(has_text=each)
    return found


async def subscribed(window: Window, vendor: str) -> None:
    await window.open(ADA, CHANNEL)
    await window.say(f"/ats subscribe here added moved tagged budget {BUDGET} weekly via {vendor}")
    await window.card("now hears about")
    await window.say("/ats status")
    await window.card("Announcements")
    await look_at(window, vendor)


async def test_a_change_in_the_ats_is_told_once_and_its_card_keeps_up(window: Window) -> None:
    await subscribed(window, "talynce")
    await _looked(window, "talynce")
    await add(window, "Grace Kim", "grace.kim@example.com")
    card = posts(window, "Grace Kim", "Backend Engineer")
    await expect(card).to_have_count(1)
    await do(window, "talynce", "grace.kim@example.com", "move")
    await window.page.locator('[data-test="ats-place"][data-title="Offer"]').first.click()
    await expect(card).to_contain_text("Offer")
    await expect(window.by("thread")).to_contain_text("2 replies")
    await expect(card).to_have_count(1)
    await window.shoot("announced")

    for number in range(BUDGET + 2):
        await add(window, f"Rush {number}", f"rush{number}@example.com")
    digest = posts(window, "more")
    await expect(digest).to_have_count(1)
    await expect(posts(window, "Rush")).not_to_have_count(BUDGET + 2)
    await window.shoot("digest")

    await window.by("clock").click()
    await window.by("forward-monday").click()
    week = posts(window, "The week from")
    await expect(week).to_have_count(1)
    picture = week.locator("img").last
    await expect(picture).to_have_attribute("alt", re.compile(r"\d"))
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    await window.shoot("weekly")


async def _looked(window: Window, vendor: str) -> None:
    """The watch has had its first look: what is there by then is told nobody."""
    desk = window.demo.ats[vendor]
    seen = len(desk.calls)
    await desk.until(lambda: len(desk.calls) > seen + 2)


async def test_hundreds_of_rows_are_imported_while_one_watches(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BULK_POLL", 0.25)
    await window.open(ADA, CHANNEL)
    await window.say("/candidate import via talynce")
    await window.form("Import candidates")
    file = FilePayload(name="people.csv", mimeType="text/csv", buffer=TABLE.encode())
    await window.field("file").locator("input[type=file]").set_input_files(file)
    await window.fill(to="Product Designer")
    await window.by("submit").click()
    await expect(window.by("modal")).to_contain_text(f"{ROWS:,} can be imported", timeout=30_000)
    await window.shoot("import-preview")
    await window.by("submit").click()
    await expect(window.by("modal")).to_contain_text("The import has begun")
    await window.by("modal-close").click()
    await expect(window.by("modal")).to_have_count(0)
    await window.open(ADA, f"D0{ADA[2:]}")
    message = posts(window, "people.csv").last
    await expect(message).to_contain_text(re.compile(r"[1-9]\d? %"), timeout=60_000)
    await expect(message).to_contain_text("a minute")
    await window.shoot("import-under-way")
    await expect(message).to_contain_text(f"Imported {ROWS:,} people", timeout=240_000)
    rows = window.demo.ats["talynce"].rows()
    await window.shoot("import-done")
    panel = window.by("ats-talynce")
    await expect(panel.locator('[data-test="ats-earlier"]')).to_contain_text(
        f"{len(rows) - SHOWN} earlier records"
    )
    await expect(panel.locator('[data-test="ats-row"]')).to_have_count(SHOWN)
    imported = [row["email"] for row in rows if "person" in str(row["email"])]
    assert len(imported) == len(set(imported)) == ROWS
