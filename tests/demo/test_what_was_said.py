"""The demo opens on a conversation that a recruiter would act upon, with CVs that can be read."""

import time
from io import BytesIO

import docx
import pytest
from pypdf import PdfReader

from bot.demo.conversation import AMARA, DANA, HIRING, PARTNERS, TOMAS, Paper, converse
from bot.demo.papers import pdf
from bot.demo.slack.server import StandInSlack

pytestmark = pytest.mark.anyio


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data), strict=True).pages)


async def test_people_have_been_talking_for_a_day() -> None:
    async with StandInSlack() as slack:
        await converse(slack)

    said = slack.said(channel=HIRING)
    assert len(said) >= 6
    times = [float(message.ts) for message in said]
    assert times == sorted(times)
    assert time.time() - times[0] > 24 * 3600
    assert time.time() - times[-1] > 60
    words = " ".join(message.text for message in said)
    for mark in ("<mailto:", "+44", "linkedin.com", "#go", "<@U0DEMOBOT>"):
        assert mark in words
    assert sum(message.text.count("<mailto:") == 3 for message in said) == 1


async def test_three_cvs_are_attached_one_of_them_by_a_partner() -> None:
    async with StandInSlack() as slack:
        await converse(slack)

    files = {file["name"]: (file["filetype"], one.channel) for one in slack.said() for file in one.files}
    assert files == {
        AMARA.name: ("pdf", HIRING),
        TOMAS.name: ("docx", HIRING),
        DANA.name: ("pdf", PARTNERS),
    }


@pytest.mark.parametrize("paper", [AMARA, DANA], ids=["Amara", "Dana"])
def test_a_pdf_says_what_was_written(paper: Paper) -> None:
    found = " ".join(text_of(paper.file()[1]).split())
    for _, words in paper.lines:
        assert words in found


def test_a_word_document_says_what_was_written() -> None:
    document = docx.Document(BytesIO(TOMAS.file()[1]))
    assert [paragraph.text for paragraph in document.paragraphs] == [words for _, words in TOMAS.lines]


def test_a_long_pdf_has_pages_and_strange_letters_break_nothing() -> None:
    data = pdf([("text", r"a (b) \ é €")] * 100)
    assert len(PdfReader(BytesIO(data), strict=True).pages) == 3
    assert text_of(data).count(r"a (b) \ é €") == 100
    assert "?" in text_of(pdf([("text", "名前")]))
