"""Says what is wrong with how the bot took a body."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.demo.slack import passes, webapi
from bot.demo.slack.limits import suggestion_complaints
from bot.demo.slack.people import TEAM_ID
from bot.demo.slack.windows import Windows
from bot.demo.slack.wire import as_object
from bot.demo.slack.workspace import Message, Trigger, View, Workspace
from bot.operate.log import OF_OURS
from commands.base import Action
from commands.cards.trouble import broke
from tests.fuzz.body import Body, Manner
from tests.fuzz.scene import Scene
from tests.fuzz.words import LABEL

DEADLINE = 10.0
"""Seconds in which each is acknowledged, however many come at once: what stalls the loop takes longer."""
TAKEN = frozenset({200, 400, 413})
"""What a signed body may be answered with; torn ones also as what is no request."""
SILENT = frozenset({Action.LINK, Action.DISMISS})
"""Clicks after which there is nothing to say."""
NOBODY = "nobody could be told"
"""The one error that a body can cause rightly: nobody is there to hear of it."""
BROKE = broke(reference="", verb="").text
"""What our own bugs are called."""


@dataclass
class Witness:
    """Notices who is answered: by a message, by a form that opens, or by one that is drawn anew."""

    here: Scene
    wrong: list[str] = field(default_factory=list)
    waiting: dict[str, asyncio.Event] = field(default_factory=dict)
    """What can be answered, by the ids of the person, of the trigger, and of the view."""

    @contextmanager
    def expecting(self, body: Body) -> Iterator[asyncio.Event]:
        heard, keys = asyncio.Event(), {body.person.id, body.trigger, body.view} - {""}
        self.waiting |= dict.fromkeys(keys, heard)
        try:
            yield heard
        finally:
            for key in keys:
                self.waiting.pop(key, None)

    def _notice(self, *keys: str) -> None:
        for key in keys:
            if key in self.waiting:
                self.waiting[key].set()

    def _message(self, message: Message) -> None:
        if not message.bot:
            return
        if problem := BROKE if message.text == BROKE else injected(message):
            self.wrong.append(f"{problem} in a message: {message.everything[:500]}")
        channel = self.here.slack.workspace.channels[message.channel]
        self._notice(*([message.ephemeral_to] if message.ephemeral_to else channel.members))

    @contextmanager
    def watching(self) -> Iterator[None]:
        put, spend, update = Workspace.put, passes.spend_trigger, Windows.update

        def noted(workspace: Workspace, message: Message) -> Message:
            kept = put(workspace, message)
            self._message(kept)
            return kept

        def spent(workspace: Workspace, trigger: object) -> Trigger:
            found = spend(workspace, trigger)
            self._notice(str(trigger))
            return found

        def updated(windows: Windows, view: str, *given: Any) -> View:
            self._notice(view)
            return update(windows, view, *given)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Workspace, "put", noted)
            patch.setattr(webapi, "spend_trigger", spent)
            patch.setattr(Windows, "update", updated)
            yield


def injected(message: Message) -> str:
    """What of somebody's words became markup: a mention of all, or a link that says what it is not."""
    for text in _texts([message.text, *(message.blocks or ())]):
        for mark in ("<!channel", "<!here", "<!everyone", "<!subteam^S0ADMINS", f"|{LABEL}>"):
            if mark in text:
                return mark
    return ""


def _texts(node: object) -> Iterator[str]:
    """All mrkdwn; what stands in plain text formats nothing."""
    if isinstance(node, str):
        yield node
    if isinstance(node, list):
        for each in node:
            yield from _texts(each) if not isinstance(each, str) else [each]
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield str(node.get("text"))
        for each in node.values():
            yield from _texts(each) if not isinstance(each, str) else []


def must_be_taken(body: Body) -> bool:
    return body.manner in (Manner.AS_IT_WAS, Manner.GENTLE)


def needs_answer(body: Body) -> bool:
    """Whether a person waits for something that comes after the ack."""
    said = body.payload
    if body.manner is Manner.TORN or not _is_theirs(body):
        return False
    if "command" in said and "type" not in said:
        return True
    return said.get("type") in ("shortcut", "message_action", "view_submission") or (
        said.get("type") == "block_actions" and _asks(said)
    )


def _is_theirs(body: Body) -> bool:
    """Whether it still says who it was, and where; what else was spoilt is ours to cope with."""
    said = body.payload
    team = said.get("team_id") or _id(said.get("team")) or ""
    view = said.get("view")
    installed = view.get("app_installed_team_id") if isinstance(view, dict) else None
    who = said.get("user_id") or _id(said.get("user"))
    return team == TEAM_ID and who == body.person.id and installed in (None, TEAM_ID)


def _id(node: object) -> object:
    return node.get("id") if isinstance(node, dict) else None


def _asks(said: dict[str, Any]) -> bool:
    """Whether a click is one that has something to show for it; a field of a form only reports."""
    view, action = said.get("view"), said["actions"][0]
    known = str(action["action_id"]).partition(":")[0]
    if known == Action.IMPORT or (known == Action.MENU and _chosen(action) == "link"):
        return False
    if known not in list(Action):
        return not isinstance(view, dict)
    return Action(known) not in SILENT


def _chosen(action: dict[str, Any]) -> object:
    option = action.get("selected_option")
    return option.get("value") if isinstance(option, dict) else action.get("value")


def acknowledged(body: Body, text: str) -> bool:
    """Whether the ack itself says something."""
    if body.payload.get("type") == "view_submission":
        return (as_object(text) or {}).get("response_action") in ("errors", "update", "push")
    return bool(text.strip())


def complaint(body: Body, status: int, text: str, seconds: float) -> str:
    """What is wrong with the ack by itself."""
    if status >= 500 or status == 0:
        return f"answered {status}"
    if seconds > DEADLINE:
        return f"took {seconds:.1f} seconds"
    if must_be_taken(body) and status != 200:
        return f"refused with {status}"
    if status not in TAKEN and body.manner is not Manner.TORN:
        return f"answered {status}"
    if status == 200 and body.payload.get("type") == "block_suggestion" and _is_theirs(body):
        return (
            "; ".join(suggestion_complaints(as_object(text) or {})) if body.manner is not Manner.TORN else ""
        )
    return ""


class Ears(logging.Handler):
    """What other libraries log as errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # Bolt's word for a workspace that is not ours.
        if "AuthorizeResult" not in record.getMessage() and OF_OURS.filter(record):
            self.heard.append(f"{record.name}: {record.getMessage()}")


@dataclass
class Log:
    """All that was logged meanwhile."""

    ours: list[MutableMapping[str, Any]]
    others: list[str]

    @property
    def bugs(self) -> list[str]:
        mine = [line for line in self.ours if line.get("log_level") in ("error", "critical")]
        told = Counter(str({k: v for k, v in line.items() if k not in ("ref", "user")}) for line in mine)
        return [f"{n} × {line}" for line, n in told.items() if NOBODY not in line] + self.others


@contextmanager
def listening() -> Iterator[Log]:
    ears = Ears()
    root = logging.getLogger()
    root.addHandler(ears)
    try:
        with capture_logs() as lines:
            yield Log(lines, ears.heard)
    finally:
        root.removeHandler(ears)
