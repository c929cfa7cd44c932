"""*Edit and send again*: the form of what was refused comes back, filled in, with the reason on top."""

from __future__ import annotations

from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.deliver import Deliver
from bot.slack.forms import Forms
from bot.slack.invocation import Invocation, Source
from bot.slack.understand import Understood, asked_for, edits, opening_of
from bot.store.activity import Activity
from commands.base import Card, Continue, Invalid, Opening, Picks, Request, Usage
from commands.cards import flow
from commands.cards.form import INPUT
from commands.ports.deed import Deed
from connectors.errors import NotFound

UNSAID = "Nothing was written."
STEP = "Change what is needed and send it again."
CUT = f"The form holds {INPUT:,} characters of a text; what you wrote is longer, and its end is missing here."


class Kept(Protocol):
    async def load(self, id: str) -> str | None:
        """The invocation of an earlier job as JSON, while it is kept."""
        ...


class Corrections:
    """Buttons carry ids only: what was typed lies with its job, for the same person in the same workspace."""

    def __init__(self, kept: Kept, activity: Activity, forms: Forms, deliver: Deliver) -> None:
        self._kept, self._activity, self._forms, self._deliver = kept, activity, forms, deliver

    async def open(self, client: AsyncWebClient, invocation: Invocation) -> None:
        on = edits(invocation)
        first = await self._first(invocation, on)
        meant = _meant(first) if first else None
        if first is None or meant is None or meant.command.form is None:
            card, on_card = flow.expired_choice(), invocation.on_card
            await self._deliver.say(client, invocation, card, replace=on_card)
            return
        deed = await self._activity.one(invocation.team, invocation.user, on.of)
        opening, request = _as_it_was(first, meant, on, deed)
        answer = await self._forms.open(client, invocation, opening, request, problem=_problem(request, deed))
        if isinstance(answer, Card):
            await self._deliver.say(client, invocation, answer, replace=False)

    async def _first(self, invocation: Invocation, on: Continue) -> Invocation | None:
        text = await self._kept.load(on.of)
        first = Invocation.model_validate_json(text) if text else None
        same = first and (first.team, first.user) == (invocation.team, invocation.user)
        return first if same else None


def _meant(first: Invocation) -> Understood | None:
    """None for what this version cannot read any more."""
    try:
        return asked_for(first)
    except (Usage, Invalid):
        return None


def _as_it_was(
    first: Invocation, meant: Understood, on: Continue, deed: Deed | None
) -> tuple[Opening, Request]:
    """What the form is about, and what it is filled in with."""
    command, request = meant.command, meant.request
    if first.source is not Source.FORM:
        # Which ATS a typed command means is found as it was the first time: `via` may be words of a note.
        opening = Opening(command=command.name, verb=command.verb, channel=first.channel, again=on.of)
        return opening.model_copy(update={"connection": meant.picks.connection}), _with(request, meant.picks)
    opening = opening_of(first.opening)
    opening = opening.model_copy(
        update={"connection": on.picks.connection or opening.connection, "again": on.of}
    )
    gone = on.picks.candidate is None or (deed is not None and deed.outcome == NotFound.__name__)
    if not gone:
        return opening, request
    # Whoever it was about is not there any more: it lets somebody else be chosen.
    if opening.candidate:
        request = request.model_copy(update={"who": opening.name})
    return opening.model_copy(update={"candidate": None, "name": None}), _with(
        request, request.picks.model_copy(update={"candidate": None, "placement": None})
    )


def _with(request: Request, picks: Picks) -> Request:
    return request.model_copy(update={"picks": picks})


def _problem(request: Request, deed: Deed | None) -> str:
    reason = deed.reason if deed and deed.reason else UNSAID
    long = [text for _, text in request if isinstance(text, str) and len(text) > INPUT]
    return " ".join([reason, STEP, *([CUT] if long else [])])
