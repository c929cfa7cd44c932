"""The page on security tells the truth: each test that it names is there, and no threat stands without one."""

import ast
import re
from pathlib import Path

import pytest

from bot.slack import connection_limit as door
from bot.slack import endpoint
from connectors import answer

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/security.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line][1:]


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text())
    tests = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    assert name in tests


def test_every_threat_has_a_measure_and_a_test() -> None:
    assert len(ROWS) > 20
    for row in ROWS:
        threat, measure, held = [cell.strip() for cell in row.strip("|").split(" | ")]
        assert threat
        assert measure
        assert re.fullmatch(r"`tests/[\w/]+\.py::test_\w+`(?:, `tests/[\w/]+\.py::test_\w+`)*", held), threat


def test_what_is_not_held_is_said() -> None:
    assert PAGE.partition("## What nothing here holds")[2].count("\n- **") > 5


def test_the_figures_are_those_of_the_code() -> None:
    assert (endpoint.LARGEST_BODY, endpoint.BODY_SECONDS) == (2 * 2**20, 10.0)
    assert (door.QUIET, door.MOST) == (75.0, 4_000)
    assert (answer.LONGEST, answer.DEADLINE, answer.PAGES) == (20_000_000, 60.0, 1_000)
