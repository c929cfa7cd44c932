"""What a job ends with."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from commands.base import ASKED as ASKED
from commands.base import NOT_ALLOWED, Card, Command, ConnectionInfo, Reply
from commands.cards.form import notice
from commands.ports.deed import UNDECIDED, State

DONE, LEFT = "done", "left"
NOT_DONE = "Not done"
"""The title of a form that shows why."""
STATES = {
    DONE: State.DONE,
    ASKED: State.ASKED,
    NOT_ALLOWED: State.ASKED,
    UNDECIDED: State.UNDECIDED,
}
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

    def as_text(self) -> str:
        """All of it that is kept as the result of a step."""
        reply, card = self.reply, self.reply.card
        shown = {"text": card.text, "blocks": list(card.blocks), "view": reply.view}
        about = reply.about.model_dump() if reply.about else None
        return json.dumps({**shown, "about": about, "outcome": self.outcome, "reason": self.reason})


def answer_of(text: str) -> Answer:
    """The answer that was kept."""
    kept = json.loads(text)
    # A step of an earlier version does not say what it was about.
    about = ConnectionInfo.model_validate(kept["about"]) if kept.get("about") else None
    reply = Reply(Card(kept["text"], kept["blocks"]), kept["view"], about=about)
    return Answer(reply, kept["outcome"], kept["reason"])


def for_form(answer: Answer | None, command: Command | None) -> Answer | None:
    """A form that stays open until the answer is there shows it, whatever it is."""
    if answer is None or answer.reply.view or not (command and command.holds_form):
        return answer
    view = notice(NOT_DONE, list(answer.reply.card.blocks))
    return replace(answer, reply=replace(answer.reply, view=view))
