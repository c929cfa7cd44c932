"""Hiring channels: what they are told, once, in one place for each candidate, and never too much."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.demo.run import Demo, demo
from bot.demo.slack.workspace import Message
from bot.work import announce, jobs
from tests.bot.town import ADMIN, HIRING, MEMBER, PRIVATE, SHARED, Town

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"
JANE = "Jane Doe jane@example.com"


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A demo of its own for each test: what a channel was told before decides what it is told."""
    monkeypatch.setattr(jobs, "BULK_POLL", 0.05)
    monkeypatch.setattr(announce, "PAUSES", (0.01,) * 4)
    async with demo(tmp_path) as all_of_it:
        yield town_of(all_of_it)


def town_of(here: Demo) -> Town:
    return Town(here.slack, here.ats)


async def subscribes(town: Town, text: str, said: str = "now hears about", channel: str = HIRING) -> Message:
    asked = await town.type(f"subscribe {text}".strip(), user=ADMIN, channel=channel, command="/ats")
    assert asked.delivery.ok
    return await asked.answer(said)


def told(town: Town, channel: str = HIRING) -> list[Message]:
    """What the bot has said to everybody in the channel, but for threads."""
    return [m for m in everything(town, channel) if m.thread_ts is None]


def everything(town: Town, channel: str) -> list[Message]:
    return [m for m in town.slack.said(channel=channel) if m.bot and m.ephemeral_to is None]


def below(town: Town, card: Message) -> list[Message]:
    return [m for m in everything(town, card.channel) if m.thread_ts == card.ts]


async def card_in(town: Town, word: str, channel: str = HIRING) -> Message:
    def found() -> list[Message]:
        return [m for m in told(town, channel) if word in m.everything]

    return (await town.slack.until(found))[0]


async def test_an_announced_change_appears_and_is_brought_up_to_date_in_place(place: Town) -> None:
    await subscribes(place, "here added tagged moved", channel=PRIVATE)
    await place.ask(f'add {JANE} to "Backend talent"', "was added")
    card = await card_in(place, "Jane Doe", PRIVATE)
    assert "Backend talent" in card.everything
    assert "jane@example.com" not in f"{card.everything}{card.blocks}"
    await place.ask("tag jane@example.com python", "is tagged")
    await place.slack.until(lambda: "python" in told(place, PRIVATE)[0].everything)
    assert [m.ts for m in told(place, PRIVATE)] == [card.ts]
    await place.slack.until(lambda: len(below(place, card)) == 2)
    assert "by Mia Member via Slack" in below(place, card)[0].everything
    assert "<@" not in str([(m.text, m.blocks) for m in everything(place, PRIVATE)])
