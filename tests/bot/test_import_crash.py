"""`kill -9` in the middle of an import: the ledger of the ATS balances to the row."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.ats.server import Fault
from tests.bot.conftest import Serve
from tests.bot.importing import begun, mapped, message, rows, table
from tests.bot.test_at_rest import in_clear
from tests.bot.town import MEMBER, Town

pytestmark = pytest.mark.anyio

PEOPLE = 200


async def test_no_row_is_doubled_or_lost_however_often_the_bot_is_killed(serve: Serve, around: Town) -> None:
    served, stand_in = await serve(around), around.ats["talynce"]
    posts = around.sent("talynce", "POST", "candidates")
    await begun(around, await mapped(around, table(PEOPLE, "crash")))
    for count in (15, 60, 110):
        await at_least(around, count)
        if count == 60:
            # The worst moment: they were added, and nobody was told.
            sent = around.sent("talynce", "POST", "candidates")
            stand_in.force(*[Fault(method="POST", path="candidates", done=True, hang=True)] * 3)
            await sent_more(around, sent + 3)
        if count == 110:
            assert await served.stop() == 0
        await served.kill()
        stand_in.relent()
        await served.start()
    ended = await message(around, f"Imported *{PEOPLE} people*", seconds=120)

    found = Counter(row["email"] for row in rows(around, "talynce", "crash"))
    assert (len(found), set(found.values())) == (PEOPLE, {1})
    assert all(str(row["tags"]).count("imported") == 1 for row in rows(around, "talynce", "crash"))
    assert around.sent("talynce", "POST", "candidates") - posts == PEOPLE
    assert f"*Added*\n{PEOPLE}" in ended.everything
    assert "Already there*\n0" in ended.everything
    assert [m.ts for m in around.slack.said(MEMBER) if "people.csv" in m.everything] == [ended.ts]
    await served.logged(lambda line: line["event"] == "import ended")
    assert kept(served.folder) == {"import_rows": 0, "sealed": 0}
    assert in_clear(served.folder, around) == {}
    assert "crash1" not in "".join(served.log)


async def at_least(town: Town, count: int) -> None:
    await town.ats["talynce"].until(lambda: len(rows(town, "talynce", "crash")) >= count, 90)


async def sent_more(town: Town, count: int) -> None:
    await town.ats["talynce"].until(lambda: town.sent("talynce", "POST", "candidates") >= count, 30)


def kept(folder: Path) -> dict[str, int]:
    """What is still there of the people."""
    with closing(sqlite3.connect(folder / "shortlist.db")) as database:
        count = database.execute("select count(*) from import_rows").fetchone()[0]
        sealed = database.execute("select count(*) from imports where sealed != ''").fetchone()[0]
    return {"import_rows": count, "sealed": sealed}
