"""Hiring channels: what they are told, once, in one place for each candidate, and never too much."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.run import Demo, connection_settings, demo
from bot.demo.slack.people import TEAM_ID
from bot.demo.slack.workspace import Message
from bot.slack.client import new_session
from bot.slack.upload import Upload
from bot.work import announce, jobs
from bot.work.channels.announcement import ANNOUNCE, Announcement
from commands.cards.chart import chart
from commands.cards.weekly import WeekOf, described, weekly_card
from commands.ports.rooms import Level
from connectors.http import Http, new_client
from connectors.models import Candidate, Change, ChangeKind
from connectors.vendors import CONNECTORS
from tests.bot.town import ADMIN, HIRING, MEMBER, PRIVATE, SHARED, Town

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"
JANE = "Jane Doe jane@example.com"


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Demo]:
    """A demo of its own for each test: what a channel was told before decides what it is told."""
    monkeypatch.setattr(jobs, "BULK_POLL", 0.25)
    monkeypatch.setattr(announce, "PAUSES", (0.01,) * 4)
    async with demo(tmp_path) as all_of_it:
        yield all_of_it


@pytest.fixture
def place(running: Demo) -> Town:
    return Town(running.slack, running.ats)


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


async def button(town: Town, card: Message, name: str, said: str, user: str = ADMIN) -> Message:
    """Click, and return what is then said to whoever clicked, be it in the place of the card."""
    before = {(m.ts, m.everything) for m in town.slack.said(user)}
    await town.slack.click(user, card, name)

    def found() -> list[Message]:
        return [
            m for m in town.slack.said(user) if (m.ts, m.everything) not in before and said in m.everything
        ]

    return (await town.slack.until(found))[0]


@pytest.mark.parametrize(
    ("channel", "shown", "hidden"),
    [
        (HIRING, {"Zoë Ødegård", "Backend Engineer"}, {ZOE, "Interview", "remote", "kind"}),
        (PRIVATE, {"Zoë Ødegård", "Backend Engineer", "Interview", "kind"}, {ZOE}),
        (SHARED, {"A candidate for *Backend Engineer*"}, {"Zoë", "Ødegård", ZOE, "Interview", "kind", "Mia"}),
    ],
)
async def test_each_kind_of_channel_sees_what_it_may(
    place: Town, channel: str, shown: set[str], hidden: set[str]
) -> None:
    await subscribes(place, "here tagged via talynce", channel=channel)
    await place.ask(f"tag {ZOE} kind via talynce", "is tagged")
    await place.slack.until(lambda: len(everything(place, channel)) == 2)
    said = "".join(f"{m.everything} {m.blocks}" for m in everything(place, channel))
    assert {word for word in shown if word not in said} == set()
    assert {word for word in hidden if word in said} == set()


async def test_why_explains_for_one_person_and_an_admin_changes_it_with_one_click(place: Town) -> None:
    await subscribes(place, "here tagged noted")
    await place.ask(f"note {ZOE} Strong on Go", "Note added")
    card = await card_in(place, "Zoë")
    member = await button(place, card, "Why do I see this?", "is subscribed to", MEMBER)
    assert member.ephemeral_to == MEMBER
    assert f"ask <@{ADMIN}>" in member.everything
    assert "Mute" not in member.everything
    why = await button(place, card, "Why do I see this?", "is subscribed to")
    await button(place, why, "Mute “noted” here", "hears no more of “noted”")
    await place.ask(f"tag {ZOE} kind", "is tagged")
    await place.slack.until(lambda: len(below(place, card)) == 2)
    why = await button(place, card, "Why do I see this?", "is subscribed to")
    await button(place, why, "Unsubscribe", "hears no more about")
    again = await button(place, card, "Why do I see this?", "is not subscribed to anything")
    assert again.ephemeral_to == ADMIN


async def test_the_form_opens_from_home_and_shows_what_was_said_before(place: Town) -> None:
    await place.slack.open_home(ADMIN)
    home = await place.slack.until(lambda: place.slack.home(ADMIN))
    await place.slack.until(lambda: "Announce in a channel" in str(place.slack.home(ADMIN)))
    await place.slack.click(ADMIN, home, "Announce in a channel")
    form = await place.slack.opened(ADMIN, "Announcements")
    values: dict[str, Any] = {
        "channel": PRIVATE,
        "kinds": ["noted"],
        "tags": "remote, python",
        "budget": "3",
        "weekly": ["weekly"],
    }
    assert await place.slack.submit(ADMIN, form.id, values)
    said = await place.slack.heard(ADMIN, "now hears about")
    assert "Tells: noted. At most 3 cards an hour. A summary comes each Monday." in said.everything
    assert "with the tag *remote* or *python*" in said.everything
    listed = await place.ask("subscriptions", "1 subscription", user=ADMIN, command="/ats")
    assert f"<#{PRIVATE}> hears about *recruspace*" in listed.everything


@pytest.mark.parametrize(("budget", "ok"), [("61", False), ("many", False), ("0", True)])
async def test_the_form_says_what_is_wrong(place: Town, budget: str, ok: bool) -> None:
    await place.type("subscribe", user=ADMIN, command="/ats")
    form = await place.slack.opened(ADMIN, "Announcements")
    delivery = await place.slack.submit(ADMIN, form.id, {"budget": budget})
    assert delivery
    assert ("budget" not in place.slack.errors(form.id)) == ok


async def test_where_the_bot_is_not_it_says_how_to_invite_it(place: Town) -> None:
    channels = place.slack.workspace.channels
    channels[PRIVATE] = replace(channels[PRIVATE], bot_in=False)
    said = await subscribes(place, "#eng-hiring added", "I am not in")
    assert "/invite @Shortlist" in said.everything
    channels[PRIVATE] = replace(channels[PRIVATE], bot_in=True)
    await button(place, said, "Subscribe now", "now hears about")


async def test_only_admins_subscribe(place: Town) -> None:
    asked = await place.type("subscribe here", user=MEMBER, command="/ats")
    assert "Only workspace admins" in (await asked.answer("Only")).everything
    asked = await place.type("subscribe #nowhere added", user=ADMIN, command="/ats")
    assert "Pick the channel from the list" in (await asked.answer("Pick")).everything


async def test_a_channel_that_is_gone_pauses_and_its_admin_hears_of_it_once(place: Town) -> None:
    await subscribes(place, "here noted", channel=PRIVATE)
    channels = place.slack.workspace.channels
    channels[PRIVATE] = replace(channels[PRIVATE], bot_in=False)
    for text in ("One", "Two"):
        await place.ask(f"note {ZOE} {text}", "Note added")
    paused = await place.slack.heard(ADMIN, "are paused")
    assert len([m for m in place.slack.said(ADMIN) if "are paused" in m.everything]) == 1
    assert "Zoë" not in paused.everything
    channels[PRIVATE] = replace(channels[PRIVATE], bot_in=True)
    await button(place, paused, "Subscribe again", "now hears about")
    await place.ask(f"note {ZOE} Three", "Note added")
    await card_in(place, "Zoë", PRIVATE)


async def test_a_disconnected_ats_is_announced_no_more(place: Town) -> None:
    await subscribes(place, "here noted")
    await place.ask("disconnect recruspace", "is disconnected", user=ADMIN, command="/ats")
    listed = await place.ask("subscriptions", "0 subscriptions", user=ADMIN, command="/ats")
    assert "`/ats subscribe` opens the form" in listed.everything


@pytest.mark.parametrize("vendor", ["recruspace", "eightfold", "talynce", "welcomekit"])
async def test_what_the_bot_wrote_is_told_once_though_a_watch_sees_it_too(running: Demo, vendor: str) -> None:
    place = Town(running.slack, running.ats)
    await subscribes(place, f"here added moved tagged via {vendor}", channel=PRIVATE)
    (info,) = [c for c in await running.bot.workspaces.connections(TEAM_ID) if c.name == vendor]
    async with new_client() as client:
        kind = CONNECTORS[vendor]
        settings = kind.Settings.model_validate(connection_settings(place.ats[vendor]))
        ats = kind(settings, Http(client, {vendor: place.ats[vendor].url}))
        cursor = (await ats.changes(None)).cursor
        to = "Backend Engineer" if vendor != "recruspace" else '"Backend talent"'
        await place.ask(f"add {JANE} to {to} via {vendor}", "was added")
        await card_in(place, "Jane Doe", PRIVATE)
        await place.ask(f"tag {ZOE} brave via {vendor}", "is tagged")
        await card_in(place, "brave", PRIVATE)
        await place.slack.until(lambda: len(everything(place, PRIVATE)) == 4)
        seen = (await ats.changes(cursor)).changes
    assert seen or vendor == "eightfold"  # whose log of changes lags behind
    said = {(m.ts, m.everything) for m in everything(place, PRIVATE)}
    for n, change in enumerate(seen):
        again = Announcement(team=TEAM_ID, connection=info, change=change, reference=f"seen{n}")
        await running.bot.jobs.put_work(ANNOUNCE, again.reference, again.model_dump_json())
    fresh = Candidate(id="n1", name="Next One")
    last = Announcement(
        team=TEAM_ID, connection=info, change=Change(kind=ChangeKind.ADDED, candidate=fresh), reference="last"
    )
    await running.bot.jobs.put_work(ANNOUNCE, last.reference, last.model_dump_json())
    await card_in(place, "Next One", PRIVATE)
    await place.slack.until(lambda: len(everything(place, PRIVATE)) == 6)
    assert {(m.ts, m.everything) for m in everything(place, PRIVATE)} >= said


async def test_a_picture_reaches_slack_and_stands_in_the_message(place: Town) -> None:
    client = AsyncWebClient(token=place.slack.bot_token, base_url=place.slack.api_url, retry_handlers=[])
    week = WeekOf(0.0, "Recruspace", "c1", {"kind:added": 2}, [1, 2])
    async with new_session() as session:
        upload = Upload(session, place.slack.api_url)
        words = described(week, Level.PRIVATE)
        file = await upload.keep(client, "week.png", chart(week.added, []), words)
    card = weekly_card(week, Level.PRIVATE, file)
    await client.chat_postMessage(channel=HIRING, text=card.text, blocks=list(card.blocks))
    posted = told(place)[-1]
    assert file in str(posted.blocks)
    assert words in str(posted.blocks)
    kept = place.slack.files.get(file)
    assert kept
    assert kept.data.startswith(b"\x89PNG")
