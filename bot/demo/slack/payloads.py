"""What Slack sends, in Slack's own shapes."""

import time
from dataclasses import dataclass, replace
from typing import Literal

from bot.demo.slack.inputs import Values
from bot.demo.slack.people import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_ID,
    Channel,
    User,
)
from bot.demo.slack.typed import rich_elements
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Message, View

VERIFICATION = "demo-verification-token"
Kind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True)
class Errand:
    """One thing to carry to the bot. `kind` is the Socket Mode envelope's; `label` is what a notice names."""

    kind: Kind
    payload: Json
    user: str
    label: str
    channel: str | None = None
    view_id: str | None = None
    retry: int = 0

    @property
    def type(self) -> str:
        """`slash_command`, or the payload's own type."""
        return "slash_command" if self.kind == "slash_commands" else str(self.payload["type"])

    def again(self, retry: int) -> "Errand":
        """The same errand as Slack's n-th retry of an event."""
        return replace(self, retry=retry)


def _interaction(kind: str, user: User, trigger_id: str) -> Json:
    person = {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": person,
        "api_app_id": APP_ID,
        "token": VERIFICATION,
        "trigger_id": trigger_id,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _place(channel: Channel) -> Json:
    return {"id": channel.id, "name": "directmessage" if channel.kind == "app" else _seen_name(channel)}


def _seen_name(channel: Channel) -> str:
    return "privategroup" if channel.kind == "private" else channel.name


def slash_command(user: User, channel: Channel, command: str, text: str, trigger_id: str, url: str) -> Json:
    """The form of a slash command."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": _place(channel)["name"],
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger_id,
    }


def message(one: Message, channel: Channel | None = None) -> Json:
    """A message as payloads and events carry it; of a file in a shared `channel` they tell nothing but its id."""
    base: Json = {"type": "message", "ts": one.ts, "text": one.text, "team": TEAM_ID}
    if one.thread_ts:
        base["thread_ts"] = one.thread_ts
    if one.files:
        shared = channel is not None and channel.kind == "shared"
        base |= {"files": [_unseen(file) if shared else file for file in one.files], "upload": False}
    if one.metadata:
        base["metadata"] = one.metadata
    if one.edited:
        base["edited"] = {"user": one.user or BOT_USER, "ts": one.ts}
    if one.bot:
        bot = {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID}
        return {**base, **bot, **({"blocks": list(one.blocks)} if one.blocks else {})}
    blocks = {"blocks": [_typed(one.text)]} if one.text else {}
    return {**base, "user": one.user, "client_msg_id": f"msg-{one.ts}", **blocks}


def _unseen(file: Json) -> Json:
    """What Slack Connect shows of a file: `files.info` has the rest."""
    blank = {
        "mode": "file_access",
        "file_access": "check_file_info",
        "created": 0,
        "timestamp": 0,
        "user": "",
    }
    return {"id": file["id"], **blank}


def _typed(text: str) -> Json:
    """What a person types is a rich_text block besides the text."""
    line = {"type": "rich_text_section", "elements": rich_elements(text)}
    return {"type": "rich_text", "block_id": "typed", "elements": [line]}


def message_click(
    user: User, channel: Channel, clicked: Message, action: Json, values: Values, trigger_id: str, url: str
) -> Json:
    """`block_actions` of a message; an ephemeral one is named, not shown."""
    hidden = clicked.ephemeral_to is not None
    container = {
        "type": "message",
        "message_ts": clicked.ts,
        "channel_id": channel.id,
        "is_ephemeral": hidden,
    }
    shown = {} if hidden else {"message": message(clicked, channel)}
    return {
        **_interaction("block_actions", user, trigger_id),
        "container": container,
        "channel": _place(channel),
        **shown,
        "state": {"values": values},
        "response_url": url,
        "actions": [action],
    }


def view_click(user: User, view: View, action: Json, trigger_id: str) -> Json:
    """`block_actions` of a modal or Home."""
    return {
        **_interaction("block_actions", user, trigger_id),
        "container": {"type": "view", "view_id": view.id},
        "view": view.for_slack(),
        "actions": [action],
    }


def view_submission(user: User, view: View, trigger_id: str, response_urls: list[Json]) -> Json:
    """A modal that was submitted."""
    more = {"view": view.for_slack(), "response_urls": response_urls}
    return {**_interaction("view_submission", user, trigger_id), **more}


def view_closed(user: User, view: View, *, cleared: bool) -> Json:
    """A modal that was closed without submitting it; it brings no trigger."""
    payload = _interaction("view_closed", user, "")
    del payload["trigger_id"]
    return {**payload, "view": view.for_slack(), "is_cleared": cleared}


def message_shortcut(
    user: User, channel: Channel, chosen: Message, callback_id: str, trigger_id: str, url: str
) -> Json:
    """`message_action`: an entry of a message's menu."""
    return {
        **_interaction("message_action", user, trigger_id),
        "callback_id": callback_id,
        "action_ts": action_ts(),
        "message_ts": chosen.ts,
        "message": message(chosen, channel),
        "channel": _place(channel),
        "response_url": url,
    }


def global_shortcut(user: User, callback_id: str, trigger_id: str) -> Json:
    """`shortcut`: an entry of the lightning menu."""
    return {
        **_interaction("shortcut", user, trigger_id),
        "callback_id": callback_id,
        "action_ts": action_ts(),
    }


def suggestion(user: User, element: Json, block_id: str, value: str, where: Json) -> Json:
    """`block_suggestion`: what stands in a menu that searches; `where` holds the container."""
    payload = _interaction("block_suggestion", user, "")
    del payload["trigger_id"]
    return {**payload, "action_id": element["action_id"], "block_id": block_id, "value": value, **where}


def suggestion_in_view(view: View) -> Json:
    """The `where` of a menu in a view."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view.for_slack()}


def suggestion_in_message(channel: Channel, one: Message) -> Json:
    """The `where` of a menu in a message."""
    hidden = one.ephemeral_to is not None
    container = {"type": "message", "message_ts": one.ts, "channel_id": channel.id, "is_ephemeral": hidden}
    shown = {} if hidden else {"message": message(one, channel)}
    return {"container": container, "channel": _place(channel), **shown}


def event(inner: Json, event_id: str, *, shared: bool) -> Json:
    """An Events API envelope around one event."""
    authorization = {
        "enterprise_id": None,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": {"event_ts": action_ts(), **inner},
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [authorization],
        "is_ext_shared_channel": shared,
    }


def action_ts() -> str:
    """When it was clicked."""
    return f"{time.time():.6f}"
