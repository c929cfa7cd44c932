"""Who may do what: the one place that decides it, for every way in."""

from __future__ import annotations

from commands.base import Card, Command, Person, Picks, Request
from commands.cards import allowance, flow

STRANGER = "People of other organisations cannot use this workspace's ATS. Ask somebody who works here."
GUEST = "Guests cannot use the ATS. Ask a full member of this workspace."
ADMIN = "Only workspace admins can {what}. Ask one to run `{command}`."
WHAT = {
    "connect": "connect an ATS",
    "disconnect": "disconnect an ATS",
    "default": "choose the default ATS",
    "subscribe": "say what a channel hears about",
    "unsubscribe": "say what a channel hears about",
    "subscriptions": "see which channel hears of what",
    "mute": "say what a channel hears about",
    "audit": "see who did what",
    "forget": "forget a person",
    "allow": "say who may do what",
}
TAKES = {
    "add": ("add",),
    "note": ("note",),
    "tag": ("tag",),
    "move": ("move",),
    "find": ("find",),
    "import": ("import", "add"),
    "share": ("find",),
    "undo": (),
}
"""What one has to be allowed for each verb about candidates. What is undone decides for itself, see `Request.also`."""


def refusal(
    person: Person, command: Command, request: Request | None = None, picks: Picks | None = None
) -> Card | None:
    """The card that says why this person may not use this command, or not for this request; None if they may."""
    if person.stranger:
        return flow.not_allowed(STRANGER)
    if person.guest:
        return flow.not_allowed(GUEST)
    if command.admin and not person.admin:
        what = WHAT.get(command.verb, f"use {command.name} {command.verb}")
        return flow.not_allowed(ADMIN.format(what=what, command=f"{command.name} {command.verb}"))
    bars = [bar for verb in taken(command, request, picks) if (bar := person.bar(verb))]
    return allowance.barred(bars[0], admin=person.admin) if bars else None


def taken(command: Command, request: Request | None = None, picks: Picks | None = None) -> tuple[str, ...]:
    """The verbs that it takes to be allowed; `LookupError` for a command about candidates that nobody has sorted."""
    if command.name != "/candidate" or command.instant:
        return ()
    more = request.also(picks or request.picks) if request else ()
    return (*TAKES[command.verb], *more)
