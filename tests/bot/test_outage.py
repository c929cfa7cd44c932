"""An ATS is gone for an hour: people know what becomes of their commands, and then all of it is done, in order."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest
import stamina

from bot.demo.ats.server import Fault, StandInAts
from bot.demo.run import Demo
from bot.demo.slack.workspace import Message
from bot.work import perform
from bot.work.engine.steps import DurableSteps
from connectors.pace import AT_ONCE
from tests.bot.test_home import looks, words
from tests.bot.town import MEMBER, Asked, Town

pytestmark = pytest.mark.anyio

ZOE, SAM, MINA = "zoe@example.com", "sam.rivera@example.com", "mina@example.com"
HOUR, MOMENT = 3600.0, 3.0
GONE = Fault(503, "<html>", content_type="text/html")


class Night:
    """Time that passes when the test says so. Jobs sleep by it; everything else takes as long as it takes."""

    def __init__(self, demo: Demo) -> None:
        self.clock = demo.clock
        self._asleep: dict[asyncio.Future[None], float] = {}
        self._stirred = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asleep[awake] = self.clock() + seconds
        self._stirred.set()
        await awake

    async def all_sleep(self, count: int) -> None:
        """Return once so many wait."""
        async with asyncio.timeout(20):
            while len(self._asleep) < count:
                self._stirred.clear()
                await self._stirred.wait()

    @property
    def asleep(self) -> int:
        return len(self._asleep)

    def passes(self) -> float:
        """Let time pass until the next ones wake; return how long that took.

        Those who wake for one another's sake do so within a moment, as they went to sleep.
        """
        took = max(min(self._asleep.values()) - self.clock(), 0.0) + MOMENT
        self.clock.forward(took)
        for awake in [each for each, until in self._asleep.items() if until <= self.clock()]:
            del self._asleep[awake]
            awake.set_result(None)
        return took


@pytest.fixture
def night(here: Demo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    night = Night(here)
    monkeypatch.setattr(DurableSteps, "sleep", lambda _, seconds: night.sleep(seconds))
    monkeypatch.setattr(
        perform, "PAUSES", perform.PAUSES[1:]
    )  # without the one that is over before it is told
    with stamina.set_testing(True, attempts=1):
        yield night


@pytest.fixture(autouse=True)
def all_is_well_again(nearby: Town) -> Iterator[None]:
    yield
    for stand_in in nearby.ats.values():
        stand_in.relent()


def gone(ats: StandInAts) -> None:
    """From now on, and until it relents."""
    ats.force(*[GONE] * 1000)


async def typed(town: Town, *texts: str, via: str) -> list[Asked]:
    asked = [await town.type(f"{text} via {via}") for text in texts]
    assert all(each.delivery.ok for each in asked)
    return asked


async def an_hour(night: Night, jobs: int) -> None:
    passed = 0.0
    await night.all_sleep(jobs)
    while passed < HOUR:
        passed += night.passes()
        await night.all_sleep(jobs)


async def comes_back(night: Night, town: Town, vendor: str, since: Asked, expected: Sequence[str]) -> None:
    """The ATS answers again; return once the person has seen all of this."""
    town.ats[vendor].relent()

    def seen() -> int:
        return sum(bool(since.answers(text, anywhere=True)) for text in expected)

    while seen() < len(expected):
        await town.slack.until(lambda: night.asleep + seen() >= len(expected), 20)
        if night.asleep:
            night.passes()


def waiting(asked: Asked) -> list[Message]:
    return asked.answers("is kept and will be sent", anywhere=True)


async def test_commands_of_an_hour_are_done_in_their_order(nearby: Town, night: Night) -> None:
    ats = nearby.ats["eightfold"]
    before = len(ats.writes)
    gone(ats)
    asked = await typed(
        nearby,
        f"note {ZOE} Words one",
        f"tag {ZOE} nightly",
        f"note {ZOE} Words two",
        f'move {ZOE} to "Backend Engineer: Offer"',
        f"note {ZOE} Words three",
        'add Jo Night jo.night@example.com to "Backend Engineer"',
        "note jo.night@example.com Words four",
        via="eightfold",
    )
    await an_hour(night, len(asked))
    assert ats.writes[before:] == []
    expected = [
        "Words one",
        "is tagged nightly",
        "Words two",
        "was moved",
        "Words three",
        "was added",
        "Words four",
    ]
    await comes_back(night, nearby, "eightfold", asked[0], expected)

    zoe, jo = nearby.row("eightfold", ZOE), nearby.row("eightfold", "jo.night@example.com")
    assert [word for note in zoe["notes"] for word in ("one", "two", "three") if word in note] == [
        "one",
        "two",
        "three",
    ]
    assert str(jo["notes"]).count("Words four") == 1
    assert (zoe["stage"], "nightly" in zoe["tags"]) == ("Offer", True)
    mine = [
        call for call in ats.writes[before:] if zoe["id"] in f"{call.path}{call.body!r}" or "TT-" in call.path
    ]
    ways = [call.path.rpartition("/")[2].rpartition("-")[0] or "stages" for call in mine]
    assert ways == ["profile", "TT", "profile", "stages", "profile"]


async def test_one_card_says_when_it_is_tried_again_and_then_how_it_went(nearby: Town, night: Night) -> None:
    ats = nearby.ats["talynce"]
    gone(ats)
    (asked,) = await typed(nearby, f"note {MINA} Told in place", via="talynce")
    await an_hour(night, 1)
    cards = [card for card in waiting(asked) if card.ephemeral_to is None]
    assert [card.channel for card in cards] == ["D0MIA"]
    changes = [args for args in nearby.slack.called("chat.update") if args["ts"] == cards[0].ts]
    assert len({args["text"] + str(args["blocks"]) for args in changes}) > 5
    said = {line for args in changes for line in str(args["blocks"]).split("<") if line.startswith("!date^")}
    assert len(said) > 5
    await comes_back(night, nearby, "talynce", asked, ["Told in place"])
    now = nearby.slack.workspace.messages[cards[0].channel, cards[0].ts]
    assert "Note added" in now.everything
    assert waiting(asked) == [card for card in waiting(asked) if card.ephemeral_to == MEMBER]


async def test_what_is_refused_after_the_outage_stands_in_home_as_something_to_do(
    nearby: Town, night: Night
) -> None:
    ats = nearby.ats["recruspace"]
    gone(ats)
    await looks(nearby, MEMBER)
    (asked,) = await typed(nearby, f"note {MINA} Not allowed any more", via="recruspace")
    await an_hour(night, 1)
    ats.relent()
    ats.force(*[Fault(403, {"detail": "no"}, method="POST", path="add-note")] * 3)
    night.passes()
    await asked.answer("may not do this", anywhere=True)
    home = await looks(nearby, MEMBER, "Needs you")
    assert "The key for Recruspace may not do this." in words(home)
    assert "Send again" in words(home) or "Edit and send again" in str(home.body["blocks"])


async def test_a_command_about_somebody_else_does_not_wait_in_their_line(nearby: Town, night: Night) -> None:
    ats = nearby.ats["talynce"]
    ats.force(GONE)
    (behind,) = await typed(nearby, f"note {ZOE} First of two", via="talynce")
    await night.all_sleep(1)
    _, other = await typed(nearby, f"note {ZOE} Second of two", f"note {MINA} Of nobody else", via="talynce")
    await other.answer("Of nobody else")
    await night.all_sleep(2)
    assert "Second of two" not in str(nearby.row("talynce", ZOE)["notes"])
    await comes_back(night, nearby, "talynce", behind, ["First of two", "Second of two"])
    notes = str(nearby.row("talynce", ZOE)["notes"])
    assert notes.index("First of two") < notes.index("Second of two")


# The last one here: its notes are still stuck when it ends.
async def test_a_dead_ats_holds_no_other_one_up(nearby: Town, night: Night) -> None:
    dead = nearby.ats["talynce"]
    dead.force(*[Fault(hang=True)] * 200)
    count = nearby.sent("talynce", "GET")
    # About as many people: of commands about one person only the first would be under way.
    notes = (f"note person{n}@example.com Stuck {n}" for n in range(20))
    stuck = await typed(nearby, *notes, via="talynce")
    await dead.until(lambda: nearby.sent("talynce", "GET") >= count + AT_ONCE)

    for vendor in ("eightfold", "welcomekit", "recruspace"):
        (asked,) = await typed(nearby, f"note {ZOE} Not held up in {vendor}", via=vendor)
        await asked.answer(f"Not held up in {vendor}")
    assert [each.answers("Stuck", anywhere=True) for each in stuck] == [[]] * len(stuck)
