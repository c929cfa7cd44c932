"""What is new in Eightfold, told from the people as they were and as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .changes import Seen, compare
from .models import Candidate, Changes, Cursor, Record
from .wire import eightfold as wire

REMEMBERED = 5_000
"""People whom a cursor remembers, the latest ones: an account may hold millions."""


class Memory(Record):
    """What a cursor holds; `until` is how far was read, in epoch seconds; `whole`: whoever is not in it is new."""

    until: int
    whole: bool = False
    seen: Seen = {}


def first(known: Iterable[Candidate], whole: bool, now: int) -> Changes:
    """No news yet, and a cursor that stands at now."""
    memory = Memory(until=now, whole=whole, seen=compare({}, known)[1])
    return Changes(changes=(), cursor=Cursor(state=memory.model_dump_json()))


def told(
    memory: Memory,
    profiles: list[wire.Profile],
    read: Callable[[wire.Profile], Candidate],
    since: int,
    until: int,
) -> Changes:
    """Compare with what is remembered. An old person met for the first time moved, or is merely noted."""
    met = [p for p in profiles if not (memory.whole or p.id in memory.seen or p.came_since(since))]
    quiet = compare({}, (read(p) for p in met if not p.applied_since(since)))[1]
    moved = {p.id: "" for p in met if p.applied_since(since)}
    found, seen = compare({**memory.seen, **quiet, **moved}, map(read, profiles))
    lately = {p.id: seen[p.id] for p in profiles}
    before = {id: mark for id, mark in seen.items() if id not in lately}
    kept = dict([*before.items(), *lately.items()][-REMEMBERED:])
    after = Memory(until=until, whole=memory.whole and len(kept) == len(seen), seen=kept)
    return Changes(changes=tuple(found), cursor=Cursor(state=after.model_dump_json()))
