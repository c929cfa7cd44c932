"""When an ATS or Slack is away, slow or short of patience: people hear of it, and their work is done later."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import stamina
import structlog

from bot.demo.ats.server import Fault
from bot.demo.run import Demo
from bot.work import perform
from bot.work.command import tell
from tests.bot.town import ADMIN, HIRING, MEMBER, Town

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Attempts follow one another at once, and every pause is long enough to be told."""
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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell, "SLOW", 0.01)


async def test_a_command_waits_for_an_ats_that_is_away_and_says_when_it_tries_again(nearby: Town) -> None:
    nearby.ats["recruspace"].force(*[Fault(503, "<html>", content_type="text/html")] * 2)
    asked = await nearby.type(f"note {ZOE} Written once it is back")
    waiting = await asked.answer("is not answering. Your `note` is kept and will be sent.", anywhere=True)
    assert "Next try at <!date^" in waiting.everything
    assert "reference `" in waiting.everything
    await asked.answer("Note added")
    assert nearby.row("recruspace", ZOE)["notes"][-1].startswith("Written once it is back")


async def test_a_write_that_an_ats_answers_with_an_error_is_looked_up_and_adopted(nearby: Town) -> None:
    stand_in = nearby.ats["eightfold"]
    stand_in.force(Fault(502, "", method="POST", path="profile-notes", done=True))
    asked = await nearby.type(f"note {ZOE} Answered with 502 via eightfold")
    await asked.answer("Note added")
    assert str(nearby.row("eightfold", ZOE)["notes"]).count("Answered with 502") == 1


async def test_a_write_that_did_not_arrive_is_sent_again(nearby: Town) -> None:
    stand_in = nearby.ats["eightfold"]
    stand_in.force(Fault(502, "", method="POST", path="profile-notes"))
    asked = await nearby.type(f"note {ZOE} Lost on its way via eightfold")
    await asked.answer("Note added")
    assert str(nearby.row("eightfold", ZOE)["notes"]).count("Lost on its way") == 1


async def test_a_connection_cut_during_a_write_is_asked_about_where_notes_cannot_be_read(
    nearby: Town,
) -> None:
    nearby.ats["recruspace"].force(Fault(method="POST", path="add-note", done=True, reset=True))
    asked = await nearby.type(f"note {ZOE} Cut off")
    await asked.answer("It may be there or not.")
    assert str(nearby.row("recruspace", ZOE)["notes"]).count("Cut off") == 1


async def test_a_command_gives_up_in_the_end_and_says_so(
    nearby: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perform, "PAUSES", (0.01,) * 2)
    nearby.ats["talynce"].force(*[Fault(500, "")] * 2)
    asked = await nearby.type(f"find {ZOE} via talynce")
    card = await asked.answer("Talynce stayed away, so your `find` was not sent.")
    assert "Send it again when it is back" in card.everything


async def test_a_slow_ats_is_said_to_be_slow_once(nearby: Town, impatient: None) -> None:
    nearby.ats["recruspace"].force(Fault(503, "", delay=0.2), Fault(503, "", delay=0.2))
    asked = await nearby.type(f"find {ZOE}")
    await asked.answer("is slow to answer. I keep going, and the answer comes here.")
    await asked.answer("Ødegård")
    assert len(asked.answers("is slow to answer")) == 1


async def test_a_429_is_waited_out_and_not_shown(nearby: Town) -> None:
    with stamina.set_testing(False):
        nearby.ats["recruspace"].force(Fault(429, {"detail": "slow down"}, {"Retry-After": "0"}))
        asked = await nearby.type(f"find {ZOE}")
        await asked.answer("Ødegård")
    assert len(asked.answers()) == 1


@pytest.mark.parametrize("answer", ["<html>", '{"id": 1, "email": "', "[7]"])
async def test_an_answer_nobody_understands_is_our_fault_with_a_reference(nearby: Town, answer: str) -> None:
    nearby.ats["talynce"].force(*[Fault(200, answer, method="GET")] * perform.DOUBTS)
    with structlog.testing.capture_logs() as logs:
        card = await nearby.ask(f"find {ZOE} via talynce", "in a way that Shortlist does not understand")
    reference = card.everything.rpartition("reference `")[2].rstrip("`")
    assert [
        line["error"] for line in logs if line.get("ref") == reference and line["event"] == "job failed"
    ] == ["UnexpectedResponse"]
    assert ZOE not in str(logs)


async def test_an_answer_finds_another_way_when_its_address_has_expired(nearby: Town) -> None:
    nearby.slack.force("response_url", error="expired_url", status=404)
    answer = await nearby.ask(f"find {ZOE}", "Ødegård")
    assert nearby.slack.called("chat.postEphemeral")[-1]["user"] == MEMBER
    assert (answer.channel, answer.ephemeral_to) == (HIRING, MEMBER)


async def test_an_answer_goes_to_the_person_when_the_channel_takes_none(nearby: Town) -> None:
    nearby.slack.force("response_url", error="used_url", status=404)
    nearby.slack.force("chat.postEphemeral", error="user_not_in_channel")
    asked = await nearby.type(f"find {ZOE}")
    assert (await asked.answer("Ødegård", anywhere=True)).channel == "D0MIA"


async def test_an_answer_that_nobody_takes_is_in_the_log_and_not_tried_for_ever(
    nearby: Town, here: Demo
) -> None:
    nearby.slack.force("response_url", error="expired_url", status=404)
    nearby.slack.force("chat.postEphemeral", error="channel_not_found")
    nearby.slack.force("conversations.open", error="user_not_found")
    with structlog.testing.capture_logs() as logs:
        tried = len(nearby.slack.called("conversations.open"))
        asked = await nearby.type(f"find {ZOE}")
        await nearby.slack.until(lambda: len(nearby.slack.called("conversations.open")) > tried)
        await nearby.ask("find mina@example.com", "Mina Park")
    assert [line["slack"] for line in logs if line["event"] == "nobody could be told"] == [
        "refused:user_not_found"
    ]
    assert asked.answers("Ødegård", anywhere=True) == []


async def test_an_answer_waits_for_slack_when_slack_is_away(nearby: Town) -> None:
    for status in (500, 503, 429):
        nearby.slack.force("response_url", status=status, headers={"Retry-After": "0"})
    asked = await nearby.type(f"find {ZOE}")
    await asked.answer("Ødegård")
    assert len(asked.answers()) == 1


async def test_a_command_waits_while_slack_does_not_say_who_asks(nearby: Town) -> None:
    nearby.slack.force("users.info", error="fatal_error")
    asked = await nearby.type("status", user=ADMIN, command="/ats")
    await asked.answer("ATS connections work")


@pytest.mark.parametrize("text", [f"note {ZOE} Said three times", 'add Tri Ple tri@example.com to "Alumni"'])
async def test_a_command_that_comes_three_times_runs_once(nearby: Town, text: str) -> None:
    before = len(nearby.ats["recruspace"].writes)
    asked = await nearby.type(text)
    assert [d.status for d in await nearby.slack.repeat(asked.delivery, 2)] == [200, 200]
    await asked.answer("added")
    await nearby.ask(f"find {ZOE}", "Ødegård")
    assert len(nearby.ats["recruspace"].writes) == before + 1
    assert len([m for m in asked.answers() if "added" in m.text]) == 1


async def test_a_form_that_is_submitted_three_times_runs_once(nearby: Town) -> None:
    await nearby.type(f"note {ZOE}")
    form = await nearby.slack.opened(MEMBER, "Add a note")
    sent = await nearby.slack.submit(MEMBER, form.id, {"text": "One form, three times"})
    assert sent is not None
    await nearby.slack.repeat(sent, 2)
    await nearby.slack.heard(MEMBER, "One form, three times")
    await nearby.ask(f"find {ZOE}", "Ødegård")
    assert str(nearby.row("recruspace", ZOE)["notes"]).count("One form, three times") == 1


async def test_a_choice_that_is_clicked_three_times_runs_once(nearby: Town) -> None:
    choice = await nearby.ask('note "Sam Rivera" Chosen among two', "Choose")
    click = await nearby.slack.click(MEMBER, choice, "Choose")
    await nearby.slack.repeat(click, 2)
    await nearby.slack.heard(MEMBER, "Chosen among two")
    await nearby.ask(f"find {ZOE}", "Ødegård")
    assert str([row["notes"] for row in nearby.ats["recruspace"].rows()]).count("Chosen among two") == 1


async def test_a_job_that_cannot_be_kept_is_not_acknowledged(nearby: Town, here: Demo, folder: Path) -> None:
    with locked(folder, "*-inbox.db"):
        asked = await nearby.type(f"note {ZOE} Never kept")
    assert asked.delivery.status == 503
    assert nearby.slack.notices(MEMBER)[-1] == "/candidate failed because the app did not respond"

    await nearby.ask(f"note {ZOE} Kept this time", "Note added")
    assert "Never kept" not in str(nearby.row("recruspace", ZOE)["notes"])


async def test_a_job_is_kept_while_the_engine_waits_for_its_file(
    nearby: Town, here: Demo, folder: Path
) -> None:
    with locked(folder, "*-jobs.db"):
        asked = await nearby.type(f"note {ZOE} Kept all the same")
        assert asked.delivery.status == 200
    await asked.answer("Note added")


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Another program writes into this file, and takes its time."""
    (found,) = folder.glob(name)
    with closing(sqlite3.connect(found, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")
