"""Puts one person of a table into the ATS: looked up first, then added, tagged and noted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from commands.cards.trouble import sentence
from commands.extras import KEPT
from commands.table.intake import Entry
from connectors.base import Capability, Connector
from connectors.errors import ConnectorError, Misconfigured, Unavailable
from connectors.models import Candidate, Destination, NewCandidate, NewNote

DOUBTFUL = "it may be there or not, so check first"


@dataclass
class TakenIn:
    """What became of somebody. `undone` says what could not be written beside them, and why."""

    there: bool = False
    undone: list[str] = field(default_factory=list)


async def take_in(ats: Connector, entry: Entry, to: Destination | None, author: str) -> TakenIn:
    """Raises `ConnectorError` where nobody was added, or where time or an admin can help."""
    if entry.person is None:
        raise LookupError("a row with a problem is nobody")
    person, taken = entry.person, TakenIn()
    known = await ats.known(person.email) if Capability.FIND in ats.capabilities else None
    if known is None:
        added = await ats.add_candidate(person, to)
        known, taken.there = added.candidate, added.existing
        if to and added.pending and not added.existing:
            known = await ats.move(known, to, f"Imported by {author} in Slack")
    else:
        taken.there = True
    await _beside(ats, known, entry, author, taken)
    return taken


async def _beside(ats: Connector, candidate: Candidate, entry: Entry, author: str, taken: TakenIn) -> None:
    async def tag() -> None:
        await ats.add_tags(candidate, entry.tags)

    async def write() -> None:
        await ats.add_note(candidate, NewNote(text=note, author=author))

    note = note_of(ats, entry)
    if entry.tags:
        await _try(tag, "Tags", taken)
    if note:
        await _try(write, "Note", taken)


def note_of(ats: Connector, entry: Entry) -> str:
    """The note of a row, with what this ATS has no field for."""
    person = entry.person or NewCandidate(first_name="")
    given = {"phone": person.phone or "", "links": "\n".join(person.links)}
    homeless = [f"{KEPT[name]}: {value}" for name, value in given.items() if value and name not in ats.keeps]
    return "\n\n".join(filter(None, [entry.note, "\n".join(homeless)]))


async def _try(write: Callable[[], Awaitable[None]], what: str, taken: TakenIn) -> None:
    try:
        await write()
    except ConnectorError as error:
        if isinstance(error, (Unavailable, Misconfigured)) or error.uncertain:
            raise
        taken.undone.append(f"{what}: {sentence(error)}")
