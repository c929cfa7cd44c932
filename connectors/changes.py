"""Finds out what changed by comparing what an ATS says now with what it said before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from .models import Candidate, Change, ChangeKind, Destination, JobChange, Kind, Status

Seen = dict[str, str]
"""Candidate id to two short digests, `where.tags`: enough to see a change, too little to tell a person."""

_ENDED = {Status.HIRED: ChangeKind.HIRED, Status.REJECTED: ChangeKind.REJECTED}


def compare(seen: Seen, now: Iterable[Candidate]) -> tuple[list[Change], Seen]:
    """Return the changes since `seen`, and `seen` brought up to now. A person seen twice counts once."""
    changes: list[Change] = []
    after = dict(seen)
    for candidate in now:
        mark = _mark(candidate)
        if kind := _kind(after.get(candidate.id), mark, candidate):
            changes.append(Change(kind=kind, candidate=candidate))
        after[candidate.id] = mark
    return changes, after


def compare_jobs(before: Mapping[str, str] | None, now: Sequence[Destination]) -> list[JobChange]:
    """Which jobs have come and gone; nothing where it is not known what was there before."""
    if before is None:
        return []
    there = {each.id for each in now}
    opened = [each for each in now if each.id not in before]
    closed = [
        Destination(id=id, kind=Kind.JOB, title=title) for id, title in before.items() if id not in there
    ]
    return [
        *(JobChange(kind=ChangeKind.JOB_OPENED, destination=each) for each in opened),
        *(JobChange(kind=ChangeKind.JOB_CLOSED, destination=each) for each in closed),
    ]


def _kind(before: str | None, after: str, candidate: Candidate) -> ChangeKind | None:
    if before == after:
        return None
    if before is None:
        return ChangeKind.ADDED
    if before.split(".")[0] == after.split(".")[0]:
        return ChangeKind.TAGGED
    ended = (_ENDED[p.status] for p in candidate.placements if p.status in _ENDED)
    return next(ended, ChangeKind.MOVED)


def _mark(candidate: Candidate) -> str:
    where = sorted(f"{p.destination_id}/{p.stage}/{p.status}" for p in candidate.placements)
    return f"{_digest(where)}.{_digest(sorted(candidate.tags))}"


def _digest(parts: list[str]) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=5).hexdigest()
