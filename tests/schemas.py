"""Checks Block Kit: always by Slack's sizes, and by a full schema where one lies beside the project."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from jsonschema_rs import Draft202012Validator

SCHEMAS = Path(__file__).parents[2] / "shared" / "schemas"

TEXTS = {
    "header": ("text", 150),
    "button": ("text", 75),
    "section": ("text", 3000),
    "input": ("label", 2000),
}
"""Where each kind of block or element has its text, and how long that may be."""
LISTS = {"actions": ("elements", 25), "context": ("elements", 10), "static_select": ("options", 100)}
STRINGS = {"action_id": 255, "block_id": 255, "callback_id": 255, "private_metadata": 3000, "url": 3000}
VALUES = {"button": 2000, "plain_text_input": 3000}
BLOCKS = {"message": 50, "modal": 100, "home": 100}


def problems(payload: Any, target: str) -> list[str]:
    """All that Slack would refuse in a list of blocks ("message") or a view ("modal", "home")."""
    schema = beside("check_blocks")
    return [*_sizes(payload, target), *(schema.validate(payload, target) if schema else [])]


@cache
def beside(name: str) -> ModuleType | None:
    """A checker that may lie beside the project, or None; it is no part of it."""
    path = SCHEMAS / f"{name}.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # one leaves closing its file to the interpreter
        spec.loader.exec_module(module)
    if hasattr(module, "V"):
        make = module.V
        vars(module)["V"] = cache(lambda ref: Quick(make(ref)))  # it makes the same few over and over
    return module


class Quick:
    """Asks a fast validator first: nearly everything is valid, and a slow one is needed only to say why not."""

    def __init__(self, slow: Any) -> None:
        self._slow, self._fast = slow, Draft202012Validator(slow.schema, validate_formats=True)

    def iter_errors(self, payload: Any) -> Iterator[Any]:
        return iter(()) if self._fast.is_valid(payload) else self._slow.iter_errors(payload)


def _sizes(payload: Any, target: str) -> list[str]:
    blocks = payload if target == "message" else payload["blocks"]
    found = [problem for thing in things(payload) for problem in _wrong(thing)]
    if not 1 <= len(blocks) <= BLOCKS[target]:
        found.append(f"{len(blocks)} blocks")
    if target == "modal":
        found += [
            f"{k} too long"
            for k in ("title", "submit", "close")
            if len(payload.get(k, {}).get("text", "")) > 24
        ]
        ids = [block["block_id"] for block in blocks if "block_id" in block]
        found += ["a block_id stands twice"] if len(ids) != len(set(ids)) else []
        found += (
            ["no submit"] if any(b["type"] == "input" for b in blocks) and "submit" not in payload else []
        )
    return found


def things(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside, depth first."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from things(each)


def _wrong(thing: dict[str, Any]) -> Iterator[str]:
    kind = thing.get("type", "")
    name, limit = TEXTS.get(kind, ("", 0))
    if name in thing and not 1 <= len(thing[name]["text"]) <= limit:
        yield f"{kind}.{name} has {len(thing[name]['text'])} characters"
    name, limit = LISTS.get(kind, ("", 0))
    if name and not 1 <= len(thing.get(name, "?")) <= limit:
        yield f"{kind} has {len(thing[name])} {name}"
    for field in thing.get("fields", []):
        if not 1 <= len(field["text"]) <= 2000:
            yield "a field's size"
    ids = [e.get("action_id") for e in thing.get("elements", []) if kind == "actions"]
    if len(ids) != len(set(ids)):
        yield "an action_id stands twice"
    for name, limit in STRINGS.items():
        if len(thing.get(name, "")) > limit:
            yield f"{name} too long"
    if len(str(thing.get("value", "") or thing.get("initial_value", ""))) > VALUES.get(kind, 3000):
        yield f"the value of a {kind} is too long"
    if kind in ("plain_text", "mrkdwn") and not thing["text"]:
        yield "an empty text"
