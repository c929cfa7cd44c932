"""What is installed is what was looked at: pinned, hashed, declared, used, and run by nobody while it is installed."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.locks import ALL, BUILD, ROOT, RUN, drawn, pins
from tests.test_imports import imported, modules
from tests.test_tree import HASH, REQUIREMENT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = ("bot", "commands", "connectors")
WITHOUT_IMPORT = {"sniffio", "tzdata"}
"""Asked for by `httpcore` at each call, and by `zoneinfo` where the system has no time zones of its own."""


@pytest.mark.parametrize("lock", [ALL, RUN, BUILD], ids=["all", "run", "build"])
def test_a_lock_pins_and_hashes_everything_and_names_no_address(lock: Path) -> None:
    text = lock.read_text()
    lines = text.splitlines()
    assert [line for line in lines if not REQUIREMENT.match(line) and not HASH.match(line)] == []
    assert [name for name, block in pins(text).items() if "--hash=sha256:" not in block] == []
    assert re.findall(r"://|@|git\+|file:|^-", text) == []


def test_the_smaller_locks_are_parts_of_the_lock_that_is_tested() -> None:
    everything = pins(ALL.read_text())
    for path, text in drawn().items():
        assert path.read_text() == text, "run `python -m tests.locks`"
        assert {name for name, block in pins(text).items() if everything[name] != block} == set()


def test_what_runs_holds_nothing_that_only_tests_need() -> None:
    running = set(pins(RUN.read_text()))
    assert (
        running & {"pytest", "hypothesis", "playwright", "mypy", "ruff", "setuptools", "blockbuster"} == set()
    )
    assert {"aiohttp", "dbos", "psycopg-binary", "slack-bolt"} <= running


def declared() -> set[str]:
    return {re.split(r"[=<>~;\[ ]", each)[0] for each in PROJECT["project"]["dependencies"]}


def used() -> set[str]:
    """The packages that our code imports, wherever in it."""
    named = {name.partition(".")[0] for room in ROOMS for path in modules(room) for name in imported(path)}
    foreign = named - set(sys.stdlib_module_names) - set(ROOMS) - {""}
    known = packages_distributions()
    return {each.lower().replace("_", "-") for name in foreign for each in known.get(name, [f"? {name}"])}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    assert used() - declared() == set()
    assert declared() - used() == WITHOUT_IMPORT


def test_building_runs_no_code_of_ours() -> None:
    assert PROJECT["build-system"] == {
        "requires": ["setuptools>=77"],
        "build-backend": "setuptools.build_meta",
    }
    assert set(PROJECT["tool"]["setuptools"]) == {"packages", "package-data"}
    assert [
        each.name for each in ROOT.iterdir() if each.name in ("setup.py", "setup.cfg", "MANIFEST.in")
    ] == []


def test_whoever_sets_up_installs_by_hash() -> None:
    text = (ROOT / "Makefile").read_text()
    installs = [line for line in text.splitlines() if "pip install" in line and "BIN" in line]
    assert len(installs) == 2
    assert all("--require-hashes" in line or "--no-deps --no-build-isolation" in line for line in installs)


def test_no_test_asks_the_network_for_known_holes() -> None:
    text = (ROOT / "Makefile").read_text()
    assert re.search(r"^audit:$", text, re.MULTILINE)
    assert not re.search(r"^(?:test|lint|setup):.*audit", text, re.MULTILINE)
