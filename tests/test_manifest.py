"""The manifest against the code, both ways: nothing is asked of Slack that is not used, and nothing used is missing."""

import ast
import copy
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from commands import COMMANDS
from tests.schemas import beside

Manifest = dict[str, Any]

ROOT = Path(__file__).parents[1]
MANIFEST: Manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
CODE = [path for path in sorted((ROOT / "bot").rglob("*.py")) if "demo" not in path.parts]

SCOPES: Mapping[str, str | None] = {
    "auth_test": None,
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "conversations_open": "im:write",
    "users_info": "users:read",
    "views_open": None,
    "views_update": None,
}
"""The bot scope that each Web API method needs, as its page on docs.slack.dev says; None where any token will do."""
LISTENING = {
    "command": "slash_commands",
    "shortcut": "shortcuts",
    "global_shortcut": "shortcuts",
    "message_shortcut": "shortcuts",
    "event": "event_subscriptions",
    "message": "event_subscriptions",
}
"""The part of the manifest that each kind of Bolt listener needs."""
CLICKS = {"action", "view", "view_submission", "block_action", "options", "shortcut", "message_shortcut"}
"""Listeners for interactive payloads."""

LONGEST = {
    "display_information.name": 35,
    "display_information.description": 140,
    "features.bot_user.display_name": 80,
}
EACH = {
    "slash_commands": (50, {"command": 32, "description": 2000, "usage_hint": 1000}),
    "shortcuts": (10, {"name": 24, "callback_id": 255, "description": 150}),
}


def attributes() -> Iterator[tuple[str, str]]:
    """Every `owner.name(…)` that the bot calls; `owner` is the last word before the dot."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                yield getattr(owner, "id", getattr(owner, "attr", "")), node.func.attr


def methods_called() -> set[str]:
    """Web API methods, found by their names in slack_sdk."""
    return {name for _, name in attributes() if "_" in name.strip("_") and hasattr(AsyncWebClient, name)}


def kinds_listened_to() -> set[str]:
    return {name for owner, name in attributes() if owner == "app" and hasattr(AsyncApp, name)}


def at(manifest: Manifest, path: str) -> Any:
    found: Any = manifest
    for part in path.split("."):
        found = (found or {}).get(part)
    return found


def too_large(manifest: Manifest) -> Iterator[str]:
    for path, most in LONGEST.items():
        if not 1 <= len(at(manifest, path) or "") <= most:
            yield path
    for part, (many, limits) in EACH.items():
        entries = at(manifest, f"features.{part}") or []
        if len(entries) > many:
            yield part
        yield from (f"{part}: {k}" for e in entries for k, most in limits.items() if len(e.get(k, "")) > most)


def problems(manifest: Manifest) -> list[str]:
    """What Slack would refuse: sizes and addresses always, all the rest where the official schema is at hand."""
    commands = at(manifest, "features.slash_commands") or []
    found = list(too_large(manifest))
    if len({c["command"] for c in commands}) != len(commands):
        found.append("a command stands twice")
    if not at(manifest, "settings.socket_mode_enabled"):
        addressed = [c.get("url") for c in commands] + [at(manifest, "settings.interactivity.request_url")]
        found += ["an address is missing"] * (not all(addressed))
    schema = beside("check_manifest")
    return [*found, *(schema.problems(manifest) if schema else [])]


def over_http() -> Manifest:
    """The manifest with the changes that the README describes."""
    text = (ROOT / "README.md").read_text()
    changes = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    change = next(c for c in changes if "settings" in c)
    manifest = copy.deepcopy(MANIFEST)
    urls = {c["command"]: c["url"] for c in change["features"]["slash_commands"]}
    for command in manifest["features"]["slash_commands"]:
        command["url"] = urls.pop(command["command"])
    assert urls == {}
    manifest["settings"] |= change["settings"]
    return manifest


def test_slack_takes_the_manifest() -> None:
    assert problems(MANIFEST) == []


def test_slack_takes_it_with_the_changes_for_http() -> None:
    changed = over_http()
    assert changed["settings"]["socket_mode_enabled"] is False
    assert problems(changed) == []


@pytest.mark.parametrize(
    "change",
    [
        {"display_information": {"name": "x" * 36}},
        {"settings": {"socket_mode_enabled": False}},
        {"features": {"slash_commands": MANIFEST["features"]["slash_commands"] * 2}},
    ],
)
def test_a_wrong_manifest_is_noticed(change: Manifest) -> None:
    assert problems({**MANIFEST, **change})


def test_the_slash_commands_are_those_of_the_table() -> None:
    declared = [c["command"] for c in at(MANIFEST, "features.slash_commands")]
    assert declared == list(dict.fromkeys(c.name for c in COMMANDS))


def test_the_usage_hints_name_every_verb_and_no_other() -> None:
    hints = {c["command"]: c["usage_hint"].split("|") for c in at(MANIFEST, "features.slash_commands")}
    typed = {name: [c.verb for c in COMMANDS if c.name == name and c.usage != name] for name in hints}
    assert {name: sorted(verbs) for name, verbs in hints.items()} == {n: sorted(v) for n, v in typed.items()}


def test_channels_come_as_ids_where_a_command_takes_one() -> None:
    taking = {c.name for c in COMMANDS if "#channel" in c.usage}
    escaped = {c["command"] for c in at(MANIFEST, "features.slash_commands") if c["should_escape"]}
    assert taking == escaped


def test_what_is_declared_is_listened_to_and_the_other_way_round() -> None:
    kinds = kinds_listened_to()
    assert {"command", "action", "view"} <= kinds
    needed = {LISTENING[kind] for kind in kinds if kind in LISTENING}
    declared = {part for part in ("slash_commands", "shortcuts") if at(MANIFEST, f"features.{part}")}
    declared |= {"event_subscriptions"} if at(MANIFEST, "settings.event_subscriptions") else set()
    assert declared == needed
    assert bool(kinds & CLICKS) == at(MANIFEST, "settings.interactivity.is_enabled")


def test_the_scopes_are_those_that_the_calls_need() -> None:
    called = methods_called()
    assert "chat_postMessage" in called
    assert called - SCOPES.keys() == set(), "say in SCOPES which scope these need"
    needed = {"commands", *(scope for method in called if (scope := SCOPES[method]))}
    assert set(at(MANIFEST, "oauth_config.scopes.bot")) == needed
    assert SCOPES.keys() - called == set(), "SCOPES names methods that nobody calls"


def test_the_tabs_of_the_app_are_those_that_it_fills() -> None:
    called = methods_called()
    home = at(MANIFEST, "features.app_home")
    assert home["messages_tab_enabled"] == ("conversations_open" in called)
    assert home["home_tab_enabled"] == ("views_publish" in called)
