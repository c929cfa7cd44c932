"""What is particular to Recruspace: a record per place, a search by address, lists of several shapes."""

from typing import Any

import pytest

from bot.demo.ats.server import Fault
from bot.demo.ats.world import ADA, LIMBO, SAM, ZOE
from connectors.errors import NotFound, Refused
from connectors.models import Destination, Kind, NewCandidate, Resume
from connectors.recruspace_pools import PAGE_SIZE, SEARCHED
from connectors.recruspace_search import HIT_PAGES

from .conftest import Pair, PairOf
from .test_contract import CV, JANE, NOTE, one

pytestmark = pytest.mark.anyio

ADA_AGAIN = NewCandidate(first_name="Ada", last_name="Okafor", email=ADA.email or "")
NO = Fault(400, {"email": ["no"]}, method="POST", path="manual-add")


@pytest.fixture
async def pair(pair_of: PairOf) -> Pair:
    return await pair_of("recruspace")


async def place(pair: Pair, title: str) -> Destination:
    return next(d for d in await pair.ats.destinations() if d.title == title)


def asked(pair: Pair, path: str) -> list[Any]:
    return [dict(call.query) for call in pair.stand_in.calls if path in call.path]


def listed(rows: list[dict[str, Any]], *, more: bool = False) -> dict[str, Any]:
    return {"count": len(rows), "results": rows, **({"next": "https://api.example.com/more"} if more else {})}


def hits(start: int) -> list[dict[str, Any]]:
    return [{"id": n, "email": f"zoe{n}@example.com"} for n in range(start, start + PAGE_SIZE)]


async def test_a_refused_cv_is_no_sign_that_somebody_is_there(pair: Pair) -> None:
    file = Resume(filename="ada.exe", content=b"MZ")
    new = ADA_AGAIN.model_copy(update={"resume": file, "phone": "+33612345678"})
    with pytest.raises(Refused):
        await pair.ats.add_candidate(new, await place(pair, "Alumni"))
    assert sum(row["email"] == ADA.email for row in pair.stand_in.rows()) == 1


async def test_a_place_that_is_gone_is_no_sign_that_somebody_is_there(pair: Pair) -> None:
    pair.stand_in.force(Fault(404, {"detail": "Not found."}, method="POST"))
    with pytest.raises(NotFound):
        await pair.ats.add_candidate(ADA_AGAIN, await place(pair, "Backend talent"))


async def test_somebody_who_is_there_is_shown_at_the_place_that_was_meant(pair: Pair) -> None:
    alumni = await place(pair, "Alumni")
    second = await pair.ats.move(await one(pair.ats, ADA.email), alumni, "")
    added = await pair.ats.add_candidate(ADA_AGAIN, alumni)
    assert (added.existing, added.candidate.id) == (True, second.id)


async def test_whoever_is_at_the_place_is_there_however_it_is_refused(pair: Pair) -> None:
    to = await place(pair, "Backend talent")
    pair.stand_in.force(NO)
    assert (await pair.ats.add_candidate(ADA_AGAIN, to)).existing
    pair.stand_in.force(NO)
    ada = await one(pair.ats, ADA.email)
    assert (await pair.ats.move(ada, to, "")).id == ada.id
    pair.stand_in.force(NO)
    with pytest.raises(Refused):
        await pair.ats.move(ada, await place(pair, "Alumni"), "")


async def test_an_address_is_looked_for_on_every_page(pair: Pair) -> None:
    pair.stand_in.force(Fault(200, listed(hits(9000), more=True), path="search-by-email"))
    assert (await one(pair.ats, ZOE.email)).name == "Zoë Ødegård"
    assert [query["page"] for query in asked(pair, "search-by-email")] == ["1", "2"]


async def test_a_common_word_is_looked_for_on_a_few_pages(pair: Pair) -> None:
    pages = [listed(hits(9000 + 100 * n), more=True) for n in range(HIT_PAGES + 2)]
    pair.stand_in.force(*[Fault(200, page, path="search-by-email") for page in pages])
    await pair.ats.find("zoe")
    assert len(asked(pair, "search-by-email")) == HIT_PAGES


async def test_whoever_fits_all_words_comes_before_those_who_fit_one(pair: Pair) -> None:
    assert [c.email for c in await pair.ats.find("example mina", limit=1)] == [LIMBO.email]


async def test_a_name_is_looked_for_in_the_pools_even_when_an_address_holds_it(pair: Pair) -> None:
    pair.stand_in.do_add("Sam Other", "other.one@example.com", "3")
    assert {c.email for c in await pair.ats.find("sam")} == {SAM.email, "other.one@example.com"}
    members = [path for call in pair.stand_in.calls if (path := call.path).endswith("/candidates/")]
    assert len(members) <= SEARCHED


async def test_an_address_is_not_looked_for_in_the_pools(pair: Pair) -> None:
    assert await pair.ats.find("nobody@example.com") == []
    assert asked(pair, "talent-pools") == []


async def test_an_address_with_capitals_is_tried_without_them(pair: Pair) -> None:
    pair.stand_in.force(Fault(200, [], path="search-by-email"))
    assert (await one(pair.ats, "ZOE@Example.com")).email == ZOE.email
    assert [query["email"] for query in asked(pair, "search-by-email")] == ["ZOE@Example.com", ZOE.email]


async def test_whoever_was_deleted_since_the_search_is_left_out(pair: Pair) -> None:
    again = await pair.ats.move(await one(pair.ats, ZOE.email), await place(pair, "Alumni"), "")
    pair.stand_in.force(Fault(404, {"detail": "Not found."}, path=f"/candidates/{ZOE.number}/"))
    assert [c.id for c in await pair.ats.find(ZOE.email or "")] == [again.id]


@pytest.mark.parametrize("status", [404, 405])
async def test_pools_are_there_when_the_list_of_jobs_is_elsewhere(pair: Pair, status: int) -> None:
    pair.stand_in.force(Fault(status, {"detail": "no"}, path="/job-posts/"))
    assert {d.kind for d in await pair.ats.destinations()} == {Kind.POOL}


async def test_a_cv_is_refused_for_somebody_in_a_pool_before_it_is_uploaded(pair: Pair) -> None:
    with pytest.raises(Refused, match="not in a pool"):
        await pair.ats.attach_resume(await one(pair.ats, ADA.email), CV)
    assert pair.stand_in.writes == []


async def test_somebody_who_types_a_name_has_the_pools_read_once(pair: Pair) -> None:
    for typed in ("zo", "zoe", "zoe n"):
        await pair.ats.find(typed)
    read = [
        (call.path, call.query["page"]) for call in pair.stand_in.calls if call.path.endswith("/candidates/")
    ]
    assert len(read) == len(set(read))


async def test_what_was_written_from_here_is_found_at_once(pair: Pair) -> None:
    await pair.ats.find("jane")
    added = await pair.ats.add_candidate(JANE, await place(pair, "Alumni"))
    assert [c.id for c in await pair.ats.find("jane")] == [added.candidate.id]
    await pair.ats.add_tags(added.candidate, ["senior"])
    assert (await pair.ats.find("jane"))[0].tags == ("senior",)


async def test_one_row_without_a_name_does_not_cost_the_list(pair: Pair) -> None:
    pools = [{"id": 1, "name": None, "candidate_count": None}, {"id": 2, "name": "Known"}]
    pair.stand_in.force(Fault(200, pools, path="/talent-pools/"))
    pair.stand_in.force(Fault(200, listed([{"hash": "ab", "title": None}]), path="/job-posts/"))
    assert [d.title for d in await pair.ats.destinations()] == ["Pool 1", "Known", "Job ab"]


async def test_a_pool_that_does_not_say_how_many_are_in_it_is_searched(pair: Pair) -> None:
    pools = [{"id": 1, "name": "Backend talent", "candidate_count": None}]
    pair.stand_in.force(Fault(200, pools, path="/talent-pools/"))
    assert [c.email for c in await pair.ats.find("Okafor")] == [ADA.email]


async def test_an_empty_name_is_no_tag(pair: Pair) -> None:
    pair.stand_in.force(Fault(200, {"content": {"id": 101, "tags": [{"title": None}, {"title": "go"}]}}))
    assert (await pair.ats.candidate("101")).tags == ("go",)


async def test_all_users_are_counted_not_those_of_one_page(pair: Pair) -> None:
    pair.stand_in.force(Fault(200, {**listed([{"id": 1}], more=True), "count": 130}))
    assert (await pair.ats.check()).name == "a company with 130 users"


@pytest.mark.parametrize(
    "answer",
    [
        {"id": "n-1"},
        {"text": "Called"},
        {"content": {"id": 5}},
        {"success": "OK"},
        {"success": "OK", "content": None},
        {"success": "OK", "content": "Added"},
    ],
    ids=str,
)
async def test_a_write_that_was_accepted_is_done_whatever_comes_back(
    pair: Pair, answer: dict[str, Any]
) -> None:
    ada = await one(pair.ats, ADA.email)
    pair.stand_in.force(Fault(201, answer, method="POST"), Fault(201, answer, method="POST"))
    assert (await pair.ats.add_note(ada, NOTE)).text == NOTE.signed
    await pair.ats.add_tags(ada, ["senior"])
    assert len(pair.stand_in.writes) == 2


async def test_a_look_survives_a_pool_that_vanished_meanwhile(pair: Pair) -> None:
    cursor = (await pair.ats.changes(None)).cursor
    pool = next(d for d in await pair.ats.destinations() if d.kind is Kind.POOL)
    await pair.ats.add_candidate(JANE, pool)
    pools = [{"id": 99, "name": "Gone", "candidate_count": 3}, {"id": 1, "name": "B", "candidate_count": 9}]
    pair.stand_in.force(Fault(200, pools, path="/talent-pools/"))
    assert [c.candidate.email for c in (await pair.ats.changes(cursor)).changes] == [JANE.email]


async def test_a_page_past_the_end_is_the_end(pair: Pair) -> None:
    first = listed([{"id": 1, "name": "First"}], more=True)
    pair.stand_in.force(Fault(200, first, path="/talent-pools/"))
    pair.stand_in.force(Fault(404, {"detail": "Invalid page."}, path="/talent-pools/"))
    assert [d.title for d in await pair.ats.destinations() if d.kind is Kind.POOL] == ["First"]


@pytest.mark.parametrize("minds_pages", [True, False])
async def test_a_bare_list_of_a_whole_page_may_go_on(pair: Pair, minds_pages: bool) -> None:
    full = [{"id": n, "name": f"Pool {n}"} for n in range(1, PAGE_SIZE + 1)]
    second = [{"id": 500, "name": "Last"}] if minds_pages else full
    pair.stand_in.force(*[Fault(200, rows, path="/talent-pools/") for rows in (full, second)])
    pools = [d for d in await pair.ats.destinations() if d.kind is Kind.POOL]
    assert len(pools) == PAGE_SIZE + minds_pages
    assert [query["page"] for query in asked(pair, "talent-pools")] == ["1", "2"]
