"""`/candidate find`: look a candidate up."""

from __future__ import annotations

from commands.base import Block, Command, Context, Opening, Reply, Request, Values
from commands.cards import form
from commands.cards.candidate import candidate_card
from commands.cards.source import source_of
from commands.fields import person_field, read_person_field
from commands.text.grammar import WHO_LIMIT, bounded, joined, unescaped, via, words
from commands.text.reading import Reading
from commands.who import find_one


class FindRequest(Request):
    who: str | None = None

    @property
    def complete(self) -> bool:
        return bool(self.who)


def parse(text: str) -> FindRequest:
    short, connection = via(unescaped(bounded(text)))
    return FindRequest(who=joined(words(short), WHO_LIMIT, "name or address") or None, via=connection)


async def run(context: Context, request: FindRequest) -> Reply:
    candidate = await find_one(context, request.who, shows=True)
    return Reply(candidate_card(candidate, source_of(context)))


def draw(request: FindRequest, opening: Opening, problem: str | None) -> Block:
    field = person_field("who", "Name or email", request.who, request.picks)
    return form.modal("Find a candidate", "Find", opening, [field], problem)


def read(values: Values, opening: Opening) -> FindRequest:
    reading = Reading(values)
    who, picks = read_person_field(reading, "who", opening)
    reading.finish()
    return FindRequest(who=who, picks=picks)


FIND = Command(
    name="/candidate",
    verb="find",
    usage="/candidate find NAME or EMAIL",
    example="/candidate find jane",
    summary="Look a candidate up by name or email, or a part of either.",
    request=FindRequest,
    parse=parse,
    run=run,
    form=draw,
    read_form=read,
    writes=False,
    aliases=("search", "show", "lookup"),
)
