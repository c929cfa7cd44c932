"""What was acknowledged and has not begun yet, and about whom it is."""

from __future__ import annotations

from itertools import takewhile

from bot.slack.invocation import Invocation, Malformed
from bot.slack.understand import Understood, asked_for, continues
from bot.store.lines import Came
from commands.base import Invalid, Usage
from commands.move import MoveRequest
from commands.note import NoteRequest
from commands.tag import TagRequest
from commands.text.person import AddRequest

MOST = 5000
"""Commands on their way from their ack to their begin that one process knows."""


class Coming:
    """What was acknowledged here and has not begun, in its order.

    The engine may begin the second before the first, when its server went away in between. What other processes have
    acknowledged is not known here.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def add(self, job: str, invocation: str) -> None:
        self._texts.setdefault(job, invocation)
        while len(self._texts) > MOST:
            del self._texts[next(iter(self._texts))]

    def drop(self, job: str) -> None:
        self._texts.pop(job, None)

    def ahead_of(self, came: Came) -> list[Came]:
        """Those before this one who ask about the same person."""
        if came.job not in self._texts:
            return []
        before = takewhile(lambda job: job != came.job, self._texts)
        mine = [self._texts[job] for job in before if job.startswith(f"{came.team}:")]
        ahead = [came_of(Invocation.model_validate_json(text)) for text in mine]
        return [each for each in ahead if each and (each.team, each.who) == (came.team, came.who)]


def came_of(job: Invocation) -> Came | None:
    who = _who_of(job)
    return None if who is None else Came(job.team, who, job.id)


def _who_of(job: Invocation) -> str | None:
    """Whom one writes about that has not begun. What a button goes on with lies elsewhere: only its picks are at hand."""
    try:
        if on := continues(job):
            return f"id {on.picks.candidate}" if on.picks.candidate else None
        return who_of(asked_for(job))
    except (Usage, Invalid, Malformed):  # it will be told so when it runs
        return None


def who_of(meant: Understood) -> str | None:
    """Whom it writes about: a record that was picked, else as it was written. By two names they are two."""
    if not (meant.command.needs_ats and meant.command.writes):
        return None
    if meant.picks.candidate:
        return f"id {meant.picks.candidate}"
    match meant.request:
        case AddRequest(email=str(said)):
            return _name(said)
        case NoteRequest(who=str(said)) | TagRequest(who=str(said)) | MoveRequest(who=str(said)):
            return _name(said)
        case _:
            return None


def _name(said: str) -> str:
    return " ".join(said.split()).casefold()
