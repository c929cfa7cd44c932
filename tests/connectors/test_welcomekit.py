"""What is particular to Welcome to the Jungle: one job a candidate, days for dates, text for tags."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.ats.server import Fault
from bot.demo.ats.welcomekit import API, ORGANIZATION
from bot.demo.ats.welcomekit import StandInWelcomeKit as StandIn
from bot.demo.ats.welcomekit_records import Record
from bot.demo.ats.world import ADA, LIMBO, SAM, SILENT, ZOE
from connectors import welcomekit
from connectors.errors import Conflict, Misconfigured, MissingPermission, NotFound, Refused
from connectors.http import Http, new_client
from connectors.models import Candidate, ChangeKind, Destination, Kind, NewCandidate, NewNote, Resume, Status
from connectors.welcomekit import WelcomeKit
from connectors.welcomekit_api import WelcomeKitSettings

from .conftest import PairOf

pytestmark = pytest.mark.anyio

JANE = NewCandidate(
    first_name="Jane",
    last_name="Doe",
    email="jane.doe@example.com",
    phone="+33612345678",
    links=("https://www.linkedin.com/in/jane", "https://x.com/jane", "https://jane.example"),
)
NOON = datetime.now(UTC).replace(hour=12)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def stand_in(pair_of: PairOf) -> StandIn:
    made = (await pair_of("welcomekit")).stand_in
    assert isinstance(made, StandIn)
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def http(anyio_backend: str, stand_in: StandIn) -> AsyncIterator[Http]:
    async with new_client() as client:
        yield Http(client, {"welcomekit": stand_in.url})


@pytest.fixture
def ats(http: Http, clock: Clock) -> WelcomeKit:
    return WelcomeKit(WelcomeKitSettings(key="wk-demo-key"), http, clock)


async def one(ats: WelcomeKit, email: str | None) -> Candidate:
    (found,) = await ats.find(email or "")
    return found


async def by_label(ats: WelcomeKit, label: str) -> Destination:
    return next(d for d in await ats.destinations() if d.label == label)


def asked(stand_in: StandIn, path: str) -> list[dict[str, str]]:
    return [dict(call.query) for call in stand_in.calls if call.path == API + path]


async def test_adds_with_the_documented_fields(ats: WelcomeKit, stand_in: StandIn) -> None:
    job = await by_label(ats, "Backend Engineer")
    added = await ats.add_candidate(JANE, job)
    first = await by_label(ats, "Backend Engineer: New")
    (sent,) = stand_in.writes
    assert (sent.method, sent.path) == ("POST", f"{API}/candidates")
    assert sent.json == {
        "organization_reference": ORGANIZATION["reference"],
        "job_reference": job.id,
        "job_stage_id": first.id,
        "email": "jane.doe@example.com",
        "firstname": "Jane",
        "lastname": "Doe",
        "phone": "+33612345678",
        "media_linkedin": "https://www.linkedin.com/in/jane",
        "media_twitter": "https://x.com/jane",
        "media_website": "https://jane.example",
    }
    placed = added.candidate.placements[0]
    assert (placed.title, placed.stage, placed.stage_id) == (job.title, "New", first.id)
    assert (added.candidate.url or "").startswith("https://www.welcomekit.co/dashboard/")


async def test_a_link_without_a_field_becomes_a_comment(ats: WelcomeKit, stand_in: StandIn) -> None:
    links = ("https://one.example", "https://notlinkedin.com/in/x", "https://three.example")
    stage = await by_label(ats, "Data Analyst: Offer")
    await ats.add_candidate(JANE.model_copy(update={"links": links}), stage)
    sent = stand_in.writes[0].json
    assert (sent["job_stage_id"], sent["media_website"]) == (stage.id, "https://one.example")
    assert sent["comment"] == "https://notlinkedin.com/in/x  \nhttps://three.example"


async def test_the_same_person_on_two_jobs_is_two_candidates(ats: WelcomeKit) -> None:
    first = await ats.add_candidate(JANE, await by_label(ats, "Backend Engineer"))
    analyst = await by_label(ats, "Data Analyst")
    assert await ats.added(JANE, analyst) is None
    second = await ats.add_candidate(JANE, analyst)
    assert not second.existing
    assert {c.id for c in await ats.find(JANE.email)} == {first.candidate.id, second.candidate.id}


async def test_a_stage_of_the_same_job_is_one_number(ats: WelcomeKit, stand_in: StandIn) -> None:
    zoe, offer = await one(ats, ZOE.email), await by_label(ats, "Backend Engineer: Offer")
    moved = await ats.move(zoe, offer, "any")
    assert (moved.id, moved.placements[0].stage) == (zoe.id, "Offer")
    assert [(c.method, c.path, c.json) for c in stand_in.writes] == [
        ("PUT", f"{API}/candidates/{zoe.id}", {"job_stage_id": int(offer.id)})
    ]


async def test_refusal_is_told_by_the_reference_of_the_stage(ats: WelcomeKit) -> None:
    zoe = await one(ats, ZOE.email)
    moved = await ats.move(zoe, await by_label(ats, "Backend Engineer: Refused"), "any")
    assert (zoe.placements[0].status, moved.placements[0].status) == (Status.ACTIVE, Status.REJECTED)


async def test_another_job_takes_one_copy_and_the_first_stays(ats: WelcomeKit, stand_in: StandIn) -> None:
    zoe = await ats.attach_resume(
        await one(ats, ZOE.email), Resume(filename="z.pdf", url="https://a.example/z.pdf")
    )
    stand_in.calls.clear()
    offer = await by_label(ats, "Data Analyst: Offer")
    moved = await ats.move(zoe, offer, "Moved by *Mia* in *Slack*")
    sent = stand_in.writes[0].json
    assert (sent["email"], sent["firstname"], sent["tag_list"]) == (ZOE.email, "Zoë", "go,remote")
    assert (sent["remote_resume_url"], sent["job_stage_id"]) == ("https://a.example/z.pdf", offer.id)
    assert sent["comment"] == r"Moved by \*Mia\* in \*Slack\*"
    assert moved.id != zoe.id
    assert moved.tags == ("go", "remote")
    again = await ats.move(zoe, await by_label(ats, "Data Analyst"), "Once more")
    assert (again.id, again.placements[0].stage) == (moved.id, "Offer")
    where = [row["where"] for row in stand_in.rows() if row["email"] == ZOE.email]
    assert where == ["Backend Engineer", "Data Analyst"]


async def test_without_an_address_nobody_changes_jobs(ats: WelcomeKit, stand_in: StandIn) -> None:
    silent = next(c for c in await ats.find(f"{SILENT.first} {SILENT.last}") if c.email is None)
    with pytest.raises(Refused, match="whose email and full name it knows"):
        await ats.move(silent, await by_label(ats, "Data Analyst"), "any")
    assert stand_in.writes == []


async def test_a_pool_is_refused_in_a_sentence(ats: WelcomeKit) -> None:
    with pytest.raises(Refused, match="it has no pools"):
        await ats.add_candidate(JANE, Destination(id="1", kind=Kind.POOL, title="Any"))
    with pytest.raises(NotFound, match="no such job"):
        await ats.add_candidate(JANE, Destination(id="1", kind=Kind.JOB, title="Any"))


async def test_tags_are_written_as_one_text(ats: WelcomeKit, stand_in: StandIn) -> None:
    zoe = await one(ats, ZOE.email)
    await ats.add_tags(zoe, ["GO", "senior"])
    await ats.remove_tags(zoe, ["go", "remote", "senior"])
    assert [call.json for call in stand_in.writes] == [{"tag_list": "go,remote,senior"}, {"tag_list": ""}]


async def test_a_tag_with_a_comma_is_never_sent(ats: WelcomeKit, stand_in: StandIn) -> None:
    with pytest.raises(Refused, match="no tag with a comma"):
        await ats.add_tags(await one(ats, ZOE.email), ["senior, remote"])
    assert stand_in.writes == []


async def test_a_tag_that_stays_is_not_called_removed(ats: WelcomeKit, stand_in: StandIn) -> None:
    zoe = await one(ats, ZOE.email)
    stand_in.force(Fault(200, {}, method="PUT"))
    with pytest.raises(Refused, match="can only be removed there"):
        await ats.remove_tags(zoe, ["go"])


async def test_a_note_shows_as_it_was_typed(ats: WelcomeKit, stand_in: StandIn) -> None:
    zoe = await one(ats, ZOE.email)
    link = "https://a.slack.com/archives/C1/p2?thread_ts=1&cid=C1"
    await ats.add_note(zoe, NewNote(text="*Wants* <b>remote</b>\n1. soon", author="Mia", link=link))
    shown = f"\\*Wants\\* &lt;b&gt;remote&lt;/b&gt;  \n1\\. soon\n\n— Mia via Slack, {link}"
    assert [(c.path, c.json) for c in stand_in.writes] == [
        (f"{API}/comments", {"candidate_reference": zoe.id, "content": shown})
    ]


async def test_finds_by_reference_and_by_a_name_with_a_digit(ats: WelcomeKit) -> None:
    zoe = await one(ats, ZOE.email)
    assert [c.email for c in await ats.find(zoe.id)] == [ZOE.email]
    assert [c.name for c in await ats.find("alum229")] == ["Alum229 Nguyen"]


async def test_a_search_asks_every_job_once_before_any_twice(
    ats: WelcomeKit, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(welcomekit, "CALLS", 5)
    found = await ats.find("Nguyen", limit=1000)
    pages = [(q["job_reference"], q["page"]) for q in asked(stand_in, "/candidates")]
    assert len(pages) == 5
    assert len({job for job, page in pages if page == "1"}) == 4
    assert 0 < len(found) < 230


async def test_jobs_are_remembered_for_a_minute(ats: WelcomeKit, stand_in: StandIn, clock: Clock) -> None:
    await ats.find(ADA.email or "")
    await ats.find(SAM.email or "")
    assert len(asked(stand_in, "/jobs")) == 1
    clock.now += timedelta(seconds=61)
    await ats.destinations()
    assert len(asked(stand_in, "/jobs")) == 2


async def test_archived_jobs_are_no_destinations(ats: WelcomeKit, stand_in: StandIn) -> None:
    archived = {job.title for job in stand_in.jobs.values() if job.status == "archived"}
    assert archived
    assert not archived & {d.title for d in await ats.destinations()}


@pytest.mark.parametrize("listed", [[], [{"reference": "a"}, {"reference": "b", "name": "B"}]])
async def test_asks_for_the_organisation_where_it_is_not_plain(
    ats: WelcomeKit, stand_in: StandIn, listed: list[dict[str, str]]
) -> None:
    stand_in.force(Fault(200, {"display_name": "Olga", "organizations": listed}, path="/users/current"))
    with pytest.raises(Misconfigured, match="“organization”"):
        await ats.check()


async def test_a_key_without_me_r_does_with_the_organisation_filled_in(
    ats: WelcomeKit, stand_in: StandIn, http: Http
) -> None:
    no_scope = Fault(403, {"error": "invalid_scope", "error_description": "no"}, path="/users/current")
    stand_in.force(no_scope, no_scope)
    with pytest.raises(MissingPermission, match="me_r and organizations_r; or fill in"):
        await ats.check()
    settings = WelcomeKitSettings(key="wk-demo-key", organization="Pg4eV6k")
    assert (await WelcomeKit(settings, http).check()).name == "organisation Pg4eV6k"


async def test_another_companys_organisation_is_refused_at_once(http: Http) -> None:
    settings = WelcomeKitSettings(key="wk-demo-key", organization="other")
    with pytest.raises(MissingPermission, match="not a member of this organisation"):
        await WelcomeKit(settings, http).check()


@pytest.mark.parametrize(
    ("path", "scope"), [("/jobs", "jobs_r"), ("/candidates", "candidates_r"), ("/comments", "comments_w")]
)
async def test_names_the_scope_to_ask_for(ats: WelcomeKit, stand_in: StandIn, path: str, scope: str) -> None:
    stand_in.force(Fault(403, {"error": "invalid_scope", "error_description": "no"}, path=path))
    with pytest.raises(MissingPermission, match=f"lacks a scope: {scope}"):
        await ats.add_note(await one(ats, ZOE.email), NewNote(text="any", author="Mia"))


async def test_names_refused_fields_never_their_values(ats: WelcomeKit, stand_in: StandIn) -> None:
    job = await by_label(ats, "Data Analyst")
    with pytest.raises(Refused, match=r"did not accept lastname$"):
        await ats.add_candidate(JANE.model_copy(update={"last_name": ""}), job)
    told = {"error": "validation_failed", "error_description": "phone +33612345678 of Jane is invalid"}
    stand_in.force(Fault(400, told, method="POST"))
    with pytest.raises(Refused, match=r"did not accept phone$"):
        await ats.add_candidate(JANE, job)


async def test_changes_are_asked_from_the_day_before(
    ats: WelcomeKit, stand_in: StandIn, clock: Clock
) -> None:
    cursor = (await ats.changes(None)).cursor
    assert all("updated_after" not in query for query in asked(stand_in, "/candidates"))
    stand_in.calls.clear()
    zoe = await one(ats, ZOE.email)
    await ats.move(zoe, await by_label(ats, "Backend Engineer: Refused"), "any")
    await ats.add_tags(await one(ats, ADA.email), ["senior"])
    stand_in.calls.clear()
    news = await ats.changes(cursor)
    assert {(c.kind, c.candidate.email) for c in news.changes} == {
        (ChangeKind.REJECTED, ZOE.email),
        (ChangeKind.TAGGED, ADA.email),
    }
    since = (clock.now - timedelta(days=1)).date().isoformat()
    assert {(q["updated_after"], q["archived"]) for q in asked(stand_in, "/candidates")} == {(since, "false")}


async def test_once_a_day_all_are_read_and_who_left_is_forgotten(
    ats: WelcomeKit, stand_in: StandIn, clock: Clock
) -> None:
    before = (await ats.changes(None)).cursor
    gone = (await one(ats, ADA.email)).id
    stand_in.records[gone].fields["archived"] = True
    silent = stand_in.records[(await one(ats, ZOE.email)).id]
    silent.tags.append("unnoticed")
    silent.updated -= timedelta(days=9)
    quiet = await ats.changes(before)
    assert quiet.changes == ()
    assert gone in quiet.cursor.state
    clock.now += timedelta(days=1)
    news = await ats.changes(quiet.cursor)
    assert [(c.kind, c.candidate.email) for c in news.changes] == [(ChangeKind.TAGGED, ZOE.email)]
    assert gone not in news.cursor.state


async def test_a_job_published_again_brings_only_new_people(
    ats: WelcomeKit, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.records[(await one(ats, ZOE.email)).id].created -= timedelta(days=30)
    job = stand_in.jobs[(await by_label(ats, "Backend Engineer")).id]
    stand_in.jobs[job.reference] = replace(job, status="draft")
    clock.now += timedelta(seconds=61)
    before = (await ats.changes(None)).cursor
    stand_in.jobs[job.reference] = job
    clock.now += timedelta(seconds=61)
    news = await ats.changes(before)
    assert [(c.kind, c.candidate.email) for c in news.changes] == [(ChangeKind.ADDED, LIMBO.email)]


async def test_the_stand_in_looks_at_parameters_before_the_key(stand_in: StandIn) -> None:
    async with new_client() as client:
        for path, name in (("/jobs", "organization_reference"), ("/candidates", "job_reference")):
            answer = await client.get(stand_in.url + API + path)
            assert (answer.status_code, answer.json()["error"]) == (400, "validation_failed")
            assert name in answer.json()["error_description"]


async def test_whoever_comes_over_from_a_job_that_is_not_watched_was_moved(
    ats: WelcomeKit, stand_in: StandIn, clock: Clock
) -> None:
    zoe = stand_in.records[(await one(ats, ZOE.email)).id]
    zoe.created -= timedelta(days=30)
    job = stand_in.jobs[(await by_label(ats, "Backend Engineer")).id]
    stand_in.jobs[job.reference] = replace(job, status="archived")
    clock.now += timedelta(seconds=61)
    before = (await ats.changes(None)).cursor
    clock.now += timedelta(minutes=30)
    there = await by_label(ats, "Data Analyst: Interview")
    zoe.job, zoe.stage, zoe.updated = there.job_id or "", int(there.id), clock.now
    news = await ats.changes(before)
    assert [(c.kind, c.candidate.email) for c in news.changes] == [(ChangeKind.MOVED, ZOE.email)]


async def twice(ats: WelcomeKit, stand_in: StandIn) -> tuple[Candidate, Record, Destination]:
    """Zoë, her second record, which is on another job, and that job."""
    analyst = await by_label(ats, "Data Analyst")
    zoe = await one(ats, ZOE.email)
    second = stand_in.records[(await ats.move(zoe, analyst, "any")).id]
    stand_in.calls.clear()
    return zoe, second, analyst


@pytest.mark.parametrize("archived", [True, False])
@pytest.mark.parametrize("label", ["Data Analyst: New", "Data Analyst: Refused"])
async def test_a_move_brings_back_whoever_was_refused_or_archived_there(
    ats: WelcomeKit, stand_in: StandIn, label: str, archived: bool
) -> None:
    zoe, second, analyst = await twice(ats, stand_in)
    second.stage, second.fields["archived"] = int((await by_label(ats, label)).id), archived
    ended = archived or label.endswith("Refused")
    assert bool(await ats.arrived(zoe, analyst)) is not ended
    moved = await ats.move(zoe, analyst, "any")
    assert (moved.id, moved.placements[0].stage, moved.placements[0].status) == (
        second.reference,
        "New",
        Status.ACTIVE,
    )
    assert len(stand_in.writes) == ended
    assert await ats.arrived(zoe, analyst)


async def test_a_stage_of_the_same_job_brings_back_from_the_archive(
    ats: WelcomeKit, stand_in: StandIn
) -> None:
    zoe, offer = await one(ats, ZOE.email), await by_label(ats, "Backend Engineer: Offer")
    stand_in.records[zoe.id].fields["archived"] = True
    stand_in.records[zoe.id].stage = int(offer.id)
    assert await ats.arrived(zoe, offer) is None
    moved = await ats.move(zoe, offer, "any")
    assert (moved.placements[0].stage, moved.placements[0].status) == ("Offer", Status.ACTIVE)
    assert [c.json for c in stand_in.writes] == [{"job_stage_id": int(offer.id), "archived": False}]


async def test_whoever_was_to_be_refused_has_arrived_there(ats: WelcomeKit) -> None:
    zoe, refused = await one(ats, ZOE.email), await by_label(ats, "Backend Engineer: Refused")
    await ats.move(zoe, refused, "any")
    assert await ats.arrived(zoe, refused)


async def test_a_filter_that_heeds_capitals_finds_the_address_all_the_same(
    ats: WelcomeKit, stand_in: StandIn
) -> None:
    stand_in.heeds_capitals = True
    shouted = (ZOE.email or "").upper()
    assert (await one(ats, shouted)).email == ZOE.email
    job = await by_label(ats, "Backend Engineer")
    assert (await ats.add_candidate(JANE.model_copy(update={"email": shouted}), job)).existing
    assert stand_in.writes == []


ODD = [["Pg4eV6k"], {"Pg4eV6k": {"name": "Acme"}}, [{"id": 3, "name": "Acme"}], "Pg4eV6k"]


@pytest.mark.parametrize("listed", ODD, ids=repr)
async def test_organisations_in_another_shape_need_the_setting_and_no_more(
    ats: WelcomeKit, stand_in: StandIn, http: Http, listed: object
) -> None:
    told = Fault(200, {"display_name": "Olga", "organizations": listed}, path="/users/current")
    stand_in.force(told, told)
    with pytest.raises(Misconfigured, match="fill in the setting “organization”"):
        await ats.check()
    settings = WelcomeKitSettings(key="wk-demo-key", organization="Pg4eV6k")
    assert (await WelcomeKit(settings, http).check()).name == "Olga, organisation Pg4eV6k"


async def test_a_401_over_the_organisation_blames_the_membership(ats: WelcomeKit, stand_in: StandIn) -> None:
    told = {"error": "unauthorized", "error_description": "You are not member of this organization"}
    stand_in.force(Fault(401, told, path="/jobs"))
    with pytest.raises(MissingPermission, match="not a member of this organisation"):
        await ats.check()


async def test_a_taken_address_is_a_conflict_and_a_field_is_named_however_it_is_spelled(
    ats: WelcomeKit, stand_in: StandIn
) -> None:
    job = await by_label(ats, "Data Analyst")
    for words, error in (("Email has already been taken", Conflict), ("Phone is invalid", Refused)):
        told = {"error": "validation_failed", "error_description": words}
        stand_in.force(Fault(400, told, method="POST"))
        with pytest.raises(error, match=r"has this already|did not accept phone$"):
            await ats.add_candidate(JANE, job)


async def test_a_name_with_a_digit_is_searched_though_its_reference_may_not_be_read(
    ats: WelcomeKit, stand_in: StandIn
) -> None:
    told = {"error": "unauthorized", "error_description": "no"}
    stand_in.force(Fault(403, told, path="/candidates/alum229"))
    assert [c.name for c in await ats.find("alum229")] == ["Alum229 Nguyen"]


async def test_a_change_may_be_answered_with_nothing(ats: WelcomeKit, stand_in: StandIn) -> None:
    stand_in.force(Fault(204, "", method="PUT", done=True))
    assert "senior" in (await ats.add_tags(await one(ats, ZOE.email), ["senior"])).tags


async def test_a_missing_name_or_person_spoils_no_list(ats: WelcomeKit, stand_in: StandIn) -> None:
    stages = [{"id": 1, "name": None, "reference": "initial"}]
    stand_in.force(Fault(200, [{"reference": "J1", "name": None, "stages": stages}], path="/jobs"))
    assert [d.label for d in await ats.destinations()] == ["a job", "a job: a stage"]
    nobody = {"reference": "r1", "job_reference": "J1", "profile": None}
    somebody = {**nobody, "reference": "r2", "profile": {"firstname": "Zoë"}}
    stand_in.force(Fault(200, [nobody, somebody], path="/candidates"))
    assert [c.id for c in await ats.find("zoe")] == ["r2"]
