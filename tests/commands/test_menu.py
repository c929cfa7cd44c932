"""The menu of a card and what its buttons say of the candidate, there and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.base import Picks, Run, Usage
from commands.cards import candidate as drawing
from commands.cards import menu, receipt
from commands.cards.about import candidate_of
from commands.catalogue import command, find_command
from connectors.models import Candidate

from ..schemas import things
from .samples import Words, cards, person, source

ATS = source(Words())


def options(card_blocks: Any) -> dict[str, dict[str, Any]]:
    (found,) = [t for t in things(card_blocks) if t.get("type") == "overflow"]
    return {option["text"]["text"]: option for option in found["options"]}


@given(connection=st.text(min_size=1, max_size=40), candidate=st.text(min_size=1, max_size=80))
def test_an_entry_is_read_back_as_it_was_written(connection: str, candidate: str) -> None:
    picks = Picks(connection=connection, candidate=candidate)
    run = menu.run_of(menu.entry("share", connection, candidate))
    assert run == Run(command="/candidate", verb="share", picks=picks, once=False)


@pytest.mark.parametrize("value", ["", "link", "share", "share|c1", "share||7", "add|c1|7", "share|c1|7|8"])
def test_what_is_no_entry_runs_nothing(value: str) -> None:
    assert menu.run_of(value) is None


def test_a_card_offers_its_page_sharing_and_refreshing() -> None:
    found = options(list(drawing.candidate_card(person(Words()), ATS).blocks))
    assert list(found) == ["Open in Recruspace", "Share to this channel", "Refresh"]
    assert found["Open in Recruspace"]["url"] == "https://ats.example.com/people/101"
    assert found["Refresh"]["value"] == "find|c1|101"


def test_a_receipt_is_not_refreshed_since_that_would_take_its_undo_away() -> None:
    found = options(list(receipt.noted(person(Words()), ATS, "Mia", "text").blocks))
    assert list(found) == ["Open in Recruspace", "Share to this channel"]


def test_an_id_that_is_too_long_leaves_the_way_to_the_page() -> None:
    long = Candidate(id="x" * 200, name="Jane")
    assert list(options(list(drawing.candidate_card(long, ATS).blocks))) == ["Open in Recruspace"]


def test_nobody_can_type_what_only_buttons_ask_for() -> None:
    for verb in ("share", "undo"):
        assert command("/candidate", verb).verb == verb
        with pytest.raises(Usage):
            find_command("/candidate", f"{verb} x")


def test_a_button_of_another_shape_is_a_usage_error() -> None:
    for verb, text in (("share", "EVERYTHING now"), ("undo", '{"by": 1}'), ("undo", "{")):
        with pytest.raises(Usage):
            command("/candidate", verb).parse(text)


@pytest.mark.parametrize("name", ["candidate", "added", "noted", "tagged", "moved", "already"])
def test_a_card_knows_whom_it_is_about(name: str) -> None:
    opening = candidate_of(list(cards(Words())[name].blocks))
    assert opening
    assert (opening.connection, opening.candidate, opening.name) == ("c1", "101", "Jane Doe")


@pytest.mark.parametrize("name", ["choose_person", "usage", "nobody", "menu", "vendors", "status"])
def test_a_card_about_several_or_nobody_says_so(name: str) -> None:
    assert candidate_of(list(cards(Words())[name].blocks)) is None


def test_a_card_about_two_people_is_about_neither() -> None:
    other = drawing.candidate_card(person(Words(id="102")), ATS)
    assert candidate_of([*cards(Words())["candidate"].blocks, *other.blocks]) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "elements", "action_id", "value"]),
                inner | st.just("actions"),
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_anything_may_stand_where_blocks_should(blocks: object) -> None:
    assert candidate_of(blocks) is None
