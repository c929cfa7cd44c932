"""The app's Home: connections, what somebody did, what needs them, and how to begin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina
from playwright.async_api import Locator, expect

from bot.demo.ats.server import Fault
from bot.demo.run import Demo
from bot.work import perform
from tests.demo.page.test_commands import TITLES
from tests.demo.page.window import ADA, MIA, Window

pytestmark = pytest.mark.anyio

CUT = Fault(method="POST", path="add-note", reset=True)
"""The line breaks while a note is on its way: nobody can tell whether it arrived."""


@pytest.fixture(autouse=True)
def hurry(running_demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(perform, "PAUSES", (0.01,) * 6)
    monkeypatch.setattr(perform, "AFTER_DOUBT", 0.0)
    monkeypatch.setattr("bot.work.command.journal.SETTLES", 0.0)
    with stamina.set_testing(True, attempts=1):
        yield
    for stand_in in running_demo.ats.values():
        stand_in.relent()


async def at_home(window: Window, user: str = ADA) -> Locator:
    """The Home tab of somebody's direct messages with the app."""
    await window.open(user, f"D0{user[2:]}")
    await window.by("tab-home").click()
    await expect(window.by("home")).to_contain_text("What would you like to do?")
    return window.by("home")


async def test_home_shows_how_each_connection_is(window: Window) -> None:
    window.demo.ats["talynce"].force(Fault(status=401, method="GET"))
    home = await at_home(window)
    for title in TITLES.values():
        await expect(home).to_contain_text(title)
    await expect(home).not_to_contain_text("checking")
    await expect(home).to_contain_text("Talynce does not accept the key")
    await expect(home.locator('[data-test="button"]').filter(has_text="Disconnect")).to_have_count(4)
    await window.shoot("home-admin")
    await expect(await at_home(window, MIA)).to_contain_text("ask an admin")
    await expect(home.locator('[data-test="button"]').filter(has_text="Disconnect")).to_have_count(0)


async def test_a_quick_action_opens_its_form_and_its_answer_is_a_direct_message(window: Window) -> None:
    home = await at_home(window)
    await window.click("Tag", home)
    await window.form("Add tags")
    await window.fill(who="Mina Park", tags="mentor")
    await window.by("submit").click()
    await expect(home).to_contain_text("Add tags in Recruspace")
    await window.holds("recruspace", "mina@example.com", tags="mentor")
    await window.shoot("home-last-actions")
    await window.by("tab-messages").click()
    await expect(window.by("message").last).to_contain_text("is tagged mentor")


async def test_what_failed_waits_at_home_and_is_sent_again(window: Window) -> None:
    window.demo.ats["recruspace"].force(CUT)
    await window.say("/candidate note noor@example.com Speaks five languages")
    await window.card("This was being sent to")
    home = await at_home(window)
    await expect(home).to_contain_text("Needs you")
    await window.shoot("home-needs-you")
    await window.click("Send again", home)
    await expect(home).not_to_contain_text("Needs you")
    await window.holds("recruspace", "noor@example.com", notes="Speaks five languages")
    await window.by("tab-messages").click()
    await expect(window.by("message").last).to_contain_text("Note added to")


async def test_what_failed_can_be_dismissed(window: Window) -> None:
    window.demo.ats["recruspace"].force(CUT)
    await window.say("/candidate note noor@example.com Never mind")
    await window.card("This was being sent to")
    tried = len(window.demo.ats["recruspace"].writes)
    home = await at_home(window)
    await window.click("Dismiss", home)
    await expect(home).not_to_contain_text("Needs you")
    await expect(window.record("recruspace", "noor@example.com")).not_to_contain_text("Never mind")
    assert len(window.demo.ats["recruspace"].writes) == tried
