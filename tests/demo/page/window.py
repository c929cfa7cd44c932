"""A browser window on the demo's page, in the words of the person who sits before it."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    ViewportSize,
    async_playwright,
    expect,
)

from bot.demo.run import Demo
from tests.chromium import find

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Scheme = Literal["light", "dark"]
ADA, MIA, GUS, PAT = "U0ADA", "U0MIA", "U0GUS", "U0PAT"
HIRING, PARTNERS = "C0HIRING", "C0ACME"
WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
SCREENSHOTS = Path(__file__).parents[3] / "screenshots"
PATIENCE = 40_000
"""Milliseconds that a promise may take before it counts as broken."""

expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    path = find()
    if path is None:
        raise RuntimeError(
            "There is no Chromium: `python tests/chromium.py` installs one or says what to do."
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def new_tab(
    browser: Browser, viewport: ViewportSize = WIDE, scheme: Scheme = "light"
) -> AsyncIterator[Page]:
    """A page without memory of others; nothing on it moves, so that nothing has to be waited for."""
    context = await browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    yield await context.new_page()
    await context.close()


class Window:
    """`page` shows the demo to one person in one channel; `strays` is what it wanted from elsewhere or broke on."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page = page
        self.demo = demo
        self.strays: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", self._asked)
        page.on("pageerror", self._broke)
        page.on("console", self._said)

    def close(self) -> None:
        """Stop watching; the page stays for the next window."""
        self.page.remove_listener("request", self._asked)
        self.page.remove_listener("pageerror", self._broke)
        self.page.remove_listener("console", self._said)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.demo.slack.url, "data:")):
            self.strays.append(f"request: {request.url}")

    def _broke(self, error: Error) -> None:
        self.strays.append(f"error: {error.message}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.strays.append(f"console: {message.text}")

    async def open(self, user: str = ADA, channel: str = HIRING) -> None:
        place = urlencode({"user": user, "channel": channel})
        await self.page.goto(f"{self.demo.slack.url}/?{place}")
        await expect(self.page.locator(f"body[data-ready={user}]")).to_be_attached()

    def by(self, hook: str) -> Locator:
        """Whatever bears this `data-test` on the page."""
        return self.page.locator(f'[data-test="{hook}"]')

    async def say(self, text: str) -> None:
        await self.by("composer").fill(text)
        await self.by("composer").press("Enter")

    async def card(self, *words: str) -> Locator:
        """The newest answer that only this person sees, once it says all of this."""
        card = self.by("ephemeral").last
        for each in words:
            await expect(card).to_contain_text(each)
        await expect(card.locator('[data-test="only-visible"]')).to_be_visible()
        return card

    async def click(self, label: str, within: Locator | None = None) -> None:
        buttons = within.locator('[data-test="button"]') if within else self.by("button")
        await buttons.filter(has_text=re.compile(f"^{re.escape(label)}$")).first.click()

    async def menu(self, text: str) -> Locator:
        """The hover menu of the message with this text, opened; its entries are shortcuts."""
        message = self.by("message").filter(has_text=text).last
        await message.hover()
        await message.locator('[data-test="more-actions"]').click()
        await expect(self.by("menu")).to_be_visible()
        return self.by("shortcut")

    async def use(self, shortcut: str, text: str) -> None:
        """A shortcut of the message with this text."""
        await (await self.menu(text)).filter(has_text=re.compile(f"^{shortcut}$")).click()

    async def overflow(self, label: str, card: Locator) -> None:
        """An entry of a card's overflow menu."""
        await card.locator('[data-test="overflow"]').click()
        await self.by("option").filter(has_text=label).click()

    async def form(self, title: str) -> Locator:
        """The form on top, once it has this title."""
        await expect(self.by("modal-title")).to_have_text(title)
        return self.by("modal")

    async def fill(self, **fields: str) -> None:
        """Type into fields of the form by their names; in a select that searches, choose what is found for it."""
        for name, text in fields.items():
            field = self.field(name)
            if await field.locator('[data-test="select"]').count():
                await self.choose(field, text)
            else:
                await field.locator("input, textarea").fill(text)

    async def choose(self, field: Locator, text: str) -> None:
        """Choose in a select: one option, or several with commas between."""
        search = field.locator('[data-test="select"]')
        for each in text.split(", "):
            await search.fill(each)
            await self.by("option").filter(has_text=each).first.click()
        await search.blur()
        await expect(self.by("listbox")).to_have_count(0)

    def field(self, name: str) -> Locator:
        """A field of the form by its name, whichever turn of it is shown now."""
        return self.page.locator(f'[data-test="field-{name}"], [data-test^="field-{name}~"]')

    async def holds_typed(self, **fields: str) -> None:
        """What stands in fields of the form."""
        for name, text in fields.items():
            await expect(self.field(name).locator("input, textarea")).to_have_value(text)

    def record(self, vendor: str, email: str) -> Locator:
        """The newest record of this address in the panel of an ATS."""
        return self.by(f"ats-{vendor}").locator(f'[data-test="ats-row"][data-email="{email}"]').last

    async def holds(self, vendor: str, email: str, **parts: str) -> None:
        """The ATS shows this of the person: `where`, `stage`, `tags`, `notes`, `name`."""
        record = self.record(vendor, email)
        await expect(record).to_be_visible()
        for part, text in parts.items():
            await expect(record.locator(f'[data-test="ats-{part}"]')).to_contain_text(text)

    async def shoot(self, name: str) -> None:
        """A screenshot, named after what it shows, for whoever wants to look: `make test SCREENSHOTS=1`."""
        if "SCREENSHOTS" in os.environ:
            await self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
