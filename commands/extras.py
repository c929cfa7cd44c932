"""What is written beside a new candidate, and an account of what could not be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from commands.base import Context
from commands.cards import blocks, flow
from connectors.errors import Refused
from connectors.models import Candidate, NewCandidate, NewNote

KEPT = {"phone": "Phone", "links": "Links"}


class Extras:
    """Writes on, one thing after the other; a refusal of one is told and does not stop the others.

    `done` and `undone` are finished mrkdwn. What only time can help passes through, so that it is tried again.
    """

    def __init__(self, context: Context, candidate: Candidate) -> None:
        self._desk = context
        self.candidate = candidate
        self.done: list[str] = []
        self.undone: list[str] = []

    async def tags(self, tags: Sequence[str]) -> None:
        if tags:
            await self._write(lambda: self._tag(tags), "", f"Tags {blocks.listed(tags)}")

    async def contacts(self, new: NewCandidate) -> None:
        """Keep phone and links in a note where the ATS has no place for them, or took none this time."""
        kept = _digits(self.candidate.phone) == _digits(new.phone)  # some take a number only beside a CV
        given = {"phone": "" if kept else new.phone or "", "links": "\n".join(new.links)}
        homeless = {f: v for f, v in given.items() if v and f not in self._desk.ats.keeps}
        if not homeless:
            return
        text = "\n".join(f"{KEPT[field]}: {value}" for field, value in homeless.items())
        what = " and ".join(KEPT[field].lower() for field in homeless).capitalize()
        title = blocks.line(self._desk.ats.title)
        done = f"{what} went into a note, since {title} has no field for that here."
        await self._write(lambda: self._note(text), done, f"{what}, as a note")

    async def _write(self, write: Callable[[], Awaitable[None]], done: str, what: str) -> None:
        try:
            await write()
        except Refused as refusal:
            self.undone.append(f"{what}: {blocks.esc(flow.sentence(refusal))}")
            return
        self.done += [done] if done else []

    async def _tag(self, tags: Sequence[str]) -> None:
        self.candidate = await self._desk.ats.add_tags(self.candidate, tags)

    async def _note(self, text: str) -> None:
        note = NewNote(text=text, author=self._desk.person.name, link=self._desk.permalink)
        await self._desk.ats.add_note(self.candidate, note)


def _digits(phone: str | None) -> str:
    """A number by which it is the same one, however it is written."""
    return "".join(filter(str.isdigit, phone or ""))
