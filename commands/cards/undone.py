"""What became of *Undo*: taken back, or left alone because something has changed."""

from __future__ import annotations

from collections.abc import Sequence

from commands.base import Card
from commands.cards import blocks
from commands.cards.candidate import buttons, facts, standing
from commands.cards.source import Source
from connectors.models import Candidate, Placement


def untagged(candidate: Candidate, source: Source, by: str, tags: Sequence[str]) -> Card:
    many = "The tags" if len(tags) > 1 else "The tag"
    were = "were" if len(tags) > 1 else "was"
    fact = (
        f"Undone: {many.lower()} {blocks.listed(tags)} {were} taken off {blocks.bold(candidate.name)} "
        f"in {blocks.line(source.label)}."
    )
    return _undone(fact, candidate, source, by)


def moved_back(candidate: Candidate, source: Source, by: str, to: Placement) -> Card:
    fact = (
        f"Undone: {blocks.bold(candidate.name)} is back at the stage {blocks.bold(to.stage or 'before')} "
        f"of {blocks.bold(to.title)} in {blocks.line(source.label)}."
    )
    return _undone(fact, candidate, source, by)


def tags_gone(candidate: Candidate, source: Source, gone: Sequence[str]) -> Card:
    are = "are" if len(gone) > 1 else "is"
    fact = f"{blocks.listed(gone)} {are} not on {blocks.bold(candidate.name)} any more. Nothing was undone."
    return _left_alone(fact, candidate, source)


def moved_on(candidate: Candidate, source: Source, here: Placement | None) -> Card:
    """`here` is where the candidate now is on that job, or None if they are on it no more."""
    where = f"at {blocks.bold(standing(here))} now" if here else "not on that job any more"
    fact = f"{blocks.bold(candidate.name)} is {where}. Nothing was undone."
    return _left_alone(fact, candidate, source)


def too_late(candidate: Candidate, source: Source) -> Card:
    title = blocks.line(source.title)
    fact = f"Undo works for ten minutes, so nothing was undone for {blocks.bold(candidate.name)}."
    return _left_alone(f"{fact}\nChange it with the buttons here, or in {title} itself.", candidate, source)


def not_yours() -> Card:
    fact = "Only the person who did this can undo it."
    return blocks.card(fact, blocks.section(f":no_entry: {fact}"))


def _undone(fact: str, candidate: Candidate, source: Source, by: str) -> Card:
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(f":leftwards_arrow_with_hook: {fact}"),
        facts(candidate),
        blocks.context(f"Undone as {blocks.line(by)} via Slack"),
        buttons(candidate, source),
    )


def _left_alone(fact: str, candidate: Candidate, source: Source) -> Card:
    return blocks.card(
        blocks.spoken(fact), blocks.section(fact), facts(candidate), buttons(candidate, source)
    )
