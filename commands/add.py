"""`/candidate add`: put somebody new into the ATS."""

from __future__ import annotations

from connectors.base import Capability, stands
from connectors.models import (
    Added,
    Candidate,
    Change,
    ChangeKind,
    Destination,
    NewCandidate,
    Resume,
    same_email,
)

from .attached import CannotAttach
from .base import Command, Continue, Desk, Interrupt, Opening, Reply
from .cards import blocks, flow, receipt
from .cards.source import source_of
from .extras import Extras
from .grammar import Place
from .person import AddRequest, draw_person, parse_person, read_person
from .where import find_place

WORDS = {
    "first_name": "a first name",
    "last_name": "a last name",
    "email": "an email address",
    "phone": "a phone number",
}


async def run(desk: Desk, request: AddRequest) -> Reply:
    new = request.new()
    _insist(desk, request, new)
    cv, missed = await _cv(desk)
    new = new.model_copy(update={"resume": cv})
    to = await _place(desk, request)
    if not desk.picks.anyway:
        await _ask_if_there(desk, new, to)
    added = await desk.ats.add_candidate(new, to)
    here = added.existing and _is_at(added.candidate, to)
    if added.existing and not here and not (desk.picks.anyway and to):
        raise Interrupt(flow.already(added.candidate, source_of(desk)))
    # Somebody who is there already, or is still being processed, was perhaps not put anywhere yet.
    elsewhere = not here and (added.existing or added.pending)
    extras = Extras(desk, await _move(desk, added.candidate, to) if to and elsewhere else added.candidate)
    await extras.tags(request.tags)
    await extras.contacts(new)
    before, left = _known_before(desk, added, cv)
    uploaded = [f"{blocks.bold(cv.filename)} was uploaded."] if cv and not added.existing else []
    card = receipt.added(
        extras.candidate,
        source_of(desk),
        desk.person.name,
        to=None if to and here and not _stands(added.candidate, to) else to,
        done=[*before, *uploaded, *extras.done],
        undone=[*extras.undone, *missed, *left],
        pending=added.pending and not to,
    )
    return Reply(card, changed=Change(kind=ChangeKind.ADDED, candidate=extras.candidate))


def _known_before(desk: Desk, added: Added, cv: Resume | None) -> tuple[list[str], list[str]]:
    """What is said of a record that was there before: no CV was put in it, and nothing taken away."""
    if not added.existing:
        return [], []
    said = f"{blocks.line(desk.ats.title)} had this person already; what stood there was left as it was."
    return [said], [f"{blocks.bold(cv.filename)} was not uploaded."] if cv else []


async def _cv(desk: Desk) -> tuple[Resume | None, list[str]]:
    """The CV that goes along, or why none does, as mrkdwn."""
    if desk.attached is None:
        return None, []
    name = blocks.bold(desk.attached.name)
    if not desk.ats.resume_by_file:
        title = blocks.line(desk.ats.title)
        return None, [f"{name} stays in Slack: {title} takes CVs only as a public link."]
    try:
        return await desk.attached.fetch(), []
    except CannotAttach as failure:
        return None, [f"{name}: {blocks.esc(failure.problem)}"]


def _insist(desk: Desk, request: AddRequest, new: NewCandidate) -> None:
    """Ask for what this ATS requires; where to is asked for by a choice."""
    lacking = [
        words for field, words in WORDS.items() if field in desk.ats.required and not getattr(new, field)
    ]
    if lacking:
        opening = Opening(
            command="/candidate", verb="add", connection=desk.source.id, text=request.as_typed()
        )
        raise Interrupt(flow.missing(lacking, source_of(desk), opening))


async def _place(desk: Desk, request: AddRequest) -> Destination | None:
    wanted = request.to or desk.picks.destination or desk.picks.new_pool or "to" in desk.ats.required
    return await find_place(desk, Place(request.to or "", request.pool)) if wanted else None


async def _ask_if_there(desk: Desk, new: NewCandidate, to: Destination | None) -> None:
    if Capability.FIND not in desk.ats.capabilities or not new.email:
        return
    there = [c for c in await desk.ats.find(new.email) if same_email(c.email, new.email)]
    if not there:
        return
    shown = next((c for c in there if _is_at(c, to)), there[0])
    # A second record makes sense only in a place where they are not yet.
    anyway = Continue(of=desk.job, picks=desk.picks) if to and not _is_at(shown, to) else None
    raise Interrupt(flow.already(shown, source_of(desk), anyway))


async def _move(desk: Desk, candidate: Candidate, to: Destination) -> Candidate:
    return await desk.ats.move(candidate, to, f"Added by {desk.person.name} in Slack")


def _stands(candidate: Candidate, to: Destination) -> bool:
    return any(stands(p.destination_id, p.stage_id, to) for p in candidate.placements)


def _is_at(candidate: Candidate, to: Destination | None) -> bool:
    places = {p.destination_id for p in candidate.placements}
    return to is not None and (to.job_id or to.id) in places


ADD = Command(
    name="/candidate",
    verb="add",
    usage="/candidate add NAME EMAIL [PHONE] [LINKS] [#TAGS] [to DESTINATION]",
    example='/candidate add Jane Doe jane@example.com +33 6 12 34 56 78 to "Backend talent" #python',
    summary="Add somebody to the ATS; the order is free.",
    request=AddRequest,
    parse=parse_person,
    run=run,
    form=draw_person,
    read_form=read_person,
    aliases=("new", "create"),
)
