"""What befalls the machine befalls what the bot really uses; what is counted is what stands there."""

from pathlib import Path

import pytest

from bot.demo.ats import STAND_INS
from bot.demo.ats.world import small_world
from tests.torture.books import holdings
from tests.torture.mishaps import Files
from tests.torture.said import mark_of

pytestmark = pytest.mark.anyio
ZOE = "zoe@example.com"


def test_holdings_count_what_stands_there() -> None:
    ats = STAND_INS["talynce"](small_world())
    ats.do_tag(next(str(row["id"]) for row in ats.rows() if row["email"] == ZOE), mark_of(3))
    held = holdings(ats)
    assert (held.tags[ZOE][mark_of(3)], held.notes[ZOE]) == (1, [])
    assert held.people[ZOE] == ["Backend Engineer/Interview"]


async def test_what_is_locked_is_what_the_bot_keeps_its_work_in(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    machine = Files(folder, own_disk=False)
    assert machine.lockable == ("shortlist.db", "shortlist-jobs.db", "shortlist-jobs-inbox.db")
    with pytest.raises(FileNotFoundError):
        await machine.locked(machine.lockable[2], 0.0)
    assert list(folder.iterdir()) == []
    machine.inbox.touch()
    assert await machine.locked(machine.inbox.name, 0.0)
