"""A few kills: enough to see that the books are kept, and that they balance."""

import pytest

from tests.torture.arena import Short, Starved
from tests.torture.city import regular
from tests.torture.load import MOST, backlog, burst, place
from tests.torture.said import mark_of

pytestmark = pytest.mark.anyio

KILLS = 4


ON_BOTH = pytest.mark.parametrize("server", [False, True], ids=["sqlite", "postgres"])


@ON_BOTH
async def test_after_some_kills_the_books_balance(server: bool) -> None:
    figures = await Short("a short run", KILLS, server=server).run()
    assert (figures.wrong, figures.died, figures.stuck) == ([], [], 0)
    assert figures.kills + figures.stops == KILLS
    assert 0 < figures.effects <= figures.commands
    assert figures.jobs["SUCCESS"] >= figures.acked


@ON_BOTH
async def test_a_database_that_takes_nothing_loses_nothing_though_nobody_starts_it_again(
    server: bool,
) -> None:
    figures = await Starved("starved", server=server).run()
    assert (figures.wrong, figures.died, figures.stuck) == ([], [], 0)
    locks = [name for name in figures.mishaps if name.startswith("locked database")]
    assert locks
    assert any("inbox" in name for name in figures.mishaps) is not server
    assert figures.acked > 0


async def test_a_burst_is_acknowledged_before_slack_gives_up() -> None:
    async with place() as here:
        found = await burst(here, 150, 0.2)
    assert (found.count, found.failed) == (150, 0)
    assert found.slowest < MOST


async def test_jobs_that_wait_for_an_ats_are_taken_and_then_done() -> None:
    async with place() as here:
        found = await backlog(here, 120, 100.0, 120)
    assert (found.failed, found.drained) == (0, 120)
    assert found.memory_full - found.memory_before < 100


def test_marks_are_all_different_and_hold_no_digit() -> None:
    marks = {mark_of(number) for number in range(5000)}
    assert len(marks) == 5000
    assert not any(letter.isdigit() for mark in marks for letter in mark)
    assert regular(1) != regular(2)
