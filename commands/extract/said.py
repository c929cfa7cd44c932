"""Names that a text says are names: labelled lines, "the CV of …", `Name <address>`, names of files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from commands.extract.names import Run, from_filename, plausible, runs, tidy
from commands.extract.vocabulary import (
    CANDIDATE_LABELS,
    COMPANY,
    NAME_LABELS,
    NAME_LABELS_CJK,
    NOT_NAMES,
    PHRASES,
)

_LABEL = re.compile(
    rf"(?i)(?:(?:^|[(*|,;.•–]\s?|\s{{2}})(?:{NAME_LABELS})|(?:^|[\s(*])(?:{CANDIDATE_LABELS})"
    rf"|(?:{NAME_LABELS_CJK}))\s?[:：=|]\s?"
)
_PHRASE = re.compile(rf"(?i)(?<!\w)(?:{PHRASES})\s(?:\s?(?:candidate|Kandidat|Kandidatin)\s)?")
_VALUE_END = re.compile(r"[,，、;；|/\t(<\[。\x00]|\s{2}|\s[\-–—:]")
_LAST_FIRST = re.compile(r"\s*([^\W\d_][\w'’\-]{1,40}),\s([^\W\d_][\w'’\-]{1,40})\s*$")
_POSSESSIVE = re.compile(
    r"(?i)['’]s\s(?:cv|résumé|resume|profile|application|linkedin|portfolio|email|mail)\b"
)
_FILE = re.compile(r"(?i)^[^\n<>@]{1,200}\.(?:pdf|docx?|odt|rtf|pages)$")
_LETTERS_ONLY = re.compile(r"[^\W\d_][\w'’.\- ]*$")


def labelled(text: str) -> Run | None:
    """What stands after `Name:` or its like in another language."""
    label = _LABEL.search(text)
    if label is None:
        return None
    rest = text[label.end() :]
    if reversed_name := _LAST_FIRST.match(rest):
        return _run(f"{reversed_name[2]} {reversed_name[1]}", label.end())
    end = _VALUE_END.search(rest.strip())
    value = rest.strip()[: end.start()] if end else rest.strip()
    inside = [run for run in runs(value) if run.start <= 1]
    return (
        Run(inside[0].value, label.end(), label.end() + inside[0].end) if inside else _run(value, label.end())
    )


def _run(value: str, start: int) -> Run | None:
    """A value that only its label makes a name: written small, or one word of Chinese."""
    words = value.split()
    known = any(word.casefold() in NOT_NAMES | COMPANY for word in words)
    if not 1 <= len(words) <= 5 or known or not _LETTERS_ONLY.match(value):
        return None
    name = tidy(value)
    return Run(name, start, start + len(value)) if plausible(name) else None


def phrased(text: str, inside: list[Run]) -> Iterator[Run]:
    """Full names after words such as "here is the CV of", or before "'s CV"."""
    starts = {run.start: run for run in inside if run.words > 1}
    for phrase in _PHRASE.finditer(text):
        if run := starts.get(phrase.end()):
            yield run
    for possessive in _POSSESSIVE.finditer(text):
        yield from (run for run in inside if run.words > 1 and run.start < possessive.start() <= run.end)


def of_file(text: str) -> str | None:
    """The name in a line that is nothing but the name of a CV's file."""
    return from_filename(text, says_cv=True) if _FILE.match(text) else None
