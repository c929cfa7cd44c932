"""Modal forms: how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from commands.base import Block, Opening
from commands.cards import blocks

TITLE = 24
METADATA = 3000
INPUT = 3000
PLACEHOLDER = 150
HINT = 2000
OPTION = 75
ADDRESS = 254
ACTION = "value"
"""The action id of every input: its block id says which it is."""


def callback_id(command: str, verb: str) -> str:
    return f"form:{command}:{verb}"


def modal(
    title: str, submit: str, opening: Opening, inputs: Sequence[Block], problem: str | None = None
) -> Block:
    """A form; its metadata is the opening, so that the answer knows what it is about."""
    about = (
        [blocks.section(f"About {blocks.bold(opening.name)}")] if opening.candidate and opening.name else []
    )
    said = [blocks.section(f":warning: {blocks.esc(problem)}")] if problem else []
    return {
        "type": "modal",
        "callback_id": callback_id(opening.command, opening.verb),
        "private_metadata": blocks.opening_value(opening.model_copy(update={"text": ""}), METADATA),
        "title": blocks.plain(title, TITLE),
        "submit": blocks.plain(submit, TITLE),
        "close": blocks.plain("Cancel", TITLE),
        "blocks": [*said, *about, *inputs],
    }


def notice(title: str, shown: Sequence[Block]) -> Block:
    """A modal that only says something."""
    return {
        "type": "modal",
        "title": blocks.plain(title, TITLE),
        "close": blocks.plain("Close", TITLE),
        "blocks": list(shown),
    }


def text_input(
    block_id: str,
    label: str,
    value: str | None = None,
    *,
    hint: str = "",
    placeholder: str = "",
    optional: bool = False,
    multiline: bool = False,
    limit: int = INPUT,
) -> Block:
    """A text field; more text than it holds is cut, since Slack would refuse the whole form."""
    element: Block = {"type": "plain_text_input", "action_id": ACTION, "max_length": min(limit, INPUT)}
    element |= {"multiline": True} if multiline else {}
    element |= {"initial_value": value[: min(limit, INPUT)]} if value else {}
    element |= {"placeholder": blocks.plain(placeholder, PLACEHOLDER)} if placeholder else {}
    return _input(block_id, label, element, hint, optional)


def email_input(block_id: str, label: str, value: str | None = None) -> Block:
    element: Block = {"type": "email_text_input", "action_id": ACTION}
    return _input(block_id, label, element | ({"initial_value": value[:ADDRESS]} if value else {}), "", False)


def search(
    block_id: str,
    label: str,
    initial: Block | Sequence[Block] | None = None,
    *,
    placeholder: str = "",
    hint: str = "",
    optional: bool = False,
    letters: int = 1,
    many: bool = False,
) -> Block:
    """A select that looks up its options while somebody types; `letters` is how many it waits for."""
    kind, first = (
        ("multi_external_select", "initial_options") if many else ("external_select", "initial_option")
    )
    element: Block = {"type": kind, "action_id": ACTION, "min_query_length": letters}
    element |= {first: initial} if initial else {}
    element |= {"placeholder": blocks.plain(placeholder, PLACEHOLDER)} if placeholder else {}
    return _input(block_id, label, element, hint, optional)


def file_input(block_id: str, label: str, types: Sequence[str], *, hint: str = "") -> Block:
    """One file; `types` are Slack's own words for them."""
    element: Block = {"type": "file_input", "action_id": ACTION, "filetypes": list(types), "max_files": 1}
    return _input(block_id, label, element, hint, False)


def select(
    block_id: str,
    label: str,
    options: Sequence[str],
    value: str | None = None,
    *,
    hint: str = "",
    optional: bool = False,
) -> Block:
    """A choice of one; the options are their own labels."""
    drawn = [{"text": blocks.plain(each, OPTION), "value": each} for each in options]
    element: Block = {"type": "static_select", "action_id": ACTION, "options": drawn}
    first = next((each for each in drawn if each["value"] == value), None)
    return _input(block_id, label, element | ({"initial_option": first} if first else {}), hint, optional)


def checkboxes(
    block_id: str,
    label: str,
    options: Sequence[tuple[str, str]],
    chosen: Sequence[str],
    *,
    optional: bool = False,
) -> Block:
    """Any of a few, each with its label and its value."""
    drawn = [{"text": blocks.plain(text, OPTION), "value": value} for text, value in options]
    first = [each for each in drawn if each["value"] in chosen]
    element: Block = {"type": "checkboxes", "action_id": ACTION, "options": drawn}
    return _input(block_id, label, element | ({"initial_options": first} if first else {}), "", optional)


def several(block_id: str, label: str, options: Sequence[Block], chosen: Sequence[str]) -> Block:
    """Any of many, by the values of the options; nobody has to choose one."""
    element: Block = {"type": "multi_static_select", "action_id": ACTION, "options": list(options)}
    first = [each for each in options if each["value"] in chosen]
    return _input(block_id, label, element | ({"initial_options": first} if first else {}), "", True)


def people(block_id: str, label: str, chosen: Sequence[str]) -> Block:
    """Any people of the workspace, by their ids in Slack; nobody has to choose one."""
    element: Block = {"type": "multi_users_select", "action_id": ACTION, "max_selected_items": 100}
    return _input(block_id, label, element | ({"initial_users": list(chosen)} if chosen else {}), "", True)


def conversation(block_id: str, label: str, value: str | None = None) -> Block:
    """One of the channels that the person can see."""
    element: Block = {
        "type": "conversations_select",
        "action_id": ACTION,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return _input(block_id, label, element | ({"initial_conversation": value} if value else {}), "", False)


def _input(block_id: str, label: str, element: Block, hint: str, optional: bool) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": blocks.plain(label, 100),
        "element": element,
        "optional": optional,
    }
    return block | ({"hint": blocks.plain(hint, HINT)} if hint else {})
