"""Files that are small and unpack to more than any machine holds, or that never end: each is given up in time."""

import asyncio
import resource
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest

from bot.work.sandbox.cv import CvReader
from bot.work.sandbox.sheets import SheetReader
from commands.extract.errors import CannotRead
from tests.commands.tables import workbook

from .cvs import DOCX, PDF
from .papers import word

pytestmark = pytest.mark.anyio

DEADLINE = 5.0
"""Seconds, as the bot gives a CV."""
FOUR_BILLION = 2**32 - 1


def packed(size: int, layers: int = 1) -> bytes:
    """Zeros, packed once and again."""
    packer = zlib.compressobj(9)
    piece = bytes(1 << 20)
    content = b"".join(packer.compress(piece) for _ in range(size >> 20)) + packer.flush()
    for _ in range(layers - 1):
        content = zlib.compress(content, 9)
    return content


def paper(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    out, places = b"%PDF-1.7\n", list[int]()
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, len(out))
    return out + head + table + tail


def stream(content: bytes, filters: bytes) -> bytes:
    return b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(content), filters, content)


def page(contents: bytes, more: bytes = b"") -> bytes:
    return paper(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        contents,
        b"<< /Type /Font /Subtype /Type0 /BaseFont /S /Encoding /Identity-H /ToUnicode 6 0 R >>",
        more or stream(zlib.compress(b""), b"/FlateDecode"),
    )


def map_of_everything() -> bytes:
    said = b"1 begincodespacerange <00000000> <ffffffff> endcodespacerange 1 beginbfrange <00000000> <ffffffff> <0000> endbfrange"
    drawn = stream(zlib.compress(b"BT /F 9 Tf <00000041> Tj ET"), b"/FlateDecode")
    return page(drawn, stream(zlib.compress(said), b"/FlateDecode"))


def overlapping() -> bytes:
    """Thousands of parts of a package that are all the same bytes."""
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(1_000_000))
    raw = inner.getvalue()
    at = raw.rfind(b"PK\x01\x02")
    entry, local = raw[at : raw.rfind(b"PK\x05\x06")], raw[:at]
    many = entry * 1_500
    return local + many + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1_500, 1_500, len(many), len(local), 0)


def within(name: str, size: int) -> bytes:
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(word("Jane Doe"))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, old.read(part))
        with new.open(name, "w", force_zip64=True) as bomb:
            for _ in range(size >> 20):
                bomb.write(bytes(1 << 20))
    return out.getvalue()


CVS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a page of a quarter of a gigabyte": (lambda: page(stream(packed(1 << 28), b"/FlateDecode")), PDF),
    "a page packed three times": (
        lambda: page(stream(packed(1 << 28, 3), b"[/FlateDecode /FlateDecode /FlateDecode]")),
        PDF,
    ),
    "a page of one letter, two million times": (
        lambda: page(stream(zlib.compress(b"BT /F 9 Tf " + b"<0041> Tj " * 2_000_000), b"/FlateDecode")),
        PDF,
    ),
    "four billion letters": (map_of_everything, PDF),
    "a page that is its own parent": (
        lambda: paper(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"),
        PDF,
    ),
    "a table of contents that leads to itself": (
        lambda: paper(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< >>", trailer=b"/Root 1 0 R /Prev 9"),
        PDF,
    ),
    "four billion pages": (
        lambda: paper(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count %d /Kids [] >>" % FOUR_BILLION),
        PDF,
    ),
    "lists within lists": (lambda: paper(b"[" * 200_000 + b"]" * 200_000), PDF),
    "a part of a quarter of a gigabyte": (lambda: within("word/media/x.bin", 1 << 28), DOCX),
    "parts that overlap": (overlapping, DOCX),
}  # fmt: skip


@pytest.mark.parametrize("bomb", CVS)
async def test_a_bomb_for_a_cv_is_given_up(bomb: str) -> None:
    make, kind = CVS[bomb]
    content = await asyncio.to_thread(make)
    assert len(content) < 10_000_000
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(CannotRead) as refused:
        await CvReader(deadline=DEADLINE).read(content, "cv", kind)
    assert refused.value.sentence.endswith(".")
    assert time.monotonic() - began < DEADLINE + 5
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    )  # kilobytes: none of it came here


SHEETS: dict[str, Callable[[], bytes]] = {
    "a part larger than all that is allowed": lambda: workbook([["a"]], more={"xl/media/x.bin": bytes(1 << 27)}),
    "a sheet of nothing": lambda: workbook("<worksheet><sheetData>" + "<row/>" * 6_000_000 + "</sheetData></worksheet>"),
    "one element with many attributes": lambda: workbook(
        "<worksheet " + " ".join(f'a{n}="x"' for n in range(200_000)) + "/>"
    ),
    "elements within elements": lambda: workbook("<worksheet>" + "<row>" * 1_000_000),
    "a number of a million digits": lambda: workbook(
        '<worksheet><sheetData><row r="1"><c r="A1"><v>' + "9" * 1_000_000 + "</v></c></row></sheetData></worksheet>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("bomb", SHEETS)
async def test_a_bomb_for_a_table_is_given_up(bomb: str) -> None:
    content = await asyncio.to_thread(SHEETS[bomb])
    began = time.monotonic()
    with pytest.raises(CannotRead):
        await SheetReader(deadline=DEADLINE).read(content)
    assert time.monotonic() - began < DEADLINE + 5
