"""Writes small PDF and DOCX files: just enough of either format to be read again, in any script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

A4 = (595, 842)


@dataclass(frozen=True)
class Line:
    """Text at a place, in points from the lower left corner of the page."""

    x: int
    y: int
    size: int
    text: str


def column(x: int, top: int, *texts: str, size: int = 10, leading: int = 14) -> list[Line]:
    """Lines one below the other; an empty text leaves a gap."""
    return [Line(x, top - at * leading, size, text) for at, text in enumerate(texts) if text]


def pdf(*pages: Sequence[Line]) -> bytes:
    """A PDF whose one font maps glyph codes to Unicode, as word processors write them."""
    letters = sorted({letter for page in pages for line in page for letter in line.text})
    codes = {letter: at + 1 for at, letter in enumerate(letters)}
    first_page = 6
    kids = " ".join(f"{first_page + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Sans /Encoding /Identity-H /DescendantFonts [5 0 R] /ToUnicode 4 0 R >>",
        _stream(_to_unicode(codes)),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sans /DW 500 /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
    ]
    for at, page in enumerate(pages):
        contents = first_page + 2 * at + 1
        objects += [_page(contents), _stream(_drawn(page, codes))]
    return _file(objects)


def _page(contents: int) -> bytes:
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A4[0]} {A4[1]}] /Contents {contents} 0 R "
        "/Resources << /Font << /F1 3 0 R >> >> >>"
    ).encode()


def _drawn(page: Sequence[Line], codes: dict[str, int]) -> bytes:
    shown = [
        f"BT /F1 {line.size} Tf 1 0 0 1 {line.x} {line.y} Tm <{''.join(f'{codes[c]:04x}' for c in line.text)}> Tj ET"
        for line in page
    ]
    return "\n".join(shown).encode()


def _to_unicode(codes: dict[str, int]) -> bytes:
    rows = [f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items()]
    parts = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    blocks = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Ours def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{blocks}\nendcmap\nend\nend"
    ).encode()


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def word(
    *lines: str,
    header: Sequence[str] = (),
    table: Sequence[Sequence[str]] = (),
    box: Sequence[str] = (),
) -> bytes:
    """A DOCX: a text box and a table, where there are any, come before the lines."""
    document = docx.Document()
    for text in header:
        document.sections[0].header.add_paragraph(text)
    if box:
        document.add_paragraph()._p.append(parse_xml(_box(box)))
    if table:
        drawn = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(drawn.add_row().cells, row, strict=True):
                cell.text = text
    for text in lines:
        document.add_paragraph(text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _box(texts: Sequence[str]) -> str:
    inside = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return (
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox>'
        f"<w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
