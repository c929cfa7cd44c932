"""`/ats audit`: who did what, and whether anybody has changed what is written about it."""

from __future__ import annotations

import re

from commands.base import Command, Context, Reply, Request, Usage
from commands.cards import audit
from commands.ports.auditing import ELSEWHERE, Book, Wanted
from commands.text.grammar import bounded, shown

PERSON = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]{0,100})?>")
"""A person as Slack sends them."""
DAY = 86_400
MOST_DAYS = 3650
SPAN = re.compile(r"(\d{1,5}) ?d(?:ays?)?\b")
BEFORE = re.compile(r"\bbefore (\d{1,18})\b")
WORD = re.compile(r"[a-z]{1,30}")


class AuditRequest(Request):
    """`actor` is somebody's id in Slack or a word for who is nobody there; `before` is a number on an earlier page."""

    actor: str | None = None
    verb: str | None = None
    days: int | None = None
    before: int = 0
    export: bool = False


def parse(text: str) -> AuditRequest:
    """A person, a verb, `N days`, in any order; or `export`."""
    rest = bounded(text)
    actor, rest = _taken(PERSON, rest)
    before, rest = _taken(BEFORE, rest)
    days, rest = _taken(SPAN, rest.casefold())
    found = AuditRequest(actor=actor, days=_days(days), before=int(before or 0))
    for word in rest.split():
        found = found.model_copy(update=_said(word, found))
    return found


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str | None, str]:
    """What is named, and the text without it."""
    found = pattern.search(text)
    return (found[1], f"{text[: found.start()]} {text[found.end() :]}") if found else (None, text)


def _days(text: str | None) -> int | None:
    if text is not None and not 1 <= int(text) <= MOST_DAYS:
        raise Usage(f"Say how many days: 1 to {MOST_DAYS:,}.")
    return int(text) if text else None


def _said(word: str, so_far: AuditRequest) -> dict[str, str | bool]:
    if word == "export":
        return {"export": True}
    if word in ELSEWHERE and so_far.actor is None:
        return {"actor": word}
    if word.startswith(("@", "<@")):
        raise Usage(
            f"Pick the person from the list that Slack offers after @; {shown(word)} says only a name."
        )
    if so_far.verb or not WORD.fullmatch(word):
        raise Usage(f"I do not know {shown(word)}. Name a person, a verb such as `note`, a number of days.")
    return {"verb": word}


async def run(context: Context, request: AuditRequest) -> Reply:
    book = book_of(context)
    if request.export:
        return Reply(audit.exported(await book.send()))
    since = context.clock() - request.days * DAY if request.days else 0.0
    wanted = Wanted(actor=request.actor, verb=request.verb, since=since, before=request.before)
    entries = await book.latest(wanted, audit.ROWS + 1)
    connections = {each.id: each for each in await context.registry.connections()}
    asked = audit.Asked(request.actor, request.verb, request.days, request.before)
    return Reply(audit.page(entries, connections, await book.checked(), asked))


def book_of(context: Context) -> Book:
    if context.book is None:
        raise LookupError("this command was given no audit")
    return context.book


AUDIT = Command(
    name="/ats",
    verb=audit.VERB,
    usage="/ats audit [@PERSON] [VERB] [N days] | export",
    example="/ats audit note 7 days",
    summary="Show who did what and how it ended, and whether anybody has tampered with that.",
    request=AuditRequest,
    parse=parse,
    run=run,
    admin=True,
    needs_ats=False,
    writes=False,
    aliases=("log", "history"),
)
