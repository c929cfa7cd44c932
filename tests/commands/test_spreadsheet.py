"""Tables are read whatever program wrote them, and files that mean harm are refused in a sentence."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.extract.errors import CannotRead, TooLarge
from commands.table import sheet as limits
from commands.table.sheet import COLUMNS, ROWS, Sheet
from commands.table.spreadsheet import sheet_of

from .tables import NS, Cell, Raw, shared, workbook
from .tables import sheet as drawn

HEAD = ["Name", "Email"]
ZOE = ["Zoë Ødegård", "zoe@example.com"]
PLAIN = "Name,Email\nZoë Ødegård,zoe@example.com\n"


def cells(read: Sheet) -> list[list[str]]:
    return [list(line.cells) for line in read.lines]


TEXTS = {
    "UTF-8": PLAIN.encode(),
    "UTF-8 with its mark": PLAIN.encode("utf-8-sig"),
    "UTF-16 with its mark": PLAIN.encode("utf-16"),
    "UTF-16, the other end first": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "UTF-16 without its mark": PLAIN.encode("utf-16-le"),
    "UTF-16 the other end first, without its mark": PLAIN.encode("utf-16-be"),
    "an old Windows": PLAIN.encode("cp1252"),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "bars": PLAIN.replace(",", "|").encode(),
    "a declared separator": b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
    "an old Mac": PLAIN.replace("\n", "\r").encode(),
    "Windows lines": PLAIN.replace("\n", "\r\n").encode(),
    "no last line end": PLAIN.rstrip().encode(),
    "empty lines and cells": PLAIN.replace("\n", ",,\n\n,,,\n").encode(),
    "quotation marks": '"Name","Email"\n"Zoë Ødegård","zoe@example.com"'.encode(),
    "spaces around": " Name , Email\n Zoë Ødegård\xa0, zoe@example.com ".encode(),
    "a workbook": workbook([HEAD, ZOE]),
    "a workbook with shared texts": workbook(
        [[Raw('<c r="AT" t="s"><v>0</v></c>'), Raw('<c r="AT" t="s"><v>1</v></c>')], ZOE],
        more={"xl/sharedStrings.xml": shared("Name", "Email")},
    ),
    "a workbook whose first sheets are empty or hidden": workbook([], [["secret"]], [HEAD, ZOE], states=("", "hidden")),
    "a workbook with addresses from the root": workbook([HEAD, ZOE], target="/xl/worksheets/sheet{}.xml"),
    "a workbook without addresses of cells": workbook(re.sub(r' r="\w+"', "", drawn([HEAD, ZOE]))),
    "a workbook in the strict form": workbook(
        drawn([HEAD, ZOE]).replace(NS, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    ),
    "a workbook with a prefix": workbook(
        drawn([HEAD, ZOE]).replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?xml", "<?xml").replace("xmlns=", "xmlns:x=")
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TEXTS)
def test_a_table_is_read_from(kind: str) -> None:
    assert cells(sheet_of(TEXTS[kind])) == [HEAD, ZOE]


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    assert [line.number for line in sheet_of(b"a,b\n\n1,2\n,\n3,4\n").lines] == [1, 3, 5]
    rows = workbook([["a", "b"], [], ["1", "2"], [None, "4"]])
    assert [(line.number, *line.cells) for line in sheet_of(rows).lines] == [
        (1, "a", "b"),
        (3, "1", "2"),
        (4, "", "4"),
    ]


def test_a_cell_holds_lines_separators_and_quotation_marks() -> None:
    text = 'Name,Note\nJane,"one, ""two"";\nthree"\nJoe,four'
    assert cells(sheet_of(text.encode())) == [
        ["Name", "Note"],
        ["Jane", 'one, "two";\nthree'],
        ["Joe", "four"],
    ]


def test_loose_quotation_marks_are_letters() -> None:
    text = 'Name,Note\nJane,said "yes" to all\nJoe,"big" fan\n'
    assert cells(sheet_of(text.encode()))[1] == ["Jane", 'said "yes" to all']


def test_a_single_column_is_a_table() -> None:
    assert cells(sheet_of(b"Email\na@example.com\nb@example.com\n")) == [
        ["Email"],
        ["a@example.com"],
        ["b@example.com"],
    ]


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        ('<c r="AT"><v>33612345678</v></c>', "33612345678"),
        ('<c r="AT"><v>3.3612345678E10</v></c>', "33612345678"),
        ('<c r="AT"><v>1.5</v></c>', "1.5"),
        ('<c r="AT" s="1"><v>45432</v></c>', "2024-05-20"),
        ('<c r="AT" s="2"><v>45432.75</v></c>', "2024-05-20 18:00"),
        ('<c r="AT" s="1"><v>99999999999</v></c>', "99999999999"),
        ('<c r="AT" s="77"><v>45432</v></c>', "45432"),
        ('<c r="AT" t="d"><v>2024-05-20</v></c>', "2024-05-20"),
        ('<c r="AT" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="AT" t="str"><f>A1&amp;"x"</f><v>Jane</v></c>', "Jane"),
        ('<c r="AT" t="inlineStr"><is><r><t>Ja</t></r><r><t>ne</t></r><rPh><t>ふ</t></rPh></is></c>', "Jane"),
    ],
)
def test_what_a_cell_shows_is_read(xml: str, shown: str) -> None:
    assert cells(sheet_of(workbook([["x", Raw(xml)]]))) == [["x", shown]]


def test_errors_and_formulas_without_a_value_are_empty() -> None:
    row: list[Cell] = ["x", Raw('<c r="AT" t="e"><v>#N/A</v></c>'), Raw('<c r="AT"><f>1+1</f></c>'), "y"]
    assert cells(sheet_of(workbook([row]))) == [["x", "", "", "y"]]


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    day = Raw('<c r="AT" s="1"><v>43970</v></c>')
    assert cells(sheet_of(workbook([["x", day]], workbook_pr='<workbookPr date1904="1"/>'))) == [
        ["x", "2024-05-20"]
    ]


def test_the_apostrophe_that_guards_against_formulas_is_taken_off() -> None:
    assert cells(sheet_of(b"a,'+33 6,'=x,'tis\n")) == [["a", "+33 6", "=x", "'tis"]]


def test_other_sheets_are_counted() -> None:
    read = sheet_of(workbook([HEAD, ZOE], [["more"]]))
    assert (read.title, read.others) == ("Tab 1", 1)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
MANY = "<row>" + "<c><v>1</v></c>" * (COLUMNS + 1) + "</row>"
HOSTILE: dict[str, tuple[bytes, type[CannotRead]]] = {
    "nothing": (b"", limits.EmptyTable),
    "nothing but separators": (b",,,\n\n,,\n", limits.EmptyTable),
    "an empty workbook": (workbook([]), limits.EmptyTable),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"0" * 500, limits.NotATable),
    "a PDF": (b"%PDF-1.4 nothing", limits.NotATable),
    "a page of the web": (b"<html><table><tr><td>a</td></tr></table>", limits.NotATable),
    "zeros": (b"a,b\0,c\n", limits.NotATable),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 500, limits.OldExcel),
    "another package": (workbook([HEAD], more={}).replace(b"xl/workbook.xml", b"xl/workbook.bin"), limits.NotATable),
    "half a workbook": (workbook([HEAD, ZOE])[:-300], limits.DamagedTable),
    "broken XML": (workbook("<worksheet><row><c>"), limits.DamagedTable),
    "a text that is not there": (workbook([[Raw('<c r="AT" t="s"><v>x</v></c>')]]), limits.DamagedTable),
    "entities": (workbook(BOMB.decode() + drawn([HEAD])), limits.DamagedTable),
    "entities in another encoding": (
        workbook([HEAD], more={"xl/sharedStrings.xml": (OUTSIDE + shared("a")).encode("utf-16")}),
        limits.DamagedTable,
    ),
    "an entity from outside": (workbook(OUTSIDE + drawn([HEAD])), limits.DamagedTable),
    "a bomb": (workbook([HEAD], more={"xl/media/x.bin": bytes(60_000_000)}), TooLarge),
    "one text a million times": (
        workbook(
            f'<worksheet xmlns="{NS}">' + "<row><c t='s'><v>0</v></c></row>" * 4_000 + "</worksheet>",
            more={"xl/sharedStrings.xml": shared("x" * 30_000)},
        ),
        TooLarge,
    ),
    "too many rows": (b"a@example.com\n" * (ROWS + 2), limits.TooManyRows),
    "too many rows of a workbook": (workbook([["x"]] * (ROWS + 2)), limits.TooManyRows),
    "too many columns": (b"," * COLUMNS + b"x\n", limits.TooManyColumns),
    "too many columns of a workbook": (workbook(f'<worksheet xmlns="{NS}">{MANY}</worksheet>'), limits.TooManyColumns),
    "a column far away": (workbook([[Raw('<c r="ZZZ1"><v>1</v></c>')]]), limits.TooManyColumns),
    "a cell too long": (b"a," + b"x" * 40_000 + b"\n", limits.CellTooLong),
    "a cell far too long": (b"a," + b"x" * 200_000 + b"\n", limits.CellTooLong),
    "a quotation that never ends": (b'a,"b\n' + b"c,d\n" * 50, limits.OpenQuote),
    "a file too large": (b"x" * 10_000_001, TooLarge),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_is_refused_that_is(kind: str) -> None:
    content, error = HOSTILE[kind]
    with pytest.raises(error) as refused:
        sheet_of(content)
    assert refused.value.sentence.endswith((".", "?"))


def test_as_many_rows_as_are_allowed_are_read() -> None:
    assert len(sheet_of(b"Email\n" + b"a@example.com\n" * ROWS).lines) == ROWS + 1


def read_or_refused(content: bytes) -> bool:
    """Whether a file is refused in a sentence, or is a table within the limits; any other error passes through."""
    try:
        read = sheet_of(content)
    except CannotRead as error:
        return error.sentence.endswith((".", "?"))
    return all(line.cells and len(line.cells) <= COLUMNS for line in read.lines)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    assert read_or_refused(content)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3_000), st.binary(min_size=1, max_size=20))
def test_a_damaged_workbook_is_a_table_or_refused(at: int, junk: bytes) -> None:
    whole = workbook([HEAD, ZOE], more={"xl/sharedStrings.xml": shared("a", "b")})
    at %= len(whole)
    assert read_or_refused(whole[:at] + junk + whole[at + len(junk) :])
