"""`/ats forget`: removes what Shortlist keeps and has posted about a person, after asking."""

from __future__ import annotations

import re

from commands.base import Command, Context, Continue, Interrupt, Picks, Reply, Request, Usage
from commands.cards import erasing
from commands.text.grammar import bounded, unescaped, words
from commands.text.recognise import address

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


async def run(context: Context, request: ForgetRequest) -> Reply:
    if not context.picks.anyway:
        on = Continue(of=context.job, picks=Picks(anyway=True))
        raise Interrupt(erasing.asks(request.email, on))
    if context.erasing is None:
        raise LookupError("this command was given nothing that forgets")
    return Reply(erasing.begun(await context.erasing.begin(request.email)))


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
