"""Finds the one destination that is meant, or asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from commands.base import Block, Card, Context, Continue, Interrupt
from commands.cards import choice, flow
from commands.cards.source import source_of
from commands.text.grammar import Place
from commands.text.key import key_of
from connectors.base import Capability
from connectors.matching import plain
from connectors.models import Candidate, Destination, Kind

NEAR = 0.5
"""How alike two titles are, from 0 to 1, for one to be offered in place of the other."""
LONGEST = 80
"""How much of a title is compared: comparing takes time that grows with the square of it."""
COMPARED = 500
"""How many places are compared: it happens on the event loop."""


async def find_place(context: Context, place: Place, candidate: Candidate | None = None) -> Destination:
    """The place that was picked or is the only one that fits; else `Interrupt` with a choice.

    `candidate` is who shall go there: a stage of their own job is preferred to one of another.
    """
    if context.picks.new_pool:
        return await context.ats.create_pool(place.text)
    if context.picks.destination:
        return await _picked(context, place, context.picks.destination)
    everything = await context.ats.destinations()
    found = fitting(everything, place, candidate)
    if len(found) == 1:
        return found[0]
    pool = context.ats.named_pool(place.text) if place.text else None
    if not found and pool and place.pool:
        return pool
    raise Interrupt(_choice(context, place, found, everything, pool))


async def _picked(context: Context, place: Place, key: str) -> Destination:
    everything = await context.ats.destinations()
    named = context.ats.named_pool(place.text) if place.text else None
    for each in (*everything, *filter(None, [named])):
        if key_of(each) == key:
            return each
    raise Interrupt(flow.gone("place", source_of(context)))


def _choice(
    context: Context,
    place: Place,
    found: Sequence[Destination],
    everything: Sequence[Destination],
    pool: Destination | None,
) -> Card:
    offered = [d for d in everything if not place.pool or d.kind is Kind.POOL]
    return choice.places(
        found or near(offered, place.text),
        source_of(context),
        place.text,
        Continue(of=context.job, picks=context.picks),
        several=bool(found),
        pool=_pool_row(context, place, pool, everything),
    )


def _pool_row(
    context: Context, place: Place, pool: Destination | None, everything: Sequence[Destination]
) -> Block | None:
    """A row for a talent pool of the name that was typed, unless there is one or none can be made."""
    wanted = folded(place.text)
    there = any(d.kind is Kind.POOL and folded(d.title) == wanted for d in everything)
    if there or not wanted:
        return None
    go_on = Continue(of=context.job, picks=context.picks)
    if pool:
        return choice.pool_row(place.text, go_on, new=False, key=key_of(pool))
    makes = Capability.CREATE_POOL in context.ats.capabilities
    return choice.pool_row(place.text, go_on, new=True) if makes else None


def fitting(
    everything: Iterable[Destination], place: Place, candidate: Candidate | None = None
) -> list[Destination]:
    """All that fit best. An exact title beats a part; a job or pool beats stages; one's own job beats others."""
    wanted = folded(place.text)
    known = [d for d in everything if not place.pool or d.kind is Kind.POOL]
    if not wanted:
        return []
    wholes = [d for d in known if d.kind is not Kind.STAGE]
    stages = [d for d in known if d.kind is Kind.STAGE]
    own = {p.destination_id for p in candidate.placements} if candidate else set()
    rules = (
        [d for d in wholes if folded(d.title) == wanted],
        [d for d in stages if wanted in _labels(d)],
        _nearest([d for d in stages if folded(d.title) == wanted], own),
        _parts(wholes, stages, wanted, own),
    )
    return next((fits for fits in rules if fits), [])


def _parts(
    wholes: Sequence[Destination], stages: Sequence[Destination], wanted: str, own: set[str | None]
) -> list[Destination]:
    found = [d for d in wholes if wanted in folded(d.title)]
    jobs = {d.id for d in found if d.kind is Kind.JOB}
    below = [d for d in stages if d.job_id not in jobs and any(wanted in label for label in _labels(d))]
    return [*found, *below] if found else _nearest(below, own)


def _nearest(stages: list[Destination], own: set[str | None]) -> list[Destination]:
    mine = [d for d in stages if d.job_id in own]
    return mine if len(mine) == 1 else stages


def _labels(stage: Destination) -> tuple[str, str]:
    job, title = folded(stage.job_title or ""), folded(stage.title)
    return f"{job}: {title}", f"{job} / {title}"


def near(everything: Sequence[Destination], wanted: str) -> list[Destination]:
    """The places whose titles are most like what was typed; the first few when none is."""
    typed = folded(wanted)[:LONGEST]
    wholes = [d for d in everything if d.kind is not Kind.STAGE]
    known = [*wholes, *(d for d in everything if d.kind is Kind.STAGE)][:COMPARED]
    rated = [(_likeness(typed, d), d) for d in known] if typed else []
    alike = sorted((r for r in rated if r[0] >= NEAR), key=lambda r: -r[0])
    return [d for _, d in alike[: choice.ROWS]] or (wholes or list(everything))


def _likeness(typed: str, place: Destination) -> float:
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(typed)
    best = 0.0
    for title in {folded(place.title)[:LONGEST], folded(place.label)[:LONGEST]}:
        matcher.set_seq1(title)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() >= NEAR:
            best = max(best, matcher.ratio())
    return best


def folded(text: str) -> str:
    """Lower case, without accents, with single spaces."""
    return " ".join(plain(text).split())
