"""`/candidate move`: put a candidate into a talent pool, a job, or a stage of a job."""

from __future__ import annotations

from commands import undo
from commands.acting import acting
from commands.base import Block, Command, Context, Interrupt, Opening, Reply, Request, Values
from commands.cards import flow, form, receipt
from commands.cards.source import source_of
from commands.fields import merged, person_field, place_field, read_person_field, read_place_field
from commands.text.grammar import (
    PLACE_LIMIT,
    WHO_LIMIT,
    Place,
    Word,
    bounded,
    destination,
    joined,
    unescaped,
    via,
    words,
)
from commands.text.reading import Reading
from commands.where import find_place
from commands.who import find_one
from connectors.base import Capability, stands
from connectors.matching import is_address
from connectors.models import Candidate, Change, ChangeKind, Destination, Kind, Status


class MoveRequest(Request):
    who: str | None = None
    to: str | None = None
    pool: bool = False

    @property
    def complete(self) -> bool:
        return bool(self.who and self.to)


def parse(text: str) -> MoveRequest:
    short, connection = via(unescaped(bounded(text)))
    place, rest = destination(words(short))
    if place is None:
        place, rest = _after_who(rest)
    who = joined(rest, WHO_LIMIT, "name or address") or None
    to = (place.text, place.pool) if place else (None, False)
    return MoveRequest(who=who, to=to[0], pool=to[1], via=connection)


def _after_who(found: list[Word]) -> tuple[Place | None, list[Word]]:
    """Without `to`, an address or a quotation still says where the person ends and the place begins."""
    if len(found) < 2 or not (found[0].quoted or is_address(found[0].text)):
        return None, found
    return Place(joined(found[1:], PLACE_LIMIT, "destination")), found[:1]


async def run(context: Context, request: MoveRequest) -> Reply:
    candidate = await find_one(context, request.who)
    to = await find_place(context, Place(request.to or "", request.pool), candidate)
    if _is_at(candidate, to):
        raise Interrupt(flow.already_there(candidate, to, source_of(context)))
    before = await undo.as_it_is(context, candidate)
    ats, is_user = await acting(context, Capability.MOVE)
    now = await ats.move(candidate, to, f"Moved by {context.person.name} in Slack")
    back, second = undo.of_move(context, before, now, to), now.id != candidate.id
    card = receipt.moved(
        now, source_of(context), context.person.name, to, second=second, back=back, is_user=is_user
    )
    return Reply(card, changed=Change(kind=ChangeKind.MOVED, candidate=now))


def _is_at(candidate: Candidate, to: Destination) -> bool:
    """On a job that has turned somebody down they are not: a move brings them back."""
    back = to.kind is Kind.JOB
    return any(
        stands(p.destination_id, p.stage_id, to)
        for p in candidate.placements
        if not (back and p.status is Status.REJECTED)
    )


def draw(request: MoveRequest, opening: Opening, problem: str | None) -> Block:
    who = person_field("who", "Candidate", request.who, request.picks)
    inputs = [*([] if opening.candidate else [who]), place_field("Move to", request.to, request.picks)]
    return form.modal("Move a candidate", "Move", opening, inputs, problem)


def read(values: Values, opening: Opening) -> MoveRequest:
    reading = Reading(values)
    who, person = read_person_field(reading, "who", opening)
    to, place = read_place_field(reading, opening)
    reading.finish()
    return MoveRequest(who=who, to=to, picks=merged(person, place))


MOVE = Command(
    name="/candidate",
    verb="move",
    usage="/candidate move WHO to DESTINATION",
    example='/candidate move jane@example.com to "Backend talent"',
    summary="Move a candidate to a talent pool, a job or a stage.",
    request=MoveRequest,
    parse=parse,
    run=run,
    form=draw,
    read_form=read,
)
