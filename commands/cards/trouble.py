"""Cards for what went wrong with an ATS or with us, by who must act."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from commands.base import Action, Block, Card, ConnectionInfo, Continue, Opening
from commands.cards import blocks
from commands.text.grammar import quoted
from connectors.errors import (
    Ambiguous,
    BadCredentials,
    Conflict,
    ConnectorError,
    Locked,
    Misconfigured,
    MissingPermission,
    NotFound,
    RateLimited,
    Refused,
    Unavailable,
    UnexpectedResponse,
    Unsupported,
)


class Trouble(NamedTuple):
    """What happened and what comes next. `{title}` is the ATS, `{message}` the connector's own words."""

    fact: str
    step: str = ""
    reconnect: bool = False


TROUBLES: dict[type[ConnectorError], Trouble] = {
    BadCredentials: Trouble(
        "{title} does not accept the key.", "A workspace admin must connect it again.", reconnect=True
    ),
    MissingPermission: Trouble(
        "The key for {title} may not do this.",
        "An admin can allow it in {title}, or connect with another key.",
        reconnect=True,
    ),
    Locked: Trouble(
        "The key of {title} cannot be opened here.",
        "Whoever runs Shortlist has to give it the encryption key it was saved with, or an admin connects it again.",
        reconnect=True,
    ),
    Misconfigured: Trouble(
        "{title} is not set up for this.", "A workspace admin must look at the connection.", reconnect=True
    ),
    NotFound: Trouble("{title} does not have this record any more.", "Look the person up again."),
    Unsupported: Trouble("{title} {message}.", "Please do this one in {title} itself."),
    Conflict: Trouble(
        "{title} has this already, or it was changed at the same time.",
        "Look at the record, then try once more.",
    ),
    Ambiguous: Trouble("{title} {message}.", "Please do this one in {title} itself."),
    Refused: Trouble("{title} {message}.", "Change the request and try once more."),
    RateLimited: Trouble("{title} asks us to slow down."),
    Unavailable: Trouble("{title} is not answering right now."),
    UnexpectedResponse: Trouble(
        "{title} answered in a way that Shortlist does not understand.",
        "Tell your admin the reference: it is in the log.",
    ),
    ConnectorError: Trouble("Something went wrong with {title}.", "Tell your admin the reference."),
}
_STATUS = re.compile(r" \(\d{3}\)")
"""An HTTP status in a connector's words says nothing to a person."""
MAYBE = "It may have been written all the same: check in {title} before you send it again."


def trouble(error: ConnectorError) -> Trouble:
    return next(TROUBLES[kind] for kind in type(error).__mro__ if kind in TROUBLES)


def sentence(error: ConnectorError) -> str:
    """What happened, in one sentence of plain text; for forms, status lines and receipts."""
    return _said(trouble(error).fact, error, error.vendor)


def for_error(
    error: ConnectorError,
    *,
    title: str,
    reference: str,
    verb: str,
    connection: ConnectionInfo | None = None,
    edit: Continue | None = None,
) -> Card:
    """The end of a command that failed: what happened, the next step, the reference for the log.

    `edit` brings the form back as it was filled in.
    """
    known = trouble(error)
    fact = _said(known.fact, error, title)
    step = _said(MAYBE if error.uncertain else known.step, error, title)
    return blocks.card(
        blocks.esc(fact),
        blocks.section(f":warning: *{blocks.esc(fact)}*" + (f"\n{blocks.esc(step)}" if step else "")),
        blocks.actions(
            *([blocks.edits(edit, suffix=reference)] if edit else []),
            *([reconnects(connection)] if known.reconnect and connection else []),
        ),
        _reference(reference, verb),
    )


def waiting(
    *, title: str, verb: str, next_try: datetime, until: datetime, reference: str, working: bool = False
) -> Card:
    """The ATS is away, or may still be `working` on what was sent; the command is kept and sent when it is back."""
    state, plan = (
        ("may still be working on this", "is kept: I look there before anything is sent again")
        if working
        else ("is not answering", "is kept and will be sent")
    )
    fact = f"{blocks.line(title)} {state}. Your `{blocks.esc(verb)}` {plan}."
    step = f"Next try at {_clock(next_try)}; I keep trying until {blocks.moment(until)}. You need not do anything."
    return blocks.card(
        fact.replace("`", ""),
        blocks.section(f":hourglass_flowing_sand: *{fact}*\n{step}"),
        _reference(reference, verb),
    )


def gave_up(*, title: str, verb: str, reference: str, again: Continue | None = None) -> Card:
    """`again` sends what was typed once more, so that nobody has to type it anew."""
    fact = f"{blocks.line(title)} stayed away, so your `{blocks.esc(verb)}` was not sent."
    do = "Send it again" if again else "Give the command once more"
    step = f"{do} when it is back; `/ats status` says whether it is."
    send = (
        [blocks.button("Send again", Action.SEND_AGAIN, blocks.value_of(again), suffix=reference)]
        if again
        else []
    )
    return blocks.card(
        fact.replace("`", ""),
        blocks.section(f":warning: *{fact}*\n{step}"),
        blocks.actions(*send),
        _reference(reference, verb),
    )


def broke(*, reference: str, verb: str) -> Card:
    """An error of ours."""
    fact = "Something went wrong here, and it is our fault."
    step = "It is in the log. Tell your admin the reference, and check the record before you try again."
    return blocks.card(fact, blocks.section(f":warning: *{fact}*\n{step}"), _reference(reference, verb))


def uncertain(*, title: str, verb: str, reference: str, link: str | None, again: Continue) -> Card:
    """A write was on its way when the line or the service broke, and the ATS cannot tell whether it arrived."""
    fact = f"This was being sent to {blocks.line(title)} when the connection broke off."
    step = "It may be there or not. Check first, so that nothing is written twice."
    # A second click is the same click, but this is another button than the one on an earlier card.
    send = blocks.button("Send again", Action.SEND_AGAIN, blocks.value_of(again), suffix=reference)
    check = [blocks.leads(f"Check in {title}", link, suffix="record")] if link else []
    return blocks.card(
        fact,
        blocks.section(f":warning: *{fact}*\n{step}"),
        blocks.actions(*check, send),
        _reference(reference, verb),
    )


def _said(text: str, error: ConnectorError, title: str) -> str:
    message = _STATUS.sub("", error.message).rstrip(".")
    return text.replace("{title}", title).replace("{message}", message)


def _reference(reference: str, verb: str) -> Block:
    return blocks.context(f"`{blocks.esc(verb)}`  ·  reference `{blocks.esc(reference)}`")


def reconnects(connection: ConnectionInfo) -> Block:
    """Opens the form with the ATS and the connection's name in it: what is saved takes its place."""
    text = f"{connection.vendor} {quoted(connection.name)}"
    opening = Opening(command="/ats", verb="connect", vendor=connection.vendor, text=text)
    return blocks.opens("Connect again", opening)


def _clock(when: datetime) -> str:
    return blocks.moment(when, "{time}")


def slow(title: str) -> Card:
    """Said once while a command is still on its way."""
    fact = f"{blocks.line(title)} is slow to answer. I keep going, and the answer comes here."
    return blocks.card(fact, blocks.section(f":hourglass_flowing_sand: {fact}"))


def locked(*, reference: str, verb: str) -> Card:
    """The keys that Shortlist runs with do not open the key of this connection."""
    fact = "The key of this connection cannot be opened."
    step = "Whoever runs Shortlist has to give it the encryption key it was saved with, or an admin connects it again."
    return blocks.card(fact, blocks.section(f":warning: *{fact}*\n{step}"), _reference(reference, verb))


def watch_paused(connection: ConnectionInfo) -> Card:
    """To whoever switched announcements on: the ATS keeps refusing the key."""
    title = blocks.line(connection.title)
    fact = f"Announcements from {title} are paused: it does not accept the key any more."
    step = "Connect it again, or ask a workspace admin to, and they go on by themselves."
    return blocks.card(
        fact, blocks.section(f":warning: *{fact}*\n{step}"), blocks.actions(reconnects(connection))
    )
