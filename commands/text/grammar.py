"""Splits the text of a slash command into words, and finds `via NAME` and `to DESTINATION` in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from commands.base import Usage

TEXT_LIMIT = 12_000
NAME_LIMIT = 200
WHO_LIMIT = 200
PLACE_LIMIT = 200
NOTE_LIMIT = 10_000

CLOSING = {'"': '"”“', "“": '”"', "”": '”"', "„": '“”"', "«": "»", "‘": "’'", "'": "'’"}
"""What may end a quotation that began so. Phones and keyboards mix them."""
SINGLE = "'‘"
QUOTES = "\"“”„«»'‘’"
SHOWN = 40
"""How much of somebody's words a problem repeats."""

# Each part of the pattern excludes what ends it, so that matching takes linear time.
_MARKUP = re.compile(r"<([^<>|]*)(\|[^<>]*)?>")


@dataclass(frozen=True)
class Word:
    """One word or quotation, and where it stands in the text."""

    text: str
    quoted: bool
    start: int
    end: int


def bounded(text: str) -> str:
    """The text, if it is of a size that somebody types."""
    if len(text) > TEXT_LIMIT:
        raise Usage(f"That is {len(text):,} characters; I can take {TEXT_LIMIT:,} at most.")
    return text


def fitting(text: str, limit: int, what: str) -> str:
    """The text, or a problem that says what is too long."""
    if len(text) > limit:
        raise Usage(f"The {what} is {len(text):,} characters long; {limit:,} is the most I can take.")
    return text


def shown(text: str) -> str:
    """A few of somebody's words in quotation marks, for a sentence about them."""
    line = " ".join(text.split())
    return f"“{line[:SHOWN]}…”" if len(line) > SHOWN else f"“{line}”"


def unescaped(text: str) -> str:
    """What the person typed: Slack sends links, mentions and `& < >` in a form of its own."""
    plain = _MARKUP.sub(_typed, text).replace("\0", "")
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _typed(markup: re.Match[str]) -> str:
    target, label = markup[1], (markup[2] or "")[1:]
    for scheme in ("mailto:", "tel:"):
        if target.startswith(scheme):
            return target.removeprefix(scheme)
    if target.startswith(("#C", "#G", "@U", "@W")):
        return target[0] + label if label else markup[0]
    if target.startswith("!"):
        return "@" + target[1:].partition("^")[0]
    return target if "://" in target else markup[0]


def words(text: str) -> list[Word]:
    """Split at spaces; a quotation is one word. A quotation mark without its partner is a letter."""
    found, at, hopeless = list[Word](), 0, set[str]()
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        mark = text[at] == "#"
        opening = text[at + mark : at + mark + 1]
        word = None if opening in hopeless else _quotation(text, at, mark)
        if word is None:
            hopeless.add(opening)  # what has no partner up to the end has none further on either
            word = _bare(text, at)
        found.append(word)
        at = word.end
    return found


def _bare(text: str, start: int) -> Word:
    end = start + 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return Word(text[start:end], False, start, end)


def _quotation(text: str, start: int, mark: bool) -> Word | None:
    """The quotation that begins here, perhaps after the `mark` # of a tag."""
    inside = start + mark + 1
    opening = text[inside - 1 : inside]
    closing = CLOSING.get(opening)
    if closing is None:
        return None
    for end in range(inside, len(text)):
        if text[end] not in closing:
            continue
        # An apostrophe inside a word is no closing mark.
        if opening in SINGLE and text[end + 1 : end + 2].strip(" \n\t,;"):
            continue
        quotation = " ".join(text[inside:end].split())
        return Word("#" + quotation if mark else quotation, not mark, start, end + 1)
    return None


def via(text: str) -> tuple[str, str | None]:
    """Cut `via NAME` off the end; NAME is one word or a quotation."""
    found = words(text)
    if len(found) < 2 or not _is(found[-2], "via"):
        return text.strip(), None
    name = found[-1].text.strip()
    return text[: found[-2].start].strip(), fitting(name, NAME_LIMIT, "name after “via”") or None


@dataclass(frozen=True)
class Place:
    """Where somebody should go, in a person's words; `pool` when they said that it is a talent pool."""

    text: str
    pool: bool = False


def destination(
    found: Sequence[Word], ends: Callable[[Word], bool] = lambda word: False
) -> tuple[Place | None, list[Word]]:
    """Take `to DESTINATION` out of the words; an unquoted one goes on until a word that `ends` it."""
    at = _to(found)
    if at is None:
        return None, list(found)
    after = list(found[at + 1 :])
    pool = len(after) > 1 and _is(after[0], "pool") and after[1].quoted
    after = after[1:] if pool else after
    taken = 1 if after and after[0].quoted else _until(after, ends)
    text = " ".join(word.text for word in after[:taken]).strip()
    if not text:
        raise Usage("Say where after “to”: a talent pool, a job, or a stage.")
    return Place(fitting(text, PLACE_LIMIT, "destination"), pool), [*found[:at], *after[taken:]]


def _to(found: Sequence[Word]) -> int | None:
    """Where the last `to` stands. `To` is also a surname, so it counts only before a quotation."""
    for at in range(len(found) - 1, -1, -1):
        following = found[at + 1 : at + 2]
        if _is(found[at], "to") and (found[at].text == "to" or (following and following[0].quoted)):
            return at
    return None


def _until(after: Sequence[Word], ends: Callable[[Word], bool]) -> int:
    return next((at for at, word in enumerate(after) if ends(word)), len(after))


def _is(word: Word, keyword: str) -> bool:
    return not word.quoted and word.text.casefold() == keyword


def joined(found: Sequence[Word], limit: int, what: str) -> str:
    return fitting(" ".join(word.text for word in found if word.text), limit, what)


def who_and_rest(text: str) -> tuple[str | None, str]:
    """The first word or quotation says who; the rest stays as it was typed, lines and all."""
    found = words(text)
    if not found:
        return None, ""
    name = found[0].text if found[0].quoted else found[0].text.rstrip(",;:") or found[0].text
    return fitting(name, WHO_LIMIT, "name or address") or None, text[found[0].end :].lstrip(
        " \t\n\r,;"
    ).rstrip()


def quoted(text: str) -> str:
    """The text as one quotation, whatever is in it."""
    inside = "".join("'" if c in '"“”„' else c for c in " ".join(text.split()))
    return f'"{inside}"'
