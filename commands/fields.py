"""The fields that forms share: whom it is about, where to, which tags."""

from __future__ import annotations

from collections.abc import Sequence

from commands.base import Block, Opening, Picks, Usage
from commands.cards import form
from commands.text.chosen import again_option, typed_option
from commands.text.reading import Reading
from commands.text.recognise import TAGS, distinct, tag

PLACE_HINT = "A talent pool, a job, or a stage of a job."
ASKED_LATER = "Left empty, I ask if the ATS needs one."
SAY_WHO = "Say who: an email or a name."
SAY_WHERE = "Say where: a talent pool, a job, or a stage."
LETTERS = 2
"""Letters that a search for people waits for: one letter would match half of the ATS."""


def person_field(block_id: str, label: str, text: str | None, picks: Picks) -> Block:
    initial = again_option(picks.connection, picks.candidate, text)
    return form.search(
        block_id, label, initial, placeholder="Email or name, or a part of it", letters=LETTERS
    )


def read_person_field(reading: Reading, block_id: str, opening: Opening) -> tuple[str | None, Picks]:
    """Whom the form is about: fixed since it was opened, or chosen in it."""
    connection = reading.connection(opening)
    if opening.candidate:
        return None, Picks(connection=opening.connection, candidate=opening.candidate)
    what = reading.chosen(block_id, connection, SAY_WHO)
    return what.text or None, Picks(connection=connection, candidate=what.id)


def place_field(label: str, text: str | None, picks: Picks, *, optional: bool = False) -> Block:
    initial = again_option(picks.connection, picks.destination, text)
    hint = f"{PLACE_HINT} {ASKED_LATER}" if optional else PLACE_HINT
    return form.search("to", label, initial, hint=hint, optional=optional, letters=0)


def read_place_field(
    reading: Reading, opening: Opening, *, optional: bool = False
) -> tuple[str | None, Picks]:
    connection = reading.connection(opening)
    what = reading.chosen("to", connection, "" if optional else SAY_WHERE)
    return what.text or None, Picks(connection=connection, destination=what.id)


def tags_field(tags: Sequence[str], *, optional: bool = False) -> Block:
    chosen = [typed_option(each) for each in tags]
    return form.search("tags", "Tags", chosen, placeholder="Type to add one", optional=optional, many=True)


def read_tags_field(reading: Reading, *, optional: bool = False) -> tuple[str, ...]:
    texts = reading.several("tags")
    if not texts and not optional:
        reading.errors["tags"] = "Choose or type at least one tag."
    if len(texts) > TAGS:
        reading.errors["tags"] = f"{TAGS} tags are the most I can take."
    try:
        return distinct([tag(each) for each in texts])
    except Usage as problem:
        reading.errors["tags"] = problem.problem
        return ()


def merged(*picks: Picks) -> Picks:
    """All that was picked in several fields of one form."""
    found: dict[str, object] = {}
    for each in picks:
        found |= each.model_dump(exclude_defaults=True)
    return Picks.model_validate(found)
