"""The budgets of the code: short functions, short modules, plain names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "commands", "connectors")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
PAGE = sorted(path for path in (ROOT / "bot/demo/page").iterdir() if path.suffix in (".js", ".css", ".html"))

FUNCTION_USUAL, FUNCTION_MOST, MODULE_MOST = 30, 60, 300
NESTING_USUAL, NESTING_MOST = 2, 4
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "service", "services", "misc"}
LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.Try, ast.With, ast.AsyncWith, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions() -> Iterator[tuple[str, Function]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function):
                yield f"{name_of(path)}:{node.lineno} {node.name}", node


def lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def nesting(node: ast.AST, depth: int = 0) -> int:
    """Levels of blocks inside a function; an `elif` is no deeper than its `if`, an inner function counts alone."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (Function, ast.ClassDef)):
            continue
        alternative = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        deeper = isinstance(child, BLOCKS) and not alternative
        deepest = max(deepest, nesting(child, depth + deeper))
    return deepest


def share(numbers: list[int], part: float) -> int:
    """The number that this part of all numbers does not exceed."""
    return sorted(numbers)[int(len(numbers) * part)]


def test_functions_are_short() -> None:
    lengths = {where: lines(function) for where, function in functions()}
    assert {where: n for where, n in lengths.items() if n > FUNCTION_MOST} == {}
    assert share(list(lengths.values()), 0.9) <= FUNCTION_USUAL


def test_functions_are_flat() -> None:
    depths = {where: nesting(function) for where, function in functions()}
    assert {where: n for where, n in depths.items() if n > NESTING_MOST} == {}
    assert share(list(depths.values()), 0.98) <= NESTING_USUAL


@pytest.mark.parametrize("path", [*MODULES, *PAGE], ids=name_of)
def test_a_module_is_short_and_owes_nothing(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MODULE_MOST
    assert LATER.findall(text) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_in_one_sentence_what_it_is(path: Path) -> None:
    said = " ".join((ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n")[0].split())
    assert said.endswith((".", "?"))
    assert not re.search(r"[.!?] [A-Z`“]", said), "more than one sentence"


def test_files_are_named_by_what_they_are() -> None:
    named = {name_of(path): set(re.split(r"[_./]", name_of(path))) for path in [*MODULES, *PAGE]}
    assert {name for name, words in named.items() if words & VAGUE} == set()


def test_the_measures_measure() -> None:
    long = "def f():\n" + "    x = 1\n" * FUNCTION_MOST
    deep = "def f():\n if a:\n  for b in c:\n   with d:\n    pass\n elif e:\n  pass"
    measured = [node for text in (long, deep) for node in ast.parse(text).body]
    assert [lines(node) for node in measured if isinstance(node, Function)] == [FUNCTION_MOST + 1, 7]
    assert nesting(measured[1]) == 3
