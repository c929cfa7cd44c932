"""`/candidate tag`: add tags to a candidate."""

from __future__ import annotations

from commands import undo
from commands.base import Block, Command, Context, Opening, Reply, Request, Usage, Values
from commands.cards import form, receipt
from commands.cards.source import source_of
from commands.fields import person_field, read_person_field, read_tags_field, tags_field
from commands.text.grammar import bounded, unescaped, via, who_and_rest
from commands.text.reading import Reading
from commands.text.recognise import not_markup, tags
from commands.who import find_one
from connectors.models import Change, ChangeKind


class TagRequest(Request):
    who: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return bool(self.who and self.tags)


def parse(text: str) -> TagRequest:
    short, connection = via(unescaped(bounded(text)))
    who, rest = who_and_rest(short)
    return TagRequest(who=who, tags=_readable(rest), via=connection)


def _readable(text: str) -> tuple[str, ...]:
    for word in text.split():
        if word.startswith("<#"):
            raise Usage("Slack turned a word after # into a channel; write the tag without #.")
        not_markup(word)
    return tags(text) if text else ()


async def run(context: Context, request: TagRequest) -> Reply:
    candidate = await find_one(context, request.who)
    before = await undo.as_it_is(context, candidate)
    now = await context.ats.add_tags(candidate, request.tags)
    back = undo.of_tags(context, before, request.tags)
    card = receipt.tagged(now, source_of(context), context.person.name, request.tags, back)
    return Reply(card, changed=Change(kind=ChangeKind.TAGGED, candidate=now))


def draw(request: TagRequest, opening: Opening, problem: str | None) -> Block:
    who = person_field("who", "Candidate", request.who, request.picks)
    inputs = [*([] if opening.candidate else [who]), tags_field(request.tags)]
    return form.modal("Add tags", "Add tags", opening, inputs, problem)


def read(values: Values, opening: Opening) -> TagRequest:
    reading = Reading(values)
    who, picks = read_person_field(reading, "who", opening)
    found = read_tags_field(reading)
    reading.finish()
    return TagRequest(who=who, tags=found, picks=picks)


TAG = Command(
    name="/candidate",
    verb="tag",
    usage="/candidate tag WHO TAG, TAG",
    example="/candidate tag jane@example.com python, senior",
    summary="Add tags to a candidate.",
    request=TagRequest,
    parse=parse,
    run=run,
    form=draw,
    read_form=read,
    aliases=("tags", "label"),
)
