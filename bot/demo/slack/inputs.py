"""What each input of a view holds: its empty value, its first value, and whether a person may submit it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.demo.slack.wire import Json

Values = dict[str, dict[str, Json]]


@dataclass(frozen=True)
class Input:
    """`field` holds the value in `state.values`, `initial` the first value in the element."""

    field: str
    initial: str
    many: bool = False


_ONE = ("selected_option", "initial_option")
_SEVERAL = ("selected_options", "initial_options", True)

INPUTS = {
    "plain_text_input": Input("value", "initial_value"),
    "email_text_input": Input("value", "initial_value"),
    "url_text_input": Input("value", "initial_value"),
    "number_input": Input("value", "initial_value"),
    "rich_text_input": Input("rich_text_value", "initial_value"),
    "static_select": Input(*_ONE),
    "external_select": Input(*_ONE),
    "radio_buttons": Input(*_ONE),
    "checkboxes": Input(*_SEVERAL),
    "multi_static_select": Input(*_SEVERAL),
    "multi_external_select": Input(*_SEVERAL),
    "users_select": Input("selected_user", "initial_user"),
    "channels_select": Input("selected_channel", "initial_channel"),
    "conversations_select": Input("selected_conversation", "initial_conversation"),
    "multi_users_select": Input("selected_users", "initial_users", True),
    "multi_channels_select": Input("selected_channels", "initial_channels", True),
    "multi_conversations_select": Input("selected_conversations", "initial_conversations", True),
    "datepicker": Input("selected_date", "initial_date"),
    "timepicker": Input("selected_time", "initial_time"),
    "datetimepicker": Input("selected_date_time", "initial_date_time"),
    "file_input": Input("files", "initial_files", True),
}

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FORMS = {
    "email_text_input": (_EMAIL, "Please enter a valid email address."),
    "url_text_input": (_URL, "Please enter a valid URL."),
    "number_input": (_NUMBER, "Please enter a number."),
}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) that a person can use."""
    for block in blocks:
        inside = [block.get("element"), block.get("accessory")]
        inside += block.get("elements", []) if block["type"] in ("actions", "context_actions") else []
        inside += block.get("actions", []) if block["type"] == "card" else []
        yield from ((block, element) for element in inside if element and "action_id" in element)


def state_of(blocks: list[Json], before: Values) -> Values:
    """`state.values` of the blocks; an input with the same block_id and action_id keeps what it held."""
    values: Values = {}
    for block, element in elements(blocks):
        kind = INPUTS.get(element["type"])
        if kind is None:
            continue
        held = before.get(block["block_id"], {}).get(element["action_id"])
        if held is None or held["type"] != element["type"]:
            held = {"type": element["type"], kind.field: element.get(kind.initial, [] if kind.many else None)}
        values.setdefault(block["block_id"], {})[element["action_id"]] = held
    return values


def options_of(element: Json) -> list[Json]:
    """The options of a static menu, with those of its groups."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def filled(element: Json, value: object) -> Json:
    """The state of one input: Slack's own shape is kept, a plain Python value is put into it.

    An option of a static menu is named by its value or its text. Raises ValueError when there is none such.
    """
    kind = INPUTS[element["type"]]
    if isinstance(value, dict) and kind.field in value:
        return {"type": element["type"], kind.field: _chosen(element, kind, value[kind.field])}
    if kind.many:
        value = list(value) if isinstance(value, (list, tuple)) else [value]
    return {"type": element["type"], kind.field: _chosen(element, kind, value)}


def _chosen(element: Json, kind: Input, value: object) -> object:
    if "option" not in kind.field or value is None:
        return value
    if isinstance(value, list):
        return [_option(element, one) for one in value]
    return _option(element, value)


def _option(element: Json, value: object) -> object:
    if element["type"] in ("external_select", "multi_external_select"):
        return value
    wanted = value.get("value") if isinstance(value, dict) else value
    for option in options_of(element):
        if wanted in (option["value"], option["text"]["text"]):
            return option
    raise ValueError(f"{element['type']} {element['action_id']} has no such option")


def complaints(blocks: list[Json], values: Values) -> dict[str, str]:
    """What Slack's own form says before it submits anything: block_id → sentence."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            held = values[block["block_id"]][element["action_id"]][INPUTS[element["type"]].field]
            said = _complaint(block, element, held)
            found.update({block["block_id"]: said} if said else {})
    return found


def _complaint(block: Json, element: Json, held: object) -> str | None:
    if held in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    if not isinstance(held, str):
        return None
    if len(held) < element.get("min_length", 0):
        return f"Please use at least {element['min_length']} characters."
    if len(held) > element.get("max_length", 3000):
        return f"Please use at most {element.get('max_length', 3000)} characters."
    form, sentence = _FORMS.get(element["type"], (None, ""))
    return sentence if form and not form.fullmatch(held) else None
