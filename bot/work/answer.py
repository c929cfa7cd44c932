"""What a job ends with."""

from __future__ import annotations

from dataclasses import dataclass

from commands.base import Reply
from commands.deed import UNDECIDED, State

DONE, ASKED = "done", "asked"
STATES = {DONE: State.DONE, ASKED: State.ASKED, UNDECIDED: State.UNDECIDED}
"""How a job stands, by its outcome; every other outcome is an error."""


@dataclass(frozen=True)
class Answer:
    """A reply on its way; `outcome` is for the log and never holds anything of a person.

    `reason` says in a sentence why it failed.
    """

    reply: Reply
    outcome: str
    reason: str = ""

    @property
    def state(self) -> State:
        return STATES.get(self.outcome, State.FAILED)
