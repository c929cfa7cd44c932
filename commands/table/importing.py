"""What an import is, how it stands, and what its person can wish of it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from commands.table.columns import Columns
from commands.table.sheet import Line
from connectors.models import Destination, Record

Journal = list[tuple[str, str]]
"""The steps of one row so far: name and result of each."""


class Wish(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    SHOW = "show"
    """Show the first of the rows that failed."""


class Asked(Record):
    """A button's value: what is wished of which import."""

    id: str
    wish: Wish


class State(StrEnum):
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    ENDED = "ended"
    CANCELLED = "cancelled"


ASKED = {
    (State.RUNNING, Wish.PAUSE): State.PAUSING,
    (State.RUNNING, Wish.CANCEL): State.CANCELLING,
    (State.PAUSING, Wish.RESUME): State.RUNNING,
    (State.PAUSING, Wish.CANCEL): State.CANCELLING,
}
"""What a wish changes while somebody is at work; whoever is at work then notices."""
TAKEN_UP = {
    (State.PAUSED, Wish.RESUME): State.RUNNING,
    (State.PAUSED, Wish.CANCEL): State.CANCELLING,
}
"""What a wish changes while nobody is at work: whoever was asked for it then is."""
SETTLED = {
    State.RUNNING: State.ENDED,
    State.PAUSING: State.PAUSED,
    State.CANCELLING: State.CANCELLED,
}
"""What a state comes to when nothing is under way any more."""


class Plan(Record):
    """What is to be done, and with what; ids of Slack and the ATS, and words of the file."""

    file: str
    filename: str
    digest: str
    columns: Columns
    to: Destination | None = None
    author: str
    country: str | None = None
    channel: str | None = None
    head: tuple[str, ...] = Field((), repr=False)


class Import(Record):
    """One import as it stands. Times are seconds since the epoch."""

    id: str
    team: str
    user: str
    connection: str
    state: State
    filled: bool
    total: int
    added: int
    there: int
    failed: int
    room: str
    ts: str
    reported: str
    """The process that began to report the end, or nothing."""
    created: float
    plan: Plan | None
    """None once all of it was reported."""

    @property
    def left(self) -> int:
        return self.total - self.added - self.there - self.failed


class Taken(Record):
    """A row that is still to be done, with the steps that an earlier process took."""

    line: Line
    journal: Journal = Field(repr=False)


class Failure(Record):
    line: Line
    reason: str
    """Words of our own or of the ATS that can be counted."""
