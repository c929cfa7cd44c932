"""Takes a message apart into lines, and knows what mails put around what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from commands.extract.vocabulary import FROM, OTHER_HEADERS, SIGN_OFFS, TO

LINE_LIMIT = 10_000
LINES = 2_000
SIGNATURE_LINES = 7


class Role(StrEnum):
    BODY = "body"
    FROM = "from"
    TO = "to"
    HEADER = "header"
    SIGNED = "signed"
    """The line of a signature that holds the name."""


@dataclass(frozen=True)
class Line:
    """`block` counts paragraphs, `item` is set where a bullet, a number or a label of a name begins."""

    text: str
    block: int
    item: bool = False
    quoted: bool = False
    role: Role = Role.BODY


_QUOTE = re.compile(r"^\s*(?:(?:>|&gt;|\|)\s?){1,20}(?=\S|$)")
_BULLET = re.compile(r"^\s*(?:[•◦▪‣·*\-–—]\s+|\(?\d{1,3}[.)]\s+|[☐✅✔️]\s*)(?=\S)")
_DECORATION = re.compile(r"(?<![^\W_])[*_~`]{1,3}(?=\S)|(?<=\S)[*_~`]{1,3}(?![^\W_])")
_SHORTCODE = re.compile(r":[a-z0-9_+\-]{2,40}:")
_EMOJI = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NICKNAME = re.compile(r"(?<=[^\W\d_] )[\"“(][^\W\d_]{1,20}[\"”)] (?=[^\W\d_])")
_SIGN_OFF = re.compile(rf"(?i)^\s*(?:{SIGN_OFFS})\s*(?:[,!.،，:–—-]+\s*(?P<name>\S.{{0,60}})?)?$")
_DASHES = re.compile(r"^\s*(?:--|—|__{1,3})\s*$")
_FROM = re.compile(rf"(?i)^\s*\*?(?:{FROM})\*?\s*[:：]\*?\s*(?=\S)")
_TO = re.compile(rf"(?i)^\s*\*?(?:{TO})\*?\s*[:：]\*?\s*(?=\S)")
_HEADER = re.compile(rf"(?i)^\s*\*?(?:{OTHER_HEADERS})\*?\s*[:：]")
_RULE = re.compile(r"^[\s|+\-=:_]*$")
_CODE = re.compile(r"[{}=;]|\w\(|\(\)|=>|\$ |^\s*(?:def|class|import|from \w+ import|SELECT|git|curl|sudo)\b")


def lines_of(text: str) -> list[Line]:
    """What a person wrote, line by line, without quotation marks of mails, bullets, emoji and code."""
    found, block, code = list[Line](), 0, False
    for raw in _split(text):
        unquoted = _QUOTE.sub("", raw)
        fence = unquoted.count("```") % 2 == 1
        blank = not unquoted.strip() or (bool(_RULE.match(unquoted)) and not _DASHES.match(unquoted))
        block += blank
        if not blank and not ((code or fence) and _CODE.search(unquoted)):
            found.append(replace(_line(unquoted, block), quoted=unquoted != raw))
        code ^= fence
    return _signed(found)


def _split(text: str) -> Iterator[str]:
    for at, raw in enumerate(text.splitlines()):
        if at >= LINES:
            return
        yield raw[:LINE_LIMIT]


def _line(raw: str, block: int) -> Line:
    if _DASHES.match(raw):
        return Line("--", block)
    bullet = _BULLET.match(raw)
    text = raw[bullet.end() :] if bullet else raw
    role, text = _role(text)
    return Line(_plain(text), block, bool(bullet), role=role)


def _role(text: str) -> tuple[Role, str]:
    for role, pattern in ((Role.FROM, _FROM), (Role.TO, _TO)):
        match = pattern.match(text)
        if match and "@" in text:
            return role, text[match.end() :]
    return (Role.HEADER if _HEADER.match(text) else Role.BODY), text


def _plain(text: str) -> str:
    text = _EMOJI.sub(" ", _SHORTCODE.sub(" ", text))
    return _NICKNAME.sub("", _DECORATION.sub("", text)).strip()


def _signed(found: Sequence[Line]) -> list[Line]:
    """Mark the line after "Best regards" and the like."""
    marked, awaited = list[Line](), False
    for line in found:
        off = _SIGN_OFF.match(line.text) if len(line.text) < 100 else None
        if off or line.text == "--":
            awaited = not (off and off["name"])
            if off and off["name"]:
                marked.append(replace(line, text=off["name"], role=Role.SIGNED))
            else:
                marked.append(replace(line, text="", item=False))
            continue
        marked.append(replace(line, role=Role.SIGNED) if awaited else line)
        awaited = False
    return marked


def signature(lines: Sequence[Line], start: int) -> range:
    """The lines of a signature, up to where the next one begins."""
    end = start + 1
    while end < min(start + SIGNATURE_LINES, len(lines)) and lines[end].text and lines[end].role is Role.BODY:
        end += 1
    return range(start, end)


def without_signatures_of(lines: Sequence[Line], ours: frozenset[int]) -> list[Line]:
    """Leave out signatures in which one of our own addresses stands; `ours` are the lines that hold one."""
    dropped = set[int]()
    for at, line in enumerate(lines):
        block = signature(lines, at) if line.role is Role.SIGNED else range(0)
        if any(n in ours for n in block):
            dropped |= set(block)
    return [line for at, line in enumerate(lines) if at not in dropped]
