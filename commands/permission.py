"""Who may do what."""

from __future__ import annotations

from .base import Card, Command, Person
from .cards import flow

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
}


def refusal(person: Person, command: Command) -> Card | None:
    """The card that says why this person may not use this command; None if they may."""
    if person.stranger:
        return flow.not_allowed(STRANGER)
    if person.guest:
        return flow.not_allowed(GUEST)
    if command.admin and not person.admin:
        what = WHAT.get(command.verb, f"use {command.name} {command.verb}")
        return flow.not_allowed(ADMIN.format(what=what, command=f"{command.name} {command.verb}"))
    return None
