"""Writes what a person typed so that an ATS which reads Markdown and HTML shows just that."""

from __future__ import annotations

import html
import re

_ADDRESS = re.compile(r"(https?://[^\s<>]+)")
_ENTITY = re.compile(r"&#?\w+;?")
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~\n])")
_LINK = re.compile(r"\][(\[:]")
_PAIRED = "*_`~|"
"""What formats only where there are two of it; one alone stays as it is."""
_LINE_STARTS = (
    (re.compile(r"^(?=#|[-+*](?:\s|$)|--|=+$)", re.MULTILINE), r"\\"),
    (re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))", re.MULTILINE), r"\1\\"),
)
_LINE_BREAK = re.compile(r"(?<=\S)\n(?=\S)")


def as_typed(text: str) -> str:
    """Escape what would format, and nothing else; web addresses stay as they are and lines stay lines."""
    text = "\n".join(line.strip() for line in text.splitlines())
    special = [c for c in _PAIRED if text.count(c) > 1] + (["["] if _LINK.search(text) else [])
    parts = _ADDRESS.split(_ENTITY.sub(_entity, text))
    parts[::2] = [_escaped(part, special) for part in parts[::2]]
    shown = "".join(parts)
    for start, instead in _LINE_STARTS:
        shown = start.sub(instead, shown)
    return _LINE_BREAK.sub("  \n", shown)


def _entity(found: re.Match[str]) -> str:
    written = found[0]
    return written if html.unescape(written) == written else f"&amp;{written[1:]}"


def _escaped(part: str, special: list[str]) -> str:
    part = _BACKSLASH.sub(r"\\\\", part)
    for character in special:
        part = part.replace(character, f"\\{character}")
    return part.replace("<", "&lt;").replace(">", "&gt;")
