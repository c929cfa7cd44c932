"""What was written in the ATS, and what was not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from commands.base import Block, Card, Run
from commands.cards import blocks
from commands.cards.authorship import after
from commands.cards.candidate import buttons, facts
from commands.cards.menu import SHARE
from commands.cards.source import Source
from connectors.models import Candidate, Destination, Kind


class WayBack(NamedTuple):
    """How a write can be taken back: what *Undo* runs and how long, or why there is no such button."""

    run: Run | None = None
    until: datetime | None = None
    why: str = ""


THERE_ONLY = WayBack(why="This can be taken back only in {title} itself.")
NOT_BY_API = WayBack(why="{title} cannot take this back through its API.")
NOTHING = WayBack()
"""For what changed nothing."""

KINDS = {Kind.POOL: "talent pool", Kind.JOB: "job", Kind.STAGE: "stage"}
QUOTED = 280


def added(
    candidate: Candidate,
    source: Source,
    by: str,
    *,
    to: Destination | None = None,
    done: Sequence[str] = (),
    undone: Sequence[str] = (),
    pending: bool = False,
) -> Card:
    """`done` and `undone` say in plain sentences what else was asked for, and what became of it."""
    place = f" to {place_name(to)}" if to else ""
    fact = f"{blocks.bold(candidate.name)} was added{place} in {blocks.line(source.label)}."
    waiting = [f"{blocks.line(source.title)} is still processing it; it can take a few minutes to show."]
    return _receipt(
        fact, candidate, source, after(source, by), [*done, *(waiting if pending else [])], undone
    )


def noted(candidate: Candidate, source: Source, by: str, text: str) -> Card:
    fact = f"Note added to {blocks.bold(candidate.name)} in {blocks.line(source.label)}."
    words = blocks.esc(blocks.shortened(" ".join(text.split()), QUOTED))
    said = [f"_{words}_" if "_" not in words else words]
    return _receipt(fact, candidate, source, after(source, by, note=True), said)


def tagged(
    candidate: Candidate, source: Source, by: str, tags: Sequence[str], back: WayBack = THERE_ONLY
) -> Card:
    fact = f"{blocks.bold(candidate.name)} is tagged {blocks.listed(tags)} in {blocks.line(source.label)}."
    return _receipt(fact, candidate, source, after(source, by), back=back)


def moved(
    candidate: Candidate,
    source: Source,
    by: str,
    to: Destination,
    *,
    second: bool,
    back: WayBack = THERE_ONLY,
    is_user: bool = False,
) -> Card:
    """`second` says that the ATS keeps the old record beside the new one; `is_user`, that it shows who moved them."""
    fact = f"{blocks.bold(candidate.name)} was moved to {place_name(to)} in {blocks.line(source.label)}."
    title = blocks.line(source.title)
    note = f"{title} made a second record for this; the old one stays, with its notes and tags."
    authors = after(source, by, is_user=is_user)
    return _receipt(fact, candidate, source, authors, [note] if second else [], back=back)


def place_name(to: Destination) -> str:
    """A destination with what it is, as mrkdwn."""
    if to.kind is Kind.STAGE:
        return f"the stage {blocks.bold(to.title)} of {blocks.bold(to.job_title or 'its job')}"
    return f"the {KINDS[to.kind]} {blocks.bold(to.title)}"


def _receipt(
    fact: str,
    candidate: Candidate,
    source: Source,
    authors: Sequence[str],
    done: Sequence[str] = (),
    undone: Sequence[str] = (),
    back: WayBack = THERE_ONLY,
) -> Card:
    failed = [blocks.section(":warning: *Not done:*\n" + "\n".join(f"• {each}" for each in undone))]
    spoken = blocks.spoken(fact) + (" Something was not done." if undone else "")
    return blocks.card(
        spoken,
        blocks.section(":white_check_mark: " + "\n".join([fact, *done])),
        failed if undone else [],
        facts(candidate),
        blocks.context(*authors, *_said(back, source)),
        buttons(candidate, source, *_undo(back), entries=(SHARE,)),
    )


def _undo(back: WayBack) -> list[Block]:
    return [blocks.runs("Undo", back.run)] if back.run else []


def _said(back: WayBack, source: Source) -> list[str]:
    if back.run and back.until:
        return [f"Undo works until {blocks.moment(back.until, '{time}')}"]
    return [back.why.format(title=blocks.line(source.title))] if back.why else []
