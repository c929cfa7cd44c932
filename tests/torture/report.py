"""The page with the figures, drawn from what the runs have left behind."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.report import machine
from tests.torture.load import MOST
from tests.torture.said import PASSING, Said

DOCS = Path(__file__).parents[2] / "docs"
KEPT, PAGE = DOCS / "reliability.json", DOCS / "reliability.md"
RUNS = 3
"""How many of the latest runs on each kind of database are shown."""
SUMS = (
    *("kills", "stops", "commands", "acked", "in_flight", "deliveries", "repeated", "clicks"),
    *("effects", "doubled_answers", "stuck"),
)
Run = dict[str, Any]


def add_run(seed: str, arenas: Sequence[Mapping[str, Any]], balanced: bool) -> Run:
    """Add up what several arenas found; a run whose books balance goes into the documents."""
    run: Run = {"seed": seed, "balanced": balanced, "machine": machine(), "bots": len(arenas)}
    run["database"] = arenas[0]["database"]
    run |= {name: sum(each[name] for each in arenas) for name in SUMS}
    run |= {name: _summed(arenas, name) for name in ("met", "mishaps", "told")}
    run["slowest_ack"] = max(each["slowest_ack"] for each in arenas)
    run["seconds"] = max(each["seconds"] for each in arenas)
    run["wrong"] = Counter(line.partition(":")[0] for each in arenas for line in each["wrong"])
    run["died"] = sum(len(each["died"]) for each in arenas)
    if balanced:
        kept = _kept()
        _keep({**kept, "runs": _latest(kept["runs"], run)})
    return run


def _latest(runs: Sequence[Run], run: Run) -> list[Run]:
    """With the new one: by database, then in their order."""
    others = [each for each in runs if (each["seed"], each["database"]) != (run["seed"], run["database"])]
    by_database: dict[str, list[Run]] = {}
    for each in [*others, run]:
        by_database.setdefault(each["database"], []).append(each)
    return [each for name in sorted(by_database, reverse=True) for each in by_database[name][-RUNS:]]


def add_load(found: Mapping[str, Any]) -> Mapping[str, Any]:
    _keep({**_kept(), "load": {**found, "machine": machine()}})
    return found


def write() -> None:
    """Draw the page from what is kept."""
    _keep(_kept())


def page(kept: Mapping[str, Any]) -> str:
    return "\n".join(_lines(kept)).rstrip() + "\n"


def _kept() -> dict[str, Any]:
    if not KEPT.exists():
        return {"runs": [], "load": None}
    found: dict[str, Any] = json.loads(KEPT.read_text())
    return found


def _keep(kept: Mapping[str, Any]) -> None:
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(page(kept))


def _summed(arenas: Iterable[Mapping[str, Any]], name: str) -> dict[str, int]:
    return dict(sum((Counter(each[name]) for each in arenas), Counter[str]()))


def _lines(kept: Mapping[str, Any]) -> Iterator[str]:
    yield "# What Shortlist survives\n"
    yield (
        "Written by `make torture` from what it found; `make torture KILLS=500 SEED=1` repeats a run, as far as timing "
        "lets it. Everything happens on loopback: the bot as `shortlist serve` runs it, in a process of its own, "
        "against stand-ins for Slack and four ATSs. While people of six workspaces type, fill in forms and click, it is "
        "killed and started again, its disk fills up or its database server is gone, tables are locked, its clock is set "
        "wrong, and the ATSs are slow, gone, silent, late, or lie. Waits of minutes and hours are made seconds for this, nothing else.\n"
    )
    yield (
        "**The rule.** Every command that was acknowledged stands in the ATS exactly once, or its person has a card that "
        "says why not, or that nobody can tell and how to go on. What was not acknowledged stands there at most once. "
        "Nothing stands in another workspace's account, and what was said about one person stands in the order in which "
        "it was typed.\n"
    )
    runs = kept["runs"]
    if runs:
        yield from _runs(runs)
        yield from _faults(runs)
        yield from _cards(runs)
    if load := kept.get("load"):
        yield from _load(load)


def _runs(runs: Sequence[Run]) -> Iterator[str]:
    rows = {
        "ended with SIGKILL": "kills",
        "ended with SIGTERM": "stops",
        "commands": "commands",
        "… acknowledged": "acked",
        "… not acknowledged: killed in between, refused, or too late": "in_flight",
        "deliveries, with those that Slack repeated": "deliveries",
        "clicks on *Send again*": "clicks",
        "written to an ATS": "effects",
        "answers that somebody got twice": "doubled_answers",
    }
    yield "## Kills\n"
    yield from _table(
        ("", *(f"{run['database']}, seed {run['seed']}" for run in runs)),
        [
            *((what, *(f"{run[name]:,}" for run in runs)) for what, name in rows.items()),
            (
                "**lost, doubled, unanswered, misdirected or out of order**",
                *(f"**{_wrong(run)}**" for run in runs),
            ),
            ("slowest ack of a command, seconds", *(f"{run['slowest_ack']:.2f}" for run in runs)),
            ("minutes", *(f"{run['seconds'] / 60:.0f}" for run in runs)),
        ],
    )
    yield f"Machine: {runs[-1]['machine']}; {runs[-1]['bots']} bots at a time.\n"
    yield (
        "An answer comes twice when the process dies, or loses its database server, after Slack has taken it and before "
        "that is written down, or when Slack's own answer is lost. It is seen by one person and changes nothing, so it "
        "is not prevented.\n"
    )


def _wrong(run: Run) -> int:
    return sum([*run["wrong"].values(), run["died"], run["stuck"]])


def _faults(runs: Sequence[Run]) -> Iterator[str]:
    yield "## What went wrong around it\n"
    met, mishaps = _summed(runs, "met"), _summed(runs, "mishaps")
    down = met.pop("down", 0)
    fine = met.pop("fine", 0)
    rows = [
        ("requests to an ATS that came through", f"{fine:,}"),
        ("spells in which an ATS refused connections", f"{down:,}"),
        *((f"requests: {name}", f"{count:,}") for name, count in sorted(met.items())),
        *((name, f"{count:,}") for name, count in sorted(mishaps.items())),
    ]
    yield from _table(("in all runs together", "times"), rows)


def _cards(runs: Sequence[Run]) -> Iterator[str]:
    yield "## What people were told\n"
    told = _summed(runs, "told")
    rows = [(said.value, f"{told.get(said.value, 0):,}") for said in Said]
    yield from _table(("in all runs together", "commands"), rows)
    passing = " and ".join(f"*{said.value.partition(':')[0]}*" for said in PASSING)
    yield f"{passing} stand before another answer. The other lines add up to more than all: some got several.\n"


def _load(load: Mapping[str, Any]) -> Iterator[str]:
    burst, backlog = load["burst"], load["backlog"]
    yield "## Load\n"
    yield "Written by `make load`. Whoever types shares the machine with the bot and with the stand-ins.\n"
    rows = [
        (
            f"{burst['count']:,} commands within {burst['within']:.0f} s: acks p50 / p99 / slowest",
            f"{burst['p50']:.2f} / {burst['p99']:.2f} / {burst['slowest']:.2f} s",
        ),
        (
            "… all acknowledged within the 3 s that Slack waits",
            "**no**" if burst["failed"] or burst["slowest"] > MOST else "yes",
        ),
        ("… memory before / after", f"{burst['memory_before']:.0f} / {burst['memory_after']:.0f} MB"),
        (
            f"{backlog['count']:,} commands while the ATS is gone: acks p50 / p99 / slowest",
            f"{backlog['ack_p50'] * 1000:.0f} / {backlog['ack_p99'] * 1000:.0f} ms / {backlog['slowest_ack']:.2f} s",
        ),
        ("… not acknowledged", f"{backlog['failed']:,}"),
        (
            "… memory with none waiting / with all waiting",
            f"{backlog['memory_before']:.0f} / {backlog['memory_full']:.0f} MB",
        ),
        (
            f"… the first {backlog['drained']:,} done once it is back",
            f"{backlog['a_second']:.0f} a second",
        ),
        *(
            (f"token and connections of a workspace among {many}", f"{took:.0f} µs")
            for many, took in load["lookups"].items()
        ),
    ]
    yield from _table(("", ""), rows)
    yield f"Machine: {load['machine']}.\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
