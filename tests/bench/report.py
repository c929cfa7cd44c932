"""The page with the figures: ratios first, then what they were computed from."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.acks import CONNECTIONS, CONTENDERS, MEASURED, ROUNDS, Results
from tests.bench.kinds import MOST, Kind
from tests.bench.whole import COMMANDS, Lookup, Whole

LOADED = 0.7
"""Load a core before the run, above which the page says that the machine was busy."""


@dataclass(frozen=True)
class Found:
    """All that one run has found; `load` is the machine's load average before it."""

    acks: Results
    kinds: Sequence[Kind]
    whole: Whole
    lookups: Sequence[Lookup]
    load: float
    seconds: float


@dataclass(frozen=True)
class Target:
    name: str
    measured: float
    wanted: float
    at_most: bool = True

    @property
    def held(self) -> bool:
        return self.measured <= self.wanted if self.at_most else self.measured >= self.wanted


def targets(found: Found) -> list[Target]:
    """The targets that this run can speak of."""
    one, bolt = found.acks["f", 1], found.acks["a", 1]
    rates = {key: each.rate for key, each in found.acks.items()}
    small, large = found.lookups[0].took, found.lookups[-1].took
    return [
        Target("durable ack at 1 connection, p50 / a", one.p50 / bolt.p50, 0.1),
        Target(
            "durable acks a second at 16 connections / a", rates["f", 16] / rates["a", 16], 1.5, at_most=False
        ),
        Target(
            "durable acks a second at 64 connections / a", rates["f", 64] / rates["a", 64], 1.0, at_most=False
        ),
        Target(
            "durable ack at 64 connections, p99 / a", found.acks["f", 64].p99 / found.acks["a", 64].p99, 1.0
        ),
        *(
            Target(f"help, acks a second at {n}, / b", rates["e", n] / rates["b", n], 0.9, at_most=False)
            for n in CONNECTIONS
        ),
        Target("look-up at 100,000 workspaces / at 10", large / small, 1.2),
        Target("idle CPU, % of a core", found.whole.idle * 100, 3.0),
        Target(
            "command to answer, ms at the median (stand-ins and waiting in the queue included)",
            found.whole.p50,
            10,
        ),
    ]


def page(found: Found) -> str:
    """Markdown; produced, so nobody edits it."""
    return "\n".join(
        [*_head(found), *_targets(found), *_acks(found.acks), *_kinds(found.kinds), *_host(found), ""]
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
            _held(each.held),
        )
        for each in targets(found)
    ]
    yield "## Ratios\n"
    yield from _table(("", "measured", "wanted", ""), rows)


def _acks(results: Results) -> Iterator[str]:
    yield "## Acks\n"
    yield "`f` is on disk before it is acknowledged, and is worked on in the same process meanwhile.\n"
    head = (
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
    rows = []
    for connections in CONNECTIONS:
        default, early = results["a", connections].rate, results["b", connections].rate
        for each in CONTENDERS:
            one = results[each.key, connections]
            ratios = (f"{one.rate / default:.2f}", f"{one.rate / early:.2f}")
            figures = (
                f"{one.p50:.2f}",
                f"{one.p99:.2f}",
                f"{one.cpu:.0f}",
                f"{one.memory:.0f}",
                str(one.failed),
            )
            rows.append((f"{each.key} {each.name}", str(connections), f"{one.rate:.0f}", *ratios, *figures))
    yield from _table(head, rows)


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


def _host(found: Found) -> Iterator[str]:
    one = found.whole
    yield "## What a host pays\n"
    rows = [
        (
            f"`note`, signed command to answer posted, p50 / p99 of {COMMANDS}",
            f"{one.p50:.0f} / {one.p99:.0f} ms",
        ),
        ("… calls to the stand-ins in it, their time included", f"{one.calls:.1f}"),
        ("cold start until ready", f"{one.start:.2f} s"),
        ("CPU while idle", f"{one.idle * 100:.1f} % of a core"),
        ("memory while idle", f"{one.memory:.0f} MB"),
    ]
    looks = [
        (
            f"token and connections of a workspace among {each.workspaces:,}",
            f"{each.took:.0f} µs ({each.file:.0f} MB on disk)",
        )
        for each in found.lookups
    ]
    yield from _table(("", ""), [*rows, *looks])
    yield (
        "The answer waits for the queue first, which is polled every 50 ms: 25 ms on average. That is the floor of the "
        "way from command to answer; polling faster would cost idle CPU.\n"
    )


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
