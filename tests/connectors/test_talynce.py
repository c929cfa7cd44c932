"""What is particular to Talynce: one record per person, notes on jobs, statuses that are a setting."""

from collections.abc import Sequence

import pytest

from bot.demo.ats.server import Call, Fault
from bot.demo.ats.world import ADA, LIMBO, SILENT, ZOE
from connectors import talynce
from connectors.errors import Ambiguous, NotFound, Refused, UnexpectedResponse
from connectors.http import Http, new_client
from connectors.models import (
    Candidate,
    Change,
    ChangeKind,
    Cursor,
    Destination,
    Kind,
    NewCandidate,
    NewNote,
    Resume,
    union,
)
from connectors.talynce import FULL_ROUND, TalynceSettings
from connectors.talynce_lists import HIT_PAGES

from .conftest import Pair, PairOf
from .test_contract import JANE, NOTE, one, somewhere

pytestmark = pytest.mark.anyio

CANDIDATES = "/api/v1/candidates"


@pytest.fixture
async def pair(pair_of: PairOf) -> Pair:
    return await pair_of("talynce")


async def stage(pair: Pair, job: str, status: str) -> Destination:
    return next(d for d in await pair.ats.destinations() if (d.job_title, d.title) == (job, status))


async def job(pair: Pair, title: str) -> Destination:
    return next(d for d in await pair.ats.destinations() if (d.kind, d.title) == (Kind.JOB, title))


def sent(calls: Sequence[Call]) -> list[tuple[str, object]]:
    return [(call.method, call.json) for call in calls]


def reads_by_id(pair: Pair) -> list[str]:
    return [c.path for c in pair.stand_in.calls if not c.write and c.path.startswith(CANDIDATES + "/")]


async def looks(pair: Pair, cursor: Cursor, times: int) -> tuple[Cursor, list[Change]]:
    """A person on a later page is due in one of ten looks, as long as the total stays the same."""
    news: list[Change] = []
    for _ in range(times):
        seen = await pair.ats.changes(cursor)
        cursor, news = seen.cursor, [*news, *seen.changes]
    return cursor, news


async def on_two_jobs(pair: Pair) -> Candidate:
    zoe = await one(pair.ats, ZOE.email)
    return await pair.ats.move(zoe, await stage(pair, "Data Analyst", "Offer"), "")


async def test_adds_with_the_whole_name_in_one_field_and_the_first_status(pair: Pair) -> None:
    to = await job(pair, "Data Analyst")
    resume = Resume(filename="jane.pdf", url="https://files.example.com/jane.pdf")
    added = await pair.ats.add_candidate(JANE.model_copy(update={"resume": resume}), to)
    body = {
        "full_name": "Jane Doe",
        "email": "jane.doe@example.com",
        "phone_number": "+33612345678",
        "metadata": {"links": ["https://www.linkedin.com/in/jane"]},
        "resume_url": "https://files.example.com/jane.pdf",
        "application": {"job_id": to.id, "status": "Applied"},
    }
    assert sent(pair.stand_in.writes) == [("POST", body)]
    assert added.candidate.links == JANE.links
    assert [(p.title, p.stage) for p in added.candidate.placements] == [("Data Analyst", "Applied")]


async def test_leaves_out_what_is_not_known_instead_of_clearing_it(pair: Pair) -> None:
    await pair.ats.add_candidate(NewCandidate(first_name="Bo", email="bo@example.com"), None)
    assert sent(pair.stand_in.writes) == [("POST", {"full_name": "Bo", "email": "bo@example.com"})]


async def test_adding_somebody_who_is_there_changes_neither_their_name_nor_their_status(pair: Pair) -> None:
    again = NewCandidate(first_name="zoe", email="ZOE@example.com")
    added = await pair.ats.add_candidate(again, await job(pair, "Backend Engineer"))
    assert (added.existing, added.candidate.name) == (True, "Zoë Ødegård")
    assert [p.stage for p in added.candidate.placements] == ["Interview"]
    assert pair.stand_in.writes == []


async def test_adding_somebody_who_is_there_to_another_job_puts_them_on_it(pair: Pair) -> None:
    to = await job(pair, "Data Analyst")
    added = await pair.ats.add_candidate(NewCandidate(first_name="Zoë", email="zoe@example.com"), to)
    assert added.existing
    assert {p.title for p in added.candidate.placements} == {"Backend Engineer", "Data Analyst"}
    assert sent(pair.stand_in.writes) == [("PUT", {"application": {"job_id": to.id, "status": "Applied"}})]


async def test_a_200_says_that_a_person_whose_address_is_hidden_was_there(pair: Pair) -> None:
    people = len(pair.stand_in.rows())
    new = NewCandidate(first_name="Ivo", email="ivo.silva@hidden.example.com")
    added = await pair.ats.add_candidate(new, await job(pair, "Data Analyst"))
    assert (added.existing, added.candidate.email) == (True, None)
    assert [p.title for p in added.candidate.placements] == ["Data Analyst"]
    assert len(pair.stand_in.rows()) == people


async def test_a_hidden_person_keeps_the_status_and_the_links_that_they_have(pair: Pair) -> None:
    to = await job(pair, "Data Analyst")
    ivo = (await pair.ats.find("Ivo Silva"))[0]
    await pair.ats.move(ivo, await stage(pair, "Data Analyst", "Hired"), "")
    new = NewCandidate(first_name="Ivo", last_name="Silva", email="ivo.silva@hidden.example.com")
    added = await pair.ats.add_candidate(new.model_copy(update={"links": JANE.links}), to)
    assert (added.existing, [p.stage for p in added.candidate.placements]) == (True, ["Hired"])
    assert sent(pair.stand_in.writes)[1:] == [("POST", {"full_name": new.name, "email": new.email})]


async def test_a_namesake_of_a_hidden_person_is_added_with_everything(pair: Pair) -> None:
    new = JANE.model_copy(update={"first_name": "Ivo", "last_name": "Silva"})
    added = await pair.ats.add_candidate(new, await stage(pair, "Data Analyst", "Interview"))
    assert (added.existing, added.candidate.links) == (False, JANE.links)
    assert [p.stage for p in added.candidate.placements] == ["Interview"]
    assert [method for method, _ in sent(pair.stand_in.writes)] == ["POST", "PUT"]


async def test_a_search_reads_more_than_one_page_and_not_without_end(pair: Pair) -> None:
    assert [c.email for c in await pair.ats.find("example.net alum005")] == ["alum005@example.net"]
    pair.stand_in.calls.clear()
    row = {"id": "6f1c2c3e-0000-4000-8000-000000000000", "full_name": "Nobody"}
    pair.stand_in.force(*[Fault(200, {"data": [row], "meta": {"total": 9_000}})] * 20)
    assert await pair.ats.find("qqqqzz") == []
    assert len(pair.stand_in.calls) == HIT_PAGES


async def test_tags_that_differ_in_case_only_both_stay(pair: Pair) -> None:
    assert union(["Go", "go"], ["GO", "Rust", "rust"]) == ("Go", "go", "Rust")
    zoe = await one(pair.ats, ZOE.email)
    put = {"primary_skills": ["Go", "go"]}
    pair.stand_in.force(Fault(200, {"data": {"id": zoe.id, **put}}, method="GET"))
    await pair.ats.add_tags(zoe, ["senior"])
    assert sent(pair.stand_in.writes) == [("PUT", {"primary_skills": ["Go", "go", "senior"]})]


async def test_a_masked_person_is_found_by_name_and_by_id(pair: Pair) -> None:
    ivo = (await pair.ats.find("Silva Ivo"))[0]
    assert (ivo.name, ivo.email, ivo.phone) == (f"{SILENT.first} {SILENT.last}", None, None)
    assert [c.id for c in await pair.ats.find(ivo.id.upper())] == [ivo.id]
    assert await pair.ats.find("6f1c2c3e-0000-4000-8000-000000000000") == []


async def test_a_note_is_appended_with_the_status_as_it_is(pair: Pair) -> None:
    limbo = await one(pair.ats, LIMBO.email)
    await pair.ats.add_note(limbo, NewNote(text="First", author="Mia"))
    await pair.ats.add_note(limbo, NewNote(text="Second", author="Mia"))
    text = "First\n\n— Mia via Slack\n\nSecond\n\n— Mia via Slack"
    application = {"job_id": limbo.placements[0].destination_id, "status": LIMBO.stage, "notes": text}
    assert sent(pair.stand_in.writes)[1] == ("PUT", {"application": application})


async def test_a_note_on_one_of_several_jobs_asks_which(pair: Pair) -> None:
    zoe = await on_two_jobs(pair)
    pair.stand_in.calls.clear()
    with pytest.raises(Ambiguous):
        await pair.ats.add_note(zoe, NOTE)
    assert pair.stand_in.writes == []
    chosen = next(p for p in zoe.placements if p.title == "Data Analyst")
    await pair.ats.add_note(zoe.model_copy(update={"placements": (chosen,)}), NOTE)
    assert pair.stand_in.writes[0].json["application"]["job_id"] == chosen.destination_id
    assert len(await pair.ats.notes(zoe)) == 1


async def test_a_note_on_nobodys_job_says_what_to_do_first(pair: Pair) -> None:
    with pytest.raises(Refused, match="move them to a job first"):
        await pair.ats.add_note(await one(pair.ats, ADA.email), NOTE)
    assert pair.stand_in.writes == []


async def test_a_move_leaves_the_notes_alone(pair: Pair) -> None:
    zoe = await one(pair.ats, ZOE.email)
    await pair.ats.add_note(zoe, NOTE)
    to = await stage(pair, "Backend Engineer", "shortlisted")
    moved = await pair.ats.move(zoe, to, "Moved by Mia")
    assert pair.stand_in.writes[-1].json == {"application": {"job_id": to.job_id, "status": "shortlisted"}}
    assert [p.stage for p in moved.placements] == ["shortlisted"]
    assert len(await pair.ats.notes(moved)) == 1


async def test_a_move_to_the_job_where_they_are_does_not_throw_them_back(pair: Pair) -> None:
    zoe = await one(pair.ats, ZOE.email)
    moved = await pair.ats.move(zoe, await job(pair, "Backend Engineer"), "")
    assert [p.stage for p in moved.placements] == ["Interview"]
    assert pair.stand_in.writes == []


async def test_a_move_that_was_accepted_and_not_made_is_no_success(pair: Pair) -> None:
    zoe = await one(pair.ats, ZOE.email)
    to = await stage(pair, "Backend Engineer", "Offer")
    pair.stand_in.force(Fault(200, {"data": {"id": zoe.id}}, method="PUT"))
    with pytest.raises(UnexpectedResponse) as caught:
        await pair.ats.move(zoe, to, "")
    assert caught.value.uncertain


async def test_a_status_may_come_back_in_another_case(pair: Pair) -> None:
    zoe = await one(pair.ats, ZOE.email)
    to = await stage(pair, "Backend Engineer", "shortlisted")
    moved = await pair.ats.move(zoe, to, "")
    application = {"id": "a-1", "job_id": to.job_id, "status": "Shortlisted"}
    shown = {"data": {"id": moved.id, "applications": [application], "updated_at": "2026-11-20T10:00:00"}}
    pair.stand_in.force(Fault(200, shown, method="GET"))
    assert (await pair.ats.candidate(zoe.id)).placements[0].stage == "Shortlisted"
    pair.stand_in.force(Fault(200, shown, method="GET"))
    assert await pair.ats.arrived(zoe, to)


async def test_an_unknown_status_is_refused_with_those_that_are_set(pair: Pair) -> None:
    zoe = await one(pair.ats, ZOE.email)
    to = (await stage(pair, "Backend Engineer", "Offer")).model_copy(update={"id": "Made up"})
    with pytest.raises(Refused, match="Applied, shortlisted, Interview, Offer, Hired") as caught:
        await pair.ats.move(zoe, to, "")
    assert "pipeline of the organization" not in str(caught.value)


async def test_a_pool_is_refused_before_anything_is_sent(pair: Pair) -> None:
    with pytest.raises(Refused, match="no pools"):
        await pair.ats.add_candidate(JANE, Destination(id="1", kind=Kind.POOL, title="Any"))
    assert pair.stand_in.writes == []


async def test_tags_go_to_the_primary_skills_and_nothing_else(pair: Pair) -> None:
    zoe = await one(pair.ats, ZOE.email)
    tagged = await pair.ats.add_tags(zoe, ["Senior", "GO"])
    assert tagged.placements == zoe.placements
    await pair.ats.add_tags(zoe, ["senior"])
    assert sent(pair.stand_in.writes) == [("PUT", {"primary_skills": ["go", "remote", "Senior"]})]


async def test_a_masked_person_must_be_revealed_first(pair: Pair) -> None:
    ivo = (await pair.ats.find("Ivo"))[0]
    error = {"error": {"code": "talent_pool_reveal_required", "message": "Ivo Silva is masked"}}
    pair.stand_in.force(Fault(403, error, method="PUT"))
    with pytest.raises(Refused, match="reveal their profile in Talynce") as caught:
        await pair.ats.add_tags(ivo, ["go"])
    assert "Silva" not in str(caught.value)


async def test_statuses_keep_their_spelling_and_closed_jobs_are_no_destination(pair: Pair) -> None:
    settings = TalynceSettings.model_validate({"key": "k", "statuses": " Applied,, Tech Round 1 "})
    assert settings.statuses == ("Applied", "Tech Round 1")
    assert TalynceSettings.model_validate({"key": "k"}).statuses == ("Applied", "shortlisted")
    jobs = [
        {"id": "1", "title": "Open", "status": "paused"},
        {"id": "2", "title": "Done", "status": "closed"},
    ]
    pair.stand_in.force(Fault(200, {"data": jobs, "meta": {"total": 2}}, path="/jobs"))
    assert {d.job_title or d.title for d in await pair.ats.destinations()} == {"Open"}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(404, {"error": {"code": "not_found", "message": ""}}, path="/jobs"),
        Fault(403, {"error": {"code": "forbidden", "message": ""}}, path="/jobs"),
        Fault(200, {"data": [{"name": "a job without an id"}], "meta": {"total": 1}}, path="/jobs"),
    ],
    ids=["elsewhere", "not allowed", "of another shape"],
)
async def test_people_are_shown_when_the_list_of_jobs_cannot_be_read(pair: Pair, fault: Fault) -> None:
    pair.stand_in.force(fault)
    assert [p.title for p in (await one(pair.ats, ZOE.email)).placements] == ["a job"]


async def test_a_job_without_a_title_does_not_cost_the_list(pair: Pair) -> None:
    rows = {"data": [{"id": "1", "title": None}, {"id": "2", "title": "Open"}], "meta": {"total": 2}}
    pair.stand_in.force(Fault(200, rows, path="/jobs"))
    titles = [d.title for d in await pair.ats.destinations() if d.kind is Kind.JOB]
    assert titles == ["Job 1", "Open"]


@pytest.mark.parametrize(
    ("settings", "header", "value"),
    [
        ({}, "Authorization", "Bearer k-1"),
        ({"auth_header": "X-API-Key", "auth_prefix": ""}, "X-API-Key", "k-1"),
    ],
)
async def test_the_key_travels_as_the_settings_say(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], header: str, value: str
) -> None:
    seen: list[str | None] = []
    monkeypatch.setattr(pair.stand_in, "authorise", lambda request: seen.append(request.headers.get(header)))
    async with new_client() as client:
        http = Http(client, {"talynce": pair.stand_in.url})
        await talynce.Talynce(TalynceSettings.model_validate({"key": "k-1", **settings}), http).check()
    assert seen == [value]


async def test_an_id_that_is_none_never_reaches_the_path(pair: Pair) -> None:
    with pytest.raises(NotFound):
        await pair.ats.candidate("../jobs")
    assert pair.stand_in.calls == []


async def test_the_first_look_reads_lists_and_nobody_by_id(pair: Pair) -> None:
    cursor = (await pair.ats.changes(None)).cursor
    assert reads_by_id(pair) == []
    assert (await pair.ats.changes(cursor)).changes == ()
    assert reads_by_id(pair) == []


async def test_a_move_is_news_once_and_a_mere_touch_is_none(pair: Pair) -> None:
    zoe = await one(pair.ats, ZOE.email)
    cursor = (await pair.ats.changes(None)).cursor
    await pair.ats.add_note(zoe, NOTE)
    cursor, news = await looks(pair, cursor, 1)
    assert (news, len(reads_by_id(pair))) == ([], 3)
    await pair.ats.move(zoe, await stage(pair, "Backend Engineer", "Hired"), "")
    cursor, news = await looks(pair, cursor, FULL_ROUND)
    assert [(c.kind, c.candidate.name) for c in news] == [(ChangeKind.HIRED, "Zoë Ødegård")]
    assert [p.stage for p in news[0].candidate.placements] == ["Hired"]
    assert (await looks(pair, cursor, FULL_ROUND))[1] == []


async def test_a_new_tag_of_somebody_known_is_news(pair: Pair) -> None:
    cursor = (await pair.ats.changes(None)).cursor
    await pair.ats.add_tags(await one(pair.ats, ZOE.email), ["senior"])
    assert [c.kind for c in (await pair.ats.changes(cursor)).changes] == [ChangeKind.TAGGED]


async def test_the_same_total_is_one_page_until_the_round_is_full(pair: Pair) -> None:
    cursor, pages = None, []
    for _ in range(FULL_ROUND + 2):
        pair.stand_in.calls.clear()
        cursor = (await pair.ats.changes(cursor)).cursor
        pages.append(len(pair.stand_in.calls))
    assert pages == [3, 3] + [1] * (FULL_ROUND - 1) + [3]


async def test_an_import_is_read_over_several_looks(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talynce, "LOOKUPS", 2)
    cursor = (await pair.ats.changes(None)).cursor
    for n in range(5):
        new = NewCandidate(first_name=f"New{n}", email=f"new{n}@example.com")
        await pair.ats.add_candidate(new, await somewhere(pair.ats))
    _, news = await looks(pair, cursor, 4)
    assert sorted(c.candidate.name for c in news) == [f"New{n}" for n in range(5)]
