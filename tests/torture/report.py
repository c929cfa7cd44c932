"""The page with the figures, drawn from what the runs have left behind."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.report import machine
from tests.torture.commit import commit
from tests.torture.page import Run, lines, summed

DOCS = Path(__file__).parents[2] / "docs"
KEPT, PAGE = DOCS / "reliability.json", DOCS / "reliability.md"
RUNS = 3
"""How many of the latest runs on each kind of database are shown."""
SUMS = (
    *("kills", "stops", "commands", "acked", "in_flight", "deliveries", "repeated", "clicks", "checks"),
    *("effects", "doubled_answers", "stuck"),
)


def add_run(asked: Mapping[str, Any], arenas: Sequence[Mapping[str, Any]], balanced: bool) -> Run:
    """Add up what several arenas found, and write it down whether it balances or not; `asked` is what repeats it."""
    run: Run = {**asked, "balanced": balanced, "machine": machine()}
    run["database"] = arenas[0]["database"]
    run |= {name: sum(each[name] for each in arenas) for name in SUMS}
    run |= {name: summed(arenas, name) for name in ("met", "mishaps", "told")}
    run["slowest_ack"] = max(each["slowest_ack"] for each in arenas)
    run["seconds"] = max(each["seconds"] for each in arenas)
    run["wrong"] = Counter(line.partition(":")[0] for each in arenas for line in each["wrong"])
    run["died"] = sum(len(each["died"]) for each in arenas)
    kept = _kept()
    _keep({**kept, "runs": _latest(kept["runs"], run)})
    return run


def _latest(runs: Sequence[Run], run: Run) -> list[Run]:
    """With the new one: by database, then in their order. What did not balance stays until there is another commit."""
    others = [each for each in runs if not _same(each, run) or _stays(each, run)]
    by_database: dict[str, list[Run]] = {}
    for each in [*others, run]:
        by_database.setdefault(each["database"], []).append(each)
    shown = (_shown(by_database[name], run) for name in sorted(by_database, reverse=True))
    return [each for runs in shown for each in runs]


def _shown(runs: Sequence[Run], latest: Run) -> list[Run]:
    return [each for each in runs[:-RUNS] if _stays(each, latest)] + [*runs[-RUNS:]]


def _same(one: Run, other: Run) -> bool:
    return (one["seed"], one["database"]) == (other["seed"], other["database"])


def _stays(run: Run, latest: Run) -> bool:
    return not run["balanced"] and run.get("commit") == latest["commit"]


def add_load(found: Mapping[str, Any]) -> Mapping[str, Any]:
    _keep({**_kept(), "load": {**found, "machine": machine(), "commit": commit()}})
    return found


def write() -> None:
    """Draw the page from what is kept."""
    _keep(_kept())


def page(kept: Mapping[str, Any]) -> str:
    return "\n".join(lines(kept)).rstrip() + "\n"


def _kept() -> dict[str, Any]:
    if not KEPT.exists():
        return {"runs": [], "load": None}
    found: dict[str, Any] = json.loads(KEPT.read_text())
    return found


def _keep(kept: Mapping[str, Any]) -> None:
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(page(kept))
