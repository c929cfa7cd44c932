"""What is on the disk: nothing of a person or a key in clear, and in the end nothing at all."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.ats.server import Fault
from bot.demo.run import Demo
from tests.bot.conftest import Serve
from tests.bot.private import EMAIL, JANE, NOTE, private
from tests.bot.serving import Served
from tests.bot.town import ADMIN, Asked, Town

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def served(serve: Serve, around: Town) -> Served:
    return await serve(around)


SHORTEST = 6


def in_clear(folder: Path, town: Town) -> dict[str, list[str]]:
    """Private words by file; UTF-8 and the escapes of JSON."""
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    assert {name.partition("-wal")[0] for name in files} >= {"shortlist.db", "shortlist-jobs.db"}
    # What is sealed is base64, in which a shorter word stands by chance now and then.
    long = [word for word in private(town) if len(word) >= SHORTEST]
    words = {word: (word.encode(), word.encode("unicode_escape")) for word in long}
    found = {
        name: [w for w, forms in words.items() if any(f in data for f in forms)]
        for name, data in files.items()
    }
    return {name: words for name, words in found.items() if words}


async def test_nothing_private_is_in_any_file_before_during_and_after_a_command(
    served: Served, around: Town
) -> None:
    stand_in = around.ats["recruspace"]
    await around.ask(f'add {JANE} {EMAIL} +33 6 12 34 56 78 to "Alumni" #python', "was added")
    await around.ask(f"note {EMAIL} {NOTE}", "Note added")
    await around.type("connect recruspace Second", user=ADMIN, command="/ats")
    form = await around.slack.opened(ADMIN, "Connect Recruspace")
    await around.slack.submit(ADMIN, form.id, {"key": "rs-demo-key", "connection_name": "Second"})
    await around.slack.opened(ADMIN, "Connected")

    calls = len(stand_in.calls)
    stand_in.force(Fault(method="POST", path="add-note", hang=True))
    await around.type(f"note {EMAIL} {NOTE}, and more")
    await stand_in.until(lambda: any("add-note" in call.path for call in stand_in.calls[calls:]))
    assert in_clear(served.folder, around) == {}
    await served.kill()
    assert in_clear(served.folder, around) == {}
    await served.start()
    await around.slack.heard("U0MIA", "This was being sent to", seconds=15)
    assert in_clear(served.folder, around) == {}


async def test_no_key_or_person_is_in_the_log(served: Served, around: Town) -> None:
    text = "".join(served.log)
    assert "job done" in text
    assert [word for word in private(around) if word in text] == []


async def test_what_ended_is_deleted_when_its_time_is_over_and_what_is_under_way_is_not(
    nearby: Town, here: Demo, folder: Path
) -> None:
    first = await nearby.type("find mina@example.com")
    await first.answer("Mina Park")
    nearby.ats["recruspace"].force(Fault(method="GET", delay=0.5))
    second = await nearby.type("find zoe@example.com")
    jobs = here.bot.jobs
    assert await jobs.sweep() == 0
    assert await jobs.load(job_of(first)) is not None

    async with asyncio.timeout(10):
        while not await jobs.sweep(timedelta(0)):  # its end is on disk a moment after its answer
            continue
    assert await jobs.load(job_of(first)) is None
    assert await jobs.load(job_of(second)) is not None
    assert rows(folder, job_of(first)) == [0, 0]
    await second.answer("Ødegård")


def job_of(asked: Asked) -> str:
    payload = asked.delivery.errand.payload
    return f"{payload['team_id']}:{payload['trigger_id']}"


def rows(folder: Path, job: str) -> list[int]:
    tables = ("workflow_status", "operation_outputs")
    with closing(sqlite3.connect(folder / "shortlist-jobs.db")) as database:
        counts = [f"select count(*) from {table} where workflow_uuid = ?" for table in tables]
        return [int(database.execute(count, [job]).fetchone()[0]) for count in counts]
