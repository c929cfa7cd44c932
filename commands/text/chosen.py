"""What a searching select gives back: something that was found, or what was typed."""

from __future__ import annotations

from commands.base import Block, Invalid
from commands.cards import blocks
from connectors.models import Record

VALUE = 150
"""Slack's limit for the value of an option, in characters."""
LABEL = 75
FOUND, TYPED = "id", "text"


class Chosen(Record):
    """`id` belongs to `connection`; `text` is what was typed, or how the found thing reads."""

    text: str = ""
    connection: str | None = None
    id: str | None = None


def found_option(connection: str, id: str, label: str, about: str = "") -> Block:
    """An option for something that an ATS has. What is too long for a value is left to its name."""
    value = f"{FOUND}:{connection}:{id}"
    option = {"text": blocks.plain(label, LABEL), "value": value}
    if len(value) > VALUE:
        return typed_option(label)
    return option | ({"description": blocks.plain(about, LABEL)} if about else {})


def typed_option(text: str, label: str | None = None) -> Block:
    """An option for the text itself, so that a slow ATS keeps nobody from going on."""
    kept = text[: VALUE - len(TYPED) - 1]
    return {"text": blocks.plain(label or text, LABEL), "value": f"{TYPED}:{kept}"}


def chosen(value: str, label: str = "") -> Chosen:
    """Read an option's value and label; a text that is no option of ours is what it says."""
    kind, _, rest = value.partition(":")
    connection, _, id = rest.partition(":")
    if kind == FOUND and connection and id:
        return Chosen(connection=connection, id=id, text=label)
    return Chosen(text=rest if kind == TYPED else value)


def again_option(connection: str | None, id: str | None, text: str | None) -> Block | None:
    """The option for a form that comes back: what was found before, or what was typed."""
    if connection and id:
        return found_option(connection, id, text or "As chosen")
    return typed_option(text) if text else None


def id_for(what: Chosen, connection: str | None, block_id: str) -> str | None:
    """The id, if it is one of this connection's; `Invalid` if it was found in another ATS."""
    if what.id and what.connection != connection:
        raise Invalid({block_id: "This was found in another ATS. Please look it up once more."})
    return what.id
