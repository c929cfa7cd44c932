"""Tables of every odd kind, made here: no file of anybody lies in the repository."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{NS}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True)
class Raw:
    """A cell of XML as it stands."""

    xml: str


Cell = str | float | Raw | None


def cell(value: Cell, at: str) -> str:
    if isinstance(value, Raw):
        return value.xml.replace("AT", at)
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{at}"><v>{value}</v></c>'


def sheet(rows: Sequence[Sequence[Cell]]) -> str:
    drawn = []
    for number, row in enumerate(rows, start=1):
        cells = [cell(value, f"{chr(65 + at)}{number}") for at, value in enumerate(row) if value is not None]
        drawn.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f'<?xml version="1.0"?><worksheet xmlns="{NS}"><sheetData>{"".join(drawn)}</sheetData></worksheet>'


def shared(*texts: str) -> str:
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    return f'<sst xmlns="{NS}">{items}</sst>'


def workbook(
    *sheets: Sequence[Sequence[Cell]] | str,
    states: Sequence[str] = (),
    target: str = "worksheets/sheet{}.xml",
    more: Mapping[str, str | bytes] | None = None,
    workbook_pr: str = "",
) -> bytes:
    """A workbook of these sheets; a text is a sheet's own XML."""
    numbers = range(1, len(sheets) + 1)
    state = {n: f' state="{each}"' for n, each in enumerate(states, start=1) if each}
    tabs = "".join(f'<sheet name="Tab {n}" sheetId="{n}" r:id="rId{n}"{state.get(n, "")}/>' for n in numbers)
    relations = "".join(f'<Relationship Id="rId{n}" Type="x" Target="{target.format(n)}"/>' for n in numbers)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{NS}" xmlns:r="{REL}">{workbook_pr}<sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        "xl/styles.xml": STYLES,
        **{
            f"xl/worksheets/sheet{n}.xml": s if isinstance(s, str) else sheet(s)
            for n, s in zip(numbers, sheets, strict=True)
        },
        **(more or {}),
    }
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return packed.getvalue()
