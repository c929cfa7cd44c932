"""CVs are read in processes that cannot harm the bot."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest

from bot.work.sandbox.cv import CvReader, TooSlow
from commands.extract.errors import Encrypted, NotADocument, TooLarge, Unreadable

from .cvs import CVS, DOCX, PDF
from .papers import column, pdf
from .test_documents import locked, repacked

pytestmark = pytest.mark.anyio

SILENT = "import sys; sys.stdin.buffer.read(); "


def reader(code: str, deadline: float = 5.0, **more: float) -> CvReader:
    return CvReader(command=(sys.executable, "-c", code), deadline=deadline, **more)  # type: ignore[arg-type]


async def test_a_cv_is_read() -> None:
    cv = CVS[0]
    found = await CvReader(deadline=30).read(cv.draw(), cv.filename, cv.content_type)
    assert (found.name, found.email) == (cv.person.name, cv.person.email)


async def test_errors_come_back_by_name() -> None:
    read = CvReader(deadline=30).read
    results = await asyncio.gather(
        read(locked("secret"), "cv.pdf", PDF),
        read(b"GIF89a", "cv.pdf", PDF),
        read(repacked("word/media/x.bin", bytes(60_000_000)), "cv.docx", DOCX),
        return_exceptions=True,
    )
    assert [type(each) for each in results] == [Encrypted, NotADocument, TooLarge]


async def test_a_file_over_the_limit_starts_nothing() -> None:
    with pytest.raises(TooLarge):
        await CvReader(command=("no such program",)).read(bytes(10_000_001), "cv.pdf", PDF)


async def test_a_process_that_hangs_is_killed(tmp_path: object) -> None:
    note = f"{tmp_path}/pid"
    hangs = ("sh", "-c", f"echo $$ > '{note}'; exec sleep 600")
    start = time.monotonic()
    with pytest.raises(TooSlow):
        await CvReader(command=hangs, deadline=0.5).read(bytes(5_000_000), "cv.pdf", PDF)
    assert time.monotonic() - start < 5
    with pytest.raises(ProcessLookupError):
        os.kill(int(await asyncio.to_thread(Path(note).read_text)), 0)


async def test_a_cancelled_reading_leaves_no_process(tmp_path: object) -> None:
    note = f"{tmp_path}/pid"
    hangs = ("sh", "-c", f"echo $$ > '{note}'; exec sleep 600")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await CvReader(command=hangs).read(b"x", "cv.pdf", PDF)
    with pytest.raises(ProcessLookupError):
        os.kill(int(await asyncio.to_thread(Path(note).read_text)), 0)


@pytest.mark.parametrize(
    "code", ["import os; os.abort()", SILENT + "print('{\"found\"')", SILENT + "print('{}')", ""]
)
async def test_a_process_that_crashes_or_babbles_has_read_nothing(code: str) -> None:
    with pytest.raises(Unreadable):
        await reader(code).read(b"x" * 1_000_000, "cv.pdf", PDF)


async def test_a_process_that_never_stops_talking_is_not_listened_to() -> None:
    with pytest.raises((Unreadable, TooSlow)):
        await reader("import sys\nwhile True: sys.stdout.write('x' * 10_000)", 2.0).read(b"x", "cv.pdf", PDF)


async def test_no_more_than_two_at_once_and_nobody_waits_for_ever() -> None:
    slow = reader("import time; time.sleep(600)", 1.0, patience=0.2)
    start = time.monotonic()
    results = await asyncio.gather(
        *(slow.read(b"x", "cv.pdf", PDF) for _ in range(6)), return_exceptions=True
    )
    assert [type(each) for each in results] == [TooSlow] * 6
    assert time.monotonic() - start < 10


async def test_a_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHORTLIST_ENCRYPTION_KEYS", "very secret")
    code = SILENT + "import os, json; print(json.dumps({'found': {'name': ' '.join(sorted(os.environ))}}))"
    found = await reader(code).read(b"x", "cv.pdf", PDF)
    assert "SHORTLIST" not in json.dumps(found.model_dump())
    assert "PYTHONPATH" in (found.name or "")


async def test_memory_is_bounded() -> None:
    code = (
        "from bot.work.sandbox.cv_process import *\nlimit()\n"
        "try:\n    bytearray(2 << 30)\nexcept MemoryError:\n    print(CvAnswer(error='TooLarge').model_dump_json())"
    )
    with pytest.raises(TooLarge):
        await reader(code, 30).read(b"x", "cv.pdf", PDF)


async def test_a_pdf_of_two_hundred_pages_is_read() -> None:
    pages = [
        column(60, 780, "Jane Doe", "jane.doe@mail.example"),
        *(column(60, 780, "More " * 40) for _ in range(199)),
    ]
    found = await CvReader(deadline=30).read(pdf(*pages), "cv.pdf", PDF)
    assert found.name == "Jane Doe"
