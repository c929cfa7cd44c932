"""What every connector promises. A new one is done when this file passes for it unchanged."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from typing import Any

import pytest

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.server import Fault
from bot.demo.ats.world import ADA, LIMBO, NOOR, SAM, ZOE
from connectors.base import Capability, Connector
from connectors.errors import (
    BadCredentials,
    ConnectorError,
    NotFound,
    Refused,
    Unavailable,
    UnexpectedResponse,
    Unsupported,
)
from connectors.models import Candidate, ChangeKind, Destination, Kind, NewCandidate, NewNote, Resume
from connectors.vendors import CONNECTORS

from .conftest import PairOf
from .failures import CASES, COMMON, SECRET_PERSON

pytestmark = pytest.mark.anyio

JANE = NewCandidate(
    first_name="Jane",
    last_name="Doe",
    email="jane.doe@example.com",
    phone="+33612345678",
    links=("https://www.linkedin.com/in/jane",),
)
CV = Resume(filename="jane.pdf", content=b"%PDF-1.4 jane", url="https://files.example.com/jane.pdf")
NOTE = NewNote(
    text="Strong on Go, *wants* <remote>", author="Mia Member", link="https://slack.example.com/p1"
)


ANYBODY = Candidate(id="1", name="Any")
ANYWHERE = Destination(id="1", kind=Kind.POOL, title="Any")
CALLS: dict[Capability, Callable[[Connector], Awaitable[object]]] = {
    Capability.FIND: lambda ats: ats.find("any@example.com"),
    Capability.CANDIDATE: lambda ats: ats.candidate("1"),
    Capability.ADD_CANDIDATE: lambda ats: ats.add_candidate(JANE, ANYWHERE),
    Capability.ADD_NOTE: lambda ats: ats.add_note(ANYBODY, NOTE),
    Capability.NOTES: lambda ats: ats.notes(ANYBODY),
    Capability.ADD_TAGS: lambda ats: ats.add_tags(ANYBODY, ["any"]),
    Capability.REMOVE_TAGS: lambda ats: ats.remove_tags(ANYBODY, ["any"]),
    Capability.DESTINATIONS: lambda ats: ats.destinations(),
    Capability.MOVE: lambda ats: ats.move(ANYBODY, ANYWHERE, "any"),
    Capability.CREATE_POOL: lambda ats: ats.create_pool("Any"),
    Capability.ATTACH_RESUME: lambda ats: ats.attach_resume(ANYBODY, CV),
    Capability.CHANGES: lambda ats: ats.changes(None),
    Capability.KNOW_USER: lambda ats: ats.know_user("any@example.com"),
}
Promise = Callable[..., Awaitable[None]]


async def says_that_it_cannot(ats: Connector, capability: Capability) -> None:
    with pytest.raises(Unsupported, match=f"{ats.title}: cannot {capability.words}"):
        await CALLS[capability](ats)


def needs(*capabilities: Capability) -> Callable[[Promise], Promise]:
    """What follows is promised by an ATS with these capabilities. One that lacks any promises to say so."""

    def promised(promise: Promise) -> Promise:
        @wraps(promise)
        async def kept(ats: Connector, **more: Any) -> None:
            if lacking := [each for each in capabilities if each not in ats.capabilities]:
                for each in lacking:
                    await says_that_it_cannot(ats, each)
            else:
                await promise(ats=ats, **more)

        return kept

    return promised


async def one(ats: Connector, email: str | None) -> Candidate:
    found = await ats.find(email or "")
    assert len(found) == 1
    return found[0]


async def somewhere(ats: Connector) -> Destination | None:
    """A pool or job for a new candidate; None in an ATS that lists none."""
    if Capability.DESTINATIONS not in ats.capabilities:
        return None
    return next(d for d in await ats.destinations() if d.kind in {Kind.POOL, Kind.JOB})


def test_every_connector_has_a_stand_in_and_a_list_of_failures() -> None:
    assert CONNECTORS.keys() == STAND_INS.keys() == {case[0] for case in CASES}


async def test_says_whose_key_it_is(ats: Connector) -> None:
    assert (await ats.check()).name


async def test_a_wrong_key_is_bad_credentials(
    ats: Connector, stand_in: StandInAts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(type(stand_in), "settings", {**stand_in.settings, "key": "another"})
        with pytest.raises(BadCredentials):
            await ats.check()


@pytest.mark.parametrize("query", ["zoe@example.com", "ZOE@Example.com ", "zoe"])
async def test_finds_a_person_by_address_or_a_part_of_it(ats: Connector, query: str) -> None:
    zoe = (await ats.find(query))[0]
    assert (zoe.name, zoe.email) == ("Zoë Ødegård", ZOE.email)
    assert set(zoe.tags) == set(ZOE.tags) or Capability.ADD_TAGS not in ats.capabilities


async def test_an_address_matches_only_itself(ats: Connector) -> None:
    assert await ats.find("rivera@example.com") == []
    assert [c.email for c in await ats.find(SAM.email or "")] == [SAM.email]


async def test_finds_both_people_of_one_name(ats: Connector) -> None:
    emails = {c.email for c in await ats.find("Sam Rivera")}
    assert emails == {"sam.rivera@example.com", "s.rivera@example.org"}


async def test_reads_right_to_left_names(ats: Connector) -> None:
    assert (await one(ats, NOOR.email)).name == "نور الهاشمي"


async def test_nobody_is_an_empty_list(ats: Connector) -> None:
    assert await ats.find("nobody@example.com") == []
    assert await ats.find("qqqqzz") == []


async def test_reads_a_candidate_by_the_id_it_gave(ats: Connector) -> None:
    ada = await one(ats, ADA.email)
    again = await ats.candidate(ada.id)
    assert (again.name, again.email, again.tags) == (ada.name, ADA.email, ada.tags)


@needs(Capability.DESTINATIONS)
async def test_says_where_somebody_is(ats: Connector) -> None:
    ada = await one(ats, ADA.email)
    titles = {d.id: d.title for d in await ats.destinations()}
    assert all(titles[p.destination_id or ""] == p.title for p in ada.placements)
    assert (await ats.candidate(ada.id)).placements == ada.placements


async def test_an_unknown_id_is_not_found(ats: Connector) -> None:
    with pytest.raises(NotFound):
        await ats.candidate("999999999")


@needs(Capability.DESTINATIONS)
async def test_keeps_a_stage_it_does_not_know(ats: Connector) -> None:
    assert LIMBO.stage in {p.stage for p in (await one(ats, LIMBO.email)).placements}


@needs(Capability.ADD_CANDIDATE)
async def test_adds_a_candidate_once_with_all_that_it_keeps(ats: Connector, stand_in: StandInAts) -> None:
    to = await somewhere(ats)
    added = await ats.add_candidate(JANE, to)
    assert (added.existing, added.candidate.name, added.candidate.email) == (False, "Jane Doe", JANE.email)
    jane = await one(ats, JANE.email)
    assert jane.phone == (JANE.phone if "phone" in ats.keeps else None)
    assert sum(row["email"] == JANE.email for row in stand_in.rows()) == 1


@needs(Capability.ADD_CANDIDATE)
async def test_says_when_the_person_is_there_already(ats: Connector, stand_in: StandInAts) -> None:
    to = await somewhere(ats)
    first = await ats.add_candidate(JANE, to)
    second = await ats.add_candidate(JANE, to)
    assert (second.existing, second.candidate.email) == (True, first.candidate.email)
    assert sum(row["email"] == JANE.email for row in stand_in.rows()) == 1


@needs(Capability.ADD_CANDIDATE)
async def test_refuses_a_candidate_without_what_it_requires(ats: Connector, stand_in: StandInAts) -> None:
    if "to" in ats.required:
        with pytest.raises(Refused):
            await ats.add_candidate(JANE, None)
        assert stand_in.writes == []
    else:
        assert not (await ats.add_candidate(JANE, None)).existing


@needs(Capability.ADD_NOTE)
async def test_notes_carry_the_author_and_the_place(ats: Connector, stand_in: StandInAts) -> None:
    zoe = await one(ats, ZOE.email)
    await ats.add_note(zoe, NOTE)
    notes = [note for row in stand_in.rows() if row["email"] == ZOE.email for note in row["notes"]]
    assert len(notes) == 1
    assert "Strong on Go" in notes[0]
    assert "Mia Member via Slack" in notes[0]
    assert "https://slack.example.com/p1" in notes[0]


@needs(Capability.ADD_NOTE)
async def test_a_second_note_leaves_the_first_one(ats: Connector, stand_in: StandInAts) -> None:
    zoe = await one(ats, ZOE.email)
    await ats.add_note(zoe, NOTE)
    await ats.add_note(await one(ats, ZOE.email), NewNote(text="Called back", author="Ada Admin"))
    notes = " ".join(note for row in stand_in.rows() if row["email"] == ZOE.email for note in row["notes"])
    assert "Strong on Go" in notes
    assert "Called back" in notes


@needs(Capability.ADD_NOTE)
async def test_can_tell_whether_a_note_was_written_or_says_that_it_cannot(ats: Connector) -> None:
    zoe = await one(ats, ZOE.email)
    if Capability.NOTES not in ats.capabilities:
        with pytest.raises(Unsupported):
            await ats.noted(zoe, NOTE)
        return
    assert await ats.noted(zoe, NOTE) is None
    await ats.add_note(zoe, NOTE)
    assert await ats.noted(await one(ats, ZOE.email), NOTE)


@needs(Capability.ADD_TAGS)
async def test_tags_are_added_to_those_that_are_there(ats: Connector, stand_in: StandInAts) -> None:
    zoe = await one(ats, ZOE.email)
    tagged = await ats.add_tags(zoe, ["senior", "go"])
    assert set(tagged.tags) == {"go", "remote", "senior"}
    rows = [row for row in stand_in.rows() if row["email"] == ZOE.email]
    assert [sorted(row["tags"]) for row in rows] == [["go", "remote", "senior"]]


@needs(Capability.REMOVE_TAGS)
async def test_tags_are_removed_in_any_spelling(ats: Connector, stand_in: StandInAts) -> None:
    zoe = await one(ats, ZOE.email)
    assert set((await ats.remove_tags(zoe, ["GO"])).tags) == {"remote"}


@needs(Capability.DESTINATIONS)
async def test_lists_destinations_and_searches_them(ats: Connector) -> None:
    everything = await ats.destinations()
    assert {"Backend Engineer", "Product Designer"} <= {d.title for d in everything}
    assert len({(d.kind, d.job_id, d.id) for d in everything}) == len(everything)
    assert all("designer" in d.label.casefold() for d in await ats.destinations("designer"))


@pytest.mark.parametrize("kind", Kind)
@needs(Capability.DESTINATIONS, Capability.MOVE)
async def test_moves_to_each_kind_of_destination_that_it_has(
    ats: Connector, stand_in: StandInAts, kind: Kind
) -> None:
    zoe = await one(ats, ZOE.email)
    where = [
        d
        for d in await ats.destinations()
        if d.kind is kind and d.title not in ("Backend Engineer", "Interview")
    ]
    for to in where[:1]:
        assert await ats.arrived(zoe, to) is None
        moved = await ats.move(zoe, to, "Moved by Mia Member in Slack")
        assert any(to.title in (p.title, p.stage) for p in moved.placements)
        assert await ats.arrived(zoe, to)
    shown = [
        f"{row['where']} {row['stage']} {row['tags']}" for row in stand_in.rows() if row["email"] == ZOE.email
    ]
    assert all(any(to.title in row for row in shown) for to in where[:1])


@needs(Capability.ADD_CANDIDATE)
async def test_an_added_person_is_found_after_a_crash(ats: Connector) -> None:
    to = await somewhere(ats)
    with suppress(Unsupported):  # where new people show late, nobody can tell: the person is asked
        assert await ats.added(JANE, to) is None
    made = await ats.add_candidate(JANE, to)
    found = await ats.added(JANE, to)
    assert found
    assert found.id == made.candidate.id


@needs(Capability.CREATE_POOL)
async def test_makes_a_pool_once(ats: Connector, stand_in: StandInAts) -> None:
    pool = await ats.create_pool("Rust people")
    again = await ats.create_pool("rust people")
    assert (pool.kind, again.id) == (Kind.POOL, pool.id)
    assert "Rust people" in {d.title for d in await ats.destinations()}


@needs(Capability.ATTACH_RESUME)
async def test_takes_a_cv_in_the_one_way_it_has(ats: Connector, stand_in: StandInAts) -> None:
    zoe = await one(ats, ZOE.email)
    given = {"url": None} if ats.resume_by_file else {"content": None}
    withheld = {"content": None} if ats.resume_by_file else {"url": None}
    assert (await ats.attach_resume(zoe, CV.model_copy(update=given))).email == ZOE.email
    before = len(stand_in.writes)
    with pytest.raises(Refused):
        await ats.attach_resume(zoe, CV.model_copy(update=withheld))
    assert len(stand_in.writes) == before


@needs(Capability.ADD_CANDIDATE, Capability.ATTACH_RESUME)
async def test_a_cv_travels_with_a_new_candidate(ats: Connector, stand_in: StandInAts) -> None:
    file = CV.model_copy(update={"url": None} if ats.resume_by_file else {"content": None})
    added = await ats.add_candidate(JANE.model_copy(update={"resume": file}), await somewhere(ats))
    assert not added.existing
    sent = b"".join(call.body for call in stand_in.writes)
    assert b"jane.pdf" in sent or b'".pdf"' in sent


@needs(Capability.CHANGES)
async def test_what_was_there_before_is_no_news(ats: Connector) -> None:
    first = await ats.changes(None)
    assert first.changes == ()
    assert (await ats.changes(first.cursor)).changes == ()


@needs(Capability.CHANGES, Capability.ADD_CANDIDATE)
async def test_a_new_candidate_is_news_once(ats: Connector) -> None:
    before = (await ats.changes(None)).cursor
    await ats.add_candidate(JANE, await somewhere(ats))
    news = await ats.changes(before)
    assert [(c.kind, c.candidate.email) for c in news.changes] == [(ChangeKind.ADDED, JANE.email)]
    assert (await ats.changes(news.cursor)).changes == ()


@needs(Capability.CHANGES)
async def test_a_cursor_holds_nobodys_name_or_address(ats: Connector) -> None:
    state = (await ats.changes(None)).cursor.state
    assert not any(word in state for word in ("example.com", "Okafor", "Rivera"))


@pytest.mark.parametrize("capability", Capability)
async def test_what_it_cannot_do_it_says(ats: Connector, capability: Capability) -> None:
    if capability in ats.capabilities:
        assert getattr(type(ats), capability) is not getattr(Connector, capability)
    else:
        await says_that_it_cannot(ats, capability)


@pytest.mark.parametrize(("vendor", "name", "fault", "error"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES])
async def test_each_failure_has_one_name_and_holds_no_data(
    vendor: str,
    name: str,
    fault: Fault,
    error: type[ConnectorError],
    pair_of: PairOf,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    pair = await pair_of(vendor)
    ats, stand_in = pair.ats, pair.stand_in
    ada = await one(ats, ADA.email)
    stand_in.force(*[fault] * 30)
    with pytest.raises(error) as caught:
        await ats.candidate(ada.id)
    said = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caplog.text}"
    assert not any(secret in said for secret in (SECRET_PERSON, ADA.email or "", stand_in.settings["key"]))


@pytest.mark.parametrize("name", [c[0] for c in COMMON if c[0] != "429"])
@needs(Capability.ADD_NOTE)
async def test_a_write_goes_out_once(ats: Connector, stand_in: StandInAts, name: str) -> None:
    fault, error = next((f, e) for n, f, e in COMMON if n == name)
    zoe = await one(ats, ZOE.email)
    await ats.add_note(zoe, NOTE)
    usual = len(stand_in.writes)
    stand_in.calls.clear()
    # Twice, since a connector with a token answers one 401 itself: it buys another and sends the call again.
    faults = [Fault(**{**vars(fault), "method": m}) for m in ("POST", "PUT", "PATCH")]
    stand_in.force(*faults, *faults)
    with pytest.raises(error) as caught:
        await ats.add_note(zoe, NewNote(text="Once", author="Mia"))
    assert len(stand_in.writes) <= usual
    assert caught.value.uncertain == (error in (Unavailable, UnexpectedResponse))


async def test_is_patient_when_told_to_slow_down(ats: Connector, stand_in: StandInAts) -> None:
    zoe = await one(ats, ZOE.email)
    slow = {"Retry-After": "0"}
    stand_in.force(Fault(429, {"detail": "slow down"}, slow), Fault(429, {"detail": "slow down"}, slow))
    assert (await ats.candidate(zoe.id)).email == ZOE.email


@needs(Capability.ADD_NOTE)
async def test_a_write_is_patient_too_and_goes_out_once(ats: Connector, stand_in: StandInAts) -> None:
    zoe = await one(ats, ZOE.email)
    stand_in.force(Fault(429, {"detail": "slow down"}, {"Retry-After": "0"}))
    await ats.add_note(zoe, NOTE)
    assert sum(len(row["notes"]) for row in stand_in.rows() if row["email"] == ZOE.email) == 1


async def test_a_read_survives_a_passing_failure(ats: Connector, stand_in: StandInAts) -> None:
    ada = await one(ats, ADA.email)
    stand_in.force(Fault(503, ""), Fault(reset=True))
    assert (await ats.candidate(ada.id)).email == ADA.email


async def test_nobody_listening_is_unavailable_and_certain(pair_of: PairOf) -> None:
    for vendor in CONNECTORS:
        ats = (await pair_of(vendor, "http://127.0.0.1:9")).ats
        with pytest.raises(Unavailable) as caught:
            await ats.find("zoe@example.com")
        assert not caught.value.uncertain
