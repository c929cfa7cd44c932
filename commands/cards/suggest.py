"""The options of searching selects: what an ATS has, grouped, and always what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from commands.base import Block, ConnectionInfo
from commands.cards import blocks
from commands.cards.candidate import standing
from commands.text.chosen import found_option, typed_option
from commands.text.key import key_of
from connectors.models import Candidate, Destination, Kind

MOST = 30
"""Options shown: more are scrolled through by nobody; Slack's own limit is a hundred."""
GROUPS = {Kind.POOL: "Talent pools", Kind.JOB: "Jobs", Kind.STAGE: "Stages"}


class Looked(Protocol):
    """`late`: the ATS has not answered in time. `wrong`: it would not."""

    @property
    def found(self) -> Sequence[object]: ...

    @property
    def late(self) -> bool: ...

    @property
    def wrong(self) -> bool: ...


def people(looked: Looked, connection: ConnectionInfo, text: str) -> dict[str, list[Block]]:
    found = [each for each in looked.found if isinstance(each, Candidate)][:MOST]
    options = [found_option(connection.id, each.id, each.name or each.id, _about(each)) for each in found]
    return {"options": [*options, *_typed(looked, connection, text)]}


def places(looked: Looked, connection: ConnectionInfo, text: str) -> dict[str, list[Block]]:
    """Grouped by kind; a group that would be empty is left out, since Slack refuses it."""
    found = [each for each in looked.found if isinstance(each, Destination)]
    groups = [(label, [d for d in found if d.kind is kind][:MOST]) for kind, label in GROUPS.items()]
    typed = _typed(looked, connection, text)
    drawn = [_group(label, [_place(connection, d) for d in inside]) for label, inside in groups if inside]
    return {"option_groups": [*drawn, *([_group("As typed", typed)] if typed else [])]}


def tags(known: Sequence[str], text: str) -> dict[str, list[Block]]:
    new = [] if not text or text.casefold() in {t.casefold() for t in known} else [text]
    return {
        "options": [*(typed_option(t, f"{t} (new)") for t in new), *(typed_option(t) for t in known[:MOST])]
    }


def _place(connection: ConnectionInfo, place: Destination) -> Block:
    return found_option(connection.id, key_of(place), place.label)


def _group(label: str, options: list[Block]) -> Block:
    return {"label": blocks.plain(label, 75), "options": options}


def _about(candidate: Candidate) -> str:
    where = next((standing(each) for each in candidate.placements), "")
    return "  ·  ".join(filter(None, (candidate.email or "", where)))


def _typed(looked: Looked, connection: ConnectionInfo, text: str) -> list[Block]:
    """What was typed serves as well, and says why when the ATS is no help."""
    if not text:
        return []
    if looked.late:
        return [typed_option(text, f"“{text[:30]}” ({connection.title[:20]} is slow: type on)")]
    return [typed_option(text, f"“{text[:50]}” as typed")]
