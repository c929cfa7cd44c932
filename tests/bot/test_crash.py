"""`kill -9` at the worst moments: nothing is lost, nothing is done twice, and nobody is left without an answer."""

import asyncio
from dataclasses import dataclass

import pytest

from bot.demo.ats.server import Fault
from tests.bot.conftest import Serve
from tests.bot.private import EMAIL, JANE, NOTE
from tests.bot.serving import Served
from tests.bot.town import MEMBER, Asked, Town

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Way:
    """Where a vendor takes a write."""

    method: str
    path: str
    to: str = ""


ADD = {
    "recruspace": Way("POST", "manual-add", "Backend talent"),
    "eightfold": Way("POST", "ats-candidates", "Backend Engineer"),
    "talynce": Way("POST", "candidates", "Backend Engineer"),
    "welcomekit": Way("POST", "candidates", "Backend Engineer"),
}
NOTES = {
    "recruspace": Way("POST", "add-note"),
    "eightfold": Way("POST", "profile-notes"),
    "talynce": Way("PUT", "candidates"),
    "welcomekit": Way("POST", "comments"),
}
TAGS = {
    "recruspace": Way("POST", "add-tag"),
    "eightfold": Way("PATCH", "ats-candidates"),
    "talynce": Way("PUT", "candidates"),
    "welcomekit": Way("PUT", "candidates"),
}
MOVES = {
    "recruspace": Way("POST", "manual-add", "Design talent"),
    "eightfold": Way("POST", "application/stages", "Backend Engineer: Offer"),
    "talynce": Way("PUT", "candidates", "Backend Engineer: Offer"),
    "welcomekit": Way("PUT", "candidates", "Backend Engineer: Offer"),
}
TELLS = ("eightfold", "talynce")
"""Whose notes can be read back."""
ZOE = "zoe@example.com"


@pytest.fixture(scope="module")
async def first(serve: Serve, around: Town) -> Served:
    return await serve(around)


@pytest.fixture
async def served(first: Served) -> Served:
    """One that runs, whatever the test before has done to it."""
    for stand_in in first.town.ats.values():
        stand_in.relent()
    if not first.alive:
        await first.start()
    return first


async def interrupted(served: Served, commands: dict[str, str], ways: dict[str, Way]) -> dict[str, Asked]:
    """Give a command to each ATS, kill the bot once each has the write and says nothing, and start it again."""
    town = served.town
    counts = {vendor: sent(town, vendor, ways[vendor]) for vendor in commands}
    asked: dict[str, Asked] = {}
    for vendor, text in commands.items():
        way = ways[vendor]
        town.ats[vendor].force(Fault(method=way.method, path=way.path, done=True, hang=True))
        asked[vendor] = await town.type(f"{text} via {vendor}", about=town.ats[vendor].title)
        assert asked[vendor].delivery.ok
    for vendor in commands:
        await arrived(town, vendor, ways[vendor], counts[vendor])
    await served.kill()
    assert [m.everything for each in asked.values() for m in each.answers()] == []
    await served.start()
    return asked


async def arrived(town: Town, vendor: str, way: Way, before: int) -> None:
    await town.ats[vendor].until(lambda: sent(town, vendor, way) > before)


def sent(town: Town, vendor: str, way: Way) -> int:
    return town.sent(vendor, way.method, way.path)


async def test_an_add_that_arrived_is_adopted(served: Served, around: Town) -> None:
    before = {vendor: sent(around, vendor, way) for vendor, way in ADD.items()}
    asked = await interrupted(
        served, {v: f'add {JANE} {v}.{EMAIL} to "{way.to}"' for v, way in ADD.items()}, ADD
    )
    for vendor, each in asked.items():
        await each.answer("was added")
        assert len(around.rows(vendor, f"{vendor}.{EMAIL}")) == 1
        assert sent(around, vendor, ADD[vendor]) == before[vendor] + 1
        assert len(each.answers()) == 1


async def test_a_move_that_arrived_is_adopted(served: Served, around: Town) -> None:
    commands = {v: f'move {ZOE} to "{way.to}"' for v, way in MOVES.items()}
    counts = {v: len(around.rows(v, ZOE)) for v in MOVES}
    asked = await interrupted(served, commands, MOVES)
    for vendor, each in asked.items():
        await each.answer("was moved")
        rows = around.rows(vendor, ZOE)
        assert len(rows) == counts[vendor] + (vendor == "recruspace")
        assert ("Design talent" if vendor == "recruspace" else "Offer") in str(rows)
        assert len(each.answers()) == 1


async def test_tags_that_arrived_are_there_once(served: Served, around: Town) -> None:
    asked = await interrupted(served, dict.fromkeys(TAGS, "tag sam.rivera@example.com steady, kind"), TAGS)
    for vendor, each in asked.items():
        await each.answer("is tagged steady, kind")
        tags = around.row(vendor, "sam.rivera@example.com")["tags"]
        assert [tags.count(tag) for tag in ("steady", "kind")] == [1, 1]
        assert len(each.answers()) == 1


async def test_a_note_is_adopted_where_notes_can_be_read_and_asked_about_where_not(
    served: Served, around: Town
) -> None:
    before = {vendor: sent(around, vendor, way) for vendor, way in NOTES.items()}
    asked = await interrupted(served, dict.fromkeys(NOTES, f"note mina@example.com {NOTE}"), NOTES)
    for vendor, each in asked.items():
        await each.answer("Note added" if vendor in TELLS else "This was being sent to")
        assert sent(around, vendor, NOTES[vendor]) == before[vendor] + 1
        assert str(around.row(vendor, "mina@example.com")["notes"]).count(NOTE) == 1
        assert len(each.answers()) == 1


@pytest.mark.parametrize("vendor", [v for v in NOTES if v not in TELLS])
async def test_send_again_writes_once_however_often_it_is_clicked(
    served: Served, around: Town, vendor: str
) -> None:
    slack, text = around.slack, f"Sent again through {vendor}"
    asked = await interrupted(served, {vendor: f"note noor@example.com {text}"}, NOTES)
    card = await asked[vendor].answer("This was being sent to")
    assert "Check in" in card.everything

    clicks = [slack.click(MEMBER, card, "Send again") for _ in range(3)]
    assert all(click.ok for click in await asyncio.gather(*clicks))
    await asked[vendor].answer("Note added")
    assert str(around.row(vendor, "noor@example.com")["notes"]).count(text) == 2
    assert len(asked[vendor].answers()) == 1


async def test_send_again_can_be_interrupted_too(served: Served, around: Town) -> None:
    text = "Interrupted twice"
    asked = (await interrupted(served, {"recruspace": f"note noor@example.com {text}"}, NOTES))["recruspace"]
    card = await asked.answer("This was being sent to")

    stand_in, way = around.ats["recruspace"], NOTES["recruspace"]
    count = sent(around, "recruspace", way)
    stand_in.force(Fault(method=way.method, path=way.path, hang=True))
    await around.slack.click(MEMBER, card, "Send again")
    await stand_in.until(lambda: sent(around, "recruspace", way) > count)
    await served.kill()
    await served.start()
    again = await around.slack.until(
        lambda: next((m for m in asked.answers("This was being sent to") if m != card), None), 15
    )

    await around.slack.click(MEMBER, again, "Send again")
    await asked.answer("Note added")
    assert str(around.row("recruspace", "noor@example.com")["notes"]).count(text) == 2


async def test_a_command_that_was_acked_and_not_begun_with_is_done_after_a_restart(
    served: Served, around: Town
) -> None:
    stand_in = around.ats["eightfold"]
    texts = [f"Kept over the crash {n}" for n in range(5)]
    count = around.sent("eightfold", "GET")
    stand_in.force(*[Fault(method="GET", hang=True) for _ in texts])
    asked = [await around.type(f"note mina@example.com {text} via eightfold") for text in texts]
    assert all(each.delivery.ok for each in asked)
    await stand_in.until(lambda: around.sent("eightfold", "GET") > count)
    await served.kill()
    stand_in.relent()
    await served.start()

    await around.slack.until(lambda: len(asked[0].answers("Note added")) == 5, 15)
    notes = str(around.row("eightfold", "mina@example.com")["notes"])
    assert [notes.count(text) for text in texts] == [1] * 5
    assert len(asked[0].answers()) == 5


async def test_work_that_was_kept_waits_until_slack_has_said_who_we_are(served: Served, around: Town) -> None:
    asked = await around.holds("eightfold", "note mina@example.com Kept while Slack was away")
    await served.kill()

    around.slack.force("auth.test", error="fatal_error")
    await served.begin()
    await served.logged(lambda line: line["event"] == "Slack does not answer for this bot yet")
    assert (await served.get("/healthz"))[0] == 200
    status, said = await served.get("/readyz")
    assert (status, list(said["waiting_for"])) == (503, ["slack"])
    await asked.answer("Note added")
    assert (await served.get("/readyz"))[0] == 200


async def test_a_stop_keeps_what_is_under_way_for_the_next_start(served: Served, around: Town) -> None:
    asked = await around.holds("talynce", "note mina@example.com Kept over the stop")
    assert await served.stop() == 0
    assert [line for line in served.lines if line["event"] == "job failed"] == []
    assert asked.answers("Note added") == []
    await served.start()
    await asked.answer("Note added")
    assert str(around.row("talynce", "mina@example.com")["notes"]).count("Kept over the stop") == 1
    assert len(asked.answers("Note added")) == 1


async def test_a_stop_lets_a_write_under_way_finish(served: Served, around: Town) -> None:
    stand_in = around.ats["recruspace"]
    before = sent(around, "recruspace", NOTES["recruspace"])
    stand_in.force(Fault(status=201, body={"id": 1}, method="POST", path="add-note", done=True, delay=1.0))
    asked = await around.type("note mina@example.com Finished while stopping via recruspace")
    await stand_in.until(lambda: sent(around, "recruspace", NOTES["recruspace"]) > before)
    assert await served.stop() == 0
    assert [len(asked.answers("Note added")), len(asked.answers())] == [1, 1]
