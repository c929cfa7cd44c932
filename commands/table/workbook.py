"""Reads the first table of an Excel workbook (.xlsx), piece by piece, so that no part of it can grow beyond its limits."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import NamedTuple
from xml.parsers import expat
from zipfile import ZipFile

from commands.extract.errors import NotADocument, TooLarge
from commands.extract.package import CHUNK, check_package
from commands.table.sheet import (
    COLUMNS,
    TEXT,
    DamagedTable,
    EmptyTable,
    Line,
    NotATable,
    Sheet,
    TooManyColumns,
    tidied,
)

MAIN = "xl/workbook.xml"
XML_PART = 40_000_000
"""Bytes of one part of XML: half a million cells."""
SHEETS = 50
"""Tables that are looked through for one that is not empty."""
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""The number formats for dates and times that every workbook has."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_CELL = re.compile(r"([A-Z]{1,3})[0-9]+")
_INTEGER = re.compile(r"-?\d+")

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str, str], None]


class _Tab(NamedTuple):
    """A sheet of the workbook: its title, and the part that holds it."""

    title: str
    part: str


def first_sheet(content: bytes) -> Sheet:
    """The first visible sheet with something in it. Raises `CannotRead`, and what is `BROKEN`."""
    try:
        check_package(content, MAIN, XML_PART)
        with ZipFile(BytesIO(content)) as package:
            return _first(_Workbook(package))
    except NotADocument:
        raise NotATable from None
    except expat.ExpatError:
        raise DamagedTable from None


def _first(book: _Workbook) -> Sheet:
    for tab in book.tabs[:SHEETS]:
        if lines := _lines(book, tab):
            return Sheet(lines=lines, title=tab.title[:100], others=len(book.tabs) - 1)
    raise EmptyTable


def _lines(book: _Workbook, tab: _Tab) -> tuple[Line, ...]:
    try:
        return tidied(book.rows(tab))
    except EmptyTable:
        return ()


class _Workbook:
    """The parts that all sheets share."""

    def __init__(self, package: ZipFile) -> None:
        self._package = package
        self._names = set(package.namelist())
        self._from_1904 = False
        self.tabs = self._tabs()
        self._texts = self._shared()
        self._dated = self._formats()

    def rows(self, tab: _Tab) -> Iterator[tuple[int, list[str]]]:
        """The rows of a sheet as they are read, each with its number."""
        rows = _Rows(self._texts, self._dated, self._from_1904)
        for _ in _read(self._package, tab.part, rows.start, rows.end):
            yield from rows.take()
        yield from rows.take()

    def _tabs(self) -> list[_Tab]:
        targets, found = dict[str, str](), list[tuple[str, str]]()

        def relation(name: str, given: Attributes) -> None:
            if name == "Relationship":
                targets[given.get("Id", "")] = given.get("Target", "")

        def sheet(name: str, given: Attributes) -> None:
            if name == "workbookPr":
                self._from_1904 = given.get("date1904") in ("1", "true")
            if name == "sheet" and given.get("state", "visible") == "visible":
                found.append((given.get("name", ""), given.get("id", "")))

        self._walk("xl/_rels/workbook.xml.rels", relation)
        self._walk(MAIN, sheet)
        # An address that begins with a slash is counted from the package, any other from the workbook.
        parts = [
            (title, posixpath.normpath(posixpath.join("/xl", targets.get(id, "")))) for title, id in found
        ]
        return [_Tab(title, part.lstrip("/")) for title, part in parts if part.lstrip("/") in self._names]

    def _shared(self) -> list[str]:
        texts, open_text = list[str](), list[str]()
        phonetic = False

        def start(name: str, given: Attributes) -> None:
            nonlocal phonetic
            phonetic = phonetic or name == "rPh"

        def end(name: str, text: str) -> None:
            nonlocal phonetic
            if name == "t" and not phonetic:
                open_text.append(text)
            if name == "rPh":
                phonetic = False
            if name == "si":
                texts.append("".join(open_text))
                open_text.clear()

        self._walk("xl/sharedStrings.xml", start, end)
        return texts

    def _formats(self) -> list[bool]:
        """Whether a number in each style is a date."""
        own, styles = dict[str, str](), list[str]()
        inside = False

        def start(name: str, given: Attributes) -> None:
            nonlocal inside
            inside = inside or name == "cellXfs"
            if name == "numFmt":
                own[given.get("numFmtId", "")] = given.get("formatCode", "")
            if name == "xf" and inside:
                styles.append(given.get("numFmtId", "0"))

        def end(name: str, text: str) -> None:
            nonlocal inside
            inside = inside and name != "cellXfs"

        self._walk("xl/styles.xml", start, end)
        return [_is_date(own[id]) if id in own else id.isdigit() and int(id) in _DATES for id in styles]

    def _walk(self, part: str, start: Start, end: End = lambda name, text: None) -> None:
        if part in self._names:
            for _ in _read(self._package, part, start, end):
                continue


class _Rows:
    """Gathers cells into rows; `take` hands over those that are finished."""

    def __init__(self, texts: Sequence[str], dated: Sequence[bool], from_1904: bool) -> None:
        self._texts, self._dated, self._from_1904 = texts, dated, from_1904
        self._done = list[tuple[int, list[str]]]()
        self._number = self._characters = 0
        self._cells = list[str]()
        self._at = -1
        self._kind = self._style = ""
        self._value = list[str]()
        self._phonetic = False

    def take(self) -> list[tuple[int, list[str]]]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, given: Attributes) -> None:
        if name == "row":
            number = given.get("r", "")
            self._number = int(number) if number.isdigit() else self._number + 1
            self._cells, self._at = [], -1
        if name == "c":
            self._at = _column(given.get("r", ""), self._at + 1)
            self._kind, self._style, self._value = given.get("t", "n"), given.get("s", ""), []
        self._phonetic = self._phonetic or name == "rPh"

    def end(self, name: str, text: str) -> None:
        if name == "v" or (name == "t" and not self._phonetic):
            self._value.append(text)
        if name == "rPh":
            self._phonetic = False
        if name == "c" and self._value:
            self._put("".join(self._value))
        if name == "row":
            self._done.append((self._number, self._cells))

    def _put(self, raw: str) -> None:
        text = self._shown(raw)
        if not text.strip():
            return
        if self._at >= COLUMNS:
            raise TooManyColumns
        self._characters += len(text)
        if self._characters > TEXT:
            raise TooLarge
        self._cells += [""] * (self._at + 1 - len(self._cells))
        self._cells[self._at] = text

    def _shown(self, raw: str) -> str:
        """What the cell shows, about: an error is nothing, a date is written as 2026-11-21."""
        match self._kind:
            case "s":
                at = int(raw)
                return self._texts[at] if at < len(self._texts) else ""
            case "b":
                return "TRUE" if raw.strip() == "1" else "FALSE"
            case "e":
                return ""
            case "n":
                return self._number_in(raw.strip())
        return raw

    def _number_in(self, raw: str) -> str:
        try:
            number = float(raw)
        except ValueError:
            return raw
        style = int(self._style) if self._style.isdigit() else -1
        if 0 <= style < len(self._dated) and self._dated[style]:
            return _moment(number, self._from_1904) or raw
        if _INTEGER.fullmatch(raw):
            return raw
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else raw


def _read(package: ZipFile, part: str, start: Start, end: End) -> Iterator[None]:
    """Go through a part of XML; `start` gets an element's name and attributes, `end` its name and own text.

    Names come without their namespace. Nothing outside the part is ever looked up: whoever declares entities or a
    document type is refused.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    text = list[str]()

    def opened(name: str, given: Attributes) -> None:
        text.clear()
        start(_local(name), {_local(key): value for key, value in given.items()})

    def closed(name: str) -> None:
        end(_local(name), "".join(text))
        text.clear()

    def refused(*_: object) -> None:
        raise DamagedTable

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refused
    parser.buffer_text = True
    with package.open(part) as content:
        while chunk := content.read(CHUNK):
            parser.Parse(chunk, False)
            yield
    parser.Parse(b"", True)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _column(reference: str, following: int) -> int:
    """The column of a cell such as `AB12`, from 0; a cell without an address follows the one before."""
    found = _CELL.fullmatch(reference)
    if not found:
        return following
    at = 0
    for letter in found[1]:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _is_date(code: str) -> bool:
    return bool(set(_LITERAL.sub("", code).casefold()) & set("ymdhs"))


def _moment(number: float, from_1904: bool) -> str:
    """A count of days as a date, or a date and a time; nothing for what is none."""
    # Excel takes 1900 for a leap year, so days are counted from the day before its first.
    first = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 a cell has no zone
    try:
        moment = first + timedelta(seconds=round(number * 86_400))
    except OverflowError:
        return ""
    if number < 1:
        return moment.strftime("%H:%M")
    return date.isoformat(moment) if number.is_integer() else moment.strftime("%Y-%m-%d %H:%M")
