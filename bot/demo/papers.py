"""Small PDF and Word files, so that the demo has something to attach."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from io import BytesIO

import docx

Line = tuple[str, str]
"""Style (`title`, `head`, `text`) and words."""

# Style → (font, size in points, space to the next line).
_STYLES = {"title": ("F2", 20, 30), "head": ("F2", 12, 20), "text": ("F1", 10.5, 15)}
_TOP, _BOTTOM, _LEFT, _COLUMNS = 780, 60, 56, 92
_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"


def pdf(lines: Sequence[Line]) -> bytes:
    """One A4 document of text in Helvetica; letters outside Windows-1252 become question marks."""
    pages = _pages(lines)
    kids = " ".join(f"{5 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        *(_FONT.format(name=name).encode() for name in ("Helvetica", "Helvetica-Bold")),
    ]
    for at, content in enumerate(pages):
        fonts = "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
        place = f"/Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * at} 0 R"
        objects.append(f"<< /Type /Page {place} {fonts} >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def word(lines: Sequence[Line]) -> bytes:
    """The same as a Word document."""
    document = docx.Document()
    levels = {"title": 0, "head": 1}
    for style, words in lines:
        if style in levels:
            document.add_heading(words, levels[style])
        else:
            document.add_paragraph(words)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _pages(lines: Sequence[Line]) -> list[bytes]:
    """The content streams."""
    pages: list[list[bytes]] = [[]]
    at = _TOP
    for style, words in lines:
        font, size, step = _STYLES[style]
        for part in textwrap.wrap(words, _COLUMNS) or [""]:
            if at < _BOTTOM:
                pages.append([])
                at = _TOP
            place = f"BT /{font} {size} Tf {_LEFT} {at} Td (".encode()
            pages[-1].append(place + _escaped(part) + b") Tj ET")
            at -= step
    return [b"\n".join(page) for page in pages]


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    for mark in (b"\\", b"(", b")"):
        raw = raw.replace(mark, b"\\" + mark)
    return raw


def _file(objects: Sequence[bytes]) -> bytes:
    """Objects numbered from 1, the table of where each begins, and where that table is."""
    out = BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, each))
    table = out.tell()
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, entries))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, table))
    return out.getvalue()
