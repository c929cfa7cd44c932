"""The page says what the runs found, well or not, and how to find it again."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.torture import report
from tests.torture.commit import NO_GIT, WRITTEN, commit
from tests.torture.figures import Figures, as_json

ASKED = {"seed": "7", "bots": 3, "commit": "0123456789"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "KEPT", tmp_path / "kept.json")
    monkeypatch.setattr(report, "PAGE", tmp_path / "page.md")


def run(wrong: list[str] | None = None, database: str = "SQLite", **asked: Any) -> str:
    """The page after one more run."""
    found = as_json(Figures("7", database=database, kills=9, stops=2, wrong=wrong or []))
    report.add_run({**ASKED, **asked}, [found], not wrong)
    return report.PAGE.read_text()


def test_the_page_in_the_repository_is_drawn_from_what_is_kept() -> None:
    docs = report.DOCS
    kept = json.loads((docs / "reliability.json").read_text())
    page = (docs / "reliability.md").read_text()
    assert page == report.page(kept)
    if kept["load"]:
        assert f"{kept['load']['burst']['count']:,} commands within" in page
        assert f"{kept['load']['backlog']['count']:,} commands while the ATS is gone" in page


def test_a_run_that_does_not_balance_is_on_the_page_and_called_so() -> None:
    page = run(["lost: this", "lost: that", "stop: it did not end"])
    assert "**The books of SQLite, seed 7 do not balance**: 2 lost, 1 stop." in page
    assert "| **3** |" in page


def test_nothing_is_said_against_a_run_that_balances() -> None:
    assert "balance**" not in run()


def test_a_run_that_does_not_balance_is_not_run_away_until_there_is_another_commit() -> None:
    run(["lost: this"])
    for seed in ("7", "8", "9", "10"):
        page = run(seed=seed)
    assert "do not balance**" in page
    assert "do not balance**" not in run(commit="fedcba9876")


def test_the_page_says_how_often_a_bot_ended_and_what_repeats_it() -> None:
    assert "11 ends: 9 SIGKILL + 2 SIGTERM" in run()
    assert "`make torture KILLS=11 SEED=7 BOTS=3`" in run()
    assert "`make torture KILLS=11 SEED=8 BOTS=1 POSTGRES=1`" in run(database="PostgreSQL", seed="8", bots=1)


def test_the_page_says_when_runs_are_of_several_commits() -> None:
    assert "not of one commit" not in run()
    page = run(seed="8", commit="fedcba9876")
    assert "**These runs are not of one commit**, but of 2: 0123456789, fedcba9876." in page


def test_the_page_says_what_the_clock_does_not_reach() -> None:
    assert "swept away" in run()


def test_the_load_is_on_the_page_once_it_was_measured() -> None:
    assert "`make load` has not been run" in run()
    burst = dict.fromkeys(("p50", "p99", "slowest", "memory_before", "memory_after", "within"), 1.0)
    backlog = dict.fromkeys(
        ("memory_before", "memory_full", "ack_p50", "ack_p99", "slowest_ack", "a_second"), 1.0
    )
    found = {
        "burst": {**burst, "count": 2000, "failed": 0},
        "backlog": {**backlog, "count": 10_000, "failed": 0, "drained": 3000},
        "lookups": {"10": 12.0},
    }
    report.add_load(found)
    page = report.PAGE.read_text()
    assert "| 2,000 commands within 1 s" in page
    assert "| 10,000 commands while the ATS is gone" in page
    assert f"commit {commit()}" in page
    assert "has not been run" not in page


def test_a_commit_is_named_with_whether_anything_was_changed_but_what_a_run_writes(tmp_path: Path) -> None:
    assert commit(tmp_path) == NO_GIT
    for words in ("init -q", "add .", "-c user.name=a -c user.email=a commit -qm One"):
        for path in (*WRITTEN, "bot.py"):
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).touch()
        subprocess.run(["git", *words.split()], cwd=tmp_path, check=True)
    named = commit(tmp_path)
    assert len(named) == 10
    (tmp_path / WRITTEN[0]).write_text("a run")
    assert commit(tmp_path) == named
    (tmp_path / "bot.py").write_text("a change")
    assert commit(tmp_path) == f"{named} with changes"
