"""What was wanted of this project's speed, what was measured, and why it was missed where it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.work.engine.turns import LONGEST
from tests.bench.acks import CONNECTIONS
from tests.bench.found import Found


@dataclass(frozen=True)
class Target:
    """`why` is told when it was missed."""

    name: str
    measured: float
    wanted: float
    why: str
    at_most: bool = True

    @property
    def held(self) -> bool:
        return self.measured <= self.wanted if self.at_most else self.measured >= self.wanted


def targets(found: Found) -> list[Target]:
    """Acks first, as ratios of the same run; then what a host pays."""
    return [*_acks(found), *_way(found), *_host(found)]


def _acks(found: Found) -> Iterator[Target]:
    acks = found.acks
    sync = f"every durable ack waits for a commit (an `fsync` alone: {found.floors.sync:.1f} ms), which Bolt does not make."
    begun = (
        "the same process works at the jobs meanwhile, a step of one every "
        f"{LONGEST * 1000:.0f} ms at least however many acks come, and a job takes {found.overheads[-1].cpu:.0f} ms of CPU."
    )
    yield Target("durable ack at 1 connection, p50 / a", acks["f", 1].p50 / acks["a", 1].p50, 0.1, sync)
    for connections, wanted in ((16, 1.5), (64, 1.0)):
        name = f"durable acks a second at {connections} connections / a"
        yield Target(name, acks["f", connections].rate / acks["a", connections].rate, wanted, begun, False)
    yield Target("durable ack at 64 connections, p99 / a", acks["f", 64].p99 / acks["a", 64].p99, 1.0, begun)
    for connections in CONNECTIONS:
        ours, theirs = acks["e", connections].cpu, acks["b", connections].cpu
        more = (
            f"bare Bolt takes {theirs:.0f} µs of CPU an ack, Shortlist {ours:.0f}: the same way through Bolt, and beside "
            "it checks of the body, a table of commands, a card drawn from it, and the engine's threads."
        )
        name = f"help, acks a second at {connections} connection{'s' * (connections > 1)} / b"
        yield Target(name, acks["e", connections].rate / acks["b", connections].rate, 0.9, more, False)


def _way(found: Found) -> Iterator[Target]:
    for each in found.overheads:
        steps = found.floors.step * each.steps
        why = (
            f"{each.steps:.0f} durable steps of {found.floors.step:.1f} ms each make {steps:.0f} ms, beginning and ending "
            f"the job {found.floors.job:.0f} ms, and all of it takes {each.cpu:.0f} ms of CPU."
        )
        yield Target(
            f"`{each.verb}`, command to answer without the stand-ins, ms at the median", each.p50, 10, why
        )
        yield Target(f"`{each.verb}`, the same, ms at p99", each.p99, 30, why)


def _host(found: Found) -> Iterator[Target]:
    small, large = found.lookups[0], found.lookups[-1]
    deeper = "the index is deeper, and what is read is in no cache."
    name = f"look-up at {large.workspaces:,} workspaces / at {small.workspaces:,}"
    yield Target(name, large.took / small.took, 1.2, deeper)
    holds = "what is loaded at the start takes that much by itself, however many workspaces there are."
    yield Target(f"memory at {found.crowd.workspaces:,} workspaces, MB", found.crowd.busy, 200, holds)
    idle = "the engine asks each of its queues once a second whether there is work."
    yield Target("idle CPU, % of a core", found.whole.idle * 100, 3.0, idle)
    spared = "one call in fifty is left to people, and a second is added to the vendor's minute."
    yield Target("import, % of the permitted rate used", found.imported.share * 100, 95, spared, False)
    refused = "calls arrive closer together than they left."
    yield Target("import, refusals for haste", found.imported.refused, 0, refused)
