"""Recruspace's JSON, as far as it is relied on, and how it reads in our words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator

from ..models import Destination, Kind, Placement, Status

T = TypeVar("T")


def unwrap(value: object) -> object:
    """Some answers come as {success, content} or {content}, most come bare."""
    if not (isinstance(value, dict) and "content" in value):
        return value
    return value["content"] if "success" in value or isinstance(value["content"], (dict, list)) else value


def paged(value: object) -> object:
    """Lists come bare or as {count, next, previous, results}."""
    value = unwrap(value)
    return {"results": value, "bare": True} if isinstance(value, list) else value


def written(value: object) -> object:
    """A write that was accepted is done, whatever its answer holds instead of an object."""
    content = unwrap(value)
    return {} if isinstance(value, dict) and not isinstance(content, dict) else content


def blank(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(blank)]
"""One row with null for a name must not cost the whole list."""


class Tag(BaseModel):
    title: Text = ""


class Job(BaseModel):
    hash: str
    title: Text = ""
    status: str | None = None

    @property
    def id(self) -> str:
        return self.hash


class Stage(BaseModel):
    name: Text = ""
    key: str | None = None


class Substage(BaseModel):
    id: int
    name: Text = ""
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
    """`candidate_count` is None where it is not said, which is not to say that nobody is in it."""

    id: int
    name: Text = ""
    candidate_count: int | None = None


class User(BaseModel):
    id: int


class Page(BaseModel, Generic[T]):
    """`bare` is a list without a word about how it goes on."""

    results: list[T]
    count: int | None = None
    next: str | None = None
    bare: bool = False

    def goes_on(self, size: int) -> bool:
        return bool(self.results) and (len(self.results) == size if self.bare else bool(self.next))


class Written(BaseModel):
    """A note or a tag: the documentation cuts its example off, so nothing in it is relied on."""

    id: int | str | None = None


PERSON = Annotated[Person, BeforeValidator(unwrap)]
WRITTEN = Annotated[Written, BeforeValidator(written)]
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
    return Destination(id=str(pool.id), kind=Kind.POOL, title=pool.name or f"Pool {pool.id}")


def job_destination(job: Job) -> Destination:
    return Destination(id=job.hash, kind=Kind.JOB, title=job.title or f"Job {job.hash}")


def placed_destination(placement: Placement) -> Destination:
    return Destination(id=placement.destination_id or "", kind=placement.kind, title=placement.title)
