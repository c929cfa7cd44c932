"""The words and tables of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.torture.load import MOST
from tests.torture.said import PASSING, Said

Run = dict[str, Any]
UNKNOWN = "not written down"
"""The commit of a run of before that was."""


def summed(arenas: Iterable[Mapping[str, Any]], name: str) -> dict[str, int]:
    return dict(sum((Counter(each[name]) for each in arenas), Counter[str]()))


def lines(kept: Mapping[str, Any]) -> Iterator[str]:
    yield "# What Shortlist survives\n"
    yield (
        "Written by `make torture` from what it found, whether the books balance or not. Everything happens on loopback: "
        "the bot as `shortlist serve` runs it, in a process of its own, which is made of one that has loaded the code "
        "already so that more of them fit into an hour, against stand-ins for Slack and four ATSs. While people of six workspaces type, fill in forms and click, it is "
        "killed and started again, its disk fills up or its database server is gone, tables are locked, its clock is set "
        "wrong, and the ATSs are slow, gone, silent, late, or lie. Waits of minutes and hours are made seconds for this, nothing else.\n"
    )
    yield (
        "**What it does not reach.** The clock is wrong by 100 seconds at most, and a run is over within the hour. So nothing "
        "here grows old enough to be swept away (jobs after a day, and what else is kept for longer), no address of Slack's "
        "for answers runs out by its age, and no token does. Other tests set the clock for that. Nobody imports, listens to "
        "an ATS or takes anything back here; people type and fill in the form of a note.\n"
    )
    yield (
        "**The rule.** Every command that was acknowledged stands in the ATS exactly once, or its person has a card that "
        "says why not, or that nobody can tell and how to go on. What was not acknowledged stands there at most once. "
        "Nothing stands in another workspace's account or with another person, and what was said about one person stands in "
        "the order in which it was typed. Whoever asked, and nobody else, reads the answer, and it says what it is about. Cards "
        "are of a known kind: *our fault* is none of them, and that an ATS answered with what is no answer may be said only of "
        "one that did. At a SIGTERM the bot ends by itself, in time and with exit code 0.\n"
    )
    runs = kept["runs"]
    if runs:
        yield from _verdict(runs)
        yield from _runs(runs)
        yield from _faults(runs)
        yield from _cards(runs)
    if load := kept.get("load"):
        yield from _load(load)
    else:
        yield "## Load\n"
        yield "`make load` has not been run since its figures were last thrown away.\n"


def _verdict(runs: Sequence[Run]) -> Iterator[str]:
    """What has to be known before any figure is read."""
    for run in runs:
        if not run["balanced"]:
            yield f"**The books of {_named(run)} do not balance**: {_kinds(run)}.\n"
    commits = dict.fromkeys(_commit(run) for run in runs)
    if len(commits) > 1:
        yield f"**These runs are not of one commit**, but of {len(commits)}: {', '.join(commits)}.\n"


def _kinds(run: Run) -> str:
    others = {"died by itself": run["died"], "jobs that never ended": run["stuck"]}
    found = {**run["wrong"], **{name: count for name, count in others.items() if count}}
    return ", ".join(f"{count:,} {name}" for name, count in sorted(found.items()))


def _named(run: Run) -> str:
    return f"{run['database']}, seed {run['seed']}"


def _commit(run: Mapping[str, Any]) -> str:
    return str(run.get("commit", UNKNOWN))


def _ends(run: Run) -> str:
    kills, stops = run["kills"], run["stops"]
    return f"{kills + stops:,} ends: {kills:,} SIGKILL + {stops:,} SIGTERM"


def _repeats(run: Run) -> str:
    """The command that does it again."""
    server = " POSTGRES=1" if run["database"] == "PostgreSQL" else ""
    return f"`make torture KILLS={run['kills'] + run['stops']} SEED={run['seed']} BOTS={run['bots']}{server}`"


def _runs(runs: Sequence[Run]) -> Iterator[str]:
    rows = {
        "commands": "commands",
        "… acknowledged": "acked",
        "… not acknowledged: killed in between, refused, or too late": "in_flight",
        "deliveries, with those that Slack repeated": "deliveries",
        "clicks on *Send again*": "clicks",
        "clicks on *Check in …* before": "checks",
        "written to an ATS": "effects",
        "answers that somebody got twice": "doubled_answers",
    }
    yield "## Kills\n"
    yield from _table(
        ("", *map(_named, runs)),
        [
            ("ends of a bot", *map(_ends, runs)),
            *(
                (what, *(f"{run[name]:,}" if name in run else "–" for run in runs))
                for what, name in rows.items()
            ),
            (
                "**lost, doubled, unanswered, misled, strayed, misdirected, unfit, out of order, or ended badly**",
                *(f"**{_wrong(run)}**" for run in runs),
            ),
            ("slowest ack of a command, seconds", *(f"{run['slowest_ack']:.2f}" for run in runs)),
            ("minutes", *(f"{run['seconds'] / 60:.0f}" for run in runs)),
            ("bots at a time", *(str(run["bots"]) for run in runs)),
            ("commit", *map(_commit, runs)),
        ],
    )
    yield "Again, as far as timing lets it, on the commit that is named:\n"
    yield "\n".join(f"- {_repeats(run)}" for run in runs) + "\n"
    yield f"Machine: {', '.join(dict.fromkeys(run['machine'] for run in runs))}.\n"
    yield (
        "An answer comes twice when the process dies, or loses its database server, after Slack has taken it and before "
        "that is written down, or when Slack's own answer is lost. It is seen by one person and changes nothing, so it "
        "is not prevented.\n"
    )


def _wrong(run: Run) -> int:
    return sum([*run["wrong"].values(), run["died"], run["stuck"]])


def _faults(runs: Sequence[Run]) -> Iterator[str]:
    yield "## What went wrong around it\n"
    met, mishaps = summed(runs, "met"), summed(runs, "mishaps")
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
    told = summed(runs, "told")
    kinds = dict.fromkeys([*(said.value for said in Said), *sorted(told)])
    rows = [(kind, f"{told.get(kind, 0):,}") for kind in kinds]
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
            f"… the first {backlog['drained']:,} done once it is back, each when its card says that it is tried again",
            f"{backlog['a_second']:.0f} a second",
        ),
        *(
            (f"token and connections of a workspace among {many}", f"{took:.0f} µs")
            for many, took in load["lookups"].items()
        ),
    ]
    yield from _table(("", ""), rows)
    yield f"Machine: {load['machine']}; commit {_commit(load)}.\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
