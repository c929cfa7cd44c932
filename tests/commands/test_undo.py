"""*Undo* against the stand-ins of all four ATSs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.demo.ats.world import ZOE
from commands.base import Card, Context, Person
from commands.catalogue import command
from commands.undo import WINDOW
from connectors.vendors import CONNECTORS

from ..connectors.conftest import PairOf
from .conftest import Sitting, values, words

pytestmark = pytest.mark.anyio

WHO = ZOE.email or ""
CAN = ("eightfold", "talynce", "welcomekit")
NOW = 1_800_000_000.0


@pytest.fixture
async def here(request: pytest.FixtureRequest, sitting: Sitting, pair_of: PairOf) -> Sitting:
    at = sitting.at(await pair_of(request.param))
    return replace(at, context=replace(at.context, clock=lambda: NOW, asked=NOW))


def in_each(*vendors: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("here", vendors, indirect=True)


def undo_of(card: Card) -> dict[str, Any]:
    (run,) = values(card, "run")
    assert (run["command"], run["verb"]) == ("/candidate", "undo")
    return run


async def undo(sitting: Sitting, run: dict[str, Any], **context: Any) -> Card:
    """Click the button; the context may differ from the one that made it."""
    at = replace(sitting, context=replace(sitting.context, **context))
    return await at.runs("undo", command("/candidate", "undo").parse(run["text"]), **run["picks"])


@in_each(*CAN)
async def test_takes_off_exactly_the_tags_that_were_not_there(here: Sitting) -> None:
    receipt = await here.types(f"tag {WHO} GO, kind, rust")
    assert "Undo works until" in words(receipt)
    after = await undo(here, undo_of(receipt))
    assert "Undone: the tags kind, rust were taken off" in words(after)
    assert sorted(here.row(WHO)["tags"]) == ["go", "remote"]
    assert values(after, "run") == []


@in_each(*CAN)
async def test_offers_nothing_where_every_tag_was_there(here: Sitting) -> None:
    receipt = await here.types(f"tag {WHO} go")
    assert values(receipt, "run") == []
    assert "back" not in words(receipt)


@in_each(*CAN)
async def test_leaves_tags_alone_once_somebody_has_taken_one_off(here: Sitting) -> None:
    run = undo_of(await here.types(f"tag {WHO} kind, rust"))
    await undo(here, undo_of(await here.types(f"tag {WHO} other")))
    found = await here.context.ats.find(WHO)
    await here.context.ats.remove_tags(found[0], ["rust"])
    said = words(await undo(here, run))
    assert "rust is not on *Zoë Ødegård* any more. Nothing was undone." in said
    assert "kind" in here.row(WHO)["tags"]


@in_each(*CAN)
async def test_a_second_click_does_no_harm(here: Sitting) -> None:
    run = undo_of(await here.types(f"tag {WHO} kind"))
    await undo(here, run)
    assert "Nothing was undone" in words(await undo(here, run))
    assert sorted(here.row(WHO)["tags"]) == ["go", "remote"]


@in_each(*CAN)
async def test_moves_back_to_the_stage_before(here: Sitting) -> None:
    before = here.row(WHO)["stage"]
    receipt = await here.types(f"move {WHO} to Backend Engineer: Offer")
    assert here.row(WHO)["stage"] != before
    after = await undo(here, undo_of(receipt))
    assert "is back at the stage *Interview* of *Backend Engineer*" in words(after)
    assert here.row(WHO)["stage"] == before


@in_each(*CAN)
async def test_leaves_somebody_who_has_moved_on(here: Sitting) -> None:
    run = undo_of(await here.types(f"move {WHO} to Backend Engineer: Offer"))
    await here.types(f"move {WHO} to Backend Engineer: Hired")
    there = here.row(WHO)["stage"]
    said = words(await undo(here, run))
    assert "is at *Backend Engineer: Hired* now. Nothing was undone." in said
    assert here.row(WHO)["stage"] == there


@in_each(*CAN)
async def test_says_plainly_that_another_job_cannot_be_taken_back(here: Sitting) -> None:
    receipt = await here.types(f"move {WHO} to Product Designer")
    assert values(receipt, "run") == []
    assert f"{here.context.ats.title} cannot take this back through its API." in words(receipt)


@in_each("eightfold")
async def test_says_so_of_a_talent_pool_too(here: Sitting) -> None:
    receipt = await here.types(f'move {WHO} to pool "Alumni"')
    assert "Eightfold cannot take this back through its API." in words(receipt)


@in_each("recruspace")
async def test_says_plainly_where_nothing_can_be_taken_back(here: Sitting) -> None:
    for text in (f"tag {WHO} kind", f'move {WHO} to "Alumni"'):
        receipt = await here.types(text)
        assert values(receipt, "run") == []
        assert "Recruspace cannot take this back through its API." in words(receipt)


@pytest.mark.parametrize("here", sorted(CONNECTORS), indirect=True)
async def test_notes_and_new_people_can_be_taken_back_only_there(here: Sitting) -> None:
    for text in (f"note {WHO} Wants remote", "add Jane Doe jane.doe@example.com to Backend Engineer"):
        said = words(await here.types(text))
        assert f"This can be taken back only in {here.context.ats.title} itself." in said


@in_each("talynce")
async def test_ten_minutes_later_it_is_too_late(here: Sitting) -> None:
    run = undo_of(await here.types(f"tag {WHO} kind"))
    late = await undo(here, run, asked=NOW + WINDOW + 1)
    assert "Undo works for ten minutes, so nothing was undone" in words(late)
    assert "Change it with the buttons here, or in Talynce itself." in words(late)
    assert "kind" in here.row(WHO)["tags"]
    in_time = await undo(here, run, asked=NOW + WINDOW)
    assert "Undone: the tag kind was taken off" in words(in_time)


@in_each("talynce")
async def test_only_whoever_did_it_can_undo_it(here: Sitting) -> None:
    run = undo_of(await here.types(f"tag {WHO} kind"))
    other = await undo(here, run, person=Person(id="U9", name="Somebody Else"))
    assert "Only the person who did this can undo it." in words(other)
    assert "kind" in here.row(WHO)["tags"]


@in_each("talynce")
async def test_more_tags_than_a_button_holds_are_taken_back_by_hand(here: Sitting) -> None:
    receipt = await here.types(f"tag {WHO} {', '.join(f'{n}' + '<' * 50 for n in range(15))}")
    assert values(receipt, "run") == []
    assert "This can be taken back only in Talynce itself." in words(receipt)


@in_each("talynce")
async def test_somebody_who_is_gone_is_said_to_be_gone(here: Sitting) -> None:
    run = undo_of(await here.types(f"tag {WHO} kind"))
    run["picks"]["candidate"] = "00000000-0000-4000-8000-000000000000"
    assert "no longer in Talynce" in words(await undo(here, run))


def test_a_desk_knows_the_time() -> None:
    assert Context.clock() > NOW - 10 * 365 * 86400
