"""Where nobody can know whether something was written, the card says so; and where two write at once, both are kept."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import stamina
from dbos._utils import retriable_sqlite_exception

from bot.demo.ats.server import Fault
from bot.work import perform
from bot.work.command.journal import Journal
from bot.work.engine.jobs_file import NoRoom, open_patient, prepare
from connectors.base import Capability
from connectors.errors import ConnectorError, UnexpectedResponse
from connectors.http import Api, Http
from connectors.models import Candidate
from connectors.pace import Pace
from connectors.sent import notice, noticing
from tests.bot.hall import NoSteps
from tests.bot.town import Town

pytestmark = pytest.mark.anyio

ZOE, MINA = "zoe@example.com", "mina@example.com"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(perform, "PAUSES", (0.01,) * 3)
    monkeypatch.setattr(perform, "AFTER_DOUBT", 0.0)
    monkeypatch.setattr("bot.work.command.journal.SETTLES", 0.0)
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture(autouse=True)
def all_is_well_again(nearby: Town) -> Iterator[None]:
    yield
    for stand_in in nearby.ats.values():
        stand_in.relent()


async def broken_off(journal: Journal, *, sent: bool) -> UnexpectedResponse:
    async def send() -> Candidate:
        if sent:
            notice()
        raise UnexpectedResponse("Talynce", "answered with a page")

    with pytest.raises(UnexpectedResponse) as broken:
        await journal.write(Capability.MOVE, ("1",), Candidate, send, None)
    return broken.value


async def test_what_breaks_after_a_write_went_through_is_in_doubt() -> None:
    """A move is several calls: when it is read back, it has been made."""
    journal = Journal(NoSteps())
    assert ((await broken_off(journal, sent=True)).uncertain, journal.in_doubt) == (True, True)
    journal = Journal(NoSteps())
    assert ((await broken_off(journal, sent=False)).uncertain, journal.in_doubt) == (False, False)


@pytest.mark.parametrize(
    ("status", "method", "noticed"), [(201, "POST", True), (500, "POST", False), (200, "GET", False)]
)
async def test_a_write_is_noticed_once_it_was_taken(status: int, method: str, noticed: bool) -> None:
    answer = httpx.MockTransport(lambda request: httpx.Response(status, json={}))
    async with httpx.AsyncClient(transport=answer) as client:
        api = Api("Talynce", Http(client), "http://ats.example", Pace(None), {})
        with noticing() as sent, suppress(ConnectorError):
            await (api.get("/x", dict) if method == "GET" else api.write(method, "/x", dict))
    assert sent.any is noticed


async def test_giving_up_says_that_it_may_have_been_written(nearby: Town) -> None:
    ats = nearby.ats["eightfold"]
    ats.force(Fault(502, "", method="POST", path="profile-notes", done=True))
    ats.force(*[Fault(503, "", method="GET", path="profile-notes")] * 10)
    asked = await nearby.type(f"note {ZOE} Perhaps there via eightfold")
    card = await asked.answer("This was being sent to", anywhere=True)
    assert "Send again" in card.everything
    assert "was not sent" not in card.everything
    assert str(nearby.row("eightfold", ZOE)["notes"]).count("Perhaps there") == 1


async def test_giving_up_before_anything_was_sent_says_that_nothing_was(nearby: Town) -> None:
    ats = nearby.ats["eightfold"]
    ats.force(*[Fault(503, "")] * 10)
    asked = await nearby.type(f"note {ZOE} Never there via eightfold")
    await asked.answer("stayed away, so your `note` was not sent", anywhere=True)


@pytest.mark.parametrize("vendor", ["talynce", "eightfold", "welcomekit"])
async def test_tags_that_are_written_at_once_under_different_names_are_all_kept(
    nearby: Town, vendor: str
) -> None:
    whom = (MINA, "Mina Park", "park", "mina")
    asked = [
        await nearby.type(f'tag "{who}" at-once-{number} via {vendor}') for number, who in enumerate(whom)
    ]
    await asyncio.gather(*(each.answer(f"at-once-{n}") for n, each in enumerate(asked)))
    tags = nearby.row(vendor, MINA)["tags"]
    assert {f"at-once-{n}" for n in range(len(whom))} <= set(tags)


async def test_the_engine_waits_for_room_on_the_disk_as_it_waits_for_a_locked_file(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    prepare(path)
    engine = open_patient(path)
    with engine.begin() as connection:
        connection.execute(sa.text("create table t (x text)"))
        connection.execute(sa.text("pragma max_page_count = 4"))
        with pytest.raises(NoRoom) as full:
            connection.execute(sa.text("insert into t values (:x)"), {"x": "x" * 100_000})
    assert retriable_sqlite_exception(full.value)
    engine.dispose()
