"""The Home tab: what somebody can do, what became of what they did, and how the ATSs are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from commands.base import Action, Block, ConnectionInfo, Continue, Opening, Person, Picks, Run
from commands.cards import blocks
from commands.cards.allowance import change_button
from commands.cards.connection import Health, Vendor, named, vendor_buttons
from commands.permission import GUEST, STRANGER
from commands.ports.deed import Deed, State
from commands.text.grammar import quoted

QUICK = {"add": "Add candidate", "find": "Find candidate", "note": "Note", "tag": "Tag", "move": "Move"}
WHAT = {
    "add": "Add a candidate",
    "find": "Find a candidate",
    "note": "Add a note",
    "tag": "Add tags",
    "move": "Move a candidate",
    "undo": "Undo",
    "share": "Share a candidate",
    "import": "Import candidates",
    "connect": "Connect an ATS",
    "disconnect": "Disconnect an ATS",
    "default": "Choose a default ATS",
    "subscribe": "Announce in a channel",
    "unsubscribe": "Announce no more in a channel",
    "mute": "Announce less in a channel",
    "allow": "Say who may do what",
    "forget": "Forget somebody",
}
MARKS = {
    State.DONE: ":white_check_mark:",
    State.WAITING: ":hourglass_flowing_sand:",
    State.ASKED: ":speech_balloon:",
    State.FAILED: ":warning:",
    State.UNDECIDED: ":warning:",
}
ASK_AN_ADMIN = "To connect, disconnect or choose a default ATS, ask an admin of this workspace."
NOT_OPEN = "Nothing of it is open to you in this workspace. An admin can change that with `/ats allow`."
NEEDING, ROWS, CONNECTIONS, CHANNELS = 15, 20, 12, 12
"""How many of each are shown; together they stay below Slack's hundred blocks."""
LINES = 10
"""Actions in one block."""


@dataclass(frozen=True)
class Line:
    """A deed, and what its person can do about it."""

    deed: Deed
    again: bool = False
    edit: bool = False

    @property
    def needs_somebody(self) -> bool:
        return self.again or self.edit


@dataclass(frozen=True)
class Page:
    """All that Home shows. A connection without health is being asked; `now` is in seconds since the epoch."""

    person: Person
    connections: Sequence[tuple[ConnectionInfo, Health | None]]
    lines: Sequence[Line]
    vendors: Sequence[Vendor]
    now: float


def home_view(page: Page) -> Block:
    if page.person.stranger or page.person.guest:
        return _view([blocks.section(blocks.esc(STRANGER if page.person.stranger else GUEST))])
    admin = page.person.admin
    return _view(
        [
            *_quick(page),
            *_needing(page),
            *_last(page),
            *_connections(page),
            *(_channels(page) if admin else []),
            *(_announce(page) if admin else []),
            *([blocks.header("Rules"), *blocks.actions(change_button("Who may do what"))] if admin else []),
            *(_connect(page) if admin else [blocks.context(ASK_AN_ADMIN)]),
        ]
    )


def _view(shown: Sequence[Block]) -> Block:
    return {"type": "home", "callback_id": "home", "blocks": list(shown)}


def _quick(page: Page) -> list[Block]:
    if not page.connections:
        step = "Connect one below." if page.person.admin else "An admin of this workspace can connect one."
        return [blocks.section(f"*No ATS is connected to this workspace yet.*\n{step}")]
    buttons = [
        blocks.opens(
            label,
            Opening(command="/candidate", verb=verb),
            suffix=verb,
            style="primary" if verb == "add" else "",
        )
        for verb, label in QUICK.items()
        if page.person.bar(verb) is None
    ]
    kept = [] if buttons else [blocks.context(NOT_OPEN)]
    return [blocks.header("What would you like to do?"), *blocks.actions(*buttons), *kept]


def _needing(page: Page) -> list[Block]:
    """What waits for its person: each with its reason and its buttons."""
    needing = [line for line in page.lines if line.needs_somebody][:NEEDING]
    rows = [block for line in needing for block in _row(page, line)]
    return [blocks.header("Needs you"), *rows] if rows else []


def _row(page: Page, line: Line) -> list[Block]:
    deed = line.deed
    on = Continue(of=deed.job, picks=deed.picks)
    again = blocks.button("Send again", Action.SEND_AGAIN, blocks.value_of(on), suffix=deed.reference)
    dismiss = blocks.button(
        "Dismiss", Action.DISMISS, blocks.value_of(Continue(of=deed.job)), suffix=deed.reference
    )
    buttons = [
        *([again] if line.again else []),
        *([blocks.edits(on, suffix=deed.reference)] if line.edit else []),
        dismiss,
    ]
    return [blocks.section(_said(page, deed)), *blocks.actions(*buttons)]


def _last(page: Page) -> list[Block]:
    others = [line.deed for line in page.lines if not line.needs_somebody][:ROWS]
    if not others:
        said = "Nothing yet: what you do with Shortlist is listed here for a week."
        return [] if _needing(page) else [blocks.header("Your last actions"), blocks.context(said)]
    rows = [
        blocks.section("\n".join(_said(page, deed) for deed in others[at : at + LINES]))
        for at in range(0, len(others), LINES)
    ]
    return [blocks.header("Your last actions"), *rows]


def _said(page: Page, deed: Deed) -> str:
    """A deed on one line: what, where, when, how it stands."""
    what = WHAT.get(deed.verb, f"{deed.command} {deed.verb}")
    at = next((c for c, _ in page.connections if c.id == deed.picks.connection), None)
    where = f" in {blocks.line(_called(at), 60)}" if at else ""
    when = blocks.moment(_time(deed.created))
    return f"{MARKS.get(deed.state, '•')} *{blocks.esc(what)}*{where}, {when}: {_state(deed, page.now)}"


def _called(connection: ConnectionInfo) -> str:
    """Its name, written as the vendor writes it where it is that of the vendor."""
    same = connection.name.casefold() == connection.title.casefold()
    return connection.title if same else connection.name


def _state(deed: Deed, now: float) -> str:
    if deed.state is State.DONE:
        return "done"
    if deed.state is State.ASKED:
        return "nothing was written, see my answer"
    if deed.state is State.WAITING:
        return _next_try(deed.next_try, now)
    return blocks.line(deed.reason or "it did not work")


def _next_try(when: float | None, now: float) -> str:
    if when is None:
        return "on its way"
    if when <= now:
        return "the ATS was not answering; trying again now"
    return f"the ATS is not answering; next try {blocks.moment(_time(when), '{date_short_pretty} at {time}')}"


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _connections(page: Page) -> list[Block]:
    if not page.connections:
        return []
    shown = page.connections[:CONNECTIONS]
    rows = [block for each in shown for block in _connection(page, *each)]
    rest = len(page.connections) - len(shown)
    more = [blocks.context(f"and {rest} more: `/ats status` shows them all.")] if rest > 0 else []
    return [blocks.header("ATS connections"), *rows, *more]


def _connection(page: Page, connection: ConnectionInfo, health: Health | None) -> list[Block]:
    default = ", the default" if connection.default else ""
    line = f"{_mark(health)} {named(connection)}{default}: {_health(health)}"
    buttons = _buttons(connection) if page.person.admin else []
    return [blocks.section(line), *blocks.actions(*buttons)]


def _mark(health: Health | None) -> str:
    if health is None:
        return ":hourglass_flowing_sand:"
    return ":white_check_mark:" if health.account else ":warning:"


def _health(health: Health | None) -> str:
    """Problems come escaped, see `Health`."""
    if health is None:
        return "checking…"
    return (
        f"works, as {blocks.line(health.account.name)}" if health.account else health.problem or "not working"
    )


def _buttons(connection: ConnectionInfo) -> list[Block]:
    """The name is what would be typed; the id says which one is meant whatever it is called."""
    if len(connection.name) > blocks.LINE:
        return []
    asked = {"text": quoted(connection.name), "picks": Picks(connection=connection.id)}
    default = Run(command="/ats", verb="default", **asked)
    disconnect = blocks.runs(
        "Disconnect",
        Run(command="/ats", verb="disconnect", **asked),
        suffix=f"disconnect_{connection.id}",
        style="danger",
    )
    gone = f"{blocks.line(connection.name)} is removed and its key deleted here. Nothing in the ATS changes."
    return [
        *([] if connection.default else [blocks.runs("Make default", default, suffix=connection.id)]),
        blocks.confirmed(disconnect, "Disconnect this ATS?", gone, "Disconnect"),
    ]


def _channels(page: Page) -> list[Block]:
    """Which channels have an ATS of their own, with a button that takes the choice back."""
    own = [(channel, c) for c, _ in page.connections for channel in c.channels]
    if not own:
        return []
    rows = [
        blocks.section(
            f"<#{blocks.esc(channel)}> uses {named(connection)}",
            blocks.runs(
                "Remove",
                Run(command="/ats", verb="default", text=f"none <#{channel}>"),
                suffix=channel,
            ),
        )
        for channel, connection in own[:CHANNELS]
    ]
    rest = len(own) - len(rows)
    more = [blocks.context(f"and {rest} more")] if rest > 0 else []
    return [blocks.header("Channels with an ATS of their own"), *rows, *more]


def _announce(page: Page) -> list[Block]:
    """Where channels are told what happens in an ATS."""
    if not page.connections:
        return []
    subscribe = blocks.opens(
        "Announce in a channel", Opening(command="/ats", verb="subscribe"), suffix="subscribe"
    )
    listed = blocks.runs(
        "Show subscriptions", Run(command="/ats", verb="subscriptions", once=False), suffix="subscriptions"
    )
    return [blocks.header("Announcements"), *blocks.actions(subscribe, listed)]


def _connect(page: Page) -> list[Block]:
    return [blocks.header("Connect an ATS"), *vendor_buttons(page.vendors)]
