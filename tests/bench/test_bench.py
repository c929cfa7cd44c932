"""Each part of the bench runs, in a size that says nothing about speed, and the page tells what was found."""

import json
from dataclasses import fields, replace

import pytest

from tests.bench.acks import CONNECTIONS, CONTENDERS, JS, Course, Results, acks
from tests.bench.capacity import Costs
from tests.bench.chart import chart
from tests.bench.crowd import Crowd, crowd
from tests.bench.figures import figures
from tests.bench.floors import Floors
from tests.bench.found import Found
from tests.bench.importing import Imported, imported
from tests.bench.kinds import Kind
from tests.bench.load import Round
from tests.bench.overhead import Meter, Overhead, overheads
from tests.bench.report import page
from tests.bench.run import floors
from tests.bench.servers import process
from tests.bench.targets import targets
from tests.bench.waiting import Waiting, waiting
from tests.bench.watching import Watched, watched
from tests.bench.whole import Lookup, Whole, lookups

pytestmark = pytest.mark.anyio

SLOW, FAST = 100.0, 1.0


def acked(took: float, *, javascript: bool = True) -> Results:
    """Shortlist so fast; the others have taken ten milliseconds."""
    theirs = Round(rate=100.0, p50=10.0, p99=20.0, cpu=500.0, memory=90.0, failed=0, count=100)
    ours = replace(theirs, rate=1000 / took, p50=took, p99=took)
    return {
        (each.key, connections): ours if each.server == "shortlist" else theirs
        for each in CONTENDERS
        for connections in CONNECTIONS
        if javascript or each.key != JS
    }


def found(took: float, *, javascript: bool = True) -> Found:
    ways = [
        Overhead(verb, 60, took, took, took + 1, took + 1, 3.0, 4.0, 9.0, took, 5.0)
        for verb in ("find", "note")
    ]
    return Found(
        acks=acked(took, javascript=javascript),
        javascript="5.0 on Node v20" if javascript else "",
        overheads=ways,
        floors=Floors(1.5, 1.0, 3.0, 0.9),
        kinds=[Kind("slash command", took, took, 100)],
        whole=Whole(1.0, took / 1000, 100.0),
        lookups=[Lookup(10, 20.0, 0.1), Lookup(100_000, 20.0 + took, 50.0)],
        crowd=Crowd(100_000, 2.0, 100.0, 150.0 + took),
        waiting=Waiting(10_000, 9_000, 20.0, 450.0, 5.0, 50.0, 1.0, 9.0, 0, 100.0, 200.0),
        watched=Watched(10_000, 400, 4.0, 200.0, 30.0, 0.7),
        imported=Imported(1_000, 2_000, 24.0, 0.96 if took == FAST else 0.8, 0, 10.0),
        load=0.1,
        seconds=360.0,
    )


def test_the_page_says_why_a_target_was_missed() -> None:
    text = page(found(SLOW))
    missed = [each for each in targets(found(SLOW)) if not each.held]
    assert len(missed) > 10
    assert all(f"**missed**: {each.why}" in text for each in missed)


def test_a_page_without_misses_gives_no_reasons() -> None:
    best = found(FAST)
    assert [each.name for each in targets(best) if not each.held] == []
    assert "missed" not in page(best)


def test_what_could_not_be_run_is_said_to_be_missing() -> None:
    without = found(FAST, javascript=False)
    assert page(without).count("not run here") == len(CONNECTIONS)
    assert "not run here" not in page(found(FAST))
    assert chart(found(FAST).acks).count("JavaScript") == len(CONNECTIONS)
    assert "JavaScript" not in chart(without.acks)


def test_the_figures_feed_the_model_of_capacity() -> None:
    told = json.loads(json.dumps(figures(found(FAST))))
    named = {each.name for each in fields(Costs)} & told.keys()
    assert named == {"command_ms", "ack_ms", "look_ms", "memory_mb", "commits", "workspace_kb", "job_kb"}
    assert told["raw"]["watched"]["connections"] == 10_000
    assert {each["held"] for each in told["targets"]} == {True}


def test_calls_at_the_same_time_count_once() -> None:
    meter = Meter([(0.0, 1.0), (2.0, 4.0), (3.0, 5.0), (3.5, 3.6), (8.0, 12.0), (20.0, 21.0)])
    assert meter.within(1.5, 10.0) == (5.0, 4)


async def test_servers_are_measured_in_turn() -> None:
    raw = tuple(each for each in CONTENDERS if each.server == "raw")
    async with process("stand-ins", {}) as started:
        course = Course(json.loads(started.line), None, (1, 2), 0.01, 0.05, 1, raw)
        results = await acks(course)
    assert results.keys() == {("d", 1), ("d", 2)}
    assert all(each.count and not each.failed for each in results.values())


async def test_commands_and_their_steps_are_counted() -> None:
    find, note = await overheads(2, 1)
    assert (find.verb, note.verb, find.count) == ("find", "note", 2)
    assert 0 < find.p50 < find.whole_p50
    assert note.calls > find.calls > 1
    assert note.commits > note.steps > find.steps >= 1


@pytest.mark.timeout(300)  # it starts several processes, one after another
async def test_jobs_wait_and_workspaces_stand_by() -> None:
    async with process("stand-ins", {}) as started:
        world = json.loads(started.line)
        jobs = await waiting(world, 20, 0.05)
        many = await crowd(world, 20, 0.05)
    assert jobs.count > 20
    assert jobs.failed == 0
    assert many.workspaces == 20


async def test_looks_rows_and_floors_are_measured() -> None:
    looks = await watched(20, 2)
    assert (looks.connections, looks.looks) == (20, 4)
    rows = await imported(20)
    assert (rows.calls, rows.refused) == (40, 0)
    least = await floors()
    assert least.step > 0
    assert [each.workspaces for each in await lookups((10, 20), 1)] == [10, 20]
