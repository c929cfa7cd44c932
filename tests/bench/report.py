"""The page with the figures: ratios first, then what they were computed from."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.bench.acks import CONNECTIONS, CONTENDERS, MEASURED, ROUNDS, Contender
from tests.bench.found import Found
from tests.bench.kinds import MOST, Kind
from tests.bench.targets import targets

ACK = (
    "",
    "connections",
    "acks/s",
    "/ a",
    "/ b",
    "p50 ms",
    "p99 ms",
    "CPU µs a request",
    "memory MB",
    "failed",
)
KEPT_FROM_IT = (
    "the same process works meanwhile on what was handed over just before, besides what the last row shows."
)
LOADED = 0.7
"""Load a core before the run, above which the page says that the machine was busy."""


def page(found: Found) -> str:
    """Markdown; produced, so nobody edits it."""
    return "\n".join(
        [
            *_head(found),
            *_targets(found),
            *_acks(found),
            *_way(found),
            *_kinds(found.kinds),
            *_much(found),
            *_host(found),
            "",
        ]
    )


def _head(found: Found) -> Iterator[str]:
    busy = " The machine was busy with other work during this run: ratios are rough, absolute figures are worse than alone."
    yield "# Performance\n"
    yield "Produced by `make bench`; do not edit.\n"
    yield (
        f"{machine()}. One bot process; the load and the stand-ins run in processes of their own on the same cores, over "
        f"loopback. Acks: medians of {ROUNDS} rounds of {MEASURED} s, {found.seconds:.0f} s in all, load average before: "
        f"{found.load:.1f}.{busy if found.load > LOADED * (os.cpu_count() or 1) else ''}\n"
    )
    yield "![Acks a second](performance.svg)\n"


def _targets(found: Found) -> Iterator[str]:
    rows = [
        (
            each.name,
            f"{each.measured:.2f}",
            f"{'≤' if each.at_most else '≥'} {each.wanted:g}",
            _held(each.held) if each.held else f"{_held(each.held)}: {each.why}",
        )
        for each in targets(found)
    ]
    yield "## Targets\n"
    yield from _table(("", "measured", "wanted", ""), rows)


def _acks(found: Found) -> Iterator[str]:
    yield "## Acks\n"
    which = (
        f"`c` is Bolt for JavaScript {found.javascript}." if found.javascript else "`c` needs Node and npm."
    )
    yield f"`f` is on disk before it is acknowledged, and is worked on in the same process meanwhile. {which}\n"
    rows = [_ack(found, each, connections) for connections in CONNECTIONS for each in CONTENDERS]
    yield from _table(ACK, rows)


def _ack(found: Found, each: Contender, connections: int) -> Sequence[str]:
    name = f"{each.key} {each.name}"
    if (one := found.acks.get((each.key, connections))) is None:
        return (name, str(connections), "not run here", *[""] * (len(ACK) - 3))
    against = [found.acks[other, connections].rate for other in ("a", "b")]
    return (
        name,
        str(connections),
        f"{one.rate:.0f}",
        *(f"{one.rate / rate:.2f}" for rate in against),
        f"{one.p50:.2f}",
        f"{one.p99:.2f}",
        f"{one.cpu:.0f}",
        f"{one.memory:.0f}",
        str(one.failed),
    )


def _way(found: Found) -> Iterator[str]:
    """From command to answer."""
    yield "## From a command to its answer\n"
    yield (
        "One command after the other, to an ATS without a rate. The time in which a stand-in worked at a request is taken "
        "off; that of the loopback, and of reading requests and writing answers at both ends, is not.\n"
    )
    head = (
        "",
        "times",
        "p50 ms",
        "p99 ms",
        "with the stand-ins, p50 / p99",
        "calls",
        "durable steps",
        "commits",
        "CPU ms",
    )
    rows = [
        (
            f"`{each.verb}`",
            str(each.count),
            f"{each.p50:.1f}",
            f"{each.p99:.1f}",
            f"{each.whole_p50:.1f} / {each.whole_p99:.1f}",
            f"{each.calls:.1f}",
            f"{each.steps:.1f}",
            f"{each.commits:.1f}",
            f"{each.cpu:.0f}",
        )
        for each in found.overheads
    ]
    yield from _table(head, rows)
    yield from _floors(found)


def _floors(found: Found) -> Iterator[str]:
    floors = found.floors
    yield (
        f"What it cannot be faster than, measured by itself in the same run: a durable step that does nothing takes "
        f"{floors.step:.1f} ms ({floors.step_cpu:.1f} ms of it CPU), a job without any step {floors.job:.1f} ms from the "
        f"moment at which it is handed over, and an `fsync` of 4 kB {floors.sync:.1f} ms; each ack of a durable command "
        "waits for one commit, which a burst shares. A job begins as soon as no ack has to wait."
    )
    for each in found.overheads:
        least = floors.job + each.steps * floors.step
        yield f"So `{each.verb}` with its {each.steps:.0f} steps takes {least:.0f} ms before it has done anything."
    yield (
        "Steps are what a crash does not repeat: with fewer of them, a command would be faster, and after a crash it would "
        "write twice or not say what it wrote.\n"
    )


def _kinds(kinds: Sequence[Kind]) -> Iterator[str]:
    passed = all(each.passed for each in kinds if each.bounded)
    yield f"## Every kind of interaction while all ATSs take 5 s: {_held(passed)}\n"
    yield (
        f"Wanted: an ack within {MOST:.0f} ms at p99. A search in a select is an answer, not an ack: it waits 0.4 s for "
        "the ATS, as Slack takes it within 0.5 s, and is not counted. The last row shows what the machine itself adds.\n"
    )
    rows = [
        (
            each.name,
            str(each.count),
            f"{each.p50:.1f}",
            f"{each.p99:.1f}",
            _held(each.passed) if each.bounded else "",
        )
        for each in kinds
    ]
    yield from _table(("", "times", "p50 ms", "p99 ms", ""), rows)
    if not passed:
        yield f"Missed because {KEPT_FROM_IT}\n"


def _much(found: Found) -> Iterator[str]:
    yield "## Much at once\n"
    jobs, looks, rows = found.waiting, found.watched, found.imported
    fewer = "" if jobs.count >= jobs.wanted else f"; {jobs.wanted:,} would have taken too long to hand over"
    shown = [
        (f"jobs that wait while their ATS is away{fewer}", f"{jobs.count:,}"),
        ("… handed over in", f"{jobs.seconds:.0f} s, {jobs.rate:.0f} a second at 64 connections"),
        ("… memory before and with them", f"{jobs.memory_before:.0f} / {jobs.memory:.0f} MB"),
        ("… durable acks meanwhile at 1 connection, p50 / p99", f"{jobs.p50:.1f} / {jobs.p99:.1f} ms"),
        ("… help meanwhile, p50 / p99", f"{jobs.help_p50:.1f} / {jobs.help_p99:.1f} ms"),
        ("… commands that were not acknowledged", f"{jobs.failed}"),
        (
            f"a look at a watched connection in which nothing is new ({looks.looks} of {looks.connections:,})",
            f"{looks.look:.1f} ms of CPU",
        ),
        (f"planning {looks.connections:,} watched connections at a start", f"{looks.plan:.0f} ms of CPU"),
        ("… and every ten seconds later", f"{looks.again:.0f} ms of CPU"),
        (
            f"{looks.connections:,} watched connections, each looked at once a minute",
            f"{looks.core:.2f} cores",
        ),
        (
            f"import of {rows.rows:,} rows at 100 calls a minute, by a clock that passes while it waits",
            f"{rows.calls:,} calls in {rows.minutes:.1f} minutes: {rows.share:.0%} of the rate, {rows.refused} refusals",
        ),
        ("… CPU a row, its stand-in's among it", f"{rows.cpu:.1f} ms"),
    ]
    yield from _table(("", ""), shown)


def _host(found: Found) -> Iterator[str]:
    one, many = found.whole, found.crowd
    yield "## What a host pays\n"
    rows = [
        ("cold start until ready", f"{one.start:.2f} s"),
        ("CPU while idle", f"{one.idle * 100:.1f} % of a core"),
        ("memory while idle", f"{one.memory:.0f} MB"),
        (f"cold start with {many.workspaces:,} workspaces", f"{many.start:.2f} s"),
        (
            f"memory with {many.workspaces:,} workspaces, at the start / after bursts of commands",
            f"{many.memory:.0f} / {many.busy:.0f} MB",
        ),
    ]
    looks = [
        (
            f"token and connections of a workspace among {each.workspaces:,}",
            f"{each.took:.0f} µs ({each.file:.0f} MB on disk)",
        )
        for each in found.lookups
    ]
    yield from _table(("", ""), [*rows, *looks])


def _held(held: bool) -> str:
    return "held" if held else "**missed**"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def machine() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
