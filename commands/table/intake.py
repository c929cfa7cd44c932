"""From the rows of a table to people, or to the reason why a row is nobody."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import StrEnum

from pydantic import Field as Value

from commands.base import Usage
from commands.table.columns import Columns, Field, Table
from commands.table.sheet import Line
from commands.text.grammar import NAME_LIMIT, NOTE_LIMIT
from commands.text.recognise import LINKS, TAGS, address, distinct, link, phone, tag
from connectors.models import NewCandidate, Record


class Problem(StrEnum):
    """Why a row cannot be imported, in words that can be counted."""

    NO_EMAIL = "no email address"
    BAD_EMAIL = "the email address is not one"
    NO_NAME = "no name"
    NO_LAST = "no last name"
    NO_PHONE = "no phone number"
    TWICE = "the same address as an earlier row"
    LONG = "a name or note is too long"
    TAGS = "a tag is too long, or there are too many"


class Entry(Record):
    """One row as it was understood. `person` is None where there is a problem."""

    number: int
    person: NewCandidate | None = Value(None, repr=False)
    tags: tuple[str, ...] = ()
    note: str = Value("", repr=False)
    problem: Problem | None = None


class Refused(Exception):
    """A row that cannot be imported."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


_APART = re.compile(r"[\s,;|]+")
_TAGS = re.compile(r"[,;|\n]")


def entries(table: Table, columns: Columns, required: Collection[str]) -> list[Entry]:
    """All rows, in order; whoever has an address for the second time is marked so.

    Phone numbers are read only where they decide: reading one takes as long as all the rest.
    """
    seen, found = set[str](), list[Entry]()
    columns = columns if "phone" in required else tuple(c if c is not Field.PHONE else None for c in columns)
    for line in table.rows:
        entry = entry_of(line, columns, required, None)
        email = entry.person.email.casefold() if entry.person else ""
        found.append(Entry(number=line.number, problem=Problem.TWICE) if email in seen else entry)
        seen |= {email} if email else set()
    return found


def entry_of(line: Line, columns: Columns, required: Collection[str], region: str | None) -> Entry:
    """One row. `required` are fields of `NewCandidate`; `region` is for phone numbers without a country code."""
    row = _Row(line, columns)
    try:
        first, last = _names(row)
        email = _email(row.first(Field.EMAIL))
        number, unread = _phone(row.first(Field.PHONE), region)
        person = NewCandidate(first_name=first, last_name=last, email=email, phone=number, links=_links(row))
        _insist(person, required)
        return Entry(number=line.number, person=person, tags=_labels(row), note=_note(row, unread))
    except Refused as refused:
        return Entry(number=line.number, problem=refused.problem)


class _Row:
    """The cells of a row by what they hold."""

    def __init__(self, line: Line, columns: Columns) -> None:
        pairs = list(zip(columns, line.cells, strict=False))
        self._cells = {field: [cell for what, cell in pairs if what is field and cell] for field in Field}

    def first(self, field: Field) -> str:
        return next(iter(self._cells[field]), "")

    def all(self, field: Field) -> list[str]:
        return self._cells[field]


def _names(row: _Row) -> tuple[str, str]:
    first, last = row.first(Field.FIRST), row.first(Field.LAST)
    if not (first and last) and (whole := row.first(Field.NAME)):
        first, last = _halves(whole)
    first, last = (" ".join(part.split()) for part in (first, last))
    if not first and not last:
        raise Refused(Problem.NO_NAME)
    if len(first) + len(last) > NAME_LIMIT:
        raise Refused(Problem.LONG)
    return (first, last) if first else (last, "")


def _halves(whole: str) -> tuple[str, str]:
    """`Jane Doe` and `Doe, Jane`."""
    last, comma, first = whole.partition(",")
    if comma and first.strip() and "," not in first:
        return first, last
    first, _, last = " ".join(whole.split()).partition(" ")
    return first, last


def _email(cell: str) -> str:
    """The first address of a cell, which may hold several, or a name beside one."""
    if not cell:
        raise Refused(Problem.NO_EMAIL)
    for word in _APART.split(cell.replace("mailto:", " ")):
        try:
            return address(word)
        except Usage:
            continue
    raise Refused(Problem.BAD_EMAIL)


def _phone(cell: str, region: str | None) -> tuple[str | None, str]:
    """A number, or the text of what cannot be read as one, so that it is not lost."""
    # A spreadsheet takes a number for a number, and its plus away.
    for text in (cell, f"+{cell}" if cell.isdigit() and len(cell) > 10 and not region else ""):
        try:
            return phone(text, region), ""
        except Usage:
            continue
    return None, cell


def _links(row: _Row) -> tuple[str, ...]:
    cells = [*row.all(Field.LINKEDIN), *row.all(Field.LINKS)]
    found = list[str]()
    for word in (word for cell in cells for word in _APART.split(cell) if "." in word):
        try:
            found.append(link(word))
        except Usage:
            continue
    return tuple(dict.fromkeys(found))[:LINKS]


def _labels(row: _Row) -> tuple[str, ...]:
    texts = [text for cell in row.all(Field.TAGS) for text in _TAGS.split(cell) if text.strip(" #")]
    try:
        return distinct([tag(text) for text in texts[: TAGS + 1]])
    except Usage:
        raise Refused(Problem.TAGS) from None


def _note(row: _Row, unread_phone: str) -> str:
    parts = [*row.all(Field.NOTE), *([f"Phone: {unread_phone}"] if unread_phone else [])]
    note = "\n\n".join(parts)
    if len(note) > NOTE_LIMIT:
        raise Refused(Problem.LONG)
    return note


def _insist(person: NewCandidate, required: Collection[str]) -> None:
    if "last_name" in required and not person.last_name:
        raise Refused(Problem.NO_LAST)
    if "phone" in required and not person.phone:
        raise Refused(Problem.NO_PHONE)


def importable(found: Sequence[Entry]) -> int:
    """How many of them are people."""
    return sum(entry.problem is None for entry in found)
