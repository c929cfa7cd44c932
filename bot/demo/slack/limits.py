"""Slack's limits for blocks and views, and the ids it makes up where the bot gave none."""

import copy
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.demo.slack.elements import (
    ASKED,
    BUTTON,
    CLICKED,
    ELEMENTS,
    GROUP,
    IDS,
    IMAGE,
    OPTION,
)
from bot.demo.slack.rules import (
    TEXTS,
    Rule,
    Shape,
    anything,
    flag,
    listed,
    one_of,
    plain,
    string,
    text,
    wrong,
)
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import SlackError

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000
SUGGESTIONS = 100


def _says_something(*names: str) -> Rule:
    def rule(value: object, place: str) -> Iterator[str]:
        if isinstance(value, dict) and not any(name in value for name in names):
            yield wrong(f"must provide one of: {', '.join(names)}", place)

    return rule


_ID: dict[str, Rule] = {"block_id": IDS}
_IMAGE = one_of({"image": IMAGE})
_LOOSE = Shape({}, closed=False)

BLOCKS = {
    "section": Shape(
        {},
        {
            **_ID,
            "text": text(3000),
            "fields": listed(10, text(2000)),
            "accessory": one_of(ELEMENTS, "image", *CLICKED),
            "expand": flag,
        },
        _says_something("text", "fields"),
    ),
    "header": Shape({"text": plain(150)}, _ID),
    "divider": Shape({}, _ID),
    "image": Shape(
        {"alt_text": string(2000)},
        {**_ID, "image_url": string(3000), "slack_file": anything, "title": plain(2000)},
        _says_something("image_url", "slack_file"),
    ),
    "actions": Shape({"elements": listed(25, one_of(ELEMENTS, *CLICKED))}, _ID),
    "context": Shape({"elements": listed(10, one_of({"image": IMAGE, **TEXTS}))}, _ID),
    "input": Shape(
        {"label": plain(2000), "element": one_of(ELEMENTS, *ASKED)},
        {**_ID, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": Shape({"elements": listed(1000, anything)}, _ID),
    "markdown": Shape({"text": string(12_000)}, _ID),
    "card": Shape(
        {},
        {
            **_ID,
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "actions": listed(3, one_of({"button": BUTTON})),
            "icon": _IMAGE,
            "hero_image": _IMAGE,
        },
        _says_something("hero_image", "title", "actions", "body"),
    ),
    # Known to Slack, taken as they are: the inside is not checked here.
    **dict.fromkeys(("video", "table", "data_table", "file", "alert", "carousel", "context_actions"), _LOOSE),
}

_HOME_AND_MODAL = tuple(name for name in BLOCKS if name not in ("markdown", "file"))

_VIEW: dict[str, Rule] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_VIEWS = {
    "modal": Shape(
        {"title": plain(24), "blocks": listed(VIEW_BLOCKS, one_of(BLOCKS, *_HOME_AND_MODAL), 0)},
        {
            **_VIEW,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
    ),
    "home": Shape({"blocks": listed(VIEW_BLOCKS, one_of(BLOCKS, *_HOME_AND_MODAL), 0)}, _VIEW),
}


def checked_blocks(blocks: object, limit: int = MESSAGE_BLOCKS) -> tuple[Json, ...] | None:
    """A copy of the blocks with all ids, None for none. Raises SlackError `invalid_blocks`."""
    if blocks is None or blocks == []:
        return None
    found = [*listed(limit, one_of(BLOCKS))(blocks, "/blocks"), *_twins(blocks, "/blocks")]
    if found or not isinstance(blocks, list):
        raise SlackError("invalid_blocks", found)
    return tuple(_with_ids(blocks))


def checked_view(view: object, *kinds: str) -> Json:
    """A copy of the view with all ids. Raises SlackError `invalid_arguments`, as Slack does for views."""
    found = list(one_of(_VIEWS, *kinds)(view, "/view"))
    if isinstance(view, dict):
        found += [*_twins(view.get("blocks"), "/view/blocks"), *_submittable(view)]
    if found or not isinstance(view, dict):
        raise SlackError("invalid_arguments", found)
    return {**view, "blocks": _with_ids(view["blocks"])}


def suggestion_complaints(answer: Json) -> list[str]:
    """What is wrong with the answer to a `block_suggestion`."""
    rules: dict[str, Rule] = {
        "options": listed(SUGGESTIONS, OPTION, 0),
        "option_groups": listed(SUGGESTIONS, GROUP, 0),
    }
    return list(Shape({}, rules, _says_something(*rules))(answer, ""))


def _twins(blocks: object, place: str) -> Iterator[str]:
    """Ids that stand twice: a block_id in the blocks, an action_id in a block."""
    objects = [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    yield from _repeated("block_id", objects, place)
    for index, block in enumerate(objects):
        name = {"actions": "elements", "card": "actions"}.get(str(block.get("type")), "")
        if isinstance(block.get(name), list):
            yield from _repeated("action_id", block[name], f"{place}/{index}/{name}")


def _repeated(name: str, objects: Sequence[object], place: str) -> Iterator[str]:
    ids = Counter(str(one[name]) for one in objects if isinstance(one, dict) and name in one)
    yield from (wrong(f"{name} {value!r} already exists", place) for value, times in ids.items() if times > 1)


def _submittable(view: Json) -> Iterator[str]:
    blocks = view["blocks"] if isinstance(view.get("blocks"), list) else []
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    if view.get("type") == "modal" and "input" in kinds and "submit" not in view:
        yield wrong("submit is required when an input block is within the blocks array", "/view/submit")


def _with_ids(blocks: list[Json]) -> list[Json]:
    filled = copy.deepcopy(blocks)
    for block in filled:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in _inside(block):
            if element["type"] in CLICKED or element["type"] in ASKED:
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return filled


def _inside(block: Json) -> Iterator[Json]:
    yield from (block[name] for name in ("element", "accessory") if name in block)
    if block["type"] == "actions":
        yield from block["elements"]
    if block["type"] == "card":
        yield from block.get("actions", [])
