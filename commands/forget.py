"""`/ats forget`: removes what Shortlist keeps and has posted about a person, after asking."""

from __future__ import annotations

import re

from .base import Command, Continue, Desk, Interrupt, Picks, Reply, Request, Usage
from .cards import erasing
from .grammar import bounded, unescaped, words
from .recognise import address

_LINK = re.compile(r"<mailto:([^|<>]+)(?:\|[^<>]*)?>")
"""How Slack may send an address."""
WHOM = "Say whom to forget, by their email address."


class ForgetRequest(Request):
    email: str


def parse(text: str) -> ForgetRequest:
    found = words(unescaped(_LINK.sub(r" \1 ", bounded(text))))
    if not found:
        raise Usage(WHOM)
    if len(found) > 1:
        raise Usage("One person at a time: give me one email address.")
    return ForgetRequest(email=address(found[0].text))


async def run(desk: Desk, request: ForgetRequest) -> Reply:
    if not desk.picks.anyway:
        on = Continue(of=desk.job, picks=Picks(anyway=True))
        raise Interrupt(erasing.asks(request.email, on))
    if desk.erasing is None:
        raise LookupError("this command was given nothing that forgets")
    return Reply(erasing.begun(await desk.erasing.begin(request.email)))


FORGET = Command(
    name="/ats",
    verb="forget",
    usage="/ats forget EMAIL",
    example="/ats forget jane@example.com",
    summary="Remove what Shortlist keeps and has posted about a person.",
    request=ForgetRequest,
    parse=parse,
    run=run,
    admin=True,
    needs_ats=False,
    aliases=("erase",),
)
