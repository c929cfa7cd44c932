"""Forgetting a person: how it is asked for, and what is told of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from connectors.models import Record


class Erasing(Protocol):
    """Forgets people in one workspace, on behalf of one person in Slack."""

    async def begin(self, email: str) -> str:
        """Durable when it returns: the reference under which the receipt will come."""
        ...


class AtsRecord(Record):
    """Somebody's record in an ATS, which stays as it is. `url` is its page, or the ATS's own address."""

    title: str
    url: str = ""
    candidate_hash: str = ""
    """As in the audit; empty where nothing was ever written down of them."""


class NotRemoved(Record):
    """A message or a file that Slack did not let us change; `why` is Slack's word."""

    kind: str
    channel: str
    message: str
    why: str


class Proof(Record):
    """What was done, without a word that says who it was about. Times are ISO 8601, in UTC."""

    reference: str
    workspace: str
    asked_by: str
    asked_at: str
    ended_at: str
    person: str
    """A keyed hash of the address: the same person in the same workspace has the same one."""
    removed: Mapping[str, int]
    """How many of each kind, see `commands.cards.erasing.KINDS`."""
    not_removed: tuple[NotRemoved, ...] = ()
    under_way: int = 0
    """Requests that are not done yet: they are deleted as they end."""
    not_asked: tuple[str, ...] = ()
    """ATSs that did not say whether they know the person, so that messages that show only their id were not found."""
    untouched: tuple[AtsRecord, ...] = ()
    stays: tuple[str, ...] = ()
    """What nobody can take back, or what is kept on purpose, in sentences."""

    @property
    def total(self) -> int:
        return sum(self.removed.values())
