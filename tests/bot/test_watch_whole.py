"""From a recruiter in the ATS to a hiring channel, and from a refused key to whoever can help."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.demo import run
from bot.demo.ats.server import Fault
from bot.demo.run import Demo, connection_settings, demo
from bot.demo.slack.people import TEAM_ID
from bot.demo.slack.workspace import Message
from bot.work import jobs
from commands.ports.watching import WatchState
from tests.bot.town import ADMIN, PRIVATE, Town

pytestmark = pytest.mark.anyio

NEW = {
    "recruspace": "Backend talent",
    "eightfold": "Backend talent",
    "talynce": "Backend Engineer",
    "welcomekit": "Backend Engineer",
}


@pytest.fixture
async def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Demo]:
    monkeypatch.setattr(jobs, "BULK_POLL", 0.25)
    monkeypatch.setattr(run, "WATCH_SECONDS", 0.3)
    async with demo(tmp_path) as all_of_it:
        yield all_of_it


@pytest.fixture
def place(here: Demo) -> Town:
    return Town(here.slack, here.ats)


async def subscribed(place: Town, here: Demo, vendor: str) -> None:
    """A channel that hears of this ATS, and a watch that has had its first look."""
    text = f"subscribe here added moved tagged via {vendor}"
    asked = await place.type(text, user=ADMIN, channel=PRIVATE, command="/ats")
    await asked.answer("now hears about")
    await until(place, here, vendor, lambda state: bool(state.worked))


async def until(place: Town, here: Demo, vendor: str, right: Callable[[WatchState], bool]) -> None:
    """Looked at whenever the ATS is asked something."""
    async with asyncio.timeout(15):
        while not right(await watched(here, vendor)):
            calls = len(place.ats[vendor].calls)
            await place.ats[vendor].until(lambda seen=calls: len(place.ats[vendor].calls) > seen)  # type: ignore[misc]


async def watched(here: Demo, vendor: str) -> WatchState:
    connections = await here.bot.workspaces.connections(TEAM_ID)
    connection = next(each for each in connections if each.vendor == vendor)
    found = await here.bot.workspaces.watch(TEAM_ID, connection.id)
    assert found is not None
    return found


@pytest.mark.parametrize("vendor", NEW)
async def test_what_a_recruiter_does_in_the_ats_appears_in_the_channel_once(
    place: Town, here: Demo, vendor: str
) -> None:
    await subscribed(place, here, vendor)
    desk = place.ats[vendor]
    there = next(each for each in desk.places() if NEW[vendor] in (each.title, each.group))
    id = desk.act("add", name="Grace Kim", email="grace@example.com", place=there.id)
    card = (await place.slack.until(lambda: cards(place)))[0]
    desk.act("tag", id=id, tag="python")
    await place.slack.until(lambda: "python" in cards(place)[0].everything)
    assert [each.ts for each in cards(place)] == [card.ts]
    assert "Ada" not in "".join(m.everything for m in place.slack.said(channel=PRIVATE) if m.bot)


def cards(place: Town) -> list[Message]:
    said = place.slack.said(channel=PRIVATE)
    return [m for m in said if m.bot and "Grace Kim" in m.everything and m.thread_ts is None]


async def test_a_key_that_is_refused_is_said_to_whoever_subscribed_and_mended_with_one_button(
    place: Town, here: Demo
) -> None:
    await subscribed(place, here, "talynce")
    fault = Fault(401, {"error": {"code": "unauthorized", "message": "Unknown key"}})
    place.ats["talynce"].force(*[fault] * 50)
    card = await place.slack.until(
        lambda: next((m for m in place.slack.said(ADMIN) if "are paused" in m.everything), None)
    )
    assert "Connect again" in card.everything
    assert (await watched(here, "talynce")).paused
    place.ats["talynce"].relent()
    said = await place.ask("status", "Announcements", user=ADMIN, command="/ats")
    assert "the ATS does not accept the key" in said.everything
    assert "paused until it is connected again" in said.everything
    assert len([m for m in place.slack.said(ADMIN) if "are paused" in m.everything]) == 1

    settings = connection_settings(place.ats["talynce"])
    await here.bot.workspaces.connect(TEAM_ID, "talynce", "talynce", settings)
    await until(place, here, "talynce", lambda state: not state.paused)
    desk = place.ats["talynce"]
    desk.act("add", name="Grace Kim", email="grace@example.com", place=desk.places()[0].id)
    await place.slack.until(lambda: cards(place))
