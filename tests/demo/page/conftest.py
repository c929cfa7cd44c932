"""One browser for all page tests, one demo for each file of them, one window for each test."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from bot.demo.ats.world import Person, World, small_world
from bot.demo.run import Demo, demo
from tests.demo.page.window import Window, chromium, new_tab

MARKED = Person(108, "<!channel>", "*x* <b>z</b>", "marked@example.com", pool="design")
"""Somebody whose name would ping and format, if it were taken for markup."""


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture(scope="module")
async def running_demo(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    known = small_world()
    world = World(known.pools, known.jobs, (*known.people, MARKED))
    async with demo(tmp_path_factory.mktemp("demo"), world=world) as running:
        yield running


@pytest.fixture(scope="module")
async def tab(browser: Browser) -> AsyncIterator[Page]:
    async with new_tab(browser) as page:
        yield page


@pytest.fixture
async def window(running_demo: Demo, tab: Page, request: pytest.FixtureRequest) -> AsyncIterator[Window]:
    """Ada's window on #hiring, where nothing has been said yet."""
    running_demo.slack.workspace.messages.clear()
    running_demo.slack.workspace.stacks.clear()
    window = Window(tab, running_demo)
    await window.open()
    yield window
    await window.shoot(re.sub(r"[^\w-]+", "-", request.node.name.removeprefix("test_")).strip("-"))
    window.close()
    assert window.strays == []
