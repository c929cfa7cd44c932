"""Slack's limits for what stands inside blocks: buttons, menus, inputs, options."""

from collections.abc import Iterator

from bot.demo.slack.inputs import options_of
from bot.demo.slack.rules import (
    Rule,
    Shape,
    anything,
    between,
    choice,
    flag,
    listed,
    number,
    plain,
    string,
    text,
    wrong,
)
from bot.demo.slack.wire import Json

IDS = string(255)
CONFIRM = Shape(
    {"title": plain(100), "text": text(300)},
    {"confirm": plain(30), "deny": plain(30), "style": choice("primary", "danger")},
)
_OPTION = {"text": plain(75), "value": string(150)}
OPTION = Shape(_OPTION, {"description": plain(75)})
_MENU_OPTION = Shape(_OPTION, {"description": plain(75), "url": string(3000)})
_RICH_OPTION = Shape({**_OPTION, "text": text(75)}, {"description": text(75)})
GROUP = Shape({"label": plain(75), "options": listed(100, OPTION)})
OPTIONS: Rule = listed(100, OPTION)
GROUPS: Rule = listed(100, GROUP)

IMAGE = Shape({"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything})


def _one_list(value: object, place: str) -> Iterator[str]:
    if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
        yield wrong("must provide exactly one of options and option_groups", place)
    yield from _known_first(value, place)


def _known_first(value: object, place: str) -> Iterator[str]:
    """A first choice must be one of the options, to the letter."""
    if not isinstance(value, dict) or not _listable(value):
        return
    first = [
        *value.get("initial_options", []),
        *([value["initial_option"]] if "initial_option" in value else []),
    ]
    if any(one not in options_of(value) for one in first):
        yield wrong("initial_option must be one of the options", place)


def _listable(value: Json) -> bool:
    groups = value.get("option_groups", [])
    lists = (value.get("options", []), value.get("initial_options", []), groups)
    return all(isinstance(one, list) for one in lists) and all(
        isinstance(group, dict) and isinstance(group.get("options"), list) for group in groups
    )


# Slack makes an action_id up when there is none.
_ACTION: dict[str, Rule] = {"action_id": IDS}
_FOCUS: dict[str, Rule] = {**_ACTION, "focus_on_load": flag}
_ASKING: dict[str, Rule] = {**_FOCUS, "placeholder": plain(150)}
_SELECT: dict[str, Rule] = {**_ASKING, "confirm": CONFIRM}
_MULTI: dict[str, Rule] = {**_SELECT, "max_selected_items": number}
_TYPED: dict[str, Rule] = {**_ASKING, "initial_value": string(3000, 0), "dispatch_action_config": anything}
_LISTS: dict[str, Rule] = {"options": OPTIONS, "option_groups": GROUPS}
_IDS: Rule = listed(1000, string(255))
_HERE: dict[str, Rule] = {"default_to_current_conversation": flag, "filter": anything}
_ANSWER: dict[str, Rule] = {"response_url_enabled": flag}

BUTTON = Shape(
    {"text": plain(75)},
    {
        **_ACTION,
        "value": string(2000),
        "url": string(3000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)

ELEMENTS = {
    "button": BUTTON,
    "image": IMAGE,
    "static_select": Shape({}, {**_SELECT, **_LISTS, "initial_option": OPTION}, _one_list),
    "multi_static_select": Shape({}, {**_MULTI, **_LISTS, "initial_options": OPTIONS}, _one_list),
    "external_select": Shape({}, {**_SELECT, "min_query_length": number, "initial_option": OPTION}),
    "multi_external_select": Shape({}, {**_MULTI, "min_query_length": number, "initial_options": OPTIONS}),
    "users_select": Shape({}, {**_SELECT, "initial_user": IDS}),
    "multi_users_select": Shape({}, {**_MULTI, "initial_users": _IDS}),
    "channels_select": Shape({}, {**_SELECT, **_ANSWER, "initial_channel": IDS}),
    "multi_channels_select": Shape({}, {**_MULTI, "initial_channels": _IDS}),
    "conversations_select": Shape({}, {**_SELECT, **_ANSWER, **_HERE, "initial_conversation": IDS}),
    "multi_conversations_select": Shape({}, {**_MULTI, **_HERE, "initial_conversations": _IDS}),
    "overflow": Shape({"options": listed(5, _MENU_OPTION)}, {**_ACTION, "confirm": CONFIRM}),
    "checkboxes": Shape(
        {"options": listed(10, _RICH_OPTION)},
        {**_FOCUS, "confirm": CONFIRM, "initial_options": listed(10, _RICH_OPTION)},
        _known_first,
    ),
    "radio_buttons": Shape(
        {"options": listed(10, _RICH_OPTION)},
        {**_FOCUS, "confirm": CONFIRM, "initial_option": _RICH_OPTION},
        _known_first,
    ),
    "datepicker": Shape({}, {**_SELECT, "initial_date": string(10, 10)}),
    "timepicker": Shape({}, {**_SELECT, "initial_time": string(5, 5), "timezone": string(100)}),
    "datetimepicker": Shape({}, {**_FOCUS, "confirm": CONFIRM, "initial_date_time": number}),
    "plain_text_input": Shape({}, {**_TYPED, "multiline": flag, "min_length": number, "max_length": number}),
    "email_text_input": Shape({}, _TYPED),
    "url_text_input": Shape({}, _TYPED),
    "number_input": Shape(
        {"is_decimal_allowed": flag}, {**_TYPED, "min_value": string(30), "max_value": string(30)}
    ),
    "rich_text_input": Shape({}, {**_TYPED, "initial_value": anything}),
    "file_input": Shape({}, {**_ACTION, "filetypes": listed(100, string(20)), "max_files": between(1, 10)}),
}

MENUS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("datepicker", "timepicker", "datetimepicker")
CLICKED = ("button", "overflow", "checkboxes", "radio_buttons", *MENUS, *PICKERS)
TYPED = tuple(name for name in ELEMENTS if name.endswith("_input") and name != "file_input")
ASKED = ("checkboxes", "radio_buttons", *MENUS, *PICKERS, *TYPED, "file_input")
