"""Whom a card of ours is about, read back from its own buttons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError

from commands.base import Action, Opening


def candidate_of(blocks: object) -> Opening | None:
    """The candidate of a card, as the opening of one of its forms; None for a card about several or about nobody.

    `blocks` are those of a message as Slack sends it. Anybody can make a message that looks like a card, so ask
    only about messages that this app has posted.
    """
    found = {(o.connection, o.candidate): o for o in _openings(blocks)}
    return next(iter(found.values())) if len(found) == 1 else None


def _openings(blocks: object) -> Iterator[Opening]:
    for element in _elements(blocks):
        opening = _opening(element)
        if opening and opening.connection and opening.candidate:
            yield opening


def _opening(element: Mapping[str, object]) -> Opening | None:
    if str(element.get("action_id", "")).partition(":")[0] != Action.OPEN_FORM:
        return None
    try:
        return Opening.model_validate_json(str(element.get("value", "")))
    except ValidationError:
        return None


def _elements(blocks: object) -> Iterator[Mapping[str, object]]:
    """Everything that stands in a row of buttons."""
    for block in _objects(blocks):
        if block.get("type") == "actions":
            yield from _objects(block.get("elements"))


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (each for each in value if isinstance(each, Mapping))
