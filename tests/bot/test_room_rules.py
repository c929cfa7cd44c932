"""What channels are told, over random candidates, rooms and histories, and over a Slack that breaks off."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.store.sqlite import SqliteStore
from bot.store.vault import Vault, new_key
from commands.ports.rooms import Level
from commands.ports.subscription import ALL, Filters, Subscription
from connectors.models import Candidate, Change, ChangeKind, Destination, JobChange, Kind, Placement, Status
from tests.bot.hall import CHANNEL, MAY_SAY, TEAM, Hall, Office, Said

pytestmark = pytest.mark.anyio

KEY = new_key()
ROOMS = (Level.SHARED, Level.PUBLIC, Level.PRIVATE)
KINDS = tuple(kind for kind in ALL if not kind.value.startswith("job_"))
FAILS = ("", "", "", "", "ratelimited", "internal_error", "late timeout", "crash", "late crash")


@asynccontextmanager
async def office(level: Level = Level.PRIVATE, **subscription: Any) -> AsyncIterator[Office]:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "shortlist.db")
        made = Office(Hall(level), store, Vault([SecretStr(KEY)]))
        asked = {"kinds": ALL, "budget": 50, "by": "U2", **subscription}
        await made.subscriptions.save(TEAM, Subscription(channel=CHANNEL, connection="c1", **asked))
        try:
            yield made
        finally:
            await store.close()


@st.composite
def people(draw: st.DrawFn) -> Candidate:
    """One of a few, in any state; each value starts with the word for what it is and bears a number of its own."""
    who = draw(st.integers(0, 2))
    number = iter(range(1000, 2000))
    text = st.text("abc <&>|*_@", max_size=6)

    def value(kind: str) -> str:
        return f"{kind}{next(number)}x{draw(text)}"

    placements = tuple(
        Placement(
            kind=draw(st.sampled_from((Kind.POOL, Kind.JOB))),
            destination_id=f"d{draw(st.integers(0, 3))}",
            title=value("title"),
            stage=draw(st.sampled_from((None, value("stage")))),
            status=draw(st.sampled_from(Status)),
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    return Candidate(
        id=f"id{who}x",
        name=f"name{who}x",
        email=f"email{who}x@example.com" if who else None,
        phone="phone0x",
        placements=placements,
        tags=tuple(value("tag") for _ in range(draw(st.integers(0, 2)))),
        links=("https://link0x.example.com",),
    )


CHANGES = st.builds(Change, kind=st.sampled_from(KINDS), candidate=people())
HISTORIES = st.lists(st.tuples(st.sampled_from(ROOMS), CHANGES), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(history=HISTORIES, budget=st.integers(0, 3))
def test_no_room_is_ever_sent_more_than_its_level_allows(
    history: list[tuple[Level, Change]], budget: int
) -> None:
    async def live() -> None:
        async with office(budget=budget) as here:
            for level, change in history:
                here.hall.level = level
                before = here.hall.posts
                await here.happens(change, actor="Mia Member")
                if here.hall.posts > before:
                    assert too_much(list(here.hall.said.values()), level) == []
            assert [s.payload for _, s, level in here.hall.sent if too_much([s], level)] == []
            assert "<@" not in "".join(s.payload for s in here.hall.said.values())
            assert all(f"id{n}x" not in s.payload for _, s, lv in here.hall.sent if not lv for n in range(3))

    asyncio.run(live())


def too_much(said: list[Said], level: Level) -> list[str]:
    return [each.payload for each in said if each.kinds - MAY_SAY[level]]


@settings(max_examples=40, deadline=None)
@given(history=HISTORIES, times=st.integers(2, 3))
def test_each_person_has_one_card_and_a_repeated_event_changes_nothing(
    history: list[tuple[Level, Change]], times: int
) -> None:
    async def live() -> None:
        async with office() as here:
            for _, change in history:
                await here.happens(change)
                stands = dict(here.hall.said)
                if change.kind is not ChangeKind.NOTED:
                    for _ in range(times):
                        await here.happens(change)
                assert here.hall.said == stands
            whom = {change.candidate.id for _, change in history}
            assert len(here.hall.cards) == here.hall.posts == len(whom)
            assert all(here.hall.below(card) for card in here.hall.cards)

    asyncio.run(live())


@settings(max_examples=50, deadline=None)
@given(history=HISTORIES, fails=st.lists(st.sampled_from(FAILS), max_size=12))
def test_whatever_breaks_off_nobody_reads_anything_twice(
    history: list[tuple[Level, Change]], fails: list[str]
) -> None:
    async def live() -> None:
        async with office() as here:
            here.hall.fails = list(fails)
            for n, (_, change) in enumerate(history):
                before = len(here.hall.cards)
                await here.happens(change, f"event{n}")
                # At most its card, and the hour's digest if it is not sure that the card is there.
                assert len(here.hall.cards) <= before + 2
            lines = [s.payload for s in here.hall.said.values() if s.thread]
            assert len(lines) <= 2 * len(history)

    asyncio.run(live())


@settings(max_examples=20, deadline=None)
@given(crowd=st.integers(1, 30), budget=st.integers(0, 5))
def test_an_hour_has_no_more_cards_than_its_budget_and_one_digest(crowd: int, budget: int) -> None:
    async def live() -> None:
        async with office(budget=budget) as here:
            for n in range(crowd):
                await here.happens(added(f"Person {n}"))
            rolled = max(0, crowd - budget)
            assert here.hall.posts == min(crowd, budget) + (rolled > 0)
            if rolled:
                here.clock += 10
                await here.works()
                digest = here.hall.cards[-1]
                assert f"{rolled} more change" in digest.payload
                assert len(here.hall.below(digest)) == min(rolled, 20)
            here.clock += 3600
            await here.happens(added("Late Comer"))
            assert here.hall.posts == min(crowd, budget) + (rolled > 0) + 1

    asyncio.run(live())


def added(name: str, kind: ChangeKind = ChangeKind.ADDED, **more: Any) -> Change:
    place = Placement(kind=Kind.JOB, destination_id="j1", title="Backend Engineer", stage="Interview")
    values: dict[str, Any] = {"placements": (place,), "tags": ("python",), **more}
    return Change(kind=kind, candidate=Candidate(id=name, name=name, **values))


async def test_a_channel_that_was_opened_gets_its_earlier_cards_taken_back_first() -> None:
    async with office(Level.PRIVATE) as here:
        await here.happens(added("Zoë"))
        assert "Interview" in here.hall.cards[0].payload
        here.hall.level = Level.SHARED
        await here.happens(added("Sam"))
        first, second = here.hall.cards
        assert "was taken back" in first.payload
        assert "Zoë" not in "".join(each.payload for each in here.hall.said.values())
        assert "A candidate for *Backend Engineer* was added" in second.payload
        order = [said.ts for _, said, level in here.hall.sent if level is Level.SHARED]
        assert order.index(first.ts) < order.index(second.ts)


async def test_a_channel_that_was_opened_is_noticed_without_an_event() -> None:
    async with office(Level.PRIVATE) as here:
        await here.happens(added("Zoë"))
        here.hall.level = Level.PUBLIC
        await here.announcer.look_around()
        assert "was taken back" in here.hall.cards[0].payload
        looks = len(here.hall.sent)
        here.hall.level = Level.PUBLIC
        await here.announcer.look_around()
        assert len(here.hall.sent) == looks
        await here.happens(added("Zoë", ChangeKind.NOTED))
        (card,) = here.hall.cards
        assert "*Zoë* was updated" in card.payload
        assert "Interview" not in card.payload


@pytest.mark.parametrize("how", ["crash", "late crash", "late timeout", "internal_error"])
async def test_a_card_of_which_nobody_knows_is_not_posted_again_and_the_digest_says_so(how: str) -> None:
    async with office() as here:
        here.hall.fails = [how]
        await here.happens(added("Zoë"))
        cards = [card for card in here.hall.cards if "Zoë" in card.payload]
        assert len(cards) == how.startswith("late")
        assert "1 of the cards here may be missing" in here.hall.cards[-1].payload
        await here.happens(added("Zoë"))
        assert len([card for card in here.hall.cards if "Zoë" in card.payload]) == len(cards)


@pytest.mark.parametrize("how", ["ratelimited", "service_unavailable"])
async def test_what_slack_surely_did_not_take_is_posted_later(how: str) -> None:
    async with office() as here:
        here.hall.fails = [how, how]
        await here.happens(added("Zoë"))
        assert len(here.hall.cards) == 1
        assert "*Zoë* was added" in here.hall.cards[0].payload


@pytest.mark.parametrize(
    ("state", "said"),
    [({"member": False}, "I am not in there any more."), ({"archived": True}, "The channel is archived.")],
)
async def test_a_channel_without_us_pauses_and_the_subscriber_is_told_once(
    state: dict[str, bool], said: str
) -> None:
    async with office() as here:
        for name, value in state.items():
            setattr(here.hall, name, value)
        await here.happens(added("Zoë"))
        await here.happens(added("Sam"))
        assert here.hall.said == {}
        (told,) = here.hall.told
        assert said in told
        assert "Zoë" not in told
        assert await here.subscriptions.watched() == []


async def test_what_is_older_than_the_card_does_not_change_it() -> None:
    async with office() as here:
        await here.happens(added("Zoë", ChangeKind.ADDED, tags=("now",)), at=here.clock)
        await here.happens(added("Zoë", ChangeKind.TAGGED, tags=("before",)), at=here.clock - 5)
        (card,) = here.hall.cards
        assert "now" in card.payload
        assert "before" not in card.payload


async def test_filters_and_kinds_decide_but_a_card_that_is_there_is_kept_up_to_date() -> None:
    async with office(kinds=(ChangeKind.ADDED,), filters=Filters(jobs=("backend engineer",))) as here:
        await here.happens(added("Sam", ChangeKind.MOVED))
        await here.happens(added("Ada", placements=()))
        assert here.hall.said == {}
        await here.happens(added("Zoë"))
        await here.happens(added("Zoë", ChangeKind.TAGGED, tags=("rust",)))
        (card,) = here.hall.cards
        assert "rust" in card.payload
        assert len(here.hall.below(card)) == 1


async def test_a_card_that_somebody_deleted_comes_back_with_the_next_change() -> None:
    async with office() as here:
        await here.happens(added("Zoë"))
        here.hall.said.clear()
        await here.happens(added("Zoë", ChangeKind.NOTED))
        assert "*Zoë* has a new note" in here.hall.cards[0].payload


async def test_a_job_is_opened_and_closed_on_one_card() -> None:
    job = Destination(id="j1", kind=Kind.JOB, title="Backend Engineer")
    async with office(Level.SHARED) as here:
        await here.happens(JobChange(kind=ChangeKind.JOB_OPENED, destination=job))
        assert "The job *Backend Engineer* is open." in here.hall.cards[0].payload
        await here.happens(JobChange(kind=ChangeKind.JOB_CLOSED, destination=job))
        (card,) = here.hall.cards
        assert "is not open any more" in card.payload


async def test_the_database_holds_no_name(tmp_path: Path) -> None:
    async with office(budget=1) as here:
        for name in ("Zoë Ødegård", "Sam Sample"):
            await here.happens(added(name, email=f"{name[:3]}@example.com"))
        tables = ("cards", "subscriptions", "tallies")
        kept = str([await here.store.rows(table, {}) for table in tables])
        assert kept.count("'ts'") >= 3
        for word in ("Zoë", "Sam Sample", "@example.com", "Interview", "Backend", "python"):
            assert word not in kept


MONDAY = 1_000_000_800.0 - 1_000_000_800.0 % (7 * 86_400) + 4 * 86_400 + 7 * 86_400


async def week_over(here: Office, *, hours: float = 10) -> None:
    """Monday comes, at this hour."""
    here.clock = MONDAY + hours * 3600
    await here.weekly.due()
    await here.works()


async def test_a_week_is_summed_up_once_with_a_picture_and_all_of_it_in_words() -> None:
    async with office(weekly=True) as here:
        here.clock = MONDAY - 3 * 86_400
        for name in ("Zoë", "Sam", "Ada"):
            await here.happens(added(name))
        before = here.hall.posts
        await week_over(here, hours=1)
        assert here.hall.posts == before
        await week_over(here)
        week = here.hall.cards[-1].payload
        assert "3 candidates added" in week
        assert "1. Interview: 3" in week
        assert '"slack_file": {"id": "F1"}' in week
        ((picture, alt),) = here.hall.pictures
        assert picture.startswith(b"\x89PNG")
        assert alt == (
            "Left, candidates added in each of the last 8 weeks: 0, 0, 0, 0, 0, 0, 0, 3."
            " Right, where people came to: Interview 3."
        )
        for name in ("Zoë", "Sam", "Ada"):
            assert name not in week
        posts = here.hall.posts
        here.done.clear()
        await week_over(here, hours=20)
        assert here.hall.posts == posts


async def test_without_the_permission_to_upload_the_week_is_text() -> None:
    async with office(Level.PUBLIC, weekly=True) as here:
        here.clock = MONDAY - 3 * 86_400
        here.hall.takes_files = False
        await here.happens(added("Zoë"))
        await week_over(here)
        week = here.hall.cards[-1].payload
        assert "1. Backend Engineer: 1" in week
        assert "Interview" not in week
        assert "slack_file" not in week


async def test_a_week_in_which_nothing_happened_is_not_told() -> None:
    async with office(weekly=True) as here:
        await week_over(here)
        assert here.hall.said == {}
