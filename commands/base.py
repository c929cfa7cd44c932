"""What a command is, what it is given, and what it gives back."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from commands.ports.attached import Attached
from commands.ports.auditing import Book
from commands.ports.erasing import Erasing
from commands.ports.rooms import Rooms
from commands.ports.rules import Person as Person
from commands.ports.rules import RuleBook
from commands.ports.subscription import Subscriptions
from commands.ports.watching import WatchState
from connectors.base import Connector
from connectors.models import Account, Change, Record

Block = dict[str, Any]
Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Slack's `view.state.values`: block id, action id, then an element's state."""


@dataclass(frozen=True)
class Card:
    """An answer in Block Kit. `text` is what a screen reader and a notification say."""

    text: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Reply:
    """What a command gives back. `view` is what the form that asked shows now, if it stayed open."""

    card: Card
    view: Block | None = None
    beside: bool = False
    """Whether the card that asked stays, and this one comes after it."""
    changed: Change | None = None
    """What was written about a candidate, for the channels that hear of such things."""
    about: ConnectionInfo | None = None
    """The one connection that was changed, for the audit, where the context has none."""


ASKED, NOT_ALLOWED = "asked", "not allowed"


class Interrupt(Exception):
    """Ends a command early with a card that is not a result: a question, or what is missing.

    `outcome` is for the log and the audit, where being refused is something else than being asked.
    """

    def __init__(self, card: Card, outcome: str = ASKED) -> None:
        super().__init__(card.text)
        self.card, self.outcome = card, outcome


class Usage(Exception):
    """The text of a slash command does not say what is needed; `problem` is a sentence for the person."""

    def __init__(self, problem: str, command: Command | None = None) -> None:
        super().__init__(problem)
        self.problem, self.command = problem, command


class Invalid(Exception):
    """A form was filled in wrongly: a sentence for each block id."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("a form has fields that need another look")
        self.errors = dict(errors)


class ConnectionInfo(Record):
    """A connection without its key. `channels` are the ids of channels whose default it is."""

    id: str
    name: str
    vendor: str
    title: str
    default: bool = False
    channels: tuple[str, ...] = ()


class Picks(Record):
    """What was chosen on cards since the command was typed; travels in button values, so it holds ids only."""

    connection: str | None = None
    """The connection these ids belong to."""
    candidate: str | None = None
    placement: str | None = None
    """The destination id of the one job that a note is meant for."""
    destination: str | None = None
    """A destination's key, see `commands.text.key`."""
    new_pool: bool = False
    anyway: bool = False
    """Go on although the person is in the ATS already."""


class Request(Record):
    """A command's parsed text or filled-in form. `via` names a connection."""

    via: str | None = None
    picks: Picks = Picks()
    """What was chosen in its form."""

    @property
    def complete(self) -> bool:
        """Whether it can run; if not, its form opens with what is there."""
        return True

    @property
    def literally(self) -> Request | None:
        """The same if `via NAME` were just words, for text that may end so ("met via Zoom"); else None."""
        return None

    def also(self, picks: Picks) -> tuple[str, ...]:
        """The verbs, beside the command's own, that it takes to be allowed to run this."""
        return ()


class ConnectionRegistry(Protocol):
    """The workspace's connections, for the `/ats` commands. Names are unique within a workspace."""

    async def connections(self) -> list[ConnectionInfo]: ...

    async def account(self, connection: ConnectionInfo) -> Account:
        """Ask the ATS whose key it is; raises `ConnectorError`."""
        ...

    async def watch(self, connection: ConnectionInfo) -> WatchState | None:
        """How its watch fares; None when nobody listens to it."""
        ...

    async def connect(self, vendor: str, name: str, settings: Mapping[str, str]) -> ConnectionInfo:
        """Save a verified connection; a connection of that name is replaced."""
        ...

    async def disconnect(self, connection: ConnectionInfo) -> None: ...

    async def set_default(self, connection: ConnectionInfo, channel: str | None) -> None:
        """Make it the default of the workspace, or of one channel."""
        ...

    async def clear_default(self, channel: str) -> None:
        """Let a channel use the default of the workspace."""
        ...

    async def try_settings(self, vendor: str, settings: Mapping[str, str]) -> Account:
        """Verify settings by a live call without saving; raises `ConnectorError`, or `Invalid` by field name."""
        ...


@dataclass(frozen=True)
class Context:
    """All that a command works with. `job` is the id by which a button can continue this command."""

    job: str
    person: Person
    channel: str | None
    registry: ConnectionRegistry
    permalink: str | None = None
    picks: Picks = field(default_factory=Picks)
    connection: ConnectionInfo | None = None
    connector: Connector | None = None
    attached: Attached | None = None
    rooms: Rooms | None = None
    subscriptions: Subscriptions | None = None
    rules: RuleBook | None = None
    erasing: Erasing | None = None
    book: Book | None = None
    """The audit of the workspace."""
    asked: float = 0.0
    """When the person clicked or typed, in seconds since the epoch."""
    clock: Callable[[], float] = time.time

    @property
    def ats(self) -> Connector:
        """The ATS of this command; only commands with `needs_ats` have one."""
        if self.connector is None:
            raise LookupError("this command was given no ATS")
        return self.connector

    @property
    def source(self) -> ConnectionInfo:
        if self.connection is None:
            raise LookupError("this command was given no connection")
        return self.connection

    @property
    def talk(self) -> Rooms:
        """Slack's conversations."""
        if self.rooms is None:
            raise LookupError("this command was given no conversations")
        return self.rooms


class Action(StrEnum):
    """Every `action_id` that a card of ours can send. One that repeats in a block carries a suffix after a colon."""

    OPEN_FORM = "open_form"
    """value: `Opening` as JSON; opens the form of a verb, perhaps with the candidate fixed."""
    CHOOSE = "choose"
    """value: `Continue` as JSON; runs the command again with what was picked."""
    SEND_AGAIN = "send_again"
    """value: `Continue` as JSON; sends a write whose fate is unknown."""
    EDIT = "edit"
    """value: `Continue` as JSON; opens the form of what was refused, as it was filled in."""
    DISMISS = "dismiss"
    """Takes the card away; in Home, value: `Continue` as JSON, whose line then goes."""
    RUN = "run"
    """value: `Run` as JSON; runs a command as if it had been typed."""
    MENU = "menu"
    """An overflow menu; `commands.cards.menu` writes and reads the short values of its options."""
    LINK = "link"
    """A button with a url; Slack reports the click and nothing is to be done."""
    IMPORT = "import"
    """value: `commands.table.importing.Asked` as JSON; pauses, resumes or cancels an import, or shows what failed."""


class Continue(Record):
    """A button's value: which command to go on with, and what has been picked so far."""

    of: str
    picks: Picks = Picks()
    once: bool = True
    """Whether a second click is the same click; not so where the button only shows something."""


class Run(Record):
    """A button's value: a command to run as if `command verb text` had been typed, hidden verbs included."""

    command: str
    verb: str
    text: str = ""
    picks: Picks = Picks()
    once: bool = True
    """Whether a second click on the same card is the same click; not so where it only shows something."""


class Opening(Record):
    """A button's value, and a form's private metadata: what the form is about and where its answer goes."""

    command: str
    verb: str
    connection: str | None = None
    candidate: str | None = None
    name: str | None = None
    """The candidate's name as shown, for the form's first line."""
    vendor: str | None = None
    """For the connect form."""
    channel: str | None = None
    message: str | None = None
    """The message it is about, as `channel:ts`."""
    file: str | None = None
    """The id of the CV in Slack that goes with it."""
    filename: str | None = None
    again: str | None = None
    """The job whose request this form corrects, once it is sent."""
    anyway: bool = False
    """Whether the form says already that the ATS has this person."""
    text: str = ""
    """What the form is filled in with, as if it had been typed after the verb; not in a form's metadata."""


@dataclass(frozen=True)
class Command:
    """One verb of a slash command: how it reads, what it needs, what it does.

    `form` draws the modal for a request that is incomplete or about a fixed candidate, with a problem said on top
    when it comes back; `read_form` parses it. With `holds_form` the form stays open until the answer is there.
    """

    name: str
    verb: str
    usage: str
    example: str
    summary: str
    request: type[Request]
    """What `parse` and `read_form` return; for whoever keeps a request as JSON."""
    parse: Callable[[str], Request]
    run: Callable[[Context, Any], Awaitable[Reply]]
    begin: Callable[[Context, Any], Awaitable[Any]] | None = None
    """Fills the request of a form that is about to open with what is kept; whatever it raises, no form opens."""
    form: Callable[[Any, Opening, str | None], Block] | None = None
    read_form: Callable[[Values, Opening], Request] | None = None
    admin: bool = False
    needs_ats: bool = True
    holds_form: bool = False
    writes: bool = True
    """Whether running it twice would do something twice."""
    instant: bool = False
    """Whether it is answered at once, since it asks nobody: its `run` is never called with an ATS or a registry."""
    aliases: tuple[str, ...] = ()
