"""`/candidate add`: put somebody new into the ATS."""

from __future__ import annotations

from commands.base import Command, Context, Continue, Interrupt, Opening, Reply
from commands.cards import blocks, flow, receipt
from commands.cards.source import source_of
from commands.extras import Extras
from commands.ports.attached import CannotAttach
from commands.text.grammar import Place
from commands.text.person import AddRequest, draw_person, parse_person, read_person
from commands.where import find_place
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

WORDS = {
    "first_name": "a first name",
    "last_name": "a last name",
    "email": "an email address",
    "phone": "a phone number",
}


async def run(context: Context, request: AddRequest) -> Reply:
    new = request.new()
    _insist(context, request, new)
    cv, missed = await _cv(context)
    new = new.model_copy(update={"resume": cv})
    to = await _place(context, request)
    if not context.picks.anyway:
        await _ask_if_there(context, new, to)
    added = await context.ats.add_candidate(new, to)
    here = added.existing and _is_at(added.candidate, to)
    if added.existing and not here and not (context.picks.anyway and to):
        raise Interrupt(flow.already(added.candidate, source_of(context)))
    # Somebody who is there already, or is still being processed, was perhaps not put anywhere yet.
    elsewhere = not here and (added.existing or added.pending)
    extras = Extras(
        context, await _move(context, added.candidate, to) if to and elsewhere else added.candidate
    )
    await extras.tags(request.tags)
    await extras.contacts(new)
    before, left = _known_before(context, added, cv)
    uploaded = [f"{blocks.bold(cv.filename)} was uploaded."] if cv and not added.existing else []
    card = receipt.added(
        extras.candidate,
        source_of(context),
        context.person.name,
        to=None if to and here and not _stands(added.candidate, to) else to,
        done=[*before, *uploaded, *extras.done],
        undone=[*extras.undone, *missed, *left],
        pending=added.pending and not to,
    )
    return Reply(card, changed=Change(kind=ChangeKind.ADDED, candidate=extras.candidate))


def _known_before(context: Context, added: Added, cv: Resume | None) -> tuple[list[str], list[str]]:
    """What is said of a record that was there before: no CV was put in it, and nothing taken away."""
    if not added.existing:
        return [], []
    said = f"{blocks.line(context.ats.title)} had this person already; what stood there was left as it was."
    return [said], [f"{blocks.bold(cv.filename)} was not uploaded."] if cv else []


async def _cv(context: Context) -> tuple[Resume | None, list[str]]:
    """The CV that goes along, or why none does, as mrkdwn."""
    if context.attached is None:
        return None, []
    name = blocks.bold(context.attached.name)
    if not context.ats.resume_by_file:
        title = blocks.line(context.ats.title)
        return None, [f"{name} stays in Slack: {title} takes CVs only as a public link."]
    try:
        return await context.attached.fetch(), []
    except CannotAttach as failure:
        return None, [f"{name}: {blocks.esc(failure.problem)}"]


def _insist(context: Context, request: AddRequest, new: NewCandidate) -> None:
    """Ask for what this ATS requires; where to is asked for by a choice."""
    lacking = [
        words for field, words in WORDS.items() if field in context.ats.required and not getattr(new, field)
    ]
    if lacking:
        opening = Opening(
            command="/candidate", verb="add", connection=context.source.id, text=request.as_typed()
        )
        raise Interrupt(flow.missing(lacking, source_of(context), opening))


async def _place(context: Context, request: AddRequest) -> Destination | None:
    wanted = request.to or context.picks.destination or context.picks.new_pool or "to" in context.ats.required
    return await find_place(context, Place(request.to or "", request.pool)) if wanted else None


async def _ask_if_there(context: Context, new: NewCandidate, to: Destination | None) -> None:
    if Capability.FIND not in context.ats.capabilities or not new.email:
        return
    there = [c for c in await context.ats.find(new.email) if same_email(c.email, new.email)]
    if not there:
        return
    shown = next((c for c in there if _is_at(c, to)), there[0])
    # A second record makes sense only in a place where they are not yet.
    anyway = Continue(of=context.job, picks=context.picks) if to and not _is_at(shown, to) else None
    raise Interrupt(flow.already(shown, source_of(context), anyway))


async def _move(context: Context, candidate: Candidate, to: Destination) -> Candidate:
    return await context.ats.move(candidate, to, f"Added by {context.person.name} in Slack")


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
