"""What somebody asked for and what became of it, without what it said."""

from __future__ import annotations

from enum import StrEnum

from commands.base import Command, Picks
from connectors import errors
from connectors.errors import Misconfigured, Refused
from connectors.models import Record

UNDECIDED = "Undecided"
GAVE_UP = "gave up"


class State(StrEnum):
    WAITING = "waiting"
    """Under way, or kept until `next_try`."""
    DONE = "done"
    ASKED = "asked"
    """Ended with a question, or with the news that there was nothing to do."""
    FAILED = "failed"
    UNDECIDED = "undecided"
    """It may have been written or not."""
    DISMISSED = "dismissed"


class Deed(Record):
    """One command of one person. Times are seconds since the epoch."""

    job: str
    """The job that it began with, by which a button goes on with it."""
    command: str
    verb: str
    state: State
    reference: str
    """Of the latest attempt, as on its card."""
    created: float
    updated: float
    outcome: str = ""
    """A word, or the name of an error's class."""
    reason: str = ""
    """Why it failed: an ATS's or our own words, never the person's."""
    next_try: float | None = None
    picks: Picks = Picks()


def can_send_again(deed: Deed) -> bool:
    """Whether the same words may succeed the next time."""
    return deed.outcome in (UNDECIDED, GAVE_UP) or _is_a(deed.outcome, Misconfigured)


def can_edit(outcome: str, command: Command) -> bool:
    """Whether other words may succeed: then the form comes back as it was filled in."""
    fills_in = command.form is not None and command.needs_ats and not command.holds_form
    return fills_in and _is_a(outcome, Refused, Misconfigured)


def _is_a(outcome: str, *kinds: type[Exception]) -> bool:
    kind = getattr(errors, outcome, None)
    return isinstance(kind, type) and issubclass(kind, kinds)
