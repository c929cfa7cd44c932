"""Home: published at once, kept up to date while somebody looks, and as good as any card for going on."""

import asyncio
import json
from collections.abc import Iterator

import pytest
import stamina

from bot.demo.ats.server import Fault
from bot.demo.slack.people import TEAM_ID
from bot.demo.slack.workspace import Message, View
from bot.slack import home as homes
from bot.slack.home import Home
from bot.work import perform
from bot.work.command import tell
from tests.bot.town import ADMIN, GUEST, HIRING, MEMBER, PARTNER, Town
from tests.schemas import problems, things

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(perform, "PAUSES", (0.01,) * 6)
    monkeypatch.setattr(perform, "AFTER_DOUBT", 0.0)
    monkeypatch.setattr("bot.work.command.journal.SETTLES", 0.0)
    monkeypatch.setattr(tell, "SLACK_PAUSES", (0.01,) * 6)
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture(autouse=True)
def all_is_well_again(nearby: Town) -> Iterator[None]:
    yield
    nearby.slack.faults.clear()
    for stand_in in nearby.ats.values():
        stand_in.relent()


def words(view: View | None) -> str:
    """What a Home says, one block after the other."""
    shown = things(view.body["blocks"]) if view else ()
    return "\n".join(t["text"] for t in shown if t.get("type") in ("mrkdwn", "plain_text"))


async def looks(town: Town, user: str, text: str = "") -> View:
    """Opens Home, and waits until it says this."""
    await town.slack.open_home(user)
    return await shows(town, user, text)


async def shows(town: Town, user: str, *texts: str) -> View:
    def home() -> View | None:
        view = town.slack.home(user)
        return view if all(text in words(view) for text in texts) else None

    return await town.slack.until(home, 15)


def buttons(view: View) -> set[str]:
    return {t["text"]["text"] for t in things(view.body["blocks"]) if t.get("type") == "button"}


def direct(town: Town, user: str, text: str) -> list[Message]:
    """What was said to somebody by direct message."""
    return [m for m in town.slack.said(user, f"D0{user[2:]}") if text in m.everything]


async def test_home_is_there_at_once_and_then_says_how_each_ats_is(nearby: Town) -> None:
    nearby.ats["talynce"].force(Fault(status=401, method="GET"))
    before = len(nearby.slack.called("views.publish"))
    view = await looks(nearby, MEMBER, "does not accept the key")
    published = [json.dumps(call["view"]) for call in nearby.slack.called("views.publish")[before:]]
    assert [each.count("checking") for each in published] == [4, 0]
    assert words(view).count("works, as") == 3
    assert {"Add candidate", "Find candidate", "Note", "Tag", "Move"} <= buttons(view)
    assert not {"Disconnect", "Make default"} & buttons(view)


async def test_an_ats_that_says_nothing_keeps_nobody_waiting(
    nearby: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await looks(nearby, MEMBER, "works, as")
    monkeypatch.setattr(homes, "DEADLINE", 0.05)
    nearby.ats["recruspace"].force(Fault(method="GET", hang=True))
    await nearby.ask("default recruspace", "is now the default", user=ADMIN, command="/ats")
    await shows(nearby, MEMBER, "slow: it did not answer in time")
    nearby.ats["recruspace"].relent()
    await nearby.ask("default recruspace", "is now the default", user=ADMIN, command="/ats")


async def test_guests_and_partners_see_a_sentence(nearby: Town) -> None:
    assert words(await looks(nearby, GUEST, "Guests cannot use the ATS")).count("\n") == 0
    assert words(await looks(nearby, PARTNER, "People of other organisations")).count("\n") == 0


async def test_what_somebody_does_appears_while_they_look(nearby: Town) -> None:
    await looks(nearby, MEMBER)
    await nearby.ask(f"tag {ZOE} steady", "is tagged")
    view = await shows(nearby, MEMBER, "*Add tags* in Recruspace")
    assert "done" in words(view)
    said = json.dumps(view.body, ensure_ascii=False)
    assert not [word for word in ("steady", ZOE, "Zoë", "Ødegård") if word in said]
    assert "Add tags" not in words(await looks(nearby, ADMIN, "ATS connections")), "that is somebody else's"


async def test_a_search_that_was_answered_leaves_no_line(nearby: Town) -> None:
    await looks(nearby, MEMBER)
    await nearby.ask(f"find {ZOE}", "Zoë")
    await nearby.ask(f"move {ZOE} to Alumni", "was moved")
    assert "Find a candidate" not in words(await shows(nearby, MEMBER, "Move a candidate"))


async def test_what_waits_says_when_it_is_tried_next(nearby: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perform, "PAUSES", (1.0,) * 3)
    monkeypatch.setattr(perform, "AFTER_DOUBT", 0.5)
    await looks(nearby, MEMBER)
    nearby.ats["eightfold"].force(*[Fault(503, "")] * 2)
    asked = await nearby.type(f"note {ZOE} Written later via eightfold")
    await shows(nearby, MEMBER, "the ATS is not answering; next try <!date^")
    await asked.answer("Note added")
    await nearby.slack.until(lambda: "next try" not in words(nearby.slack.home(MEMBER)))


async def test_what_is_undecided_can_be_sent_again_from_home_and_card_and_is_sent_once(nearby: Town) -> None:
    await looks(nearby, MEMBER)
    nearby.ats["recruspace"].force(Fault(method="POST", path="add-note", reset=True))
    asked = await nearby.type("note noor@example.com Sent from Home")
    card = await asked.answer("This was being sent to")
    view = await shows(nearby, MEMBER, "Needs you", "check first")
    clicks = [nearby.slack.click(MEMBER, where, "Send again") for where in (view, card, view)]
    assert all(click.ok for click in await asyncio.gather(*clicks))
    await asked.answer("Note added", anywhere=True)
    await nearby.slack.until(lambda: "Needs you" not in words(nearby.slack.home(MEMBER)))
    assert str(nearby.row("recruspace", "noor@example.com")["notes"]).count("Sent from Home") == 1


async def test_send_again_works_from_home_when_the_card_is_gone(nearby: Town) -> None:
    await looks(nearby, MEMBER)
    nearby.ats["recruspace"].force(Fault(method="POST", path="add-note", reset=True))
    asked = await nearby.type("note mina@example.com After the card was gone")
    card = await asked.answer("This was being sent to")
    nearby.slack.workspace.messages.pop((card.channel, card.ts))
    view = await shows(nearby, MEMBER, "Needs you")
    before = len(direct(nearby, MEMBER, "Note added"))
    await nearby.slack.click(MEMBER, view, "Send again")
    await nearby.slack.until(lambda: len(direct(nearby, MEMBER, "Note added")) > before, 15)
    assert str(nearby.row("recruspace", "mina@example.com")["notes"]).count("After the card was gone") == 1


async def test_what_was_given_up_is_kept_to_be_sent_again(
    nearby: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perform, "PAUSES", (0.01,))
    await looks(nearby, MEMBER)
    nearby.ats["talynce"].force(Fault(503, ""))
    asked = await nearby.type(f"tag {ZOE} later via talynce")
    card = await asked.answer("stayed away, so your `tag` was not sent")
    await shows(nearby, MEMBER, "Needs you", "stayed away")
    await nearby.slack.click(MEMBER, card, "Send again")
    await asked.answer("is tagged later")
    await nearby.slack.until(lambda: "Needs you" not in words(nearby.slack.home(MEMBER)))


async def test_a_line_can_be_dismissed(nearby: Town) -> None:
    await looks(nearby, MEMBER)
    nearby.ats["welcomekit"].force(Fault(status=400, body={}, method="POST"))
    await nearby.ask(f"note {ZOE} Not to be via welcomekit", "refused the request")
    view = await shows(nearby, MEMBER, "Needs you", "refused the request")
    assert (await nearby.slack.click(MEMBER, view, "Dismiss")).ok
    await nearby.slack.until(lambda: "Needs you" not in words(nearby.slack.home(MEMBER)))


async def test_a_form_opened_from_home_answers_by_direct_message(nearby: Town) -> None:
    view = await looks(nearby, MEMBER, "ATS connections")
    await nearby.slack.click(MEMBER, view, "Find candidate")
    form = await nearby.slack.opened(MEMBER, "Find a candidate")
    option = {"text": {"type": "plain_text", "text": ZOE}, "value": f"text:{ZOE}"}
    await nearby.slack.submit(MEMBER, form.id, {"who": option})
    await nearby.slack.until(lambda: direct(nearby, MEMBER, "Zoë"), 15)


async def test_an_admin_arranges_connections_from_home_and_everybody_sees_it(nearby: Town) -> None:
    await nearby.ask("default talynce here", "is now the default", user=ADMIN, command="/ats")
    await looks(nearby, MEMBER)
    view = await looks(nearby, ADMIN, f"<#{HIRING}> uses *Talynce*")
    await nearby.slack.click(ADMIN, view, "Remove")
    await nearby.slack.until(lambda: direct(nearby, ADMIN, "has no ATS of its own any more"), 15)
    view = await nearby.slack.until(lambda: _without(nearby, ADMIN, "Channels with an ATS of their own"))

    await nearby.slack.click(ADMIN, view, "Make default")
    await nearby.slack.until(lambda: direct(nearby, ADMIN, "is now the default ATS of this workspace"), 15)
    await nearby.slack.until(lambda: _without(nearby, MEMBER, "*Recruspace*, the default"))
    await nearby.ask("default recruspace", "is now the default", user=ADMIN, command="/ats")


async def test_an_admin_connects_and_disconnects_from_home(nearby: Town) -> None:
    await looks(nearby, MEMBER)
    view = await looks(nearby, ADMIN, "ATS connections")
    await nearby.slack.click(ADMIN, view, "Connect Recruspace")
    form = await nearby.slack.opened(ADMIN, "Connect Recruspace")
    await nearby.slack.submit(ADMIN, form.id, {"key": "rs-demo-key", "connection_name": 'A "second" one'})
    await nearby.slack.opened(ADMIN, "Connected")
    await nearby.slack.close(ADMIN, form.id)
    await shows(nearby, MEMBER, "A second one")

    view = await shows(nearby, ADMIN, "A second one")
    wanted = [t for t in things(view.body["blocks"]) if "A second one" in t.get("value", "")]
    (disconnect,) = [t["action_id"] for t in wanted if t["text"]["text"] == "Disconnect"]
    clicks = [nearby.slack.click(ADMIN, view, disconnect) for _ in range(2)]
    assert all(click.ok for click in await asyncio.gather(*clicks))
    await nearby.slack.until(lambda: direct(nearby, ADMIN, "is disconnected, and its key is deleted"), 15)
    await nearby.slack.until(lambda: _without(nearby, MEMBER, "A second one"))
    assert direct(nearby, ADMIN, "No ATS connection is called") == [], "two clicks are one"


async def test_a_member_cannot_use_an_admins_button(nearby: Town) -> None:
    view = await looks(nearby, ADMIN, "ATS connections")
    drawn = [t for t in things(view.body["blocks"]) if t.get("type") == "button"]
    default = next(button for button in drawn if button["text"]["text"] == "Make default")
    row = {"type": "actions", "block_id": "row", "elements": [default]}
    forged = nearby.slack.windows.publish(MEMBER, {**view.body, "blocks": [row]})
    await nearby.slack.click(MEMBER, forged, "Make default")
    await nearby.slack.until(
        lambda: direct(nearby, MEMBER, "Only workspace admins can choose the default"), 15
    )


async def test_every_home_that_was_published_is_one_that_slack_takes(nearby: Town) -> None:
    published = nearby.slack.called("views.publish")
    assert len(published) > 10
    assert [problems(call["view"], "home") for call in published] == [[]] * len(published)


async def test_an_event_that_slack_would_not_send_is_refused(nearby: Town) -> None:
    assert not (await nearby.slack.event({"type": "app_home_opened", "tab": "home"})).ok


async def test_another_tab_is_nothing_to_do(nearby: Town) -> None:
    before = len(nearby.slack.called("views.publish"))
    assert (await nearby.slack.event({"type": "app_home_opened", "user": MEMBER, "tab": "messages"})).ok
    await nearby.slack.open_home(GUEST)
    published = await nearby.slack.until(lambda: nearby.slack.called("views.publish")[before:])
    assert {call["user_id"] for call in published} == {GUEST}


async def test_a_home_that_slack_does_not_take_now_is_published_the_next_time(nearby: Town) -> None:
    nearby.slack.force("views.publish", error="internal_error")
    await nearby.slack.open_home(GUEST)
    await nearby.slack.until(lambda: not nearby.slack.faults.next("views.publish").fails)
    await looks(nearby, GUEST, "Guests")


def _without(town: Town, user: str, text: str) -> View | None:
    view = town.slack.home(user)
    return view if view and text not in words(view) else None


class Published:
    """A Home whose tasks are only counted."""

    def __init__(self, now: float = 0.0) -> None:
        self.now, self.started = now, 0

    def start(self, work: object) -> None:
        self.started += 1
        work.close()  # type: ignore[attr-defined]


def unseen(count: Published) -> Home:
    nothing = None
    return Home(nothing, nothing, nothing, nothing, count.start, lambda: count.now)  # type: ignore[arg-type]


async def opens(home: Home, user: str) -> None:
    event = {"type": "app_home_opened", "user": user, "tab": "home"}
    await home.opened({"team_id": TEAM_ID, "event": event})


async def test_nobody_is_published_for_who_has_not_looked_within_the_hour() -> None:
    count = Published()
    home = unseen(count)
    home.changed(TEAM_ID, MEMBER)
    assert count.started == 0
    await opens(home, MEMBER)
    await opens(home, ADMIN)
    count.now = homes.OPEN + 1
    home._busy.clear()
    home.changed(TEAM_ID, MEMBER)
    assert count.started == 2


async def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "MOST", 3)
    home = unseen(Published())
    for number in range(10):
        await opens(home, f"U{number}")
    assert [user for _, user in home._opened] == ["U7", "U8", "U9"]
    home.forget(TEAM_ID)
    assert not home._opened
