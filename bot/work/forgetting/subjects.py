"""Of whom a card or a request tells: addresses in its words, and records of an ATS in its buttons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.store.traces import email_subject, record_subject
from bot.work.channels.announcement import Announcement
from commands.cards.menu import run_of
from connectors.models import Change

_LETTER = r"[^\s<>|\"'(),:;\\\[\]@]"
ADDRESS = re.compile(rf"(?<!{_LETTER}){_LETTER}++@{_LETTER}+\.[^\s<>|\"'(),:;\\\[\]@.]+")
"""Begins only where a word does, or a long word without an @ would be read from each of its letters."""
DEEP = 6
"""Values within values that are looked into: a button holds JSON, and that an opening."""


def subjects_of(*said: object) -> set[str]:
    """Of whom texts, blocks and values tell, as far as they name an address or an id."""
    return {subject for each in said for subject in _found(each, DEEP)}


def subjects_in(said: Announcement) -> set[str]:
    """Of whom an announcement tells; of nobody, if it is about a job."""
    if not isinstance(said.change, Change):
        return set()
    who = said.change.candidate
    emails = {email_subject(who.email)} if who.email else set()
    return {record_subject(said.connection.id, who.id), *emails}


def addresses(texts: Iterable[str]) -> set[str]:
    return {email_subject(each) for text in texts for each in ADDRESS.findall(text)}


def _found(said: object, deep: int) -> Iterator[str]:
    if isinstance(said, str):
        yield from _in_text(said, deep)
    elif isinstance(said, Mapping):
        yield from _record(said, said.get("picks"))
        for each in said.values():
            yield from _found(each, deep)
    elif isinstance(said, Sequence):
        for each in said:
            yield from _found(each, deep)


def _in_text(text: str, deep: int) -> Iterator[str]:
    yield from addresses([text])
    if run := run_of(text):
        yield from _record(run.picks.model_dump())
    if deep and text.startswith(("{", "[")):
        try:
            inside: Any = json.loads(text)
        except (ValueError, RecursionError):
            return
        yield from _found(inside, deep - 1)


def _record(*values: object) -> Iterator[str]:
    for each in values:
        if isinstance(each, Mapping) and each.get("connection") and each.get("candidate"):
            yield record_subject(str(each["connection"]), str(each["candidate"]))
