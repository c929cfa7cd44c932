"""Imports point one way: bot → commands → connectors."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SLACK = {"slack_bolt", "slack_sdk"}
ENGINES = {"dbos", "psycopg", "psycopg_pool", "sqlalchemy", "sqlite3", "sqlite_utils"}
FORBIDDEN = {
    "connectors": {"commands", "bot", "tests", "aiohttp", *SLACK, *ENGINES},
    "commands": {"bot", "tests", "httpx", "aiohttp", "stamina", *SLACK, *ENGINES},
    "bot": {"tests"},
}
"""What a room must not know."""
DEMO = "bot.demo"
PARSERS = {"docx", "lxml", "pypdf"}
MAY_RUN_THE_DEMO = {"bot/shell.py"}


def imported(path: Path) -> Iterator[str]:
    """Full dotted names of what a module imports, relative imports resolved."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_knows_only_what_is_below_it(room: str) -> None:
    assert modules(room)
    known = {(str(path), name) for path in modules(room) for name in imported(path)}
    assert {(path, name) for path, name in known if name.partition(".")[0] in FORBIDDEN[room]} == set()


def test_nothing_that_serves_depends_on_the_demo() -> None:
    serving = [path for path in modules("bot") if "demo" not in path.parts]
    using = {
        path.relative_to(ROOT).as_posix()
        for path in serving
        if any(name == DEMO or name.startswith(f"{DEMO}.") for name in imported(path))
    }
    assert using <= MAY_RUN_THE_DEMO


def test_the_bot_itself_loads_no_parser_of_files_that_may_be_hostile() -> None:
    code = "import sys, bot.serve; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "bot.work.sandbox.cv" in loaded.stdout.split()
    assert set(loaded.stdout.split()) & PARSERS == set()


def test_a_connector_knows_no_other_connector() -> None:
    vendors = {path.stem for path in (ROOT / "connectors/wire").glob("*.py")} - {"__init__"}
    crossing = {
        (path.name, name)
        for path in modules("connectors")
        for name in imported(path)
        for vendor in vendors
        if path.name != "vendors.py"
        and not path.stem.startswith(vendor)
        and name.startswith((f"connectors.{vendor}", f"connectors.wire.{vendor}"))
    }
    assert crossing == set()


def test_relative_imports_are_understood() -> None:
    assert "connectors.wire.recruspace" in set(imported(ROOT / "connectors/recruspace.py"))
    assert "commands.base" in set(imported(ROOT / "commands/cards/flow.py"))
