"""What a recruiter does in an ATS is what the connector tells of, once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
import pytest

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.desk import CannotAct, Place
from bot.demo.ats.world import ADA, ZOE, small_world
from bot.demo.clock import DemoClock
from connectors.base import Connector
from connectors.http import Http, new_client
from connectors.models import Candidate, Change, ChangeKind, Cursor, Kind
from connectors.vendors import CONNECTORS

pytestmark = pytest.mark.anyio

ROUNDS = 11
"""Looks after which every connector has compared all that it watches."""
WITHOUT_A_MARK_FOR_HIRED = {"welcomekit"}
JOBS_UNWATCHED = {"recruspace"}


@dataclass
class Office:
    """A connector that watches, and the stand-in in which somebody works."""

    opened: Callable[[], Connector]
    ats: Connector
    stand_in: StandInAts
    cursor: Cursor

    async def afresh(self) -> set[str]:
        """The titles of all jobs, as a connector finds them that remembers nothing."""
        jobs = (d for d in await self.opened().destinations() if d.kind is Kind.JOB)
        return {job.title for job in jobs}

    async def news(self) -> list[Change]:
        """All changes since the last look."""
        found: list[Change] = []
        for _ in range(ROUNDS):
            seen = await self.ats.changes(self.cursor)
            self.cursor = seen.cursor
            found += seen.changes
        return found

    async def kinds(self) -> list[tuple[ChangeKind, str | None]]:
        return [(change.kind, change.candidate.email) for change in await self.news()]

    def places(self, *, job: bool) -> list[Place]:
        return [place for place in self.stand_in.places() if bool(place.job) == job]

    @property
    def watched(self) -> list[Place]:
        """Places of which a connector hears: pools, or stages of one job where there are no pools."""
        return self.places(job=False) or self.places(job=True)

    def add(self, email: str = "grace@example.com", place: Place | None = None) -> str:
        there = place or self.watched[0]
        return self.stand_in.act("add", name="Grace Kim", email=email, place=there.id)

    def deeds(self, id: str) -> list[str]:
        row = next(row for row in self.stand_in.rows() if row["id"] == id)
        return list(row["deeds"])

    async def person(self, email: str | None) -> Candidate:
        (found,) = await self.ats.find(email or "")
        return found


@pytest.fixture(params=sorted(STAND_INS))
async def office(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(new_client(httpx.Timeout(5.0)))
        vendor = request.param
        stand_in = await stack.enter_async_context(STAND_INS[vendor](small_world()).serve())
        connector = CONNECTORS[vendor]
        settings = connector.Settings.model_validate(stand_in.settings)
        http = Http(client, {vendor: stand_in.url})
        ats = connector(settings, http)
        first = await ats.changes(None)
        assert first.changes == ()
        yield Office(lambda: connector(settings, http), ats, stand_in, first.cursor)


async def test_somebody_added_is_news_once_with_name_address_and_place(office: Office) -> None:
    there = office.watched[0]
    office.add(place=there)
    (change,) = await office.news()
    assert (change.kind, change.candidate.name) == (ChangeKind.ADDED, "Grace Kim")
    assert change.candidate.email == "grace@example.com"
    assert [p.title for p in change.candidate.placements] == [there.group or there.title]
    assert await office.news() == []


async def test_somebody_moved_is_news_once_at_the_new_place(office: Office) -> None:
    id = office.add()
    await office.news()
    there = office.watched[1]
    assert office.stand_in.act("move", id=id, place=there.id) == id
    (change,) = await office.news()
    assert (change.kind, change.candidate.email) == (ChangeKind.MOVED, "grace@example.com")
    assert (there.group or there.title) in {p.title for p in change.candidate.placements}
    assert await office.news() == []


async def test_a_tag_is_news_once_and_stands_beside_the_others(office: Office) -> None:
    id = office.add()
    office.stand_in.act("tag", id=id, tag="go")
    await office.news()
    office.stand_in.act("tag", id=id, tag="remote, go")
    (change,) = await office.news()
    assert change.kind is ChangeKind.TAGGED
    assert list(change.candidate.tags) == ["go", "remote"]
    assert await office.news() == []


@pytest.mark.parametrize(("deed", "kind"), [("hire", ChangeKind.HIRED), ("reject", ChangeKind.REJECTED)])
async def test_an_end_is_offered_where_there_is_one_and_told_as_such(
    office: Office, deed: str, kind: ChangeKind
) -> None:
    id = office.add(place=office.places(job=True)[0])
    await office.news()
    if deed == "hire" and office.stand_in.vendor in WITHOUT_A_MARK_FOR_HIRED:
        assert deed not in office.deeds(id)
        with pytest.raises(CannotAct):
            office.stand_in.act(deed, id=id)
        return
    assert deed in office.deeds(id)
    office.stand_in.act(deed, id=id)
    now = await office.ats.candidate(id)
    assert [p.status for p in now.placements] == [kind.value]
    expected = [] if office.stand_in.vendor in JOBS_UNWATCHED else [(kind, "grace@example.com")]
    assert await office.kinds() == expected


async def test_somebody_who_was_there_before_the_watch_is_news_when_moved(
    office: Office,
) -> None:
    unwatched = office.stand_in.vendor in JOBS_UNWATCHED
    known = ADA if unwatched else ZOE
    there = office.places(job=not unwatched)[-1]
    office.stand_in.act("move", id=(await office.person(known.email)).id, place=there.id)
    (change,) = await office.news()
    assert change.candidate.email == known.email
    assert change.kind in (ChangeKind.MOVED, ChangeKind.HIRED)
    assert (there.group or there.title) in {p.title for p in change.candidate.placements}


async def test_whoever_is_in_no_job_can_be_neither_hired_nor_rejected(office: Office) -> None:
    if not (pools := office.places(job=False)):
        assert office.stand_in.vendor in ("talynce", "welcomekit")
        return
    id = office.add(place=pools[0])
    assert office.deeds(id) == ["move", "tag"]
    with pytest.raises(CannotAct, match="on a job"):
        office.stand_in.act("hire", id=id)


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("add", {"name": "Grace Kim", "email": "grace at example", "place": "here"}, "email address"),
        (
            "add",
            {"name": "Grace Kim", "email": "grace@example.com", "place": "nowhere"},
            "not there any more",
        ),
        ("add", {"name": " ", "email": "grace@example.com", "place": "here"}, "fill in: name"),
        ("move", {"id": "nobody", "place": "here"}, "not there any more"),
        ("tag", {"id": "nobody", "tag": "go"}, "not there any more"),
        ("reject", {"id": "nobody"}, "not there any more"),
        ("fire", {"id": "nobody"}, "Nobody can do that"),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(
    office: Office, kind: str, given: dict[str, str], says: str
) -> None:
    before = office.stand_in.rows()
    here = {"place": office.watched[0].id} if given.get("place") == "here" else {}
    with pytest.raises(CannotAct, match=says):
        office.stand_in.act(kind, **{**given, **here})
    assert office.stand_in.rows() == before
    assert await office.news() == []


async def test_nobody_is_added_twice_to_one_place(office: Office) -> None:
    office.add()
    with pytest.raises(CannotAct, match="already"):
        office.add()
    assert len(await office.news()) == 1


async def test_a_job_that_is_opened_is_a_place_and_one_that_is_closed_is_none(
    office: Office,
) -> None:
    job = office.stand_in.act("open_job", name="Site Engineer")
    fresh = [place for place in office.stand_in.places() if place.job == job]
    assert {place.group for place in fresh} == {"Site Engineer"}
    office.add(place=fresh[0])
    office.stand_in.act("close_job", job=job)
    assert [place for place in office.stand_in.places() if place.job == job] == []
    assert any(row["where"] == "Site Engineer" for row in office.stand_in.rows())
    with pytest.raises(CannotAct):
        office.stand_in.act("close_job", job="nowhere")


async def test_jobs_come_and_go_among_the_destinations_once_the_list_is_read_afresh(
    office: Office,
) -> None:
    job = office.stand_in.act("open_job", name="Site Engineer")
    assert "Site Engineer" in await office.afresh()
    office.stand_in.act("close_job", job=job)
    assert "Site Engineer" not in await office.afresh()


async def test_what_is_done_bears_the_time_of_the_ats(office: Office) -> None:
    clock = DemoClock()
    office.stand_in.clock = clock
    clock.forward(3 * 86400)
    office.add()
    (change,) = await office.news()
    then = change.candidate.last_activity
    assert then is not None
    assert then.timestamp() == pytest.approx(clock(), abs=60)


def test_time_goes_only_forward() -> None:
    clock = DemoClock()
    for seconds in (0, -5, float("nan")):
        with pytest.raises(ValueError, match="forward"):
            clock.forward(seconds)
    assert clock.ahead == 0
