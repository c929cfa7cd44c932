"""A candidate as people see them in Slack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from commands.base import Block, Card, Opening
from commands.cards import blocks
from commands.cards.menu import REFRESH, SHARE, menu
from commands.cards.source import Source
from connectors.base import Capability
from connectors.models import Candidate, Kind, Placement

KINDS = {Kind.POOL: "Talent pool", Kind.JOB: "Job", Kind.STAGE: "Stage"}
SHOWN_PLACES = 6
SHOWN_LINKS = 5
LONGEST_URL = 1000


class Verb(NamedTuple):
    verb: str
    label: str
    needs: Capability


VERBS = (
    Verb("note", "Note", Capability.ADD_NOTE),
    Verb("tag", "Tag", Capability.ADD_TAGS),
    Verb("move", "Move", Capability.MOVE),
)


def candidate_card(candidate: Candidate, source: Source) -> Card:
    return blocks.card(
        f"{blocks.line(candidate.name)} in {blocks.line(source.label)}",
        blocks.section(blocks.bold(candidate.name)),
        facts(candidate),
        blocks.context(f"In {blocks.line(source.label)}"),
        buttons(candidate, source),
    )


def facts(candidate: Candidate) -> list[Block]:
    """What is known beyond the name; no block when nothing is."""
    known = [
        ("Email", blocks.mailto(candidate.email) if candidate.email else ""),
        ("Phone", blocks.line(candidate.phone) if candidate.phone else ""),
        *_places(candidate),
        ("Tags", blocks.listed(candidate.tags)),
        ("Links", "\n".join(blocks.link(url, _short(url)) for url in _web(candidate.links))),
        ("Last activity", blocks.moment(candidate.last_activity) if candidate.last_activity else ""),
    ]
    shown = [(label, value) for label, value in known if value]
    return [blocks.fields(shown)] if shown else []


def buttons(
    candidate: Candidate,
    source: Source,
    *more: Block,
    entries: Sequence[str] = (SHARE, REFRESH),
) -> list[Block]:
    """What can be done with this candidate in this ATS, then `more`, then a menu with the way to their page."""
    page = page_of(candidate, source)
    return blocks.actions(*verb_buttons(candidate, source), *more, menu(candidate, source, page, entries))


def verb_buttons(candidate: Candidate, source: Source) -> list[Block]:
    return [
        blocks.opens(each.label, about(candidate, source, each.verb), suffix=each.verb)
        for each in VERBS
        if each.needs in source.capabilities
    ]


def about(candidate: Candidate, source: Source, verb: str) -> Opening:
    """The opening of a verb's form with this candidate fixed."""
    name = blocks.shortened(candidate.name, blocks.LINE)
    return Opening(
        command="/candidate", verb=verb, connection=source.connection, candidate=candidate.id, name=name
    )


def open_button(candidate: Candidate, source: Source) -> Block:
    return blocks.leads(f"Open in {source.title}", page_of(candidate, source), suffix="record")


def page_of(candidate: Candidate, source: Source) -> str:
    """The candidate's page in the ATS; where people sign in if that is not known."""
    url = candidate.url or ""
    known = url.startswith(("https://", "http://")) and len(url) <= LONGEST_URL
    return url if known else source.site


def where(candidate: Candidate) -> str:
    """Where somebody stands, on one line of mrkdwn."""
    shown = "; ".join(blocks.line(standing(p)) for p in candidate.placements[:2])
    rest = len(candidate.placements) - 2
    return (shown + (f" and {rest} more" if rest > 0 else "")) or "in no job or talent pool"


def standing(placement: Placement) -> str:
    """A job with its stage, or a pool. Not escaped."""
    return f"{placement.title}: {placement.stage}" if placement.stage else placement.title


def _places(candidate: Candidate) -> list[tuple[str, str]]:
    placed = candidate.placements
    if len(placed) != 1:
        shown = [f"• {blocks.line(standing(p))}" for p in placed[:SHOWN_PLACES]]
        rest = [f"and {len(placed) - SHOWN_PLACES} more"] if len(placed) > SHOWN_PLACES else []
        return [("Jobs and talent pools", "\n".join(shown + rest))] if placed else []
    only = placed[0]
    stage = [("Stage", blocks.line(only.stage))] if only.stage else []
    return [(KINDS[only.kind], blocks.line(only.title)), *stage]


def _web(links: tuple[str, ...]) -> list[str]:
    return [url for url in links if url.casefold().startswith(("https://", "http://"))][:SHOWN_LINKS]


def _short(url: str) -> str:
    return blocks.shortened(url.partition("://")[2].removeprefix("www.").rstrip("/"), 50)
