"""The overflow menu of a card about a candidate: its entries, and what each of them runs."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, unquote

from commands.base import Action, Block, Picks, Run
from commands.cards import blocks
from commands.cards.source import Source
from connectors.models import Candidate

OPTION_VALUE = 150
LINK = "link"
SHARE, REFRESH = "share", "find"
ENTRIES = {SHARE: "Share to this channel", REFRESH: "Refresh"}
"""What each verb with the candidate fixed is called in the menu; neither of them writes to the ATS."""


def menu(candidate: Candidate, source: Source, page: str, verbs: Sequence[str]) -> Block:
    """The way to the candidate's page, then these verbs; an id too long for Slack leaves only the page."""
    values = {verb: entry(verb, source.connection, candidate.id) for verb in verbs}
    drawn = [_option(ENTRIES[verb], value) for verb, value in values.items() if len(value) <= OPTION_VALUE]
    opens = {**_option(f"Open in {source.title}", LINK), "url": blocks.web(page)}
    return {"type": "overflow", "action_id": str(Action.MENU), "options": [opens, *drawn]}


def entry(verb: str, connection: str, candidate: str) -> str:
    """`VERB|CONNECTION|CANDIDATE`: an option's value is short, so it is no JSON."""
    return "|".join((verb, quote(connection, safe=""), quote(candidate, safe="")))


def run_of(value: str) -> Run | None:
    """What an entry runs; None for the link, and for what is no entry of ours."""
    parts = value.split("|")
    if len(parts) != 3 or parts[0] not in ENTRIES or not all(parts):
        return None
    picks = Picks(connection=unquote(parts[1]), candidate=unquote(parts[2]))
    return Run(command="/candidate", verb=parts[0], picks=picks, once=False)


def _option(label: str, value: str) -> Block:
    return {"text": blocks.plain(label, blocks.BUTTON), "value": value}
