"""Talynce's JSON, as far as it is relied on, and how it reads in our words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from ..errors import BadCredentials, ConnectorError, MissingPermission, NotFound, Refused
from ..models import Candidate, Destination, Kind, NewCandidate, Placement, Status

T = TypeVar("T")


def aware(moment: datetime) -> datetime:
    """Times are documented as UTC; one without a zone could not be compared with one that has it."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def links_of(metadata: object) -> list[str]:
    """Our links in a free object that others fill too: whatever else is in it is let be."""
    links = metadata.get("links") if isinstance(metadata, dict) else None
    return [link for link in links if isinstance(link, str)] if isinstance(links, list) else []


Moment = Annotated[datetime, AfterValidator(aware)]


class Application(BaseModel):
    """One person on one job; it names the job by id only."""

    id: str
    job_id: str
    status: str
    notes: str | None = None
    status_date: Moment | None = None
    created_at: Moment | None = None

    def began_after(self, moment: datetime | None) -> bool:
        """Whether the current status began later; without a moment everything did."""
        began = self.status_date or self.created_at
        return moment is None or (began is not None and began > moment)


class Person(BaseModel):
    """`applications` is None in lists and in answers to writes: only a read by id promises them."""

    id: str
    full_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    primary_skills: list[str] | None = None
    links: Annotated[list[str], BeforeValidator(links_of)] = Field([], alias="metadata")
    applications: list[Application] | None = None
    updated_at: Moment | None = None

    @property
    def mark(self) -> str:
        """Differs whenever Talynce says that the person was updated."""
        return hashlib.blake2b(str(self.updated_at).encode(), digest_size=4).hexdigest()

    @property
    def skills(self) -> tuple[str, ...]:
        return tuple(self.primary_skills or ())

    def since(self, moment: datetime | None) -> Person:
        """The same person with only the applications whose status began after the moment."""
        recent = [a for a in self.applications or () if a.began_after(moment)]
        return self.model_copy(update={"applications": recent})


class Job(BaseModel):
    id: str
    title: Annotated[str, BeforeValidator(lambda title: title or "")] = ""
    status: str | None = None

    @property
    def shown(self) -> str:
        return self.title or f"Job {self.id}"


class Written(BaseModel):
    """What a PUT answers is not documented beyond {"data": object}."""

    id: str


class Meta(BaseModel):
    total: int


class One(BaseModel, Generic[T]):
    data: T


class Page(BaseModel, Generic[T]):
    data: list[T]
    meta: Meta


class Problem(BaseModel):
    code: str


class Failure(BaseModel):
    error: Problem


PERSON = One[Person]
WRITTEN = One[Written]
PEOPLE = Page[Person]
JOBS = Page[Job]

STATUS = {"hired": Status.HIRED, "rejected": Status.REJECTED}
OVER = ("closed", "filled")


REASONS: dict[str, tuple[type[ConnectorError], str]] = {
    "unauthorized": (BadCredentials, "the key was refused"),
    "forbidden": (MissingPermission, "the key was revoked, or this is a trial, which may not write"),
    "not_found": (NotFound, "has no such record in this organization"),
    "invalid_pipeline_status": (Refused, "has no such status; set here, to be spelled as there: {statuses}"),
    "candidate_limit_reached": (MissingPermission, "the candidate database is full: an admin must make room"),
    "talent_pool_reveal_required": (Refused, "hides this person: reveal their profile in Talynce first"),
}
"""What error codes mean. Those that are not here say no more than their HTTP status."""


def refusal(title: str, body: bytes, statuses: tuple[str, ...]) -> ConnectorError | None:
    """What an error means by its code, since four share 403; its message may hold data, so it stays here."""
    try:
        code = Failure.model_validate_json(body).error.code
    except ValidationError:
        return None
    kind, reason = REASONS.get(code, (None, ""))
    return kind(title, reason.format(statuses=", ".join(statuses))) if kind else None


def uuid_of(text: str) -> str | None:
    """The text as an id of theirs, fit for a path, or None."""
    try:
        return str(UUID(text))
    except ValueError:
        return None


def candidate(
    person: Person, titles: Mapping[str, str], spelled: Mapping[str, str], url: str | None
) -> Candidate:
    """`titles` by job id; `spelled` by lower case, since whether the case of a status matters is not said."""
    return Candidate(
        id=person.id,
        name=person.full_name or "",
        email=person.email or None,
        phone=person.phone_number or None,
        placements=tuple(
            Placement(
                kind=Kind.JOB,
                destination_id=a.job_id,
                title=titles.get(a.job_id) or "a job",
                stage=a.status,
                stage_id=spelled.get(a.status.casefold(), a.status),
                status=STATUS.get(a.status.casefold(), Status.ACTIVE),
            )
            for a in person.applications or ()
        ),
        tags=person.skills,
        links=tuple(person.links),
        last_activity=person.updated_at,
        url=url,
    )


def destinations(job: Job, statuses: tuple[str, ...]) -> list[Destination]:
    """A job, then each status in it."""
    stages = [
        Destination(id=status, kind=Kind.STAGE, title=status, job_id=job.id, job_title=job.shown)
        for status in statuses
    ]
    return [Destination(id=job.id, kind=Kind.JOB, title=job.shown), *stages]


def target(to: Destination, first: str) -> dict[str, str]:
    """The `application` of somebody at this job or stage; `first` is the status of a job that names none."""
    if to.kind is Kind.STAGE:
        return {"job_id": to.job_id or "", "status": to.id}
    return {"job_id": to.id, "status": first}


def fields(new: NewCandidate) -> dict[str, object]:
    """What is missing is left out: null would clear it for somebody who is there already."""
    return {
        "full_name": new.name,
        "email": new.email,
        **({"phone_number": new.phone} if new.phone else {}),
        **({"metadata": {"links": list(new.links)}} if new.links else {}),
    }
