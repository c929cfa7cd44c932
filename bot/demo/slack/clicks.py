"""Turns what a person clicked or typed into the values Slack sends, and refuses what is not on the screen."""

import time
from collections.abc import Mapping
from typing import TypeGuard

from bot.demo.slack.inputs import INPUTS, Values, elements, filled
from bot.demo.slack.wire import Json


class CannotDo(Exception):
    """The person cannot do that: a sentence that says why."""


def found(blocks: list[Json], action: Mapping[str, object]) -> tuple[Json, Json]:
    """The (block, element) that the action names by `action_id` and, when given, `block_id`."""
    for block, element in elements(blocks):
        here = action.get("block_id") in (None, block["block_id"])
        if here and element["action_id"] == action.get("action_id"):
            return block, element
    raise CannotDo("There is no such button or menu.")


def named(blocks: list[Json], name: str) -> Json:
    """The action of clicking what bears this action_id or this text."""
    for block, element in elements(blocks):
        words = element.get("text", {}).get("text")
        if name in (element["action_id"], words):
            return {"action_id": element["action_id"], "block_id": block["block_id"]}
    raise CannotDo(f"There is no button {name!r}.")


def completed(blocks: list[Json], action: Json) -> Json:
    """The action as Slack sends it: what is the element's comes from the element, never from the page."""
    block, element = found(blocks, action)
    kind = element["type"]
    base: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    base["action_ts"] = f"{time.time():.6f}"
    if kind == "button":
        kept: Json = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
        return {**base, **kept}
    if kind == "overflow":
        return {**base, "selected_option": _menu_choice(element, action)}
    field = INPUTS[kind].field
    menu = {"placeholder": element["placeholder"]} if "placeholder" in element else {}
    return {**base, **menu, field: _chosen(element, {field: action.get(field)})[field]}


def with_action(values: Values, blocks: list[Json], action: Json) -> Values:
    """The state after the action: a menu now holds what was chosen."""
    if action["type"] not in INPUTS:
        return values
    field = INPUTS[action["type"]].field
    held = {"type": action["type"], field: action[field]}
    inputs = {**values.get(action["block_id"], {}), action["action_id"]: held}
    return {**values, action["block_id"]: inputs}


def typed_values(blocks: list[Json], values: Mapping[str, object]) -> Values:
    """Slack's `state.values` out of what was typed.

    `values` is Slack's own shape or, shorter, `{block_id or action_id: plain value}`; a menu's option goes by
    its value or text. Raises CannotDo for an input or option that is not there.
    """
    result: Values = {}
    known = [(block, element) for block, element in elements(blocks) if element["type"] in INPUTS]
    for name, value in values.items():
        matches = [pair for pair in known if name in (pair[0]["block_id"], pair[1]["action_id"])]
        # The page may still send what stood in a form that the bot has changed meanwhile.
        if not matches and isinstance(value, dict):
            continue
        if not matches:
            raise CannotDo(f"The form has no input {name!r}.")
        for block, element in _meant(matches, value):
            given = value[element["action_id"]] if _is_slack_shape(value, element) else value
            result.setdefault(block["block_id"], {})[element["action_id"]] = _chosen(element, given)
    return result


def _meant(matches: list[tuple[Json, Json]], value: object) -> list[tuple[Json, Json]]:
    if not isinstance(value, dict):
        return matches[:1]
    exact = [pair for pair in matches if _is_slack_shape(value, pair[1])]
    return exact or matches[:1]


def _is_slack_shape(value: object, element: Json) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict) and isinstance(value.get(element["action_id"]), dict)


def _chosen(element: Json, value: object) -> Json:
    try:
        return filled(element, value)
    except ValueError as none_such:
        raise CannotDo("That menu has no such option.") from none_such


def _menu_choice(element: Json, action: Json) -> Json:
    chosen = action.get("selected_option")
    wanted = chosen.get("value") if isinstance(chosen, dict) else chosen
    for option in element["options"]:
        if wanted in (option["value"], option["text"]["text"]):
            return dict(option)
    raise CannotDo("That menu has no such option.")
