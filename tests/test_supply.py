"""What is installed is what was looked at: pinned, hashed, declared, used, and run by nobody while it is installed."""

import re
import sys
import tomllib
from importlib.metadata import (
    PackageMetadata,
    PackageNotFoundError,
    metadata,
    packages_distributions,
    version,
)
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.locks import ALL, BUILD, ROOT, RUN, drawn, pins
from tests.test_imports import imported, modules
from tests.test_tree import HASH, REQUIREMENT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = ("bot", "commands", "connectors")
EXACT = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
ELSEWHERE = {"colorama"}
"""Locked for another system than this may be: Windows."""
_FREE = (
    r"MIT(?:-0| License)?|BSD(?:-[23]-Clause| License)|Apache(?:-2\.0| 2\.0| License, Version 2\.0)|ISC(?: License)?"
    r"|PSF-2\.0|Unlicense|Public Domain"
)
PERMISSIVE = re.compile(rf"(?:{_FREE})(?: (?:AND|OR) (?:{_FREE}))*")
OBLIGING = {
    "certifi": "MPL-2.0",
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only",
    "psycopg-pool": "LGPL-3.0-only",
}
"""They want their own source to stay free; ours, which uses them as they are, may have any licence."""
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


@pytest.mark.parametrize("lock", [ALL, RUN, BUILD], ids=["all", "run", "build"])
def test_each_package_is_locked_once_and_in_a_version_that_was_released(lock: Path) -> None:
    """An older version beside a newer one, and one that its makers call unfinished, are not what was looked at."""
    locked = [(canonicalize_name(found[1]), Version(found[2])) for found in EXACT.finditer(lock.read_text())]
    assert len(locked) == len(pins(lock.read_text())) == len({name for name, _ in locked})
    assert [name for name, each in locked if each.is_prerelease or each.local] == []


def test_what_runs_in_these_tests_is_what_is_locked() -> None:
    locked = {canonicalize_name(found[1]): found[2] for found in EXACT.finditer(RUN.read_text())}
    assert {name: each for name, each in locked.items() if installed(name) not in (None, each)} == {}
    assert {name for name in locked if installed(name) is None} <= ELSEWHERE


def test_the_licence_of_everything_that_runs_is_known_and_asks_for_nothing_unforeseen() -> None:
    running = set(pins(RUN.read_text())) - {name for name in ELSEWHERE if installed(name) is None}
    licences = {name: licence(metadata(name)) for name in running}
    others = {name: each for name, each in licences.items() if not PERMISSIVE.fullmatch(each)}
    assert others == OBLIGING


def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def licence(of: PackageMetadata) -> str:
    """As the package says itself, by the newest of the three ways in which one may say it."""
    classified = [each for each in of.get_all("Classifier") or [] if each.startswith("License ::")]
    said = of.get_all("License-Expression") or of.get_all("License") or [" OR ".join(classified)]
    return str(said[0]).replace("License :: OSI Approved :: ", "").removeprefix("License :: ")


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
