"""Forms that change while they are open, without touching what the person has typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from commands.base import Block, ConnectionInfo
from commands.cards import blocks
from commands.cards.form import ACTION

ATS = "ats"
"""The block that says which ATS, where a workspace has several."""
MARK = "~"
"""Between a block's name and its generation: a field under a new id shows its new first value."""
LISTENING = frozenset({"plain_text_input", "email_text_input"})
SELECTS_LIMIT = 100


def name_of(block_id: str) -> str:
    return block_id.partition(MARK)[0]


def live(
    view: Block,
    *,
    notes: Sequence[Block] = (),
    connections: Sequence[ConnectionInfo] = (),
    chosen: str | None = None,
    generations: Mapping[str, int] | None = None,
    listening: bool = False,
) -> Block:
    """The form: why it came back or whom it is about, what was learned, a choice of ATS, then the fields.

    `listening` makes text fields report what is typed, so that a later change can leave them alone.
    """
    ats = [_ats(connections, chosen)] if len(connections) > 1 else []
    fields = [_field(block, generations or {}, listening) for block in view["blocks"]]
    head = list(takewhile(lambda block: block["type"] != "input", fields))
    return view | {"blocks": [*head, *notes, *ats, *fields[len(head) :]]}


def _field(block: Block, generations: Mapping[str, int], listening: bool) -> Block:
    if block["type"] != "input":
        return block
    generation = generations.get(name_of(block["block_id"]), 0)
    drawn = block | ({"block_id": f"{block['block_id']}{MARK}{generation}"} if generation else {})
    if not (listening and block["element"]["type"] in LISTENING):
        return drawn
    when = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    return drawn | {"dispatch_action": True, "element": block["element"] | when}


def _ats(connections: Sequence[ConnectionInfo], chosen: str | None) -> Block:
    options = [
        {"text": blocks.plain(_label(each), 75), "value": each.id} for each in connections[:SELECTS_LIMIT]
    ]
    first = next((each for each in options if each["value"] == chosen), None)
    element: Block = {"type": "static_select", "action_id": ACTION, "options": options}
    return {
        "type": "input",
        "block_id": ATS,
        "label": blocks.plain("ATS", 100),
        "dispatch_action": True,
        "element": element | ({"initial_option": first} if first else {}),
    }


def _label(connection: ConnectionInfo) -> str:
    same = connection.name.casefold() == connection.title.casefold()
    return connection.title if same else f"{connection.title} ({connection.name})"
