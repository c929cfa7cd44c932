"""`/candidate find`: look a candidate up."""

from __future__ import annotations

from .base import Block, Command, Desk, Opening, Reply, Request, Values
from .cards import form
from .cards.candidate import candidate_card
from .cards.source import source_of
from .grammar import WHO_LIMIT, bounded, joined, unescaped, via, words
from .reading import Reading
from .who import find_one


class FindRequest(Request):
    who: str | None = None

    @property
    def complete(self) -> bool:
        return bool(self.who)


def parse(text: str) -> FindRequest:
    short, connection = via(unescaped(bounded(text)))
    return FindRequest(who=joined(words(short), WHO_LIMIT, "name or address") or None, via=connection)


async def run(desk: Desk, request: FindRequest) -> Reply:
    candidate = await find_one(desk, request.who, shows=True)
    return Reply(candidate_card(candidate, source_of(desk)))


def draw(request: FindRequest, opening: Opening, problem: str | None) -> Block:
    who = form.text_input(
        "who", "Name or email", request.who, placeholder="A part of it is enough", limit=WHO_LIMIT
    )
    return form.modal("Find a candidate", "Find", opening, [who], problem)


def read(values: Values, opening: Opening) -> FindRequest:
    reading = Reading(values)
    who = reading.needed("who", str, "Say who: an email or a name.")
    reading.finish()
    return FindRequest(who=who)


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
    aliases=("search", "show", "lookup"),
)
