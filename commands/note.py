"""`/candidate note`: write a note to a candidate."""

from __future__ import annotations

from pydantic import Field

from commands.base import Block, Command, Context, Continue, Interrupt, Opening, Reply, Request, Values
from commands.cards import choice, form, receipt
from commands.cards.source import source_of
from commands.fields import person_field, read_person_field
from commands.text.grammar import NOTE_LIMIT, bounded, fitting, unescaped, via, who_and_rest
from commands.text.reading import Reading
from commands.who import find_one
from connectors.errors import Ambiguous
from connectors.models import Candidate, Change, ChangeKind, NewNote


class NoteRequest(Request):
    who: str | None = None
    text: str = Field("", repr=False)
    said: str = Field("", repr=False)
    """The text with the `via NAME` that was cut off its end."""

    @property
    def complete(self) -> bool:
        return bool(self.who and self.text)

    @property
    def literally(self) -> Request | None:
        return NoteRequest(who=self.who, text=self.said) if self.via and self.said else None


def parse(text: str) -> NoteRequest:
    full = unescaped(bounded(text)).strip()
    short, connection = via(full)
    who, note = who_and_rest(short)
    if who is None:
        return NoteRequest(via=connection)
    said = who_and_rest(full)[1] if connection else ""
    return NoteRequest(who=who, text=fitting(note, NOTE_LIMIT, "note"), said=said, via=connection)


async def run(context: Context, request: NoteRequest) -> Reply:
    found = await find_one(context, request.who)
    candidate = _narrowed(found, context.picks.placement)
    note = NewNote(text=request.text, author=context.person.name, link=context.permalink)
    try:
        await context.ats.add_note(candidate, note)
    except Ambiguous:
        if not any(p.destination_id for p in candidate.placements):
            raise
        go_on = Continue(of=context.job, picks=context.picks)
        raise Interrupt(choice.jobs(candidate, source_of(context), go_on)) from None
    card = receipt.noted(candidate, source_of(context), context.person.name, request.text)
    return Reply(card, changed=Change(kind=ChangeKind.NOTED, candidate=found))


def _narrowed(candidate: Candidate, placement: str | None) -> Candidate:
    """The candidate with only the job that was picked, which is how a connector knows where a note goes."""
    kept = tuple(p for p in candidate.placements if p.destination_id == placement)
    return candidate.model_copy(update={"placements": kept}) if placement and kept else candidate


def draw(request: NoteRequest, opening: Opening, problem: str | None) -> Block:
    who = person_field("who", "Candidate", request.who, request.picks)
    text = form.text_input("text", "Note", request.text, multiline=True)
    inputs = [text] if opening.candidate else [who, text]
    return form.modal("Add a note", "Add note", opening, inputs, problem)


def read(values: Values, opening: Opening) -> NoteRequest:
    reading = Reading(values)
    who, picks = read_person_field(reading, "who", opening)
    text = reading.needed("text", str, "Write what the note says.")
    reading.finish()
    return NoteRequest(who=who, text=text or "", picks=picks)


NOTE = Command(
    name="/candidate",
    verb="note",
    usage="/candidate note WHO TEXT",
    example="/candidate note jane@example.com Strong on Go, wants remote",
    summary="Write a note to a candidate.",
    request=NoteRequest,
    parse=parse,
    run=run,
    form=draw,
    read_form=read,
    aliases=("comment",),
)
