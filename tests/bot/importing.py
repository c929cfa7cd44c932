"""How a test imports people: the forms on the way, the message on the way back."""

import asyncio
from typing import Any

import pytest

from bot.demo.slack.workspace import Message, View
from bot.work.importing import rows as import_rows
from commands.cards.mapping import CALLBACK
from commands.table.taking_in import take_in
from tests.bot.test_live_forms import TITLES, block, form, inputs, now, search
from tests.bot.town import MEMBER, Town

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOT_DM = "The import has begun"


def table(count: int, name: str) -> bytes:
    head = "First name,Last name,Email,Phone,Tags,Notes\n"
    rows = (
        f"{name.capitalize()}{n},Tester,{name}{n}@example.net,+3361234{n:04},imported,\n"
        for n in range(count)
    )
    return (head + "".join(rows)).encode()


async def asked(town: Town, vendor: str, to: str = "designer") -> tuple[View, dict[str, Any]]:
    """The form that asks for the file, and where to as it would be chosen in it."""
    view = await form(town, "import", "Import candidates")
    options = inputs(view)["ats"]["options"]
    option = next(o for o in options if TITLES[vendor] in o["text"]["text"])
    action = {"type": "static_select", "action_id": "value", "block_id": "ats", "selected_option": option}
    await town.slack.acts.act_in_view(MEMBER, view.id, action)
    await town.slack.until(lambda: inputs(now(town))["ats"].get("initial_option") == option)
    place = next(o for o in await search(town, now(town), "to", to) if o["value"].startswith("id:"))
    return now(town), {block(now(town), "to"): place}


async def mapped(town: Town, content: bytes, vendor: str = "talynce", *, name: str = "people.csv") -> View:
    """The form that asks for the columns, once the ATS was asked who is there."""
    view, place = await asked(town, vendor)
    kind = XLSX if name.endswith("xlsx") else CSV
    await town.slack.submit(MEMBER, view.id, {"file": [(name, content, kind)], **place})
    return await columns(town)


async def columns(town: Town) -> View:
    def drawn() -> View | None:
        view = now(town)
        return (
            view if view.body.get("callback_id") == CALLBACK and "Looking who" not in str(view.body) else None
        )

    return await town.slack.until(drawn, 15)


async def begun(town: Town, view: View, values: dict[str, Any] | None = None) -> None:
    await town.slack.submit(MEMBER, view.id, values or {})
    assert BOT_DM in str(now(town).body), town.slack.errors(view.id)
    await town.slack.close(MEMBER, view.id)


async def message(town: Town, text: str, seconds: float = 30.0) -> Message:
    """The message of the import, once it says this."""
    return await town.slack.heard(MEMBER, text, seconds=seconds)


def rows(town: Town, vendor: str, name: str) -> list[dict[str, Any]]:
    return [row for row in town.ats[vendor].rows() if str(row["email"]).startswith(name)]


class Gate:
    """Rows go through as a test lets them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left = asyncio.Semaphore(0)
        self.taken = 0
        self._stirred = asyncio.Event()
        monkeypatch.setattr(import_rows, "take_in", self._take_in)

    def let(self, count: int) -> None:
        for _ in range(count):
            self._left.release()

    async def reached(self, count: int) -> None:
        async with asyncio.timeout(20):
            while self.taken < count:
                self._stirred.clear()
                await self._stirred.wait()

    async def _take_in(self, *given: Any) -> Any:
        await self._left.acquire()
        taken = await take_in(*given)
        self.taken += 1
        self._stirred.set()
        return taken
