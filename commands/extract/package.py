"""Looks into a Word or Excel file, which is a ZIP of XML, before any parser does: it may be a bomb."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile

from commands.extract.errors import Encrypted, NotADocument, TooLarge, Unreadable

PARTS = 2_000
UNPACKED = 50_000_000
XML_PART = 8_000_000
RATIO = 200
"""How much smaller than its content a part may be; text packs ten times, emptiness a thousand times."""
RATIO_FROM = 1_000_000
CHUNK = 1 << 16

BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LargeZipFile,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What parsers raise about files that are not what they should be."""


def check_package(content: bytes, main: str, xml_part: int = XML_PART) -> None:
    """Refuse a bomb before anything is parsed: by what it declares, then by what really comes out.

    `main` is the part that makes it the document it should be, `xml_part` how large one of XML may be. Raises
    `CannotRead`, and what is `BROKEN`.
    """
    with ZipFile(BytesIO(content)) as package:
        parts = package.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise Encrypted
        if not any(part.filename == main for part in parts):
            raise NotADocument
        if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
            raise TooLarge
        left = UNPACKED
        for part in parts:
            if part.file_size > RATIO_FROM and part.file_size > RATIO * part.compress_size:
                raise TooLarge
            left -= _unpacked(package, part.filename, left, xml_part)


def _unpacked(package: ZipFile, name: str, left: int, xml_part: int) -> int:
    """The true size of a part. Entities are what XML bombs are made of, and no word processor writes any."""
    xml = name.casefold().endswith((".xml", ".rels"))
    size, tail = 0, b""
    with package.open(name) as part:
        while chunk := part.read(CHUNK):
            size += len(chunk)
            if size > (min(left, xml_part) if xml else left):
                raise TooLarge
            seen = tail + chunk.replace(b"\0", b"")
            if xml and (b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
                raise Unreadable
            tail = seen[-16:]
    return size
