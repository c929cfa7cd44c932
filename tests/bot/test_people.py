"""Who may do what, with which connection, and what they are told when they may not."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.demo.run import Demo, connection_settings
from bot.demo.slack.people import TEAM_ID
from bot.slack.files import cv_in
from bot.slack.invocation import Invocation, Source
from bot.slack.tables import table_in
from bot.work.command import prepare
from commands.cards import flow
from tests.bot.town import ADMIN, GUEST, HIRING, MEMBER, PARTNER, PRIVATE, SHARED, Town

pytestmark = pytest.mark.anyio

FIND = "find zoe@example.com"
STRANGER = "People of other organisations cannot use this workspace's ATS."


@pytest.fixture
def revoked(nearby: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The key of Recruspace is not taken any more."""
    stand_in = type(nearby.ats["recruspace"])
    with monkeypatch.context() as changed:
        changed.setattr(stand_in, "settings", {**stand_in.settings, "key": "another"})
        yield


@pytest.fixture
async def unconnected(here: Demo) -> AsyncIterator[None]:
    """The workspace has no ATS for a while."""
    workspaces = here.bot.workspaces
    for connection in await workspaces.connections(TEAM_ID):
        await workspaces.disconnect(TEAM_ID, connection.id)
    yield
    for vendor in sorted(here.ats, key=lambda v: v != "recruspace"):
        await workspaces.connect(TEAM_ID, vendor, vendor, connection_settings(here.ats[vendor]))


@pytest.mark.parametrize(
    ("user", "channel", "sentence"),
    [
        (GUEST, HIRING, "Guests cannot use the ATS. Ask a full member of this workspace."),
        (PARTNER, SHARED, STRANGER),
    ],
)
async def test_guests_and_strangers_can_do_nothing(
    nearby: Town, user: str, channel: str, sentence: str
) -> None:
    calls = sum(len(each.calls) for each in nearby.ats.values())
    for text in (FIND, "note zoe@example.com hello", "tag zoe@example.com x"):
        asked = await nearby.type(text, user=user, channel=channel)
        await asked.answer(sentence)
        assert len(asked.answers()) == 1
    assert sum(len(each.calls) for each in nearby.ats.values()) == calls


async def test_whoever_comes_from_another_workspace_is_a_stranger_whatever_slack_calls_them_here(
    nearby: Town, here: Demo
) -> None:
    """Each is asked on its own: who a user is, and as whose user they came."""
    calls = sum(len(each.calls) for each in nearby.ats.values())
    for number, (team, sentence) in enumerate(((TEAM_ID, ""), ("T0ELSEWHERE", STRANGER))):
        asked = Invocation(
            id=f"{TEAM_ID}:elsewhere{number}",
            source=Source.COMMAND,
            team=TEAM_ID,
            user=MEMBER,
            user_team=team,
            channel=HIRING,
            received=time.time(),
            command="/candidate",
            text=FIND,
        )
        await here.bot.jobs.put(asked.id, asked.model_dump_json())
        await nearby.slack.heard(MEMBER, sentence or "Ødegård")
        now = sum(len(each.calls) for each in nearby.ats.values())
        assert (now > calls) == (not sentence)
        calls = now


async def test_a_form_of_a_guest_changes_nothing(nearby: Town) -> None:
    before = len(nearby.ats["recruspace"].writes)
    asked = await nearby.type("note zoe@example.com", user=GUEST)
    if form := nearby.slack.modal(GUEST):
        await nearby.slack.submit(GUEST, form.id, {"text": "from a guest"})
    await asked.answer("Guests cannot use the ATS.")
    assert len(nearby.ats["recruspace"].writes) == before


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("connect recruspace", "connect an ATS"),
        ("disconnect recruspace", "disconnect an ATS"),
        ("default talynce", "choose the default ATS"),
    ],
)
async def test_only_admins_change_connections(nearby: Town, here: Demo, text: str, what: str) -> None:
    before = await here.bot.workspaces.connections(TEAM_ID)
    asked = await nearby.type(text, command="/ats")
    await asked.answer(f"Only workspace admins can {what}.")
    assert nearby.slack.modal(MEMBER) is None
    assert await here.bot.workspaces.connections(TEAM_ID) == before


async def test_everybody_who_works_here_sees_how_the_connections_are(nearby: Town) -> None:
    await nearby.ask("status", "4 of 4 ATS connections work", command="/ats")


async def test_an_unknown_connection_is_answered_with_those_that_there_are(nearby: Town) -> None:
    card = await nearby.ask(f"{FIND} via nope", "No ATS connection is called")
    assert all(vendor in card.everything.casefold() for vendor in nearby.ats)


async def test_words_that_only_look_like_a_connection_stay_in_a_note(nearby: Town) -> None:
    await nearby.ask("note zoe@example.com We met via Zoom", "Note added")
    assert "We met via Zoom" in nearby.row("recruspace", "zoe@example.com")["notes"][-1]


async def test_a_channel_has_its_own_default(nearby: Town) -> None:
    asked = await nearby.type("default talynce here", user=ADMIN, command="/ats", channel=PRIVATE)
    await asked.answer("is now the default ATS of")
    asked = await nearby.type(FIND, channel=PRIVATE)
    await asked.answer("in Talynce")
    await nearby.ask(FIND, "in Recruspace")


async def test_a_revoked_key_is_for_an_admin_to_replace(nearby: Town, revoked: None) -> None:
    slack = nearby.slack
    card = await nearby.ask(FIND, "Recruspace does not accept the key.")
    assert "A workspace admin must connect it again." in card.everything
    await slack.click(MEMBER, card, "Connect again")
    await slack.heard(MEMBER, "Only workspace admins can connect an ATS")
    assert slack.modal(MEMBER) is None

    await nearby.ask("status", "3 of 4 ATS connections work", command="/ats")
    card = await nearby.ask(FIND, "Recruspace does not accept the key.", user=ADMIN)
    await slack.click(ADMIN, card, "Connect again")
    form = await slack.opened(ADMIN, "Connect Recruspace")
    await slack.submit(ADMIN, form.id, {"key": "still-wrong"})
    await slack.until(lambda: "does not accept the key" in str(slack.workspace.views[form.id].body))
    await slack.submit(ADMIN, form.id, {"key": "another"})
    await slack.opened(ADMIN, "Connected")
    await nearby.ask(FIND, "Ødegård")
    await nearby.ask("status", "4 of 4 ATS connections work", command="/ats")
    await slack.close(ADMIN, form.id)


async def test_without_a_connection_an_admin_is_offered_one(nearby: Town, unconnected: None) -> None:
    told = await nearby.ask(FIND, "No ATS is connected to this workspace yet.")
    assert "A workspace admin can connect one with `/ats connect`." in told.everything
    offered = await nearby.ask(FIND, "Connect one:", user=ADMIN)
    await nearby.slack.click(ADMIN, offered, "Connect Talynce")
    form = await nearby.slack.opened(ADMIN, "Connect Talynce")
    await nearby.slack.close(ADMIN, form.id)
    await nearby.ask("status", "No ATS is connected", command="/ats")


async def test_an_old_choice_says_that_it_is_old(nearby: Town, here: Demo) -> None:
    card = await nearby.ask('note "Sam Rivera" hello', "Choose")
    assert await swept(here, nearby)
    await nearby.slack.click(MEMBER, card, "Choose")
    await nearby.slack.heard(MEMBER, "This card is too old to go on with.")


async def swept(here: Demo, nearby: Town) -> int:
    """Delete what has ended, as the schedule does a day later."""
    await nearby.ask(FIND, "Ødegård")
    return await here.bot.jobs.sweep(timedelta(0))


async def test_nobody_goes_on_with_the_choice_of_somebody_else(nearby: Town) -> None:
    card = await nearby.ask('note "Sam Rivera" mine alone', "Choose")
    workspace = nearby.slack.workspace
    shown_to_all = workspace.put(replace(card, ts=workspace.now_ts(), ephemeral_to=None))
    await nearby.slack.click(ADMIN, shown_to_all, "Choose")
    await nearby.slack.heard(ADMIN, "Only the person who asked can choose.")
    assert "mine alone" not in str(nearby.ats["recruspace"].rows())


async def test_a_form_that_waits_for_an_answer_shows_a_refusal(
    nearby: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever filled it in may have ceased to be an admin meanwhile."""
    await nearby.type("connect recruspace", user=ADMIN, command="/ats")
    form = await nearby.slack.opened(ADMIN, "Connect Recruspace")
    monkeypatch.setattr(prepare, "refusal", lambda *_: flow.not_allowed("Only workspace admins can connect."))
    await nearby.slack.submit(ADMIN, form.id, {"key": "rs-demo-key"})
    await nearby.slack.until(lambda: "Only workspace admins" in str(nearby.slack.modal(ADMIN)))
    shown = nearby.slack.modal(ADMIN)
    assert shown is not None
    assert "Checking with the ATS" not in str(shown.body)
    await nearby.slack.close(ADMIN, shown.id)


async def test_what_this_version_does_not_have_says_what_to_do(nearby: Town) -> None:
    message = nearby.slack.say(MEMBER, HIRING, "Kim Ito")
    await nearby.slack.shortcut(MEMBER, "rename_candidate", HIRING, message.ts)
    await nearby.slack.heard(MEMBER, "Shortlist does not know this entry any more.")
    await nearby.slack.heard(MEMBER, "Reload Slack.")


@pytest.mark.parametrize("files", ["all", 7, {"id": "F1"}, None, ["F1", 3, None]])
def test_files_of_a_message_that_are_no_list_are_none(files: object) -> None:
    message = {"text": "A CV", "files": files}
    assert (cv_in(message), table_in(message)) == (None, None)
