"""The figures for other programs: what the capacity model computes with, and everything else as it was measured."""

from __future__ import annotations

from dataclasses import asdict

from tests.bench.found import Found
from tests.bench.targets import targets


def figures(found: Found) -> dict[str, object]:
    """The names of `Costs` at the top, where this run can speak of them.

    Not how often a server is asked for work, nor what that takes while idle: a file is asked less often.
    """
    verbs = found.overheads
    largest = found.lookups[-1]
    costs = {
        "command_ms": sum(each.cpu for each in verbs) / len(verbs),
        "ack_ms": found.acks["e", 1].cpu / 1000,
        "look_ms": found.watched.look,
        "memory_mb": found.whole.memory,
        "commits": sum(each.commits for each in verbs) / len(verbs),
        "workspace_kb": largest.file * 1024 / largest.workspaces,
        "job_kb": sum(each.kept for each in verbs) / len(verbs),
    }
    raw = asdict(found) | {
        "acks": {f"{key} at {connections}": asdict(one) for (key, connections), one in found.acks.items()}
    }
    held = [
        {"target": t.name, "measured": t.measured, "wanted": t.wanted, "held": t.held} for t in targets(found)
    ]
    return {**{name: float(f"{cost:.3g}") for name, cost in costs.items()}, "targets": held, "raw": raw}
