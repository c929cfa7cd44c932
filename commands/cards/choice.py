"""Several fit, so the person chooses: among candidates, places, or the jobs of one candidate."""

from __future__ import annotations

from collections.abc import Sequence

from commands.base import Block, Card, Continue
from commands.cards import blocks
from commands.cards.candidate import standing, where
from commands.cards.source import Source
from commands.text.key import key_of
from connectors.models import Candidate, Destination, Kind

ROWS = 10


def people(
    candidates: Sequence[Candidate], source: Source, who: str, go_on: Continue, *, label: str = "Choose"
) -> Card:
    """One row each: name, email, where. `go_on` gets the candidate that is picked."""
    shown = candidates[:ROWS]
    full = len(candidates) >= ROWS
    count = f"{len(shown)} or more" if full else str(len(shown))
    question = f"{count} people in {blocks.line(source.label)} match {quoted(who)}. Whom do you mean?"
    rows = [
        blocks.section(
            f"{blocks.bold(each.name)}\n"
            f"{blocks.mailto(each.email) if each.email else 'no email'}  ·  {where(each)}",
            blocks.chooses(label, picked(go_on, candidate=each.id)),
        )
        for each in shown
    ]
    hint = [blocks.context("There may be more: an email address finds exactly one.")] if full else []
    return blocks.card(question, blocks.section(question), rows, hint)


def places(
    found: Sequence[Destination],
    source: Source,
    wanted: str,
    go_on: Continue,
    *,
    several: bool,
    pool: Block | None = None,
) -> Card:
    """`several` fit, or these are only near. `pool` is a row that offers a new or named talent pool."""
    question = _question(source, wanted, several=several, any_shown=bool(found or pool))
    rows = [
        blocks.section(
            f"{blocks.bold(each.title)}\n{_kind(each)}",
            blocks.chooses("Choose", picked(go_on, destination=key_of(each))),
        )
        for each in found[:ROWS]
    ]
    more = [blocks.context("There are more: the exact title finds one.")] if len(found) > ROWS else []
    return blocks.card(question, blocks.section(question), rows, [pool] if pool else [], more)


def pool_row(wanted: str, go_on: Continue, *, new: bool, key: str | None = None) -> Block:
    """Offer the talent pool that was named: a `new` one, or one that needs no making (by its key)."""
    go_on = picked(go_on, new_pool=True) if new else picked(go_on, destination=key)
    label = "New pool" if new else "Use as a new pool"
    return blocks.section(f"{blocks.bold(wanted)}\na new talent pool", blocks.chooses(label, go_on))


def jobs(candidate: Candidate, source: Source, go_on: Continue) -> Card:
    """Which of the candidate's jobs a note is meant for."""
    question = (
        f"{blocks.bold(candidate.name)} is on several jobs, and {blocks.line(source.title)} keeps a note on one. "
        "Which one?"
    )
    placed = [p for p in candidate.placements if p.destination_id][:ROWS]
    rows = [
        blocks.section(
            blocks.bold(standing(each)),
            blocks.chooses("Choose", picked(go_on, candidate=candidate.id, placement=each.destination_id)),
        )
        for each in placed
    ]
    return blocks.card(blocks.spoken(question), blocks.section(question), rows)


def picked(go_on: Continue, **picks: object) -> Continue:
    return go_on.model_copy(update={"picks": go_on.picks.model_copy(update=picks)})


def quoted(text: str) -> str:
    return f"“{blocks.line(text, 80)}”"


def _question(source: Source, wanted: str, *, several: bool, any_shown: bool) -> str:
    title = blocks.line(source.label)
    if not any_shown:
        return f"{title} has no talent pool or job that can be chosen here."
    if not wanted:
        return f"Where to in {title}?"
    if several:
        return f"Several places in {title} fit {quoted(wanted)}. Which one?"
    return f"Nothing in {title} is called {quoted(wanted)}. Did you mean one of these?"


def _kind(place: Destination) -> str:
    if place.kind is Kind.STAGE:
        return f"stage of {blocks.line(place.job_title or 'a job')}"
    return "talent pool" if place.kind is Kind.POOL else "job"
