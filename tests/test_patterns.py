"""No pattern of ours takes long over any text: a long word in a message must not hold everybody up."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from types import ModuleType

import pytest

import bot
import commands
import connectors

LENGTH = 12_000
ENOUGH = 0.5
"""Seconds of work, for what takes a hundredth of that; a pattern that goes back and forth takes many times as long."""
PIECES = (
    "x", "a@", "a.", "1", "1 ", " ", "\n", "<", "(", "#", "+1", "-", "a-", "@", "a@b.", "https://", "https://a/",
    "A", "Aa ", "é", "字", "*", "|", '"', "'", "“", "\\", "&", "&amp;", "<@", "<!", "_", "`", "/", ":", "\t", "a\n",
    " a", "0x", "12/", "[[", "](", "\u202e", ".", ",", "=*", "%", "a|b", "www.", "J ", "to ", "via ", "{", '{"',
)  # fmt: skip
"""What long texts are made of, that make a pattern go back and forth."""


def ours(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".demo" not in found.name and not found.name.endswith("__main__"):
            yield found.name


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that a module holds by itself or in a table, by where it stands."""
    found: dict[str, re.Pattern[str]] = {}
    for package in (bot, commands, connectors):
        for name in ours(package):
            for called, value in vars(importlib.import_module(name)).items():
                found |= {f"{name}.{called}": each for each in _within(value)}
    return found


def _within(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    if isinstance(value, (tuple, list)):
        for each in value:
            yield from _within(each)
    if isinstance(value, dict):
        for each in value.values():
            yield from _within(each)


ALL = patterns()


def test_patterns_are_found() -> None:
    assert len(ALL) > 60


@pytest.mark.parametrize("piece", PIECES)
def test_no_pattern_takes_long_over(piece: str) -> None:
    text = (piece * LENGTH)[:LENGTH] + "\x00"
    slow = {}
    for name, pattern in ALL.items():
        began = time.thread_time()
        for how in (pattern.findall, pattern.fullmatch):
            how(text)
        slow[name] = time.thread_time() - began
    assert {name: took for name, took in slow.items() if took > ENOUGH} == {}
