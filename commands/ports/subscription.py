"""Which channel hears of what, and how it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from connectors.matching import plain
from connectors.models import Candidate, Change, ChangeKind, JobChange, Kind, Record

USUAL = (ChangeKind.ADDED, ChangeKind.MOVED, ChangeKind.HIRED, ChangeKind.REJECTED)
"""What a channel hears of when nobody says otherwise."""
ALL = (
    ChangeKind.ADDED,
    ChangeKind.MOVED,
    ChangeKind.NOTED,
    ChangeKind.TAGGED,
    ChangeKind.HIRED,
    ChangeKind.REJECTED,
    ChangeKind.JOB_OPENED,
    ChangeKind.JOB_CLOSED,
)
WORDS = {kind: kind.value.removeprefix("job_") for kind in ALL}
"""How each kind is typed."""
BUDGET, LARGEST_BUDGET = 10, 60
"""Cards an hour, before what happens is only counted."""


class Filters(Record):
    """Titles and tags; none of a sort means all."""

    pools: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def lets(self, change: Change | JobChange) -> bool:
        """Whether it is about one of the places, and about one of the tags."""
        if isinstance(change, JobChange):
            return not self.jobs or _folded(change.destination.title) in _all(self.jobs)
        return self._place(change.candidate) and self._tag(change.candidate)

    def _place(self, candidate: Candidate) -> bool:
        if not (self.pools or self.jobs or self.stages):
            return True
        titles = {Kind.POOL: _all(self.pools), Kind.JOB: _all(self.jobs)}
        return any(
            _folded(p.title) in titles.get(p.kind, set()) or _folded(p.stage or "") in _all(self.stages)
            for p in candidate.placements
        )

    def _tag(self, candidate: Candidate) -> bool:
        return not self.tags or bool(_all(self.tags) & _all(candidate.tags))


class Subscription(Record):
    """One channel, one connection: `channel` and `connection` are ids, `by` is whoever asked for it."""

    channel: str
    connection: str
    kinds: tuple[ChangeKind, ...] = USUAL
    filters: Filters = Filters()
    budget: int = BUDGET
    weekly: bool = False
    by: str = ""
    paused: str = ""
    """Slack's word for why nothing can be posted there any more."""

    def wants(self, change: Change | JobChange) -> bool:
        return change.kind in self.kinds and self.filters.lets(change)


class Subscriptions(Protocol):
    """The subscriptions of one workspace."""

    async def all(self) -> list[Subscription]: ...

    async def of(self, channel: str) -> list[Subscription]: ...

    async def save(self, subscription: Subscription) -> None:
        """Keep it, in place of the one of the same channel and connection."""
        ...

    async def remove(self, subscriptions: Sequence[Subscription]) -> None: ...


def _folded(text: str) -> str:
    return " ".join(plain(text).split())


def _all(texts: Sequence[str]) -> set[str]:
    return {_folded(each) for each in texts if each.strip()}
