"""Finds the one candidate that is meant, or asks."""

from __future__ import annotations

from commands.base import Context, Continue, Interrupt
from commands.cards import choice, flow
from commands.cards.source import source_of
from commands.text.grammar import quoted
from connectors.errors import NotFound
from connectors.matching import is_address
from connectors.models import Candidate


async def find_one(context: Context, who: str | None, *, shows: bool = False) -> Candidate:
    """The candidate that was picked or is the only one who fits; else `Interrupt` with what to do.

    `shows` says that nothing will be written, so that one choice may be made after the other.
    """
    if context.picks.candidate:
        return await _picked(context, context.picks.candidate, shows)
    found = await context.ats.find(who, limit=choice.ROWS) if who else []
    if len(found) == 1:
        return found[0]
    if not found:
        edit = None if shows else Continue(of=context.job, picks=context.picks)
        raise Interrupt(flow.nobody(who or "", source_of(context), _draft(who or ""), edit))
    if context.person.bar("find"):
        raise Interrupt(flow.only_one(who or "", source_of(context)))
    go_on = Continue(of=context.job, picks=context.picks, once=not shows)
    label = "Show" if shows else "Choose"
    raise Interrupt(choice.people(found, source_of(context), who or "", go_on, label=label))


async def _picked(context: Context, id: str, shows: bool) -> Candidate:
    try:
        return await context.ats.candidate(id)
    except NotFound:
        # Whoever is gone cannot be picked once more.
        picks = context.picks.model_copy(update={"candidate": None, "placement": None})
        edit = None if shows else Continue(of=context.job, picks=picks)
        raise Interrupt(flow.gone("candidate", source_of(context), edit)) from None


def _draft(who: str) -> str:
    """What the add form starts with: the address, or the name in quotation marks."""
    return who if is_address(who) or not who else quoted(who)
