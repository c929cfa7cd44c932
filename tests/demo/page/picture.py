"""Takes the picture of the README: `python -m tests.demo.page.picture`."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import ViewportSize

from bot.demo.run import demo
from tests.demo.page.window import HIRING, MIA, Window, chromium

PICTURE = Path(__file__).parents[3] / "docs" / "demo.png"
SIZE = ViewportSize(width=1440, height=940)
MORNING = 11
"""The hour of the picture, whenever it is taken."""


async def take(picture: Path) -> None:
    """A short conversation: a candidate looked up, a colleague's tip, that person added, a note begun."""
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder)) as running, chromium() as browser:
            context = await browser.new_context(
                viewport=SIZE, color_scheme="light", reduced_motion="reduce", timezone_id=_zone()
            )
            window = Window(await context.new_page(), running)
            await window.open()
            await window.say("/candidate find zoe@example.com")
            await window.card("Zoë Ødegård")
            running.slack.say(MIA, HIRING, "Met Jane Doe at the Go meetup, she is looking: jane@example.com")
            await window.say('/candidate add Jane Doe jane@example.com to "Backend talent" #python #senior')
            await window.card("Jane Doe", "was added")
            await window.holds("recruspace", "jane@example.com", tags="senior")
            await window.by("composer").fill("/candidate note jane@example.com Go since 2019, free from May")
            picture.parent.mkdir(exist_ok=True)
            await window.page.screenshot(path=picture)
            await context.close()


def _zone() -> str:
    """The time zone in which it is morning now; their names count westward."""
    return f"Etc/GMT{datetime.now(UTC).hour - MORNING:+d}"


if __name__ == "__main__":
    asyncio.run(take(PICTURE))
