"""What a room sees of a candidate: never more than its level, whoever the candidate is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.base import Card, Picks, Run
from commands.cards import shared
from commands.cards.source import Source
from commands.ports.rooms import Level, Posted, Room, seen_in
from connectors.base import Capability
from connectors.models import Candidate, Kind, Placement, Status

from ..schemas import problems
from .conftest import Sitting, values, words
from .talk import Talk

SOURCE = Source("c1", "Recruspace", "Recruspace", "https://ats.example.com", frozenset(Capability))
ALL_ROOMS = st.builds(
    Room,
    id=st.just("C1"),
    shared=st.booleans(),
    private=st.booleans(),
    direct=st.booleans(),
    member=st.booleans(),
)
MAY_SAY = {
    Level.SHARED: {"title"},
    Level.PUBLIC: {"title", "name"},
    Level.PRIVATE: {"title", "name", "stage", "tag"},
    Level.DIRECT: {"title", "name", "stage", "tag", "email", "phone", "link"},
}
"""The kinds of words that the design allows in each room."""


@st.composite
def people(draw: st.DrawFn) -> Candidate:
    """Anybody; each value starts with the word for what it is and bears a number of its own."""
    count = iter(range(1000))

    def value(kind: str) -> str:
        return f"{kind}{next(count)}x{draw(st.text('abc <&>|*_@', max_size=8))}"

    def some(kind: str) -> list[str]:
        return [value(kind) for _ in range(draw(st.integers(0, 4)))]

    placements = tuple(
        Placement(
            kind=draw(st.sampled_from((Kind.POOL, Kind.JOB))),
            destination_id=f"d{n}",
            title=value("title"),
            stage=draw(st.sampled_from((None, value("stage")))),
            stage_id=draw(st.sampled_from((None, value("stage")))),
            status=draw(st.sampled_from(Status)),
        )
        for n in range(draw(st.integers(0, 8)))
    )
    return Candidate(
        id=f"id{next(count)}x",
        name=value("name"),
        email=draw(st.sampled_from((None, f"email{next(count)}x@example.com"))),
        phone=draw(st.sampled_from((None, value("phone")))),
        placements=placements,
        tags=tuple(some("tag")),
        links=tuple(f"https://link{next(count)}x.example.com" for _ in range(draw(st.integers(0, 3)))),
        last_activity=draw(st.sampled_from((None, datetime(2026, 11, 21, tzinfo=UTC)))),
        url=draw(st.sampled_from((None, "https://ats.example.com/people/1"))),
    )


def payload(card: Card) -> str:
    return json.dumps({"text": card.text, "blocks": list(card.blocks)}, ensure_ascii=False)


def kinds_in(text: str) -> set[str]:
    return set(re.findall(r"(title|name|stage|tag|email|phone|link)\d+x", text))


@given(candidate=people(), room=ALL_ROOMS)
def test_a_room_is_never_sent_more_than_its_level_allows(candidate: Candidate, room: Room) -> None:
    card = shared.shared(candidate, SOURCE, "Mia Member", room.level)
    assert kinds_in(payload(card)) <= MAY_SAY[room.level]
    assert problems(list(card.blocks), "message") == []
    assert ("!date" in payload(card)) <= (room.level is Level.DIRECT)


@given(candidate=people())
def test_a_shared_room_gets_no_button_and_not_even_an_id(candidate: Candidate) -> None:
    card = shared.shared(candidate, SOURCE, "Mia Member", Level.SHARED)
    assert candidate.id not in payload(card)
    assert {block["type"] for block in card.blocks} == {"section", "context"}


@given(candidate=people(), level=st.sampled_from(Level))
def test_a_lower_level_shows_a_part_of_what_a_higher_one_shows(candidate: Candidate, level: Level) -> None:
    for lower in (each for each in Level if each <= level):
        assert seen_in(seen_in(candidate, level), lower) == seen_in(candidate, lower)


@given(candidate=people(), room=ALL_ROOMS)
def test_the_preview_holds_exactly_the_words_of_the_room(candidate: Candidate, room: Room) -> None:
    card = shared.shared(candidate, SOURCE, "Mia Member", room.level)
    post = Run(command="/candidate", verb="share", picks=Picks(connection="c1", candidate=candidate.id))
    asked = shared.preview(card, room, post, changed=False)
    said = [block for block in card.blocks if block["type"] != "actions"]
    at = [i for i, block in enumerate(asked.blocks) if block["type"] == "divider"]
    assert list(asked.blocks)[at[0] + 1 : at[1]] == said
    assert problems(list(asked.blocks), "message") == []


@pytest.mark.parametrize(
    ("room", "level"),
    [
        ({"shared": True, "private": True, "direct": True}, Level.SHARED),
        ({"private": True}, Level.PRIVATE),
        ({"direct": True}, Level.DIRECT),
        ({}, Level.PUBLIC),
    ],
)
def test_the_most_open_thing_about_a_room_decides(room: dict[str, bool], level: Level) -> None:
    flags = {"shared": False, "private": False, "direct": False, **room}
    assert Room(id="C1", member=True, **flags).level is level


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
async def sharing(sitting: Sitting, talk: Talk) -> Sitting:
    return replace(sitting, context=replace(sitting.context, rooms=talk))


async def clicks(sitting: Sitting, text: str = "", job: str = "T1:1") -> Card:
    """*Share* for Zoë, or *Post* with what its button carries."""
    from commands.catalogue import command

    share = command("/candidate", "share")
    return await replace(sitting, context=replace(sitting.context, job=job)).runs(
        "share", share.parse(text), connection="c1", candidate="102"
    )


def post_of(card: Card) -> str:
    (run,) = values(card, "run")
    text: Any = run["text"]
    return str(text)


@pytest.mark.anyio
async def test_asks_first_and_then_posts_what_was_shown(sharing: Sitting, talk: Talk) -> None:
    asked = await clicks(sharing)
    assert "This is what <#C1> will see" in words(asked)
    assert talk.posted == []
    assert words(await clicks(sharing, post_of(asked))) == ":white_check_mark: Posted in <#C1>."
    (card,) = talk.posted
    assert kinds(card) == {"section", "actions", "context"}
    assert "Zoë Ødegård" in words(card)
    assert "Backend Engineer" in words(card)
    assert not {"Interview", "remote", "zoe@example.com"} & set(payload(card).split('"'))
    assert "zoe@" not in payload(card)


def kinds(card: Card) -> set[str]:
    return {block["type"] for block in card.blocks}


@pytest.mark.anyio
async def test_a_room_that_became_more_open_is_asked_about_again(sharing: Sitting, talk: Talk) -> None:
    talk.now = talk.now.model_copy(update={"private": True})
    asked = await clicks(sharing)
    assert "Interview" in words(asked)
    talk.now = talk.now.model_copy(update={"shared": True})
    again = await clicks(sharing, post_of(asked), job="T1:2")
    assert talk.posted == []
    assert "has changed meanwhile" in words(again)
    assert "Zoë" not in payload(again)
    await clicks(sharing, post_of(again), job="T1:3")
    assert "A candidate for *Backend Engineer*" in words(talk.posted[0])


@pytest.mark.anyio
async def test_a_room_that_became_more_private_gets_what_was_agreed(sharing: Sitting, talk: Talk) -> None:
    asked = await clicks(sharing)
    talk.now = talk.now.model_copy(update={"private": True})
    await clicks(sharing, post_of(asked))
    assert "Interview" not in payload(talk.posted[0])


@pytest.mark.anyio
async def test_a_record_that_changed_meanwhile_is_asked_about_again(sharing: Sitting, talk: Talk) -> None:
    talk.now = talk.now.model_copy(update={"private": True})
    asked = await clicks(sharing)
    await sharing.types("tag zoe@example.com kind")
    again = await clicks(sharing, post_of(asked), job="T1:2")
    assert talk.posted == []
    assert "kind" in words(again)
    assert post_of(again) != post_of(asked)


@pytest.mark.anyio
async def test_two_questions_never_carry_the_same_button(sharing: Sitting) -> None:
    assert post_of(await clicks(sharing)) != post_of(await clicks(sharing, job="T1:2"))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Posted(refused="channel_not_found"), "invite me with `/invite @Shortlist`"),
        (Posted(refused="not_in_channel"), "invite me with `/invite @Shortlist`"),
        (Posted(refused="is_archived"), "The channel is archived. Nothing was posted."),
        (Posted(refused="missing_scope"), "without the permission"),
        (Posted(refused="whatever"), "Slack does not let me post there."),
        (Posted(unclear=True), "I cannot tell whether this was posted"),
    ],
)
async def test_says_why_nothing_was_posted(sharing: Sitting, talk: Talk, answer: Posted, said: str) -> None:
    asked = await clicks(sharing)
    talk.answer = answer
    card = await clicks(sharing, post_of(asked), job="T1:2")
    assert said in words(card)
    assert talk.posted == []


@pytest.mark.anyio
async def test_says_how_to_invite_it_before_anything_is_shown(sharing: Sitting, talk: Talk) -> None:
    talk.now = talk.now.model_copy(update={"member": False})
    assert "I am not in this conversation" in words(await clicks(sharing))
