"""Trigger ids and response URLs: what the bot may use for a while, and only so often."""

import secrets
from dataclasses import replace

from bot.demo.slack.workspace import (
    RESPONSE_POSTS,
    RESPONSE_SECONDS,
    TRIGGER_SECONDS,
    ResponseUrl,
    SlackError,
    Trigger,
    Workspace,
)


def new_trigger(workspace: Workspace, user: str, modal: str | None = None) -> str:
    """A `trigger_id` for the person, from the modal they used if it was one."""
    trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
    workspace.triggers[trigger_id] = Trigger(user, workspace.clock(), modal)
    return trigger_id


def spend_trigger(workspace: Workspace, trigger_id: object) -> Trigger:
    """The trigger, which is good for nothing afterwards. Raises SlackError as Slack does."""
    trigger = workspace.triggers.get(str(trigger_id))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if workspace.clock() - trigger.born > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    workspace.triggers[str(trigger_id)] = replace(trigger, used=True)
    return trigger


def new_response_url(workspace: Workspace, user: str, channel: str, original: str | None = None) -> str:
    """The token at the end of a new response URL."""
    token = secrets.token_urlsafe(18)
    workspace.response_urls[token] = ResponseUrl(user, channel, workspace.clock(), original)
    return token


def response_url(workspace: Workspace, token: str) -> ResponseUrl:
    """The response URL, if it may still be posted to. Raises SlackError `expired_url` or `used_url`."""
    found = workspace.response_urls.get(token)
    if found is None or workspace.clock() - found.born > RESPONSE_SECONDS:
        raise SlackError("expired_url")
    if found.posts >= RESPONSE_POSTS:
        raise SlackError("used_url")
    return found


def count_response(workspace: Workspace, token: str) -> None:
    """One of the five posts is gone."""
    found = workspace.response_urls[token]
    workspace.response_urls[token] = replace(found, posts=found.posts + 1)
