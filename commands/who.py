"""Finds the one candidate that is meant, or asks."""

from __future__ import annotations

from connectors.errors import NotFound
from connectors.matching import is_address
from connectors.models import Candidate

from .base import Continue, Desk, Interrupt
from .cards import choice, flow
from .cards.source import source_of
from .grammar import quoted


async def find_one(desk: Desk, who: str | None, *, shows: bool = False) -> Candidate:
    """The candidate that was picked or is the only one who fits; else `Interrupt` with what to do.

    `shows` says that nothing will be written, so that one choice may be made after the other.
    """
    if desk.picks.candidate:
        return await _picked(desk, desk.picks.candidate, shows)
    found = await desk.ats.find(who, limit=choice.ROWS) if who else []
    if len(found) == 1:
        return found[0]
    if not found:
        edit = None if shows else Continue(of=desk.job, picks=desk.picks)
        raise Interrupt(flow.nobody(who or "", source_of(desk), _draft(who or ""), edit))
    if desk.person.bar("find"):
        raise Interrupt(flow.only_one(who or "", source_of(desk)))
    go_on = Continue(of=desk.job, picks=desk.picks, once=not shows)
    label = "Show" if shows else "Choose"
    raise Interrupt(choice.people(found, source_of(desk), who or "", go_on, label=label))


async def _picked(desk: Desk, id: str, shows: bool) -> Candidate:
    try:
        return await desk.ats.candidate(id)
    except NotFound:
        # Whoever is gone cannot be picked once more.
        picks = desk.picks.model_copy(update={"candidate": None, "placement": None})
        edit = None if shows else Continue(of=desk.job, picks=picks)
        raise Interrupt(flow.gone("candidate", source_of(desk), edit)) from None


def _draft(who: str) -> str:
    """What the add form starts with: the address, or the name in quotation marks."""
    return who if is_address(who) or not who else quoted(who)
