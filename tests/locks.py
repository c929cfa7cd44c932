"""Writes the lock of what runs, and of what builds, out of the lock of everything: `python -m tests.locks`.

Each is a part of `requirements.lock`, word for word, so that what is tested is what is installed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
ALL, RUN, BUILD = (ROOT / f"requirements{name}.lock" for name in ("", "-run", "-build"))
PINNED = re.compile(r"^([\w.-]+)==", re.MULTILINE)


def pins(text: str) -> dict[str, str]:
    """The lines of each package of a lock, by its name."""
    starts = [(found.start(), canonicalize_name(found[1])) for found in PINNED.finditer(text)]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return {name: text[start:end] for (start, name), end in zip(starts, ends, strict=True)}


def needed(asked: Iterable[str], locked: Iterable[str]) -> set[str]:
    """All that these requirements lead to, on whichever system: a package that one of them needs is locked for it."""
    known, found = set(locked), set[tuple[str, str]]()
    waiting = [Requirement(each) for each in asked]
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        for extra in ("", *each.extras):
            if name in known and (name, extra) not in found:
                found.add((name, extra))
                waiting += _leads_to(name, extra)
    return {name for name, _ in found}


def _leads_to(name: str, extra: str) -> list[Requirement]:
    """What a package asks for, in itself or for an extra; one for another system is not here to be asked."""
    try:
        asked = [Requirement(each) for each in requires(name) or ()]
    except PackageNotFoundError:
        return []
    return [each for each in asked if _for(each) == extra]


def _for(asked: Requirement) -> str:
    named = re.search(r"""extra == ["']([\w.-]+)["']""", str(asked.marker or ""))
    return named[1] if named else ""


def part(asked: Iterable[str]) -> str:
    everything = pins(ALL.read_text())
    return "".join(everything[name] for name in sorted(needed(asked, everything)))


def drawn() -> dict[Path, str]:
    """What each lock should be."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {RUN: part(project["project"]["dependencies"]), BUILD: part(project["build-system"]["requires"])}


if __name__ == "__main__":
    for path, text in drawn().items():
        path.write_text(text)
