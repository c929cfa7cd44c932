"""The Slack app's manifest: what is asked of Slack for the chosen features, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import yaml

from commands.catalogue import COMMANDS

Manifest = dict[str, Any]
"""The manifest is Slack's own document, of Slack's own shape."""

EVENTS, REDIRECT = "/slack/events", "/slack/oauth_redirect"
DESCRIPTIONS = {"/candidate": "Add, find, note, tag and move candidates", "/ats": "Connect your ATS"}


@dataclass(frozen=True)
class Shortcut:
    """An entry of a message's menu, or (not `on_message`) of the lightning menu; `name` has 24 characters at most."""

    callback_id: str
    name: str
    description: str
    on_message: bool = True


@dataclass(frozen=True)
class Feature:
    """What a part of the app asks of Slack. `scopes` and `events` say why, in a line each."""

    scopes: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    shortcuts: Sequence[Shortcut] = ()


ALWAYS = "commands"
FEATURES: Mapping[str, Feature] = {
    ALWAYS: Feature(
        scopes={
            "commands": "slash commands, and shortcuts where there are any",
            "chat:write": "answers that come later than Slack's own reply address allows",
            "users:read": "who is an admin, who a guest; the name that a note is signed with",
        },
        events={
            "app_uninstalled": "the workspace has left: its keys and tokens are deleted",
            "tokens_revoked": "the same, when only the bot's token was taken back",
        },
    ),
    "shortcuts": Feature(
        shortcuts=(
            Shortcut("add_candidate", "Add candidate", "Add whoever this message is about to your ATS"),
            Shortcut("add_note", "Add note to candidate", "Keep this message as a note in your ATS"),
            Shortcut("tag_candidate", "Tag candidate", "Tag whoever this message is about"),
            Shortcut("move_candidate", "Move candidate", "Move whoever this message is about"),
            Shortcut("new_candidate", "Add candidate", "Add somebody to your ATS", on_message=False),
            Shortcut("find_candidate", "Find candidate", "Look somebody up in your ATS", on_message=False),
        ),
    ),
    "files": Feature(scopes={"files:read": "CVs attached to a message or to a form"}),
    "import": Feature(
        scopes={"files:write": "the rows that an import could not take, and the picture of a channel's week"},
        shortcuts=(
            Shortcut("import_candidates", "Import candidates", "Add the people of a CSV or Excel file"),
        ),
    ),
    "home": Feature(events={"app_home_opened": "somebody looks at the Home tab: it is drawn for them"}),
    "share": Feature(
        scopes={
            "channels:read": "who reads along in a channel, before a candidate is shared there",
            "groups:read": "the same of a private channel",
            "im:read": "the same of a conversation with the app",
        }
    ),
    "groups": Feature(
        scopes={"usergroups:read": "who is in the user groups that a rule names, see `/ats allow`"}
    ),
    "authors": Feature(
        scopes={
            "users:read.email": "which user of the ATS somebody is, where it can say who moved a candidate"
        }
    ),
    "dm": Feature(scopes={"im:write": "answers by direct message where the channel cannot be written to"}),
}
"""In the order in which they are written; the first is always there."""


class UnknownFeature(Exception):
    """A feature that there is not, or that cannot be left out; `str` says which there are."""


def scopes(without: Collection[str] = ()) -> list[str]:
    """The bot scopes of the chosen features."""
    return [scope for feature in _chosen(without) for scope in feature.scopes]


def manifest(*, url: str = "", without: Collection[str] = ()) -> Manifest:
    """With a `url` Slack speaks HTTP to it and workspaces install by OAuth, without one it is Socket Mode.

    Raises `UnknownFeature`.
    """
    features = list(_chosen(without))
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Shortlist",
            "description": "Your applicant tracking system inside Slack",
            "background_color": "#1f4d3a",
        },
        "features": _features(features, url, without),
        "oauth_config": {
            **({"redirect_urls": [url + REDIRECT]} if url else {}),
            "scopes": {"bot": scopes(without)},
        },
        "settings": _settings(features, url),
    }


def problem_of(url: str) -> str | None:
    """What Slack would not take in the address of a server; no address is no problem."""
    parts = urlsplit(url)
    if not url or (parts.scheme == "https" and parts.netloc and not parts.query and not parts.fragment):
        return None
    return "--url must be an address that begins with https://; Slack speaks to nothing else."


def as_yaml(drawn: Manifest) -> str:
    """The manifest as a file, with the reason beside each scope and event."""
    address = drawn["settings"]["event_subscriptions"].get("request_url", "")
    ways = f"HTTP: Slack sends to {address}." if address else "Socket Mode: no public address is needed."
    head = f"# Paste this at api.slack.com/apps → “Create New App” → “From a manifest”. {ways}\n"
    text = yaml.dump(drawn, Dumper=_Indented, sort_keys=False, allow_unicode=True, width=1000)
    reasons = {name: why for f in FEATURES.values() for name, why in (*f.scopes.items(), *f.events.items())}
    lines = [f"{line} # {why}" if (why := reasons.get(_item(line))) else line for line in text.splitlines()]
    return head + "\n".join(lines) + "\n"


def as_json(drawn: Manifest) -> str:
    return json.dumps(drawn, ensure_ascii=False, indent=2)


def _chosen(without: Collection[str]) -> Iterator[Feature]:
    if wrong := [name for name in without if name not in FEATURES or name == ALWAYS]:
        known = ", ".join(name for name in FEATURES if name != ALWAYS)
        raise UnknownFeature(f"“{wrong[0]}” cannot be left out. These can: {known}.")
    return (feature for name, feature in FEATURES.items() if name not in without)


def _features(features: Sequence[Feature], url: str, without: Collection[str]) -> Manifest:
    shortcuts = [_shortcut(each) for feature in features for each in feature.shortcuts]
    return {
        "bot_user": {"display_name": "Shortlist", "always_online": True},
        "app_home": {
            "home_tab_enabled": "home" not in without,
            "messages_tab_enabled": "dm" not in without,
            "messages_tab_read_only_enabled": True,
        },
        **({"shortcuts": shortcuts} if shortcuts else {}),
        "slash_commands": [_slash_command(name, url) for name in dict.fromkeys(c.name for c in COMMANDS)],
    }


def _shortcut(shortcut: Shortcut) -> Manifest:
    return {
        "name": shortcut.name,
        "type": "message" if shortcut.on_message else "global",
        "callback_id": shortcut.callback_id,
        "description": shortcut.description,
    }


def _slash_command(name: str, url: str) -> Manifest:
    mine = [command for command in COMMANDS if command.name == name]
    return {
        "command": name,
        **({"url": url + EVENTS} if url else {}),
        "description": DESCRIPTIONS[name],
        "usage_hint": "|".join(c.verb for c in mine if c.usage != name),
        # With it, Slack sends channels as ids, but also people as mentions, which would spoil a note.
        "should_escape": any("#channel" in c.usage for c in mine),
    }


def _settings(features: Sequence[Feature], url: str) -> Manifest:
    address = {"request_url": url + EVENTS} if url else {}
    options = {"message_menu_options_url": url + EVENTS} if url else {}
    return {
        "event_subscriptions": {**address, "bot_events": [e for f in features for e in f.events]},
        "interactivity": {"is_enabled": True, **address, **options},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not url,
        "token_rotation_enabled": False,
    }


def _item(line: str) -> str:
    """The value of a line that is an item of a list."""
    return line.strip().removeprefix("- ") if line.strip().startswith("- ") else ""


class _Indented(yaml.SafeDumper):
    """Items of a list stand further in than its name, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)
