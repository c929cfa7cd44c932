"""What is particular to Eightfold: tokens, people made later, pools that are tags, a late changelog."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
from pydantic import ValidationError

from bot.demo.ats.eightfold import POOL, TOKEN, StandInEightfold
from bot.demo.ats.eightfold_records import Application
from bot.demo.ats.server import Call, Fault
from bot.demo.ats.world import ADA, SAM, ZOE, large_world
from bot.work.command.journal import Journal, Undecided
from bot.work.command.journalled import Journalled
from connectors import eightfold_news
from connectors.eightfold import Eightfold
from connectors.eightfold_settings import EightfoldSettings
from connectors.errors import (
    BadCredentials,
    ConnectorError,
    Refused,
    StillProcessing,
    Unavailable,
    UnexpectedResponse,
)
from connectors.http import Http, new_client
from connectors.models import ChangeKind, Destination, Kind, NewCandidate, Resume, Status
from tests.bot.hall import NoSteps

from .conftest import QUICK
from .test_contract import CV, JANE, NOTE, one

pytestmark = pytest.mark.anyio

CORE = "/api/v2/core"
NOW = 1_800_000_000
LOGIN = {"grantType": "password", "username": "api.user@example.com", "password": "ef-demo-key"}
Made = Callable[..., Awaitable[Eightfold]]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Eightfold, "waits", (0.0,) * 6)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ef(clock: Clock) -> AsyncIterator[StandInEightfold]:
    stand_in = StandInEightfold(large_world(3))
    stand_in.clock = clock
    for record in stand_in.records:
        record.created = record.updated = NOW - 2 * 86400
    async with stand_in.serve():
        yield stand_in


@pytest.fixture
async def made(ef: StandInEightfold, clock: Clock) -> AsyncIterator[Made]:
    """Make a connector to the stand-in, with some settings changed, that shares its clock."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(new_client(QUICK))

        async def make(**settings: object) -> Eightfold:
            chosen = EightfoldSettings.model_validate({**ef.settings, **settings})
            ats = Eightfold(chosen, Http(client, {"eightfold": ef.url}))
            ats.clock = clock
            return ats

        yield make


@pytest.fixture
async def ats(made: Made) -> Eightfold:
    return await made()


def logins(ef: StandInEightfold) -> list[Call]:
    return [call for call in ef.calls if call.path == TOKEN]


async def stage(ats: Eightfold, job: str, name: str) -> Destination:
    return next(d for d in await ats.destinations() if (d.job_title, d.title) == (job, name))


async def place(ats: Eightfold, pool: str) -> Destination:
    return next(d for d in await ats.destinations() if (d.kind, d.title) == (Kind.POOL, pool))


async def job(ats: Eightfold, title: str) -> Destination:
    return next(d for d in await ats.destinations() if (d.kind, d.title) == (Kind.JOB, title))


@pytest.mark.parametrize("written", ["{}", "Basic {}", " basic  {} "])
async def test_logs_in_once_with_the_regions_basic_value(
    made: Made, ef: StandInEightfold, written: str
) -> None:
    ats = await made(basic=written.format(ef.settings["basic"]))
    await ats.check()
    await ats.find("zoe@example.com")
    assert [call.json for call in logins(ef)] == [LOGIN]


async def test_a_token_outside_data_is_read_too(ats: Eightfold, ef: StandInEightfold) -> None:
    ef.tokens.add("bare")
    ef.force(Fault(200, {"access_token": "bare"}, path=TOKEN))
    assert (await ats.check()).name == "api.user@example.com in eightfold"


async def test_calls_refused_together_share_one_new_token(ats: Eightfold, ef: StandInEightfold) -> None:
    zoe = await one(ats, ZOE.email)
    ef.tokens.clear()
    await asyncio.gather(ats.candidate(zoe.id), ats.add_note(zoe, NOTE), ats.notes(zoe), ats.check())
    assert len(logins(ef)) == 2
    assert sum(len(record.notes) for record in ef.records) == 1


async def test_a_second_401_is_final(ats: Eightfold, ef: StandInEightfold) -> None:
    await ats.check()
    ef.force(*[Fault(401, {"message": "no"}, path="/positions")] * 2)
    with pytest.raises(BadCredentials):
        await ats.check()
    assert len(logins(ef)) == 2


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 422])
async def test_a_refused_login_is_bad_credentials_whatever_its_status(
    ats: Eightfold, ef: StandInEightfold, status: int
) -> None:
    ef.force(Fault(status, {"message": "no"}, path=TOKEN))
    with pytest.raises(BadCredentials, match="the key, its email or the Basic value"):
        await ats.check()


async def test_a_token_is_renewed_five_minutes_before_its_end(
    ats: Eightfold, ef: StandInEightfold, clock: Clock
) -> None:
    await ats.check()
    clock.now += 8640 - 301
    await ats.check()
    assert len(logins(ef)) == 1
    clock.now += 2
    await ats.check()
    assert len(logins(ef)) == 2


async def test_a_login_that_fails_leaves_a_write_certainly_unsent(
    ats: Eightfold, ef: StandInEightfold
) -> None:
    ef.force(*[Fault(503, "", path=TOKEN)] * 4)
    with pytest.raises(Unavailable) as caught:
        await ats.add_candidate(JANE, None)
    assert not caught.value.uncertain


async def test_no_secret_is_logged(
    ats: Eightfold, ef: StandInEightfold, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await ats.check()
    secrets = (*ef.tokens, ef.settings["key"], ef.settings["basic"], ef.settings["email"])
    assert not any(secret in caplog.text for secret in secrets)


async def test_login_and_calls_go_to_the_host_of_the_region() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url}")
        return httpx.Response(
            200, json={"data": {"access_token": "t"}} if "oauth" in asked[-1] else {"data": []}
        )

    chosen = EightfoldSettings.model_validate({**StandInEightfold.settings, "region": "eightfold-eu"})
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        await Eightfold(chosen, Http(client)).check()
    host = "https://apiv2.eightfold-eu.ai"
    assert asked == [f"POST {host}{TOKEN}", f"GET {host}{CORE}/positions?limit=1"]


@pytest.mark.parametrize("field", [{"region": "evil.example.com/"}, {"system_id": "../x"}, {"basic": ""}])
def test_settings_that_would_lead_elsewhere_are_refused(field: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        EightfoldSettings.model_validate({**StandInEightfold.settings, **field})


async def test_a_new_person_is_sent_as_documented(ats: Eightfold, ef: StandInEightfold) -> None:
    await ats.add_candidate(JANE.model_copy(update={"resume": CV}), None)
    assert [(call.path, call.json) for call in ef.writes] == [
        (
            f"{CORE}/ats-systems/talent_tracking/ats-candidates",
            {
                "firstName": "Jane",
                "lastName": "Doe",
                "emails": "jane.doe@example.com",
                "phones": "+33612345678",
                "urls": ["https://www.linkedin.com/in/jane"],
                "lastActivityTs": NOW,
                "autoGenerateCandidateId": True,
                "resumeContent": {"content": "JVBERi0xLjQgamFuZQ==", "extension": ".pdf", "isBase64": True},
            },
        )
    ]


async def test_another_system_gets_an_id_that_is_the_persons_own(made: Made, ef: StandInEightfold) -> None:
    ats = await made(system_id="acme-ats")
    first = await ats.add_candidate(NewCandidate(first_name="Jane", email="Jane.Doe@example.com"), None)
    sent = ef.writes[0].json
    assert sent == {
        "firstName": "Jane",
        "emails": "Jane.Doe@example.com",
        "lastActivityTs": NOW,
        "candidateId": sent["candidateId"],
    }
    assert re.fullmatch(r"slack-[0-9a-f]{16}", sent["candidateId"])
    ef.records[-1].emails = "hidden@example.com"
    again = await ats.add_candidate(JANE, None)
    assert (again.candidate.id, ef.writes[1].json["candidateId"]) == (first.candidate.id, sent["candidateId"])
    await ats.add_tags(again.candidate, ["go"])
    assert ef.writes[-1].path == f"{CORE}/ats-systems/acme-ats/ats-candidates/{sent['candidateId']}"


async def test_waits_a_little_for_a_person_to_be_made(ats: Eightfold, ef: StandInEightfold) -> None:
    ef.looks = 5
    added = await ats.add_candidate(JANE, ats.named_pool("Rust people"))
    assert (added.pending, added.candidate.email) == (False, JANE.email)
    assert [p.title for p in added.candidate.placements] == ["Rust people"]


async def test_a_person_who_takes_longer_is_pending_and_can_be_reached_later(
    ats: Eightfold, ef: StandInEightfold
) -> None:
    ef.looks = 8
    added = await ats.add_candidate(JANE, ats.named_pool("Alumni"))
    assert (added.pending, added.candidate.name, added.candidate.placements) == (True, "Jane Doe", ())
    assert "jane" not in added.candidate.id
    assert len(ef.writes) == 1
    for _ in range(2):
        with pytest.raises(Unavailable, match="still processing"):
            await ats.add_note(added.candidate, NOTE)
    await ats.add_note(added.candidate, NOTE)
    assert (await ats.candidate(added.candidate.id)).id == (await one(ats, JANE.email)).id
    assert [len(r.notes) for r in ef.records if r.emails == JANE.email] == [1]


async def test_a_person_who_could_not_be_made_is_refused(ats: Eightfold, ef: StandInEightfold) -> None:
    ef.force(Fault(200, {"data": {"status": "FAIL"}}, path="/transactions/"))
    with pytest.raises(Refused, match="could not carry it out") as caught:
        await ats.add_candidate(JANE, None)
    assert not caught.value.uncertain


@pytest.mark.parametrize("status", [400, 403, 409, 422, 503])
async def test_an_outcome_that_cannot_be_read_leaves_the_write_uncertain(
    ats: Eightfold, ef: StandInEightfold, status: int
) -> None:
    ef.force(*[Fault(status, "", path="/transactions/")] * 4)
    with pytest.raises(ConnectorError) as caught:
        await ats.add_candidate(JANE, None)
    assert caught.value.uncertain


async def test_a_lost_answer_is_not_sent_again_while_new_people_may_not_show(
    ats: Eightfold, ef: StandInEightfold
) -> None:
    ef.unlisted.add(JANE.email)
    ef.force(Fault(502, "", method="POST", path="/ats-candidates", done=True))
    ats_once = Journalled(ats, Journal(NoSteps()))
    with pytest.raises(Unavailable):
        await ats_once.add_candidate(JANE, None)
    with pytest.raises(Undecided):
        await ats_once.add_candidate(JANE, None)
    assert len(ef.writes) == 1
    ef.unlisted.clear()
    assert (await ats_once.add_candidate(JANE, None)).candidate.email == JANE.email
    assert len(ef.writes) == 1


async def test_with_an_id_of_its_own_a_lost_answer_is_looked_up_by_it(
    made: Made, ef: StandInEightfold
) -> None:
    ats = await made(system_id="acme-ats")
    assert await ats.added(JANE, None) is None
    ef.unlisted.add(JANE.email)
    ef.force(Fault(502, "", method="POST", path="/ats-candidates", done=True))
    with pytest.raises(Unavailable):
        await ats.add_candidate(JANE, None)
    with pytest.raises(StillProcessing):
        await ats.added(JANE, None)
    ef.unlisted.clear()
    found = await ats.added(JANE, ats.named_pool("Alumni"))
    assert found
    assert (found.email, [p.title for p in found.placements]) == (JANE.email, ["Alumni"])


@pytest.mark.parametrize("name", ["candidateId", "atsCandidateId"])
async def test_an_answer_without_a_transaction_leads_to_the_person_by_their_ats_id(
    ats: Eightfold, ef: StandInEightfold, name: str
) -> None:
    jane = ef.written("talent_tracking", {"firstName": "Jane", "lastName": "Doe", "emails": JANE.email})
    ef.unlisted.add(JANE.email)
    ef.force(Fault(200, {name: jane.ats, "transactionId": None}, method="POST", path="/ats-candidates"))
    added = await ats.add_candidate(JANE, None)
    assert (added.pending, added.candidate.email) == (True, JANE.email)
    with pytest.raises(StillProcessing):
        await ats.add_note(added.candidate, NOTE)
    ef.unlisted.clear()
    await ats.add_note(added.candidate, NOTE)
    assert len(jane.notes) == 1


async def test_an_answer_that_leads_nowhere_leaves_the_write_uncertain(
    ats: Eightfold, ef: StandInEightfold
) -> None:
    ef.force(Fault(200, {"transactionId": None}, method="POST", path="/ats-candidates"))
    with pytest.raises(UnexpectedResponse) as caught:
        await ats.add_candidate(JANE, None)
    assert caught.value.uncertain


async def test_says_that_a_person_was_added_but_not_placed(ats: Eightfold, ef: StandInEightfold) -> None:
    ef.force(Fault(403, {"message": "Access denied"}, path=POOL))
    with pytest.raises(Refused, match="added the person but did not place them"):
        await ats.add_candidate(JANE, ats.named_pool("Alumni"))
    assert (await one(ats, JANE.email)).placements == ()


async def test_a_pool_is_a_tag_whose_name_anybody_may_say(ats: Eightfold, ef: StandInEightfold) -> None:
    zoe = await one(ats, ZOE.email)
    to = ats.named_pool("Rust people")
    assert to
    moved = await ats.move(zoe, to, "")
    body = {"profileId": zoe.id, "tags": ["Rust people"]}
    assert [(call.path, call.json) for call in ef.writes] == [(POOL, body)]
    assert [p.title for p in moved.placements] == ["Backend Engineer", "Rust people"]
    assert ats.named_pool("alumni") == Destination(id="Alumni", kind=Kind.POOL, title="Alumni")


async def test_a_stage_is_set_with_its_job_and_a_reason(ats: Eightfold, ef: StandInEightfold) -> None:
    zoe = await one(ats, ZOE.email)
    moved = await ats.move(zoe, await stage(ats, "Backend Engineer", "Offer"), "Strong on Go")
    body = {"positionId": "5001", "newStage": "Offer", "reason": "Strong on Go"}
    path = f"{CORE}/profiles/{zoe.id}/application/stages"
    assert [(call.path, call.json) for call in ef.writes] == [(path, body)]
    assert [(p.title, p.stage) for p in moved.placements] == [("Backend Engineer", "Offer")]


async def test_a_job_begins_at_the_stage_of_the_setting(ats: Eightfold, ef: StandInEightfold) -> None:
    await ats.move(await one(ats, ZOE.email), await job(ats, "Data Analyst"), "")
    assert ef.writes[0].json == {"positionId": "5003", "newStage": "New", "reason": "Moved from Slack"}


async def test_a_job_where_somebody_is_already_keeps_their_stage(
    ats: Eightfold, ef: StandInEightfold
) -> None:
    moved = await ats.move(await one(ats, ZOE.email), await job(ats, "Backend Engineer"), "")
    assert [p.stage for p in moved.placements] == ["Interview"]
    assert ef.writes == []


async def test_a_job_takes_somebody_back_whom_it_rejected(ats: Eightfold, ef: StandInEightfold) -> None:
    next(r for r in ef.records if r.emails == ZOE.email).applications[0].status = "rejected"
    moved = await ats.move(await one(ats, ZOE.email), await job(ats, "Backend Engineer"), "")
    assert [(p.stage, p.status) for p in moved.placements] == [("New", Status.ACTIVE)]


async def test_a_move_that_does_not_show_is_not_called_done(ats: Eightfold, ef: StandInEightfold) -> None:
    zoe = await one(ats, ZOE.email)
    to = await stage(ats, "Backend Engineer", "Offer")
    told = {"message": "Stage Offer is not part of this workflow"}
    ef.force(Fault(200, told, method="POST", path="/stages"))
    with pytest.raises(UnexpectedResponse, match="accepted a move and does not show it") as caught:
        await ats.move(zoe, to, "")
    assert caught.value.uncertain


async def test_a_move_that_shows_late_is_sent_once(ats: Eightfold, ef: StandInEightfold) -> None:
    zoe = await one(ats, ZOE.email)
    to = await stage(ats, "Backend Engineer", "Offer")
    ef.force(Fault(200, {"message": "Stage was advanced"}, method="POST", path="/stages"))
    ats_once = Journalled(ats, Journal(NoSteps()))
    with pytest.raises(UnexpectedResponse):
        await ats_once.move(zoe, to, "")
    next(r for r in ef.records if r.emails == ZOE.email).advance(5001, "Offer", NOW)
    assert [p.stage for p in (await ats_once.move(zoe, to, "")).placements] == ["Offer"]
    assert len(ef.writes) == 1


async def test_a_rejection_is_not_taken_for_having_arrived(ats: Eightfold, ef: StandInEightfold) -> None:
    next(r for r in ef.records if r.emails == ZOE.email).applications[0].status = "rejected"
    zoe, to = await one(ats, ZOE.email), await job(ats, "Backend Engineer")
    assert await ats.arrived(zoe, to) is None
    ef.force(Fault(200, {"message": "no"}, method="POST", path="/stages"))
    with pytest.raises(UnexpectedResponse):
        await ats.move(zoe, to, "")


async def test_says_that_a_person_was_added_and_may_not_be_placed(
    ats: Eightfold, ef: StandInEightfold
) -> None:
    ef.force(Fault(200, {"message": "no"}, method="POST", path="/stages"))
    with pytest.raises(Refused, match="added the person but may not have placed them") as caught:
        await ats.add_candidate(JANE, await job(ats, "Backend Engineer"))
    assert caught.value.uncertain


async def test_a_pool_need_not_show_on_a_profile(ats: Eightfold, ef: StandInEightfold) -> None:
    """Its answer is the only word on it that the vendor documents."""
    zoe = await one(ats, ZOE.email)
    ef.force(Fault(200, {"message": "joined"}, path=POOL))
    moved = await ats.move(zoe, await place(ats, "Alumni"), "")
    assert [p.title for p in moved.placements] == ["Backend Engineer", "Alumni"]


async def test_a_message_in_place_of_a_note_does_not_count_as_saved(
    ats: Eightfold, ef: StandInEightfold
) -> None:
    ef.force(Fault(200, {"message": "profileId not accessible"}, method="POST", path="/profile-notes"))
    with pytest.raises(UnexpectedResponse) as caught:
        await ats.add_note(await one(ats, ZOE.email), NOTE)
    assert caught.value.uncertain


async def test_a_note_is_found_among_more_than_a_hundred(ats: Eightfold, ef: StandInEightfold) -> None:
    zoe = await one(ats, ZOE.email)
    record = next(r for r in ef.records if r.emails == ZOE.email)
    record.notes = [{"id": str(n), "note": f"Note {n}"} for n in range(120)]
    await ats.add_note(zoe, NOTE)
    assert await ats.noted(zoe, NOTE)


async def test_tagging_takes_nobody_out_of_a_pool(ats: Eightfold, ef: StandInEightfold) -> None:
    zoe = await ats.move(await one(ats, ZOE.email), await place(ats, "Alumni"), "")
    await ats.add_tags(zoe, ["senior"])
    after = await ats.remove_tags(zoe, ["go"])
    assert ([p.title for p in after.placements], set(after.tags)) == (
        ["Backend Engineer", "Alumni"],
        {"remote", "senior"},
    )


async def test_only_open_positions_are_destinations(ats: Eightfold) -> None:
    assert await ats.destinations("registry manager") == []
    titles = [d.label for d in await ats.destinations("backend")]
    assert titles[:3] == ["Backend talent", "Backend Engineer", "Backend Engineer: New"]


async def test_tags_are_sent_whole_and_only_when_they_differ(ats: Eightfold, ef: StandInEightfold) -> None:
    zoe = await one(ats, ZOE.email)
    await ats.add_tags(zoe, ["GO"])
    assert ef.writes == []
    await ats.add_tags(zoe, ["senior"])
    body = {"lastActivityTs": NOW, "tags": ["go", "remote", "senior"]}
    path = f"{CORE}/ats-systems/talent_tracking/ats-candidates/TT-{ZOE.number}"
    assert [(call.method, call.path, call.json) for call in ef.writes] == [("PATCH", path, body)]


@pytest.mark.parametrize("claimed", [True, False])
async def test_claimed_profiles_are_written_to_unless_a_setting_says_no(
    made: Made, ef: StandInEightfold, claimed: bool
) -> None:
    ats = await made(claimed=claimed)
    for record in ef.records:
        record.claimed = True
    await ats.add_tags(await one(ats, ZOE.email), ["senior"])
    assert ef.writes[0].query == ({"refreshClaimedProfile": "true"} if claimed else {})
    assert ("senior" in (await one(ats, ZOE.email)).tags) == claimed


async def test_a_person_without_an_ats_record_cannot_be_tagged(ats: Eightfold, ef: StandInEightfold) -> None:
    ef.force(Fault(200, {"id": "Ef1", "firstName": "Zoë", "email": ZOE.email}, path="/profiles/"))
    with pytest.raises(Refused, match="keeps no ATS record"):
        await ats.add_tags(await one(ats, ZOE.email), ["senior"])
    assert ef.writes == []


async def test_a_cv_keeps_its_own_kind(ats: Eightfold, ef: StandInEightfold) -> None:
    await ats.attach_resume(await one(ats, ZOE.email), Resume(filename="zoe.docx", content=b"x"))
    sent = ef.writes[0].json["resumeContent"]
    assert sent == {"content": "eA==", "extension": ".docx", "isBase64": True}


async def test_any_of_several_addresses_finds_its_person(ats: Eightfold, ef: StandInEightfold) -> None:
    next(r for r in ef.records if r.emails == ZOE.email).emails = "zoe@example.com, zoe@work.example.com"
    assert (await one(ats, "ZOE@work.example.com")).email == "zoe@work.example.com"
    assert (await one(ats, "zoe@example.com")).email == "zoe@example.com"
    assert (await ats.add_candidate(JANE.model_copy(update={"email": "zoe@work.example.com"}), None)).existing


async def test_an_id_finds_its_person(ats: Eightfold) -> None:
    zoe = await one(ats, ZOE.email)
    assert [c.id for c in await ats.find(zoe.id)] == [zoe.id]


async def test_what_only_looks_like_an_id_may_be_refused(ats: Eightfold, ef: StandInEightfold) -> None:
    ef.records[0].first = "R2D2x"
    ef.force(Fault(200, {"data": []}, path="/profiles"), Fault(400, {"message": "bad id"}, path="/profiles"))
    assert await ats.find("R2D2x") == []


async def test_an_accounts_own_filter_by_email_is_used(made: Made, ef: StandInEightfold) -> None:
    ats = await made(email_filter='email:"{email}"')
    with pytest.raises(Refused):  # the stand-in knows no such filter
        await ats.find("zoe@example.com")
    assert ef.calls[-1].query["filterQuery"] == 'email:"zoe@example.com"'


async def test_the_changelog_tells_of_new_people_half_an_hour_later(
    made: Made, ef: StandInEightfold, clock: Clock
) -> None:
    ats = await made(fresh=False)
    cursor = (await ats.changes(None)).cursor
    clock.now += 60
    await ats.add_candidate(JANE, None)
    early = await ats.changes(cursor)
    assert (early.changes, early.cursor) == ((), cursor)
    clock.now += 32 * 60
    news = await ats.changes(early.cursor)
    assert [(c.kind, c.candidate.email) for c in news.changes] == [(ChangeKind.ADDED, JANE.email)]
    clock.now += 3 * 86400
    for _ in range(4):
        news = await ats.changes(news.cursor)
        assert news.changes == ()
    windows = [c.query for c in ef.calls if "changelog" in c.path]
    assert [int(w["endTime"]) - int(w["startTime"]) for w in windows] == [120, 86400, 86400, 86400]


@pytest.mark.parametrize("log_page", [None, 100, 1000])
@pytest.mark.parametrize("again", [None, 1, 99, 100, 150, 257])
async def test_the_changelog_is_read_whole_by_offset_and_by_page_number_whatever_it_repeats(
    made: Made, ef: StandInEightfold, clock: Clock, log_page: int | None, again: int | None
) -> None:
    ats = await made(fresh=False)
    ef.log_page, ef.log_again = log_page, again
    cursor = (await ats.changes(None)).cursor
    clock.now += 60
    for n in range(257):
        ef.written("talent_tracking", {"firstName": "Alum", "emails": f"new{n}@example.com"})
    clock.now += 3600
    emails = [c.candidate.email for c in (await ats.changes(cursor)).changes]
    assert sorted(str(e) for e in emails) == sorted(f"new{n}@example.com" for n in range(257))


@pytest.mark.parametrize("fresh", [True, False])
async def test_an_old_person_is_news_when_moved_and_not_when_merely_edited(
    made: Made, ef: StandInEightfold, clock: Clock, fresh: bool
) -> None:
    ats = await made(fresh=fresh)
    ada, zoe, sam = [next(r for r in ef.records if r.emails == p.email) for p in (ADA, ZOE, SAM)]
    cursor = (await ats.changes(None)).cursor
    clock.now += 300
    ada.updated = clock.now
    zoe.advance(5001, "Offer", clock.now)
    sam.advance(5002, "Hired", clock.now)
    sam.applications = [Application(5002, "Hired", NOW, clock.now, status="hired")]
    clock.now += 1900
    news = await ats.changes(cursor)
    kinds = {c.candidate.email: c.kind for c in news.changes}
    assert kinds == {ZOE.email: ChangeKind.MOVED, SAM.email: ChangeKind.HIRED}
    clock.now += 60
    ada.change({"tags": ["python", "senior", *ada.pools]}, clock.now)
    clock.now += 1900
    again = await ats.changes(news.cursor)
    assert [(c.kind, c.candidate.email) for c in again.changes] == [(ChangeKind.TAGGED, ADA.email)]


async def test_a_cursor_remembers_only_the_latest(
    ats: Eightfold, ef: StandInEightfold, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eightfold_news, "REMEMBERED", 2)
    cursor = (await ats.changes(None)).cursor
    for record in ef.records[:4]:
        clock.now += 300
        record.updated = clock.now
        cursor = (await ats.changes(cursor)).cursor
    assert [record.id in cursor.state for record in ef.records[:4]] == [False, False, True, True]


async def test_an_error_under_200_is_no_person(ats: Eightfold, ef: StandInEightfold) -> None:
    ef.force(Fault(200, {"message": "Something went wrong"}, path="/profiles"))
    with pytest.raises(UnexpectedResponse):
        await ats.find("zoe@example.com")


async def test_a_person_without_an_encoded_id_is_known_by_number(
    ats: Eightfold, ef: StandInEightfold
) -> None:
    rows = [{"id": None, "profileId": 77, "email": ZOE.email}, None]
    ef.force(Fault(200, {"data": rows}, path="/profiles"))
    assert [c.id for c in await ats.find(ZOE.email or "")] == ["77"]


async def test_a_null_in_a_list_spoils_no_list(ats: Eightfold, ef: StandInEightfold) -> None:
    stages = {"jobStages": [None, "Offer"]}
    rows = [None, {"positionId": 1, "name": None, "atsData": stages}]
    ef.force(Fault(200, {"data": rows}, path="/positions"))
    jobs = [d.label for d in await ats.destinations() if d.kind is not Kind.POOL]
    assert jobs == ["a job", "a job: Offer"]
