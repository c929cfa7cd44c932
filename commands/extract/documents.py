"""Takes the text out of PDF and DOCX files that may be hostile."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.xmlchemy import BaseOxmlElement
from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from commands.extract.errors import CannotRead, Encrypted, NotADocument, Unreadable
from commands.extract.package import BROKEN, check_package

PAGES = 20
CHARACTERS = 60_000
NO_DOCUMENT = (*BROKEN, OpcError, PyPdfError)

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_WORD_ENDS = {f"{_W}p": "\n", f"{_W}tc": " | ", f"{_W}tr": "\n", f"{_W}tab": "\t", f"{_W}br": "\n"}


def text_of(content: bytes, kind: str, *, pages: int = PAGES, characters: int = CHARACTERS) -> str:
    """The text of a document, as far as `pages` and `characters` allow.

    `kind` is its content type or the ending of its name; what the bytes are decides. Raises `CannotRead`.
    """
    read = _reader(content, kind)
    try:
        text = "".join(_limited(read(content, pages), characters))
    except CannotRead:
        raise
    except NO_DOCUMENT:
        raise Unreadable from None
    tidy = unicodedata.normalize("NFKC", text[:characters]).replace("\0", "")
    if not any(letter.isalnum() for letter in tidy):
        raise Unreadable
    return tidy[:characters]


def _reader(content: bytes, kind: str) -> Callable[[bytes, int], Iterator[str]]:
    low = kind.casefold()
    if b"%PDF-" in content[:1024]:
        return _of_pdf
    if content.startswith(b"PK\x03\x04"):
        return _of_docx
    if content.startswith(b"\xd0\xcf\x11\xe0") and ("openxml" in low or "docx" in low):
        # Word keeps a document with a password in the container of its old format.
        raise Encrypted
    raise NotADocument


def _limited(pieces: Iterator[str], characters: int) -> Iterator[str]:
    for piece in pieces:
        yield piece[:characters]
        characters -= len(piece)
        if characters <= 0:
            return


def _of_pdf(content: bytes, pages: int) -> Iterator[str]:
    reader = PdfReader(BytesIO(content))
    # Many files are locked against changes only: their password for reading is empty.
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise Encrypted
    for at in range(min(pages, len(reader.pages))):
        yield reader.pages[at].extract_text() + "\n\n"


def _of_docx(content: bytes, pages: int) -> Iterator[str]:
    check_package(content, "word/document.xml")
    document = docx.Document(BytesIO(content))
    for root in _roots(document):
        yield from _words(root)
        yield "\n"


def _roots(document: Document) -> Iterator[BaseOxmlElement]:
    """The page headers, where names like to stand, and the body."""
    seen = set[int]()
    for section in document.sections:
        header = section.header
        if not header.is_linked_to_previous and id(header._element) not in seen:
            seen.add(id(header._element))
            yield header._element
    yield document.element.body


def _words(node: BaseOxmlElement, in_cell: bool = False) -> Iterator[str]:
    """Text in reading order, text boxes included: paragraphs and rows are lines, cells have a bar between.

    The parser refuses what is nested more than 256 deep.
    """
    tag = node.tag
    if tag == f"{_W}t":
        yield node.text or ""
    # Word writes a text box twice, the second time for old versions.
    if tag == _FALLBACK:
        return
    for child in node:
        yield from _words(child, in_cell or tag == f"{_W}tc")
    yield _end(tag, in_cell)


def _end(tag: str, in_cell: bool) -> str:
    return " " if in_cell and tag == f"{_W}p" else _WORD_ENDS.get(tag, "")
