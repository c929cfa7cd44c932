"""Lets an ATS know which of its users asks for a write, where it can show that."""

from __future__ import annotations

from commands.base import Context
from connectors.base import Capability, Connector
from connectors.errors import Misconfigured, Refused, UnexpectedResponse

UNTOLD = (Misconfigured, Refused, UnexpectedResponse)
"""Why an ATS may not say who its users are; the write goes on, and shows the owner of the key."""


async def acting(context: Context, write: Capability) -> tuple[Connector, bool]:
    """The ATS for this write, and whether it will show the person: a user with the same email address as in Slack."""
    ats, email = context.ats, context.person.email
    if not email or write not in ats.shows_user:
        return ats, False
    try:
        user = await ats.know_user(email)
    except UNTOLD:
        return ats, False
    return (ats.acting(user), True) if user else (ats, False)
