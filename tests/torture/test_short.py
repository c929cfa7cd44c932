"""A few kills: enough to see that the books are kept, and that they balance."""

import json
from typing import Any

import pytest

from bot.demo.ats import STAND_INS
from bot.demo.ats.world import small_world
from bot.demo.slack.workspace import Message
from tests.torture import report
from tests.torture.arena import Short, Starved
from tests.torture.city import regular
from tests.torture.ledger import Asked, Ledger, Said, balance, holdings, mark_of
from tests.torture.load import MOST, backlog, burst, place

pytestmark = pytest.mark.anyio

KILLS = 5
ZOE = "zoe@example.com"


ON_BOTH = pytest.mark.parametrize("server", [False, True], ids=["sqlite", "postgres"])


@ON_BOTH
async def test_after_some_kills_the_books_balance(server: bool) -> None:
    figures = await Short("a short run", KILLS, server=server).run()
    assert (figures.wrong, figures.died, figures.stuck) == ([], [], 0)
    assert figures.kills + figures.stops == KILLS
    assert 0 < figures.effects <= figures.commands
    assert figures.jobs["SUCCESS"] >= figures.acked - figures.told.get(Said.REFUSED, 0)


@ON_BOTH
async def test_a_database_that_takes_nothing_loses_nothing_though_nobody_starts_it_again(
    server: bool,
) -> None:
    figures = await Starved("starved", server=server).run()
    assert (figures.wrong, figures.died, figures.stuck) == ([], [], 0)
    assert sum(figures.mishaps.values()) == 4
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


def entry(number: int, kind: str = "note", **more: Any) -> Asked:
    values: dict[str, Any] = {"way": "typed", "account": "one", "about": ZOE, "acked": True, **more}
    return Asked(mark=mark_of(number), kind=kind, **values)


async def test_the_books_do_not_balance_when_something_is_wrong() -> None:
    ats = STAND_INS["talynce"](small_world())
    other = STAND_INS["talynce"](small_world())
    ats.do_tag(_id(ats, ZOE), mark_of(1))
    other.do_tag(_id(other, ZOE), mark_of(2))
    done = entry(1, "tag", heard=[Said.DONE])
    astray = entry(2, "tag", heard=[Said.DONE])
    silent = entry(3)
    refused = entry(4, "tag", heard=[Said.REFUSED])
    found = balance([done, astray, silent, refused], {"one": ats, "other": other})
    assert [line.partition(" ")[0] for line in found.wrong] == ["lost:", "lost:", "untold:", "strayed:"]
    assert found.done == 1


async def test_what_is_told_as_not_done_must_not_be_there() -> None:
    ats = STAND_INS["talynce"](small_world())
    ats.do_tag(_id(ats, ZOE), mark_of(1))
    misled = entry(1, "tag", heard=[Said.WAITING, Said.GAVE_UP])
    assert [line[:7] for line in balance([misled], {"one": ats}).wrong] == ["misled:"]


def test_cards_find_the_command_that_they_are_about() -> None:
    ledger = Ledger()
    one, two = ledger.enter(entry(1)), ledger.enter(entry(2, about=f"{mark_of(7)}@example.net"))
    ledger.answered_at(one, "address", "0123abcd")
    said = [
        ("Note added to *Zoë*", "address"),
        ("This was being sent when the connection broke off\n`note` · reference `0123abcd`", None),
        (f"Ann {mark_of(7).capitalize()} was moved", None),
        ("Nobody's", None),
    ]
    for text, address in said:
        ledger.hears(Message("1.0", "C1", text), address)
    assert (one.heard, two.heard, ledger.stray) == ([Said.DONE, Said.UNDECIDED], [Said.DONE], 1)


def test_marks_are_all_different_and_hold_no_digit() -> None:
    marks = {mark_of(number) for number in range(5000)}
    assert len(marks) == 5000
    assert not any(letter.isdigit() for mark in marks for letter in mark)
    assert regular(1) != regular(2)


def test_the_page_is_drawn_from_what_the_runs_found() -> None:
    kept = json.loads(report.KEPT.read_text())
    assert report.PAGE.read_text() == report.page(kept)
    assert all(run["balanced"] for run in kept["runs"])


def _id(ats: Any, email: str) -> str:
    return str(next(row["id"] for row in ats.rows() if row["email"] == email))


def test_holdings_count_what_stands_there() -> None:
    ats = STAND_INS["recruspace"](small_world())
    ats.do_tag(_id(ats, ZOE), mark_of(3))
    held = holdings(ats)
    assert (held.tags[mark_of(3)], held.notes[mark_of(3)]) == (1, 0)
    assert held.people[ZOE] == ["Backend Engineer/Interview"]
