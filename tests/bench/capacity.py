"""How many machines so many workspaces take: arithmetic from measured costs, and what breaks first."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
MEASURED = DOCS / "performance.json"
"""What a bench leaves here under the names of `Costs` takes the place of the figures below."""
SIZES = (1_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Costs:
    """Of one process on one core of a small shared machine; milliseconds of CPU unless it says otherwise."""

    command_ms: float = 40.0
    """A command with its job, from the signed request to the answer: `find` took 34, `add`, `note` and `tag` 45 to 46."""
    ack_ms: float = 1.2
    """What is answered in the acknowledgement alone: help, a form that opens, a search in a form."""
    look_ms: float = 10.5
    """One look of a watch at an ATS in which nothing is new."""
    idle: float = 0.08
    """Share of a core that a process takes while nothing happens."""
    memory_mb: float = 150.0
    commits: float = 12.0
    """Transactions that a command writes: six steps, its beginning and its end in the engine, and the account in Home."""
    polls: float = 26.0
    """Times a second that a process asks the database whether there is work, over all queues."""
    workspace_kb: float = 0.5
    """On disk: a workspace and its connection."""
    job_kb: float = 8.0
    """On disk, for the day for which it is kept."""


@dataclass(frozen=True)
class Assumed:
    """How an active workspace uses it. Nobody has measured this: put your own figures here."""

    commands_a_day: float = 40.0
    """Eight people, five commands each."""
    busiest_hour: float = 0.2
    """Share of the day's commands in its busiest hour."""
    burst: float = 2.0
    """The busiest minute against that hour's average."""
    acks_a_command: float = 3.0
    """Forms that open, searches while somebody types, Home."""
    watched: float = 0.5
    """Connections that a channel listens to, for each workspace."""
    look_every: float = 60.0
    """Seconds: SHORTLIST_WATCH_SECONDS."""
    full: float = 0.6
    """Share of a core that is planned with; above it, waiting grows fast."""
    commits_a_second: float = 5_000.0
    """Small transactions that one PostgreSQL server with a good local disk takes in a second, many at a time."""
    connections: int = 25
    """To PostgreSQL, of one process."""


@dataclass(frozen=True)
class Plan:
    workspaces: int
    commands: float
    """A second, in the busiest minute."""
    commands_cores: float
    acks_cores: float
    looks_cores: float
    processes: int
    memory_gb: float
    commits: float
    polls: float
    connections: int
    disk_gb: float


def plan(workspaces: int, costs: Costs, assumed: Assumed) -> Plan:
    a_second = assumed.commands_a_day * assumed.busiest_hour / 3600 * assumed.burst * workspaces
    commands = a_second * costs.command_ms / 1000
    acks = a_second * assumed.acks_a_command * costs.ack_ms / 1000
    looks_a_second = workspaces * assumed.watched / assumed.look_every
    looks = looks_a_second * costs.look_ms / 1000
    processes = max(math.ceil((commands + acks + looks) / (assumed.full - costs.idle)), 1)
    return Plan(
        workspaces=workspaces,
        commands=a_second,
        commands_cores=commands,
        acks_cores=acks,
        looks_cores=looks,
        processes=processes,
        memory_gb=processes * costs.memory_mb / 1024,
        commits=a_second * costs.commits
        + looks_a_second * 2,  # a look takes its turn, and writes what it saw
        polls=processes * costs.polls,
        connections=processes * assumed.connections,
        disk_gb=(workspaces * (costs.workspace_kb + assumed.commands_a_day * costs.job_kb)) / 2**20,
    )


def costs_of(path: Path = MEASURED) -> Costs:
    """The figures above, or those of the last bench where it has some of the same names."""
    found = json.loads(path.read_text()) if path.exists() else {}
    named = {each.name: float(found[each.name]) for each in fields(Costs) if each.name in found}
    return replace(Costs(), **named)


def page(costs: Costs, assumed: Assumed) -> str:
    """Markdown; produced, so nobody edits it."""
    plans = [plan(size, costs, assumed) for size in SIZES]
    return "\n".join([*_head(costs, assumed), *_table(plans), *_breaks(plans, assumed), ""])


def _head(costs: Costs, assumed: Assumed) -> Iterator[str]:
    yield "# Capacity\n"
    yield "Produced by `python -m tests.bench.capacity`; do not edit.\n"
    yield (
        "This is arithmetic, not a measurement: costs that were measured with one process, times a guess at what people do. "
        "Nobody has run a thousand workspaces.\n"
    )
    yield "## What it is computed from\n"
    yield "Measured on one core of a small shared machine, with stand-ins on the same machine ([performance.md](performance.md)):\n"
    yield f"- a command with its job: {costs.command_ms:g} ms of CPU and about {costs.commits:g} transactions that write;"
    yield f"- an interaction that needs no job (help, a form, a search in a form): {costs.ack_ms:g} ms;"
    yield f"- a look at a watched ATS: {costs.look_ms:g} ms;"
    yield (
        f"- a process that does nothing: {costs.idle * 100:g} % of a core, {costs.memory_mb:g} MB, and {costs.polls:g} "
        "questions a second to the database whether there is work;"
    )
    yield f"- on disk: {costs.workspace_kb:g} kB a workspace, {costs.job_kb:g} kB a command for the day for which it is kept.\n"
    yield "Assumed, so put your own figures in `tests/bench/capacity.py`:\n"
    yield (
        f"- an active workspace types {assumed.commands_a_day:g} commands on a working day, {assumed.busiest_hour:.0%} of "
        f"them in the busiest hour, and the busiest minute is {assumed.burst:g} times that hour's average; everybody is in "
        "one time zone, which is the worst case;"
    )
    yield f"- {assumed.acks_a_command:g} further interactions come with each command;"
    yield (
        f"- every other workspace has a channel that hears of its ATS ({assumed.watched:g} watches for each), looked at "
        f"every {assumed.look_every:g} s;"
    )
    yield f"- a core is planned to {assumed.full:.0%}: above that, waiting grows fast. A process uses one core.\n"


def _table(plans: Sequence[Plan]) -> Iterator[str]:
    yield "## Machines\n"
    yield f"| active workspaces | {' | '.join(f'{each.workspaces:,}' for each in plans)} |"
    yield f"|{'---|' * (len(plans) + 1)}"
    rows = (
        ("commands a second in the busiest minute", [f"{each.commands:,.1f}" for each in plans]),
        ("cores for commands", [f"{each.commands_cores:,.1f}" for each in plans]),
        ("cores for other interactions", [f"{each.acks_cores:,.1f}" for each in plans]),
        ("cores for watches", [f"{each.looks_cores:,.1f}" for each in plans]),
        ("**processes**, one core each", [f"**{each.processes:,}**" for each in plans]),
        ("machines of 8 cores", [f"{math.ceil(each.processes / 8):,}" for each in plans]),
        ("memory of the processes, GB", [f"{each.memory_gb:,.1f}" for each in plans]),
        ("transactions a second that write", [f"{each.commits:,.0f}" for each in plans]),
        ("questions a second whether there is work", [f"{each.polls:,.0f}" for each in plans]),
        ("connections to PostgreSQL", [f"{each.connections:,}" for each in plans]),
        ("database on disk, GB", [f"{each.disk_gb:,.1f}" for each in plans]),
    )
    for name, cells in rows:
        yield f"| {name} | {' | '.join(cells)} |"
    yield ""
    yield "Add one process to each column, so that one can be away.\n"


def _breaks(plans: Sequence[Plan], assumed: Assumed) -> Iterator[str]:
    yield "## What breaks first\n"
    for each in plans:
        share = each.commits / assumed.commits_a_second
        yield f"- **{each.workspaces:,}**: {_verdict(each, share)}"
    yield ""
    yield (
        "Before any of it, an ATS limits what one of its keys may do (100 calls a minute, for two of them): more machines do "
        "not help a workspace that is at its vendor's rate. Slack limits each workspace by itself, and so grows with them.\n"
    )
    yield (
        f"A PostgreSQL server is taken to carry {assumed.commits_a_second:,.0f} small writing transactions a second. That "
        "depends on its disk more than on anything else: measure yours with `pgbench`, and look at "
        "`shortlist_database_write_seconds` in production."
    )


def _verdict(each: Plan, share: float) -> str:
    if each.processes <= 1:
        return (
            "nothing. One machine with SQLite does it; what breaks first is the machine itself, so choose PostgreSQL and two "
            "processes if people are not to notice."
        )
    if share <= 1:
        return (
            f"the number of connections: {each.connections:,} are more than the hundred that PostgreSQL takes as it comes, so "
            f"raise `max_connections`. A pooler that shares connections between transactions does not work, since processes "
            f"hold locks on theirs. Commits take {share:.0%} of one server."
        )
    return (
        f"the one PostgreSQL server: it would have to take {share:.1f} times what it is taken to carry, from "
        f"{each.connections:,} connections. Then several installations, each with its own database and its own part of the "
        "workspaces, behind a proxy that looks at the workspace in each request. That proxy does not exist."
    )


def main() -> None:
    (DOCS / "capacity.md").write_text(page(costs_of(), Assumed()))


if __name__ == "__main__":
    main()
