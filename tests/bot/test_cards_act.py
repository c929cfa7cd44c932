"""Cards that act: refresh, share to the channel, undo; what everybody in the channel then sees."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.demo.run import Demo
from bot.demo.slack.workspace import Message
from bot.slack import invocation
from bot.work import perform
from bot.work.command.rooms import SlackRooms
from bot.work.engine.steps import Do
from commands.cards.about import candidate_of
from commands.ports.rooms import Level
from connectors.errors import Unavailable
from tests.bot.town import ADMIN, HIRING, MEMBER, PRIVATE, SHARED, Asked, Town

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"
CAN = ("eightfold", "talynce", "welcomekit")
PREVIEW = "will see."


@pytest.fixture(autouse=True)
def as_before(nearby: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pauses are short; rooms, scopes and faults are put back."""
    monkeypatch.setattr(perform, "PAUSES", (0.01,) * 6)
    monkeypatch.setattr(perform, "AFTER_DOUBT", 0.0)
    monkeypatch.setattr("bot.work.command.journal.SETTLES", 0.0)
    workspace = nearby.slack.workspace
    rooms, scopes = dict(workspace.channels), set(nearby.slack.scopes)
    yield
    workspace.channels.update(rooms)
    nearby.slack.scopes.clear()
    nearby.slack.scopes.update(scopes)
    nearby.slack.faults.clear()


async def found(town: Town, *, channel: str = HIRING, via: str = "recruspace") -> tuple[Asked, Message]:
    asked = await town.type(f"find {ZOE} via {via}", channel=channel)
    return asked, await asked.answer("Ødegård")


async def shares(town: Town, card: Message) -> Message:
    """The question that comes after *Share to this channel*."""
    before = len(previews(town))
    await town.slack.choose(MEMBER, card, "menu", "Share to this channel")
    await town.slack.until(lambda: len(previews(town)) > before)
    return previews(town)[-1]


def previews(town: Town) -> list[Message]:
    return [m for m in town.slack.said(MEMBER) if m.bot and PREVIEW in m.everything]


def seen_by_all(town: Town, channel: str) -> list[Message]:
    return [m for m in town.slack.said(channel=channel) if m.bot and m.ephemeral_to is None]


async def posts(town: Town, asked: Message, channel: str) -> Message:
    before = len(seen_by_all(town, channel))
    await town.slack.click(MEMBER, asked, "Post")
    await town.slack.until(lambda: len(seen_by_all(town, channel)) > before)
    return seen_by_all(town, channel)[-1]


def opened_up(town: Town, channel: str, **change: Any) -> None:
    channels = town.slack.workspace.channels
    channels[channel] = replace(channels[channel], **change)


async def refreshed(town: Town, card: Message, word: str) -> None:
    await town.slack.until(lambda: word in now(town, card))


def now(town: Town, one: Message) -> str:
    message = town.slack.workspace.messages.get((one.channel, one.ts))
    return message.everything if message else ""


async def test_refresh_reads_the_candidate_again_in_the_same_place(nearby: Town) -> None:
    _, card = await found(nearby)
    for tag in ("fresh", "fresher"):
        await nearby.ask(f"tag {ZOE} {tag}", "is tagged")
        assert tag not in now(nearby, card).split()
        await nearby.slack.choose(MEMBER, card, "menu", "Refresh")
        await refreshed(nearby, card, tag)


async def test_opening_the_page_is_the_browsers_business(nearby: Town) -> None:
    asked, card = await found(nearby)
    jobs = len(nearby.slack.calls)
    delivery = await nearby.slack.choose(MEMBER, card, "menu", "Open in Recruspace")
    assert delivery.ok
    assert (len(nearby.slack.calls), len(asked.answers())) == (jobs, 1)


@pytest.mark.parametrize(
    ("channel", "shown", "hidden"),
    [
        (HIRING, {"Zoë", "Backend Engineer"}, {ZOE, "Interview", "remote"}),
        (PRIVATE, {"Zoë", "Backend Engineer", "Interview", "remote"}, {ZOE}),
        (SHARED, {"A candidate for *Backend Engineer*"}, {"Zoë", "Ødegård", ZOE, "Interview", "remote"}),
        ("D0MIA", {"Zoë", "Backend Engineer", "Interview", "remote", ZOE}, set()),
    ],
)
async def test_a_room_sees_what_was_shown_before_and_no_more(
    nearby: Town, channel: str, shown: set[str], hidden: set[str]
) -> None:
    before = len(seen_by_all(nearby, channel))
    _, card = await found(nearby, channel=channel, via="talynce")
    asked = await shares(nearby, card)
    posted = await posts(nearby, asked, channel)
    said = f"{posted.everything} {posted.blocks}"
    assert {word for word in shown if word not in said} == set()
    assert {word for word in hidden if word in said} == set()
    words = [b for b in posted.blocks or () if b["type"] != "actions"]
    assert [_bare(b) for b in words] == [b for b in map(_bare, asked.blocks or ()) if b in map(_bare, words)]
    await nearby.slack.until(lambda: "Posted in" in now(nearby, asked))
    if channel != "D0MIA":
        assert "Ødegård" in now(nearby, card)
        assert len(seen_by_all(nearby, channel)) == before + 1


def _bare(block: dict[str, Any]) -> dict[str, Any]:
    """A block without the id that Slack has given it."""
    return {name: value for name, value in block.items() if name != "block_id"}


async def test_two_clicks_post_once(nearby: Town) -> None:
    _, card = await found(nearby)
    asked = await shares(nearby, card)
    before = len(nearby.slack.called("chat.postMessage"))
    await nearby.slack.click(MEMBER, asked, "Post")
    await nearby.slack.click(MEMBER, asked, "Post")
    await nearby.slack.until(lambda: "Posted in" in now(nearby, asked))
    await nearby.ask(f"find {ZOE}", "Ødegård")
    assert len(nearby.slack.called("chat.postMessage")) == before + 1


async def test_cancel_takes_the_question_away_and_posts_nothing(nearby: Town) -> None:
    _, card = await found(nearby)
    asked = await shares(nearby, card)
    before = len(seen_by_all(nearby, HIRING))
    await nearby.slack.click(MEMBER, asked, "Cancel")
    await nearby.slack.until(lambda: now(nearby, asked) == "")
    assert len(seen_by_all(nearby, HIRING)) == before


async def test_a_room_that_was_opened_to_partners_meanwhile_is_asked_about_again(nearby: Town) -> None:
    _, card = await found(nearby, channel=PRIVATE)
    asked = await shares(nearby, card)
    opened_up(nearby, PRIVATE, kind="shared")
    before = len(seen_by_all(nearby, PRIVATE))
    await nearby.slack.click(MEMBER, asked, "Post")
    await nearby.slack.until(lambda: "changed meanwhile" in now(nearby, asked))
    assert "Zoë" not in now(nearby, asked)
    assert len(seen_by_all(nearby, PRIVATE)) == before
    assert "Zoë" not in (await posts(nearby, asked, PRIVATE)).everything


@pytest.mark.parametrize("channel", [HIRING, PRIVATE])
async def test_it_says_how_to_be_invited(nearby: Town, channel: str) -> None:
    asked, card = await found(nearby, channel=channel)
    opened_up(nearby, channel, bot_in=False)
    await nearby.slack.choose(MEMBER, card, "menu", "Share to this channel")
    await asked.answer("invite me with `/invite @Shortlist`")
    assert "Ødegård" in now(nearby, card)


async def test_it_says_when_the_app_may_not_look_at_channels(nearby: Town) -> None:
    asked, card = await found(nearby)
    nearby.slack.scopes.discard("channels:read")
    await nearby.slack.choose(MEMBER, card, "menu", "Share to this channel")
    await asked.answer("installed without the permission")


async def test_a_post_whose_fate_is_unknown_is_not_sent_twice(nearby: Town) -> None:
    _, card = await found(nearby)
    asked = await shares(nearby, card)
    before = len(seen_by_all(nearby, HIRING))
    nearby.slack.force("chat.postMessage", status=500, late=True)
    await nearby.slack.click(MEMBER, asked, "Post")
    await nearby.slack.until(lambda: "I cannot tell whether" in now(nearby, asked))
    assert len(seen_by_all(nearby, HIRING)) == before + 1
    await nearby.slack.click(MEMBER, asked, "Post again")
    await nearby.slack.until(lambda: len(seen_by_all(nearby, HIRING)) == before + 2)


async def test_a_post_that_slack_turned_away_goes_out_when_it_may(nearby: Town) -> None:
    _, card = await found(nearby)
    asked = await shares(nearby, card)
    nearby.slack.force("chat.postMessage", status=429, headers={"Retry-After": "0"})
    assert "Zoë" in (await posts(nearby, asked, HIRING)).everything


async def test_a_click_on_a_shared_card_never_changes_what_everybody_sees(nearby: Town) -> None:
    _, card = await found(nearby)
    posted = await posts(nearby, await shares(nearby, card), HIRING)
    before = now(nearby, posted)
    opening = candidate_of(list(posted.blocks or ()))
    assert opening
    assert opening.name == "Zoë Ødegård"
    await nearby.slack.click(ADMIN, posted, "Tag")
    form = await nearby.slack.opened(ADMIN)
    assert "Zoë" in str(form.body)
    await nearby.slack.close(ADMIN, form.id)
    assert now(nearby, posted) == before
    assert next(m for m in seen_by_all(nearby, HIRING) if m.ts == posted.ts).edited is False


@pytest.mark.parametrize("vendor", CAN)
async def test_undo_takes_tags_off_and_replaces_the_receipt(nearby: Town, vendor: str) -> None:
    had = sorted(nearby.row(vendor, ZOE)["tags"])
    receipt = await nearby.ask(f"tag {ZOE} go, kind via {vendor}", "is tagged")
    writes = len(nearby.ats[vendor].writes)
    await nearby.slack.click(MEMBER, receipt, "Undo")
    await nearby.slack.click(MEMBER, receipt, "Undo")
    await nearby.slack.until(lambda: "Undone: the tag kind was taken off" in now(nearby, receipt), 15)
    await nearby.ask(f"find {ZOE} via {vendor}", "Ødegård")
    assert sorted(nearby.row(vendor, ZOE)["tags"]) == had
    assert len([w for w in nearby.ats[vendor].writes[writes:] if "authenticate" not in w.path]) == 1


@pytest.mark.parametrize("vendor", CAN)
async def test_undo_moves_back(nearby: Town, vendor: str) -> None:
    had = nearby.row(vendor, ZOE)["stage"]
    receipt = await nearby.ask(f"move {ZOE} to Backend Engineer: Offer via {vendor}", "was moved")
    assert nearby.row(vendor, ZOE)["stage"] != had
    await nearby.slack.click(MEMBER, receipt, "Undo")
    await nearby.slack.until(lambda: "is back at the stage *Interview*" in now(nearby, receipt), 15)
    assert nearby.row(vendor, ZOE)["stage"] == had


async def test_after_ten_minutes_undo_says_that_it_is_too_late(
    nearby: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await nearby.ask(f"tag {ZOE} lasting via talynce", "is tagged")

    class Later:
        time = staticmethod(lambda: time.time() + 11 * 60)

    monkeypatch.setattr(invocation, "time", Later)
    await nearby.slack.click(MEMBER, receipt, "Undo")
    await nearby.slack.until(lambda: "Undo works for ten minutes" in now(nearby, receipt))
    assert "lasting" in nearby.row("talynce", ZOE)["tags"]


async def test_recruspace_says_plainly_that_it_takes_nothing_back(nearby: Town) -> None:
    receipt = await nearby.ask(f"tag {ZOE} forever", "is tagged")
    assert "Recruspace cannot take this back through its API." in receipt.everything


class Remembered:
    """Steps of a job that another process has begun."""

    async def once(self, name: str, do: Do) -> str:
        return "another boot" if name == "posting" else await do()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing to wait for")

    async def ready(self) -> None:
        """Nobody shares this work."""


async def test_a_post_that_was_under_way_when_the_service_stopped_is_unclear(
    nearby: Town, here: Demo
) -> None:
    client = client_of(nearby)
    before = len(nearby.slack.calls)
    rooms = SlackRooms(client, Remembered())
    assert (await rooms.post(HIRING, "x", [], Level.PUBLIC)).unclear
    assert len(nearby.slack.calls) == before


async def test_a_look_that_slack_does_not_answer_is_worth_another_try(nearby: Town) -> None:
    nearby.slack.force("conversations.info", status=503)
    with pytest.raises(Unavailable):
        await SlackRooms(client_of(nearby), Remembered()).room(HIRING)


def client_of(town: Town) -> Any:
    from slack_sdk.web.async_client import AsyncWebClient

    return AsyncWebClient(token=town.slack.bot_token, base_url=town.slack.api_url, retry_handlers=[])
