"""*Undo* on a receipt: takes back what the same person has just written, where the ATS can."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from commands.acting import acting
from commands.base import Command, Context, Interrupt, Picks, Reply, Request, Run, Usage
from commands.cards import blocks, undone
from commands.cards.receipt import NOT_BY_API, NOTHING, THERE_ONLY, WayBack
from commands.cards.source import source_of
from commands.who import find_one
from connectors.base import Capability
from connectors.models import Candidate, Change, ChangeKind, Destination, Kind, Placement, Record

WINDOW = 600
"""Seconds in which a write can be taken back."""
VERB = "undo"


class Spot(Record):
    """A stage of a job, by their ids."""

    job: str
    stage: str


class UndoRequest(Request):
    """What was written, in ids and tags; `until` is in seconds since the epoch."""

    by: str
    until: int
    tags: tuple[str, ...] = ()
    """Those that were not there before."""
    left: Spot | None = None
    """Where the candidate was put."""
    back: Spot | None = None

    def also(self, picks: Picks) -> tuple[str, ...]:
        """Taking something back takes what writing it took."""
        return ("tag",) if self.tags else ("move",)


async def as_it_is(context: Context, candidate: Candidate) -> Candidate:
    """The record before a write, where it can be taken back: what a search found may be minutes old."""
    # An ATS that cannot even take a tag off takes nothing back.
    can = Capability.REMOVE_TAGS in context.ats.capabilities
    return await context.ats.candidate(candidate.id) if can else candidate


def of_tags(context: Context, before: Candidate, tags: Sequence[str]) -> WayBack:
    had = {tag.casefold() for tag in before.tags}
    new = tuple(tag for tag in tags if tag.casefold() not in had)
    if not new:
        return NOTHING
    if Capability.REMOVE_TAGS not in context.ats.capabilities:
        return NOT_BY_API
    return _way(context, before, UndoRequest(by=context.person.id, until=_until(context), tags=new))


def of_move(context: Context, before: Candidate, now: Candidate, to: Destination) -> WayBack:
    """A way back to an earlier stage of the same job: another job or a talent pool only ever adds something."""
    job = to.job_id or to.id
    was, stands = _on_job(before, job), _on_job(now, job)
    if to.kind is Kind.POOL or now.id != before.id or was is None or stands is None:
        return NOT_BY_API
    return _way(
        context, before, UndoRequest(by=context.person.id, until=_until(context), left=stands, back=was)
    )


def _until(context: Context) -> int:
    return int(context.clock()) + WINDOW


def _way(context: Context, candidate: Candidate, request: UndoRequest) -> WayBack:
    text = request.model_dump_json(exclude_defaults=True)
    picks = Picks(connection=context.source.id, candidate=candidate.id)
    run = Run(command="/candidate", verb=VERB, text=text, picks=picks)
    fits = len(blocks.value_of(run)) <= blocks.BUTTON_VALUE
    return WayBack(run, datetime.fromtimestamp(request.until, UTC)) if fits else THERE_ONLY


def _on_job(candidate: Candidate, job: str) -> Spot | None:
    placed = _placed(candidate, job)
    return Spot(job=job, stage=placed.stage_id) if placed and placed.stage_id else None


def _placed(candidate: Candidate, job: str) -> Placement | None:
    return next((p for p in candidate.placements if p.destination_id == job), None)


def parse(text: str) -> UndoRequest:
    try:
        return UndoRequest.model_validate_json(text)
    except ValidationError:
        raise Usage("This button cannot be read.") from None


async def run(context: Context, request: UndoRequest) -> Reply:
    if request.by != context.person.id:
        raise Interrupt(undone.not_yours())
    source = source_of(context)
    candidate = await find_one(context, None, shows=True)
    if context.asked > request.until:
        raise Interrupt(undone.too_late(candidate, source))
    if request.tags:
        return await _untag(context, candidate, request.tags)
    if request.left and request.back:
        return await _move_back(context, candidate, request.left, request.back)
    raise Interrupt(undone.too_late(candidate, source))


async def _untag(context: Context, candidate: Candidate, tags: tuple[str, ...]) -> Reply:
    there = {tag.casefold() for tag in candidate.tags}
    gone = [tag for tag in tags if tag.casefold() not in there]
    if gone:
        raise Interrupt(undone.tags_gone(candidate, source_of(context), gone))
    now = await context.ats.remove_tags(candidate, tags)
    card = undone.untagged(now, source_of(context), context.person.name, tags)
    return Reply(card, changed=Change(kind=ChangeKind.TAGGED, candidate=now))


async def _move_back(context: Context, candidate: Candidate, left: Spot, back: Spot) -> Reply:
    here = _placed(candidate, left.job)
    if here is None or here.stage_id != left.stage:
        raise Interrupt(undone.moved_on(candidate, source_of(context), here))
    to = Destination(id=back.stage, kind=Kind.STAGE, title=back.stage, job_id=back.job, job_title=here.title)
    ats, _ = await acting(context, Capability.MOVE)
    now = await ats.move(candidate, to, f"Taken back by {context.person.name} in Slack")
    card = undone.moved_back(now, source_of(context), context.person.name, _placed(now, back.job) or here)
    return Reply(card, changed=Change(kind=ChangeKind.MOVED, candidate=now))


UNDO = Command(
    name="/candidate",
    verb=VERB,
    usage="/candidate undo",
    example="/candidate undo",
    summary="Take back what was just written.",
    request=UndoRequest,
    parse=parse,
    run=run,
)
