"""The manifest against the code, both ways: nothing is asked of Slack that is not used, and nothing used is missing."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from typer.testing import CliRunner

from bot.demo.slack.scopes import GRANTED
from bot.operate.manifest import FEATURES, UnknownFeature, as_json, as_yaml, manifest, scopes
from bot.shell import cli
from bot.slack.shortcuts import TABLE, VERBS
from commands.catalogue import COMMANDS
from tests.schemas import beside

Manifest = dict[str, Any]

ROOT = Path(__file__).parents[1]
MANIFEST: Manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
URL = "https://shortlist.example.com"
OPTIONAL = tuple(FEATURES)[1:]
CODE = [path for path in sorted((ROOT / "bot").rglob("*.py")) if "demo" not in path.parts]

SCOPES: Mapping[str, frozenset[str]] = {
    "api_call": frozenset(),  # oauth.v2.access
    "api_test": frozenset(),
    "auth_test": frozenset(),
    "chat_getPermalink": frozenset(),
    "chat_postEphemeral": frozenset({"chat:write"}),
    "chat_postMessage": frozenset({"chat:write"}),
    "chat_update": frozenset({"chat:write"}),
    "conversations_info": frozenset({"channels:read", "groups:read", "im:read"}),
    "conversations_open": frozenset({"im:write"}),
    "files_completeUploadExternal": frozenset({"files:write"}),
    "files_delete": frozenset({"files:write"}),
    "files_getUploadURLExternal": frozenset({"files:write"}),
    "files_info": frozenset({"files:read"}),
    "usergroups_list": frozenset({"usergroups:read"}),
    "usergroups_users_list": frozenset({"usergroups:read"}),
    "users_info": frozenset({"users:read", "users:read.email"}),
    "views_open": frozenset(),
    "views_publish": frozenset(),
    "views_push": frozenset(),
    "views_update": frozenset(),
}
"""The bot scopes that each Web API method needs, as its page on docs.slack.dev says; none where any token will do."""
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
    """Every `owner.name` in the bot; `owner` is the last word before the dot."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                yield getattr(node.value, "id", getattr(node.value, "attr", "")), node.attr


def methods_called() -> set[str]:
    """Web API methods, found by their names in slack_sdk; `api_call` stands for those that are called by name."""
    names = {name for owner, name in attributes() if "client" in owner}
    return {name for name in names if "_" in name.strip("_") and hasattr(AsyncWebClient, name)}


def events_listened_to() -> set[str]:
    """The names in `app.event("…")`."""
    calls = [n for path in CODE for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
    named = [c.args for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "event" and c.args]
    return {
        first.value for first, *_ in named if isinstance(first, ast.Constant) and isinstance(first.value, str)
    }


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


def test_the_file_in_the_repository_is_what_the_command_prints() -> None:
    assert (ROOT / "manifest.yml").read_text() == as_yaml(manifest()), "shortlist manifest > manifest.yml"
    assert manifest() == MANIFEST


def test_slack_takes_the_manifest() -> None:
    assert problems(MANIFEST) == []


@pytest.mark.parametrize("without", [(), *((name,) for name in OPTIONAL), OPTIONAL])
@pytest.mark.parametrize("url", ["", URL])
def test_slack_takes_it_with_any_features_over_socket_and_http(url: str, without: tuple[str, ...]) -> None:
    drawn = manifest(url=url, without=without)
    assert problems(drawn) == []
    assert yaml.safe_load(as_yaml(drawn)) == drawn == json.loads(as_json(drawn))
    kept = [feature for name, feature in FEATURES.items() if name not in without]
    assert at(drawn, "oauth_config.scopes.bot") == scopes(without) == [s for f in kept for s in f.scopes]
    assert at(drawn, "settings.event_subscriptions.bot_events") == [e for f in kept for e in f.events]
    assert at(drawn, "features.app_home.home_tab_enabled") == ("home" not in without)
    shortcuts = at(drawn, "features.shortcuts") or []
    assert len(shortcuts) == sum(len(feature.shortcuts) for feature in kept) <= 10


def test_over_http_everything_has_an_address() -> None:
    drawn = manifest(url=URL)
    events, redirect = f"{URL}/slack/events", f"{URL}/slack/oauth_redirect"
    assert at(drawn, "settings.socket_mode_enabled") is False
    assert {c["url"] for c in at(drawn, "features.slash_commands")} == {events}
    interactivity = at(drawn, "settings.interactivity")
    assert (interactivity["request_url"], interactivity["message_menu_options_url"]) == (events, events)
    assert at(drawn, "settings.event_subscriptions.request_url") == events
    assert at(drawn, "oauth_config.redirect_urls") == [redirect]
    assert URL not in as_yaml(MANIFEST)


def test_each_scope_and_event_says_why() -> None:
    lines = as_yaml(manifest(url=URL)).splitlines()
    names = [*scopes(), *at(MANIFEST, "settings.event_subscriptions.bot_events")]
    assert len(names) > 8
    for name in names:
        (line,) = [line for line in lines if line.strip().startswith(f"- {name} ")]
        assert re.search(r" # \S.{10,}", line), name


@pytest.mark.parametrize("name", ["commands", "cooking", ""])
def test_what_cannot_be_left_out_is_said_with_what_can(name: str) -> None:
    with pytest.raises(UnknownFeature, match="shortcuts, files"):
        manifest(without=[name])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--url", "http://example.com"], "begins with https://"),
        (["--url", URL, "--socket"], "give one of them"),
        (["--without", "cooking"], "cannot be left out"),
    ],
)
def test_the_command_says_what_is_wrong(words: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, ["manifest", *words])
    assert result.exit_code == 1
    assert said in result.output


def test_the_command_prints_what_was_asked_for() -> None:
    result = CliRunner().invoke(cli, ["manifest", "--url", f"{URL}/", "--without", "home, files"])
    assert result.exit_code == 0
    assert result.stdout == as_yaml(manifest(url=URL, without=["home", "files"]))


def test_slacks_own_tool_finds_its_hooks() -> None:
    hooks = json.loads((ROOT / ".slack/hooks.json").read_text())
    assert hooks["config"]["sdk-managed-connection-enabled"] is True
    assert hooks["hooks"].keys() == {"get-manifest", "start"}
    for command in hooks["hooks"].values():
        assert ".venv/bin/shortlist " in command
    for ours, theirs in {"APP_TOKEN": "XAPP", "BOT_TOKEN": "XOXB"}.items():
        assert f'SHORTLIST_SLACK_{ours}="$SLACK_CLI_{theirs}"' in hooks["hooks"]["start"]


def test_the_hook_for_the_manifest_answers_as_slacks_own_tool_asks() -> None:
    """In a shell, with an argument of its own, and with a JSON object on standard output."""
    hook = json.loads((ROOT / ".slack/hooks.json").read_text())["hooks"]["get-manifest"]
    script = hook.replace(".venv/bin/shortlist", f"{sys.executable} -m bot") + f" --source={ROOT}"
    ran = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, check=True, text=True)
    assert json.loads(ran.stdout) == MANIFEST


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
    asked = "message_menu_options_url" in at(manifest(url=URL), "settings.interactivity")
    assert asked == ("options" in kinds)


def test_the_shortcuts_are_those_that_are_answered() -> None:
    declared = [shortcut["callback_id"] for shortcut in at(MANIFEST, "features.shortcuts")]
    assert sorted(declared) == sorted([*VERBS, TABLE])


def test_the_events_are_those_that_are_listened_to() -> None:
    assert set(at(MANIFEST, "settings.event_subscriptions.bot_events")) == events_listened_to()


def test_the_scopes_are_those_that_the_calls_need() -> None:
    called = methods_called()
    assert "chat_postMessage" in called
    assert called - SCOPES.keys() == set(), "say in SCOPES which scopes these need"
    needed = {"commands"}.union(*(SCOPES[method] for method in called))
    assert set(at(MANIFEST, "oauth_config.scopes.bot")) == needed == GRANTED
    assert SCOPES.keys() - called == set(), "SCOPES names methods that nobody calls"


def test_the_tabs_of_the_app_are_those_that_it_fills() -> None:
    called = methods_called()
    home = at(MANIFEST, "features.app_home")
    assert home["messages_tab_enabled"] == ("conversations_open" in called)
    assert home["home_tab_enabled"] == ("views_publish" in called)
