"""Tables are read in processes that cannot harm the bot."""

import asyncio
import sys

import pytest

from bot.work.sandbox.process import TooSlow
from bot.work.sandbox.sheets import SheetReader
from commands.extract.errors import CannotRead, TooLarge
from commands.table.sheet import DamagedTable, NotATable, TooManyRows
from tests.commands.tables import workbook

pytestmark = pytest.mark.anyio

SILENT = "import sys; sys.stdin.buffer.read(); "


def reader(code: str, deadline: float = 10.0) -> SheetReader:
    return SheetReader(command=(sys.executable, "-c", code), deadline=deadline)


async def test_a_table_comes_back_whole() -> None:
    people = "".join(f'Zoë {n},z{n}@example.com,"a\nb"\n' for n in range(5_000))
    read = await SheetReader(deadline=30).read(f"Name,Email,Note\n{people}".encode())
    assert len(read.lines) == 5_001
    assert read.lines[-1].cells == ("Zoë 4999", "z4999@example.com", "a\nb")


async def test_errors_come_back_by_name() -> None:
    read = SheetReader(deadline=30).read
    found = await asyncio.gather(
        read(b"%PDF-1.4"),
        read(b"x\n" * 6_000),
        read(workbook([["a"]], more={"xl/media/x.bin": bytes(60_000_000)})),
        read(b"x" * 10_000_001),
        return_exceptions=True,
    )
    assert [type(each) for each in found] == [NotATable, TooManyRows, TooLarge, TooLarge]


@pytest.mark.parametrize(
    "code", ["import os; os.abort()", SILENT + "print('{\"sheet\"')", SILENT + "print('{}')", ""]
)
async def test_a_process_that_crashes_or_babbles_has_read_nothing(code: str) -> None:
    with pytest.raises(DamagedTable):
        await reader(code).read(b"a,b\n" * 100_000)


async def test_a_process_that_hangs_is_given_up() -> None:
    with pytest.raises(TooSlow):
        await reader("import time; time.sleep(600)", 0.5).read(b"a,b\n")


async def test_a_workbook_that_takes_all_memory_is_refused() -> None:
    many = "<sst>" + "<si/>" * 5_000_000 + "</sst>"
    with pytest.raises(CannotRead):
        await SheetReader(deadline=30).read(workbook([["a"]], more={"xl/sharedStrings.xml": many}))
