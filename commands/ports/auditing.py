"""What the audit says, and how it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from connectors.models import Record

OPERATOR = "operator"
"""Who works in a shell, and is nobody in Slack."""
SLACK = "slack"
"""Who tells us that a workspace has left."""
SHORTLIST = "shortlist"
"""What nobody asked for."""
ELSEWHERE = (OPERATOR, SLACK, SHORTLIST)


class Entry(Record):
    """One thing that was done. `actor` is somebody's id in Slack or one of `ELSEWHERE`."""

    number: int
    at: float
    """Seconds since the epoch."""
    actor: str
    verb: str
    """As it is typed: `/candidate note`."""
    outcome: str
    """A word, or the name of an error's class."""
    connection: str = ""
    """A connection's id."""
    vendor: str = ""


class Wanted(Record):
    """Which entries; `before` is the number above the first of them, 0 for the latest."""

    actor: str | None = None
    verb: str | None = None
    """The last word of it."""
    since: float = 0.0
    before: int = 0


class Checked(Record):
    """How many entries of a chain were found, and what is wrong with it, in sentences without a stop."""

    count: int
    problems: tuple[str, ...] = ()


class Sent(Record):
    """What became of an export: how many entries it held of how many, or Slack's word for why it was not taken."""

    count: int = 0
    of: int = 0
    refused: str = ""


class Book(Protocol):
    """The audit of one workspace."""

    async def latest(self, wanted: Wanted, most: int) -> Sequence[Entry]:
        """The latest first."""
        ...

    async def checked(self) -> Checked: ...

    async def send(self) -> Sent:
        """Send all of it to the person as a file. Raises `Unavailable` while Slack does not answer."""
        ...
