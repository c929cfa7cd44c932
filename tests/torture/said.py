"""What a card tells its person, read from its words, and which of it may be told to whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

LETTERS = "abcdefghijklmnop"
MARK = re.compile(r"qz[a-p]{5}z", re.IGNORECASE)
REFERENCE = re.compile(r"reference `([0-9a-f]{8})`")
SOMEBODY = re.compile(r"Ann qz[a-p]{5}z in ", re.IGNORECASE)
"""How the card of one of those begins who are looked up."""


class Said(StrEnum):
    """What a card tells its person."""

    DONE = "done"
    WAITING = "waiting: kept, and when it is tried again"
    SLOW = "slow"
    UNDECIDED = "was being sent: check, or send again"
    GAVE_UP = "gave up: send again"
    PARTLY = "partly done, and which part"
    MAYBE = "failed, and may have been written"
    FOUND = "who was looked up"
    NOBODY = "nobody has this address"
    ALREADY = "there already, nothing written"
    CONFLICT = "two changes collided, nothing written"
    LIED = "the ATS answered with what is no answer: nothing written, with a reference"
    BROKE = "our fault, with a reference"
    EMPTY = "nothing at all"
    UNKNOWN = "anything else"


WORDS: Sequence[tuple[str, Said]] = (
    ("is kept and will be sent", Said.WAITING),
    ("is kept: I look there before anything is sent again", Said.WAITING),
    ("is slow to answer", Said.SLOW),
    ("when the connection broke off", Said.UNDECIDED),
    ("stayed away, so your", Said.GAVE_UP),
    ("it is our fault", Said.BROKE),
    ("added the person but did not", Said.PARTLY),
    ("It may have been written all the same", Said.MAYBE),
    ("answered in a way that Shortlist does not understand", Said.LIED),
    ("has this already, or it was changed at the same time", Said.CONFLICT),
    ("Nobody in ", Said.NOBODY),
)
"""The first that fits."""
RECEIPTS: Mapping[str, Sequence[tuple[str, Said]]] = {
    "note": (("Note added to", Said.DONE),),
    "tag": (("is tagged", Said.DONE),),
    "add": (("was added to", Said.DONE), ("Nothing was added.", Said.ALREADY)),
    "move": (("was moved to", Said.DONE), ("Nothing was moved.", Said.ALREADY)),
}
PASSING = (Said.WAITING, Said.SLOW)
NO_ANSWER = (*PASSING, Said.BROKE, Said.EMPTY, Said.UNKNOWN)
NOT_DONE = {Said.GAVE_UP, Said.NOBODY, Said.ALREADY, Said.CONFLICT, Said.LIED}
_ALWAYS = {*PASSING, Said.GAVE_UP, Said.LIED}
_WRITTEN = {*_ALWAYS, Said.DONE, Said.UNDECIDED, Said.MAYBE, Said.CONFLICT}
FIT: Mapping[str, set[Said]] = {
    "note": _WRITTEN,
    "tag": _WRITTEN,
    "add": _WRITTEN | {Said.PARTLY, Said.ALREADY},
    "move": _WRITTEN | {Said.ALREADY},
    "find": _ALWAYS | {Said.FOUND},
    "nobody": _ALWAYS | {Said.NOBODY},
    "opening": set(Said),
}
"""What somebody may be told who asked for that. `LIED` needs, besides, an ATS that lied."""


def said_in(text: str, kind: str) -> Said:
    if not text.strip():
        return Said.EMPTY
    if kind == "find" and SOMEBODY.match(text):
        return Said.FOUND
    known = (*WORDS, *RECEIPTS.get(kind, ()))
    return next((said for words, said in known if words in text), Said.UNKNOWN)


def marks_in(text: str) -> list[str]:
    return [each.lower() for each in MARK.findall(text)]


def mark_of(number: int) -> str:
    """A word that occurs nowhere else, without a digit in it: digits might be a phone number."""
    letters = (LETTERS[number >> 4 * place & 15] for place in range(5))
    return f"qz{''.join(letters)}z"
