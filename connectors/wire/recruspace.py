"""Recruspace's JSON, as far as it is relied on, and how it reads in our words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator

from ..models import Destination, Kind, Placement, Status

T = TypeVar("T")


def unwrap(value: object) -> object:
    """Some answers come as {success, content}, most come bare."""
    return value["content"] if isinstance(value, dict) and {"success", "content"} <= value.keys() else value


def paged(value: object) -> object:
    """Lists come bare or as {count, next, previous, results}."""
    value = unwrap(value)
    return {"results": value} if isinstance(value, list) else value


class Tag(BaseModel):
    title: str


class Job(BaseModel):
    hash: str
    title: str = ""
    status: str | None = None


class Stage(BaseModel):
    name: str = ""
    key: str | None = None


class Substage(BaseModel):
    id: int
    name: str = ""
    stage: Stage | None = None


class File(BaseModel):
    id: int


class Link(BaseModel):
    url: str | None = None


class Person(BaseModel):
    id: int
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    job_post: Job | None = None
    substage: Substage | None = None
    cv: File | None = None
    tags: list[Tag] | None = None
    links: list[Link] | None = None
    updated_at: datetime | None = None


class Hit(BaseModel):
    id: int
    email: str | None = None


class Pool(BaseModel):
    id: int
    name: str
    candidate_count: int = 0


class User(BaseModel):
    id: int


class Page(BaseModel, Generic[T]):
    results: list[T]
    next: str | None = None


class Written(BaseModel):
    """A note or a tag: the documentation cuts its example off, so only the id is relied on."""

    id: int


PERSON = Annotated[Person, BeforeValidator(unwrap)]
WRITTEN = Annotated[Written, BeforeValidator(unwrap)]
POOL = Annotated[Pool, BeforeValidator(unwrap)]
UPLOADED = Annotated[File, BeforeValidator(unwrap)]
HITS = Annotated[Page[Hit], BeforeValidator(paged)]
POOLS = Annotated[Page[Pool], BeforeValidator(paged)]
JOBS = Annotated[Page[Job], BeforeValidator(paged)]
PEOPLE = Annotated[Page[Person], BeforeValidator(paged)]
USERS = Annotated[Page[User], BeforeValidator(paged)]


OVER = ("closed", "archived")
"""Of the statuses of a job only `draft` is documented; whoever is moved is not moved to one of these."""
STATUS = {"hired": Status.HIRED, "rejected": Status.REJECTED}


def placement(person: Person, to: Destination | None) -> Placement:
    """Where a record stands; `to` is the pool it was put in or found in, which the record itself does not say."""
    if person.job_post:
        step = person.substage
        stage = step.stage if step else None
        return Placement(
            kind=Kind.JOB,
            destination_id=person.job_post.hash,
            title=person.job_post.title,
            stage=(step.name or (stage.name if stage else "")) if step else None,
            stage_id=str(step.id) if step else None,
            status=STATUS.get((stage.key or "").casefold() if stage else "", Status.ACTIVE),
        )
    pool = to if to and to.kind is Kind.POOL else None
    title = pool.title if pool else "a talent pool"
    return Placement(
        kind=Kind.POOL, destination_id=pool.id if pool else None, title=title, status=Status.ACTIVE
    )


def pool_destination(pool: Pool) -> Destination:
    return Destination(id=str(pool.id), kind=Kind.POOL, title=pool.name)


def job_destination(job: Job) -> Destination:
    return Destination(id=job.hash, kind=Kind.JOB, title=job.title)


def placed_destination(placement: Placement) -> Destination:
    return Destination(id=placement.destination_id or "", kind=placement.kind, title=placement.title)
