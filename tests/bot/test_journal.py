"""Writes to an ATS: sent once, looked up when in doubt, never sent twice in silence."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import stamina

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.server import Fault
from bot.demo.ats.world import small_world
from bot.work.command import journal
from bot.work.command.journal import Journal, Undecided
from bot.work.command.journalled import Journalled
from bot.work.engine.steps import Do
from connectors.base import Connector
from connectors.errors import ConnectorError, Refused, StillProcessing, Unavailable
from connectors.http import Http, new_client
from connectors.models import Candidate, Kind, NewCandidate, NewNote
from connectors.vendors import CONNECTORS

pytestmark = pytest.mark.anyio

NOTE = NewNote(text="Strong on Go", author="Mia Member")
NEW = NewCandidate(first_name="Jane", last_name="Doe", email="jane@example.com")


class Killed(BaseException):
    """What `kill -9` is to a process."""


class Tape:
    """Steps as the engine keeps them. A second tape on the same records is the same job after a restart."""

    def __init__(self, records: list[tuple[str, str]], *, boot: str = "first", die_in: str = "") -> None:
        self.records, self._boot, self._die_in, self._at = records, boot, die_in, 0

    async def once(self, name: str, do: Do) -> str:
        if self._at < len(self.records):
            kept, text = self.records[self._at]
            assert kept == name, "a job that is taken up again takes the same course"
        else:
            text = self._boot if name == "sending" and self._boot != "first" else await do()
            if name == self._die_in:
                raise Killed
            self.records.append((name, text))
        self._at += 1
        return text

    async def sleep(self, seconds: float) -> None:
        await self.once("sleep", self._nothing)

    async def ready(self) -> None:
        """Nobody shares this work."""

    async def _nothing(self) -> str:
        return ""


class Pair:
    """A real connector with its stand-in, and the journal before it."""

    def __init__(self, real: Connector, stand_in: StandInAts) -> None:
        self.real, self.stand_in = real, stand_in
        self.records: list[tuple[str, str]] = []

    def job(self, *, die_in: str = "") -> Journalled:
        return Journalled(self.real, Journal(Tape(self.records, die_in=die_in)))

    def after_a_crash(self) -> Journalled:
        """The same job in another process: what was begun before bears another mark."""
        self.records[:] = [(n, '"other boot"' if n == "sending" else text) for n, text in self.records]
        return self.job()

    async def zoe(self, ats: Journalled) -> Candidate:
        return (await ats.find("zoe@example.com"))[0]

    @property
    def notes(self) -> str:
        return str([row["notes"] for row in self.stand_in.rows()])


@pytest.fixture
async def pairs(anyio_backend: str) -> AsyncIterator[dict[str, Pair]]:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(new_client())
        made = {}
        for vendor, kind in STAND_INS.items():
            stand_in = await stack.enter_async_context(kind(small_world()).serve())
            settings = CONNECTORS[vendor].Settings.model_validate(stand_in.settings)
            real = CONNECTORS[vendor](settings, Http(client, {vendor: stand_in.url}))
            made[vendor] = Pair(real, stand_in)
        with stamina.set_testing(True, attempts=1):
            yield made


async def crashed(pair: Pair, write: str) -> None:
    """Run a job that dies right after its write has arrived, before anybody could remember that."""
    ats = pair.job(die_in=write)
    with pytest.raises(Killed):
        await do(pair, ats, write)


async def do(pair: Pair, ats: Journalled, write: str) -> object:
    zoe = await pair.zoe(ats)
    if write == "add_note":
        return await ats.add_note(zoe, NOTE)
    if write == "add_tags":
        return await ats.add_tags(zoe, ["kind"])
    here = {p.destination_id for p in zoe.placements}
    to = next(d for d in await ats.destinations() if d.kind is not Kind.STAGE and d.id not in here)
    return await (ats.add_candidate(NEW, to) if write == "add_candidate" else ats.move(zoe, to, "why"))


async def test_a_write_that_is_remembered_is_not_sent_again(pairs: dict[str, Pair]) -> None:
    for pair in pairs.values():
        first = await do(pair, pair.job(), "add_note")
        count = len(pair.stand_in.calls)
        assert await do(pair, pair.after_a_crash(), "add_note") == first
        assert len(pair.stand_in.calls) == count


async def test_the_same_write_twice_in_a_job_is_one_write_and_another_one_is_not(
    pairs: dict[str, Pair],
) -> None:
    pair = pairs["eightfold"]
    ats = pair.job()
    zoe = await pair.zoe(ats)
    for note in (NOTE, NOTE, NOTE.model_copy(update={"text": "Another"})):
        await ats.add_note(zoe, note)
    assert (pair.notes.count(NOTE.text), pair.notes.count("Another")) == (1, 1)


@pytest.mark.parametrize("write", ["add_candidate", "move", "add_tags"])
async def test_a_write_in_flight_is_there_once_after_a_crash(pairs: dict[str, Pair], write: str) -> None:
    for pair in pairs.values():
        await crashed(pair, write)
        rows = pair.stand_in.rows()
        assert await do(pair, pair.after_a_crash(), write)
        assert [(r["email"], r["where"], sorted(r["tags"])) for r in pair.stand_in.rows()] == [
            (r["email"], r["where"], sorted(r["tags"])) for r in rows
        ]


async def test_an_adopted_candidate_counts_as_added(pairs: dict[str, Pair]) -> None:
    for pair in pairs.values():
        await crashed(pair, "add_candidate")
        added = await do(pair, pair.after_a_crash(), "add_candidate")
        assert getattr(added, "existing", None) is False


@pytest.mark.parametrize("vendor", ["eightfold", "talynce"])
async def test_a_note_in_flight_is_adopted_where_notes_can_be_read(
    pairs: dict[str, Pair], vendor: str
) -> None:
    pair = pairs[vendor]
    await crashed(pair, "add_note")
    await do(pair, pair.after_a_crash(), "add_note")
    assert pair.notes.count(NOTE.text) == 1


@pytest.mark.parametrize("vendor", ["recruspace", "welcomekit"])
async def test_a_note_in_flight_is_nobody_s_to_decide_where_notes_cannot_be_read(
    pairs: dict[str, Pair], vendor: str
) -> None:
    pair = pairs[vendor]
    await crashed(pair, "add_note")
    with pytest.raises(Undecided):
        await do(pair, pair.after_a_crash(), "add_note")
    assert pair.notes.count(NOTE.text) == 1
    with pytest.raises(Undecided):
        await do(pair, pair.after_a_crash(), "add_note")


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_unclear_answer_is_looked_into_before_sending_again(
    pairs: dict[str, Pair], arrived: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "SETTLES", 0.0)
    pair = pairs["eightfold"]
    ats = pair.job()
    zoe = await pair.zoe(ats)
    pair.stand_in.force(Fault(502, "", method="POST", path="profile-notes", done=arrived))
    with pytest.raises(Unavailable) as caught:
        await ats.add_note(zoe, NOTE)
    assert caught.value.uncertain
    await ats.add_note(zoe, NOTE)
    assert pair.notes.count(NOTE.text) == 1


async def test_a_note_that_arrives_late_is_waited_for_and_not_sent_twice(pairs: dict[str, Pair]) -> None:
    """The line breaks off, the ATS is still at it: a first look finds nothing, and proves nothing."""
    pair = pairs["eightfold"]
    ats = pair.job()
    zoe = await pair.zoe(ats)
    pair.stand_in.force(Fault(502, "", method="POST", path="profile-notes"))
    with pytest.raises(Unavailable):
        await ats.add_note(zoe, NOTE)
    with pytest.raises(StillProcessing) as waits:
        await ats.add_note(zoe, NOTE)
    assert waits.value.uncertain
    await pair.real.add_note(zoe, NOTE)  # which is what was under way
    await ats.add_note(zoe, NOTE)
    assert pair.notes.count(NOTE.text) == 1


async def test_a_process_that_takes_a_write_up_waits_for_it_as_well(
    pairs: dict[str, Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = pairs["talynce"]
    await crashed(pair, "add_note")
    ats = pair.after_a_crash()
    monkeypatch.setattr(pair.real, "noted", nothing_yet)
    with pytest.raises(StillProcessing):
        await do(pair, ats, "add_note")
    monkeypatch.undo()
    await do(pair, ats, "add_note")
    assert pair.notes.count(NOTE.text) == 1


async def nothing_yet(candidate: Candidate, note: NewNote) -> None:
    """What an ATS shows that is slow to write."""


async def test_what_cannot_be_looked_up_because_the_ats_is_away_is_not_sent(pairs: dict[str, Pair]) -> None:
    pair = pairs["eightfold"]
    await crashed(pair, "add_note")
    pair.stand_in.force(Fault(503, "", method="GET", path="profile-notes"))
    job = pair.after_a_crash()
    with pytest.raises(Unavailable):
        await do(pair, job, "add_note")
    await do(pair, job, "add_note")
    assert pair.notes.count(NOTE.text) == 1


async def test_an_error_comes_back_as_it_was_after_a_restart(pairs: dict[str, Pair]) -> None:
    pair = pairs["recruspace"]
    pair.stand_in.force(Fault(400, {"text": ["no"]}, method="POST", path="add-note"))
    with pytest.raises(Refused) as first:
        await do(pair, pair.job(), "add_note")
    count = len(pair.stand_in.calls)
    with pytest.raises(Refused) as second:
        await do(pair, pair.after_a_crash(), "add_note")
    assert (first.value.args, len(pair.stand_in.calls)) == (second.value.args, count)


async def test_a_journalled_ats_can_do_what_the_ats_can(pairs: dict[str, Pair]) -> None:
    for pair in pairs.values():
        ats = pair.job()
        assert (ats.capabilities, ats.title, ats.required) == (
            pair.real.capabilities,
            pair.real.title,
            pair.real.required,
        )


def test_undecided_is_an_error_of_the_family() -> None:
    assert issubclass(Undecided, ConnectorError)
