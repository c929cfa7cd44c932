"""What the workspace holds, and who hears when it changes."""

import asyncio
import itertools
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.demo.slack.inputs import Values
from bot.demo.slack.people import APP_ID, BOT_ID, CHANNELS, GROUPS, TEAM_ID, USERS, Channel, Group, User
from bot.demo.slack.wire import Json

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_POSTS = 5
VIEW_STACK = 3


class SlackError(Exception):
    """Slack says no: `error` is its code, `messages` stand in `response_metadata`, `more` beside the code."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: str) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.more = more


@dataclass(frozen=True)
class Message:
    """One message; `ephemeral_to` names the only person who sees it."""

    ts: str
    channel: str
    text: str
    user: str | None = None
    blocks: tuple[Json, ...] | None = None
    ephemeral_to: str | None = None
    edited: bool = False
    thread_ts: str | None = None
    files: tuple[Json, ...] = ()
    metadata: Json | None = None

    @property
    def bot(self) -> bool:
        """True when the app said it."""
        return self.user is None

    @property
    def reply(self) -> bool:
        """True in a thread, under the message that began it."""
        return self.thread_ts not in (None, self.ts)

    @property
    def everything(self) -> str:
        """All words of the message, blocks included: what a person reads, and what a test looks for."""
        return "\n".join([self.text, *_words(list(self.blocks or ()))])


def _words(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _words(one)
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for one in node.values():
            yield from _words(one)


_SHOWN_OF_A_FILE = ("id", "name", "mimetype", "pretty_type", "size", "mode", "alt_txt")


def shown_file(file: Json) -> Json:
    """The page's object of a file, out of Slack's."""
    return {name: file[name] for name in _SHOWN_OF_A_FILE if name in file}


@dataclass(frozen=True)
class View:
    """A modal or a Home; `body` is what the bot sent, with generated ids filled in."""

    id: str
    user: str
    body: Json
    hash: str
    values: Values
    root: str
    previous: str | None = None

    def for_slack(self) -> Json:
        """The view as Slack sends it to the bot and to the page."""
        blank = {"type": "modal", "callback_id": "", "title": None, "submit": None, "close": None}
        more = {"private_metadata": "", "clear_on_close": False, "notify_on_close": False, "external_id": ""}
        owner = {"team_id": TEAM_ID, "app_id": APP_ID, "app_installed_team_id": TEAM_ID, "bot_id": BOT_ID}
        place = {
            "id": self.id,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
        }
        return {**blank, **more, **owner, **self.body, **place, "state": {"values": self.values}}


@dataclass(frozen=True)
class Trigger:
    """A `trigger_id`: good once, for three seconds; `modal` names the view it came from."""

    user: str
    born: float
    modal: str | None = None
    used: bool = False


@dataclass(frozen=True)
class ResponseUrl:
    """A `response_url`; `original` is the message that was clicked, absent for a command."""

    user: str
    channel: str
    born: float
    original: str | None = None
    posts: int = 0


@dataclass(frozen=True)
class Happening:
    """A change, for the people in `to` (None: everybody); `body` is the page's event."""

    body: Json
    to: frozenset[str] | None = None


class Workspace:
    """The state; every change goes through a method here and is announced to the listeners."""

    def __init__(self, clock: Callable[[], float], app_name: str) -> None:
        self.clock = clock
        self.app_name = app_name
        self.users: dict[str, User] = {user.id: user for user in USERS}
        self.groups: dict[str, Group] = {group.id: group for group in GROUPS}
        self.channels: dict[str, Channel] = {channel.id: channel for channel in CHANNELS}
        self.messages: dict[tuple[str, str], Message] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.unread: dict[tuple[str, str], int] = {}
        self.notices: list[tuple[str, str]] = []
        self.view_errors: dict[str, dict[str, str]] = {}
        self.message_state: dict[tuple[str, str, str], Values] = {}
        self._last_ts = 0
        self._serial = itertools.count(1)
        self._listeners: set[asyncio.Queue[Happening]] = set()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Happening]]:
        """A queue of all that happens from now on."""
        queue: asyncio.Queue[Happening] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def announce(self, body: Json, to: frozenset[str] | None = None) -> None:
        """Tells every listener."""
        for queue in self._listeners:
            queue.put_nowait(Happening(body, to))

    def notice(self, user: str, text: str) -> None:
        """Something Slack itself says to one person."""
        self.notices.append((user, text))
        self.announce({"type": "notice", "text": text}, frozenset({user}))

    def new_id(self, prefix: str) -> str:
        """An id like `V00000A3F`, never given twice."""
        return f"{prefix}{next(self._serial):04X}{secrets.token_hex(3).upper()}"

    def now_ts(self, ago: float = 0.0) -> str:
        """A message timestamp, unique in the workspace and never before the last one; `ago` in seconds."""
        # Whole microseconds: as a float, the next one may print as the last one did.
        self._last_ts = max(self._last_ts + 1, int((self.clock() - ago) * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def audience(self, channel_id: str) -> frozenset[str]:
        """Everybody who can open the channel."""
        channel = self.channels[channel_id]
        return frozenset(user.id for user in self.users.values() if channel.seen_by(user))

    def dm(self, user_id: str) -> Channel:
        """The person's direct messages with the bot."""
        return next(one for one in self.channels.values() if one.kind == "app" and user_id in one.members)

    def seat_bot(self, channel_id: str, *, bot_in: bool) -> None:
        """Adds the bot to a channel, or removes it."""
        self.channels[channel_id] = replace(self.channels[channel_id], bot_in=bot_in)

    def said(self, user: str | None = None, channel: str | None = None) -> list[Message]:
        """The messages in order: those `user` can see, those of `channel`, or all."""
        found = sorted(self.messages.values(), key=lambda message: message.ts)
        return [one for one in found if (not channel or one.channel == channel) and self._sees(user, one)]

    def _sees(self, user: str | None, message: Message) -> bool:
        return user is None or user in self._readers(message)

    def _readers(self, message: Message) -> frozenset[str]:
        return frozenset({message.ephemeral_to}) if message.ephemeral_to else self.audience(message.channel)

    def put(self, message: Message) -> Message:
        """Posts a message, or replaces the one with the same ts."""
        new = (message.channel, message.ts) not in self.messages
        self.messages[message.channel, message.ts] = message
        to = self._readers(message)
        # A reply is news only for whoever follows its thread.
        for user in to - {message.user} if new and not message.reply else ():
            self.unread[user, message.channel] = self.unread.get((user, message.channel), 0) + 1
        self.announce({"type": "message", "message": self.for_page(message)}, to)
        return message

    def remove(self, channel: str, ts: str) -> None:
        """Deletes a message."""
        message = self.messages.pop((channel, ts))
        self.announce({"type": "deleted", "channel": channel, "ts": ts}, self._readers(message))

    def for_page(self, message: Message) -> Json:
        """The page's Message object."""
        when = datetime.fromtimestamp(float(message.ts), UTC).isoformat()
        shown = {name: getattr(message, name) for name in ("ts", "channel", "user", "bot", "text", "edited")}
        more = {"ephemeral_to": message.ephemeral_to, "thread_ts": message.thread_ts, "time": when}
        blocks = list(message.blocks) if message.blocks is not None else None
        files = [shown_file(file) for file in message.files]
        return {**shown, **more, "blocks": blocks, "files": files, "app_name": self.app_name}
