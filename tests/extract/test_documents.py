"""Files that are broken, locked, or made to do harm."""

import time
import zipfile
from collections.abc import Callable
from io import BytesIO

import pypdf
import pytest

from commands.extract.cv import person_in
from commands.extract.documents import text_of
from commands.extract.errors import CannotRead, Encrypted, NotADocument, TooLarge, Unreadable

from .papers import column, pdf, word

WORD_BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def locked(user_password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf(column(60, 700, "Jane Doe"))))
    writer.encrypt(user_password, "owner", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def repacked(name: str, content: bytes) -> bytes:
    """A DOCX with one part replaced or added."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(word("Jane Doe"))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def declaring(size: int, content: bytes) -> bytes:
    """A DOCX whose directory lies about the size of a part."""
    packed = bytearray(repacked("word/media/lie.bin", content))
    real = len(content).to_bytes(4, "little")
    at = packed.find(real)
    while at >= 0:
        packed[at : at + 4] = size.to_bytes(4, "little")
        at = packed.find(real, at + 4)
    return bytes(packed)


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + WORD_BODY.format("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>").encode()
)
NESTED = WORD_BODY.format("<w:p>" * 20_000 + "</w:p>" * 20_000).encode()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(2_000)

REFUSED: dict[str, tuple[Callable[[], bytes], type[CannotRead]]] = {
    "a locked PDF": (lambda: locked("secret"), Encrypted),
    "a picture": (lambda: PNG, NotADocument),
    "nothing": (lambda: b"", NotADocument),
    "spaces": (lambda: b" " * 10_000_000, NotADocument),
    "a plain text": (lambda: b"Jane Doe, jane@doe.example", NotADocument),
    "another zip": (lambda: zipped({"a.txt": b"x"}), NotADocument),
    "a PDF cut off": (lambda: pdf(column(60, 700, "Jane Doe"))[:200], Unreadable),
    "a PDF without text": (lambda: pdf([]), Unreadable),
    "a bomb that declares its size": (lambda: repacked("word/media/image1.bin", bytes(60_000_000)), TooLarge),
    "a bomb in the text": (lambda: repacked("word/document.xml", b"<a>" + b" " * 9_000_000), TooLarge),
    "a bomb that lies": (lambda: declaring(1_000, bytes(40_000_000)), Unreadable),
    "too many parts": (
        lambda: zipped({"word/document.xml": b"<a/>"} | {f"{n}.bin": b"" for n in range(2_001)}),
        TooLarge,
    ),
    "entities": (lambda: repacked("word/document.xml", ENTITIES), Unreadable),
    "entities in UTF-16": (
        lambda: repacked("word/document.xml", ENTITIES.decode().encode("utf-16")),
        Unreadable,
    ),
    "XML nested deeply": (lambda: repacked("word/document.xml", NESTED), Unreadable),
    "XML that is none": (lambda: repacked("word/document.xml", b"<w:document"), Unreadable),
    "a DOCX cut off": (lambda: word("Jane Doe")[:-300], Unreadable),
    "Word's old container": (lambda: b"\xd0\xcf\x11\xe0" + bytes(1_000), Encrypted),
}


def zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_by_name_and_soon(name: str) -> None:
    make, error = REFUSED[name]
    content: bytes = make()
    start = time.process_time()
    with pytest.raises(error) as refused:
        text_of(content, "docx")
    assert time.process_time() - start < 2
    assert str(refused.value) == error.sentence


def test_every_refusal_is_one_sentence_or_two_for_the_person() -> None:
    assert all(kind.sentence.endswith(".") for kind in CannotRead.__subclasses__())


def test_a_pdf_that_is_only_locked_against_changes_is_read() -> None:
    assert text_of(locked(""), "application/pdf").strip() == "Jane Doe"


def test_of_two_hundred_pages_the_first_are_read() -> None:
    text = text_of(pdf(*(column(60, 700, f"Page {n}") for n in range(1, 201))), "pdf", pages=3)
    assert text.split("\n\n")[:3] == ["Page 1", "Page 2", "Page 3"]
    assert "Page 4" not in text


def test_a_long_text_is_cut() -> None:
    assert len(text_of(word(*["word " * 200] * 50), "docx", characters=1_000)) == 1_000


def test_a_text_box_that_word_writes_twice_is_read_once() -> None:
    twice = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:Choice><w:t>Jane</w:t></mc:Choice><mc:Fallback><w:t>Jane</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert text_of(repacked("word/document.xml", WORD_BODY.format(twice).encode()), "docx").strip() == "Jane"


def test_a_spaced_out_name_is_closed_up() -> None:
    assert person_in("J A N E   D O E\nDesigner\njane@doe.example").name == "Jane Doe"


def test_referees_are_not_the_subject() -> None:
    found = person_in(
        "Jane Doe\n" + "Work at places\n" * 15 + "References\nTom Baker, tom@baker.example, +447911654321"
    )
    assert (found.name, found.email, found.phone) == ("Jane Doe", None, None)


def test_the_name_of_the_file_helps_where_the_text_says_nothing() -> None:
    assert person_in("worked here and there", "CV_Jane_Doe.pdf").name == "Jane Doe"
