"""What every ATS calls something else, under one name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from .public import is_public


class Record(BaseModel):
    """A frozen value; a validation error never shows what was in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Kind(StrEnum):
    POOL = "pool"
    JOB = "job"
    STAGE = "stage"


class Status(StrEnum):
    """Ours, for sorting and colour; people are shown the vendor's own stage name."""

    ACTIVE = "active"
    HIRED = "hired"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Destination(Record):
    """Where a candidate can be moved: a pool, a job, or a stage of a job.

    `id` is the vendor's own; a stage also names its job.
    """

    id: str
    kind: Kind
    title: str
    job_id: str | None = None
    job_title: str | None = None

    @property
    def label(self) -> str:
        """What a person reads: a stage is nothing without its job."""
        return f"{self.job_title}: {self.title}" if self.kind is Kind.STAGE else self.title


class Placement(Record):
    """Where a candidate is: one pool, or one job at a stage."""

    kind: Kind
    destination_id: str | None
    title: str
    stage: str | None = None
    stage_id: str | None = None
    status: Status = Status.UNKNOWN


class Candidate(Record):
    """A person as one ATS knows them. `email` is None when the ATS has none or hides it."""

    id: str
    name: str
    email: str | None = None
    phone: str | None = None
    placements: tuple[Placement, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    last_activity: datetime | None = None
    url: str | None = None
    """The page of this candidate in the ATS, where one is known."""


class Resume(Record):
    """A CV: its bytes, or a public address where the ATS can fetch it; no other is ever handed on."""

    filename: str
    content_type: str = "application/pdf"
    content: bytes | None = Field(None, repr=False)
    url: str | None = Field(None, repr=False)

    @field_validator("url")
    @classmethod
    def _public(cls, url: str | None) -> str | None:
        if url is not None and not is_public(url):
            raise ValueError("not a public address")
        return url


class NewCandidate(Record):
    first_name: str
    last_name: str = ""
    email: str = ""
    phone: str | None = None
    links: tuple[str, ...] = ()
    resume: Resume | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Added(Record):
    """`existing` says that the ATS already had this person and nothing new was made.

    `pending` says that the ATS took this person and is still at work: the candidate is as it was sent, in no
    pool or job yet, and its id leads to the record later (`Unavailable` until then).
    """

    candidate: Candidate
    existing: bool = False
    pending: bool = False


class NewNote(Record):
    """No ATS lets a key write a note as somebody else, so the author's name and the place travel in the text."""

    text: str
    author: str
    link: str | None = None

    @property
    def signed(self) -> str:
        origin = f"{self.author} via Slack" + (f", {self.link}" if self.link else "")
        return f"{self.text}\n\n— {origin}"


class Note(Record):
    id: str
    text: str


class Account(Record):
    """Whom a key belongs to, in words that an admin recognises."""

    name: str


class User(Record):
    """Somebody who works in the ATS."""

    email: str = Field(repr=False)


class ChangeKind(StrEnum):
    ADDED = "added"
    MOVED = "moved"
    TAGGED = "tagged"
    HIRED = "hired"
    REJECTED = "rejected"
    NOTED = "noted"
    JOB_OPENED = "job_opened"
    JOB_CLOSED = "job_closed"


class Change(Record):
    kind: ChangeKind
    candidate: Candidate


class JobChange(Record):
    """A job that has appeared among the destinations, or is there no longer."""

    kind: Literal[ChangeKind.JOB_OPENED, ChangeKind.JOB_CLOSED]
    destination: Destination


class Cursor(Record):
    """How far a watch has come; only the connector that made it can read `state` (JSON)."""

    state: str


class Changes(Record):
    changes: tuple[Change, ...]
    cursor: Cursor


def same_email(left: str | None, right: str | None) -> bool:
    """Whether two addresses are one person's: vendors search loosely, so we compare strictly."""
    return bool(left and right) and (left or "").strip().casefold() == (right or "").strip().casefold()


def union(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    """Return the old tags as they are, then each new one that is not there yet in any spelling."""
    merged = [*old]
    known = {tag.casefold() for tag in merged}
    for tag in new:
        if tag.casefold() not in known:
            merged.append(tag)
            known.add(tag.casefold())
    return tuple(merged)
