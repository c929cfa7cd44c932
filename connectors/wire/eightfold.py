"""Eightfold's JSON, as far as it is relied on, and how it reads in our words."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Generic, Self, TypeVar

from pydantic import (
    AliasChoices,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)
from pydantic.alias_generators import to_camel

from ..models import Destination, Kind, Placement, Status

T = TypeVar("T")
NO_RECORD = {"message", "errors", "error"}


def unwrap(value: object) -> object:
    """Some answers come as {data}, most come bare."""
    return value["data"] if isinstance(value, dict) and "data" in value else value


def present(value: object) -> object:
    """One null in a list is no reason to lose the rest."""
    return [each for each in value if each is not None] if isinstance(value, list) else value


Texts = Annotated[list[str] | None, BeforeValidator(present)]


class Shape(BaseModel):
    """Keys are camelCase; an id is read as text whether it comes as text or as a number."""

    model_config = ConfigDict(
        alias_generator=AliasGenerator(validation_alias=to_camel), coerce_numbers_to_str=True
    )


class Reply(Shape, Generic[T]):
    """One record: bare, under `data`, or a message in its place (with status 200) when there is none."""

    data: T | None

    @model_validator(mode="before")
    @classmethod
    def _wrapped(cls, value: object) -> object:
        record = unwrap(value)
        absent = isinstance(record, dict) and record and record.keys() <= NO_RECORD
        return {"data": None if absent else record}


class Meta(Shape):
    total_count: int | None = None


class User(Shape):
    email: str | None = None


class Page(Shape, Generic[T]):
    data: Annotated[list[T], BeforeValidator(present)]
    meta: Meta | None = None

    @property
    def total(self) -> int | None:
        return self.meta.total_count if self.meta else None


class Token(BaseModel):
    access_token: SecretStr | None = None


class Accepted(Shape):
    """A write that is carried out later. By the reference a transaction may be null, and the ATS id comes back."""

    transaction_id: str | None = None
    candidate_id: str | None = Field(
        None, validation_alias=AliasChoices("candidateId", "atsCandidateId", "atsEntityId")
    )

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if not (self.transaction_id or self.candidate_id):
            raise ValueError("neither a transaction nor a candidate")
        return self


class Transaction(Shape):
    """`status` is PASS, IN PROGRESS or FAIL; kept for three days."""

    status: str | None = None
    ef_entity_id: str | None = None


class Said(Shape):
    """The answer to a move: only its status counts, since errors and successes both come as a message."""


class Tag(Shape):
    tag: str | None = None


class Application(Shape):
    position_id: str | None = None
    position_title: str | None = None
    current_stage: str | None = None
    stage: str | None = None
    application_status: str | None = None
    application_time: int | None = None
    last_modified_time: int | None = None


class Source(Shape):
    when: datetime | None = Field(None, validation_alias="datetime")


class AtsRecord(Shape):
    """An ATS candidate: the writable twin of a profile. `tags` come only when they are asked for."""

    system_id: str | None = None
    candidate_id: str | None = None
    tags: Texts = None


class Profile(Shape):
    """`id` is the encoded one, or the number where that is null; `email` holds several with commas; `include` brings tags, applications."""

    id: str
    profile_id: str | None = None
    ats_entity_id: str | None = None
    ats_data: AtsRecord | None = None
    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    email: str | None = None
    phone: str | None = None
    urls: Texts = None
    tags: list[Tag] | None = None
    applications: list[Application] | None = None
    sources: list[Source] | None = None
    last_updated: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def _known_by_number(cls, value: object) -> object:
        nameless = isinstance(value, dict) and value.get("id") is None and value.get("profileId") is not None
        return {**value, "id": value["profileId"]} if isinstance(value, dict) and nameless else value

    @property
    def ats_id(self) -> str | None:
        return self.ats_entity_id or (self.ats_data.candidate_id if self.ats_data else None)

    @property
    def system(self) -> str | None:
        return self.ats_data.system_id if self.ats_data else None

    @property
    def name(self) -> str:
        return self.full_name or f"{self.first_name or ''} {self.last_name or ''}".strip()

    @property
    def emails(self) -> list[str]:
        return [part.strip() for part in (self.email or "").split(",") if part.strip()]

    @property
    def tag_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.tag for t in self.tags or () if t.tag))

    def came_since(self, moment: int) -> bool:
        """Whether this person is new: the first source or application stands in for a time of creation."""
        times = [timegm(s.when.utctimetuple()) for s in self.sources or () if s.when]
        times += [a.application_time for a in self.applications or () if a.application_time]
        return bool(times) and min(times) >= moment

    def applied_since(self, moment: int) -> bool:
        """Whether an application was made or changed."""
        return any((a.last_modified_time or 0) >= moment for a in self.applications or ())


class Note(Shape):
    id: str | None = None
    note: str | None = None


class Noted(Shape):
    """The answer to a new note: without an id it may be a message that nothing was saved."""

    id: str


class Changed(Shape):
    entity_id: str | None = None


class AtsPosition(Shape):
    job_stages: Texts = None


class Position(Shape):
    position_id: str
    name: str | None = None
    open: bool | None = None
    ats_data: AtsPosition | None = None


TOKEN = Annotated[Token, BeforeValidator(unwrap)]
ACCEPTED = Annotated[Accepted, BeforeValidator(unwrap)]
NOTED = Annotated[Noted, BeforeValidator(unwrap)]
SAID = Annotated[Said, BeforeValidator(unwrap)]

STATUS = {"active": Status.ACTIVE, "hired": Status.HIRED, "rejected": Status.REJECTED}


def placements(profile: Profile, pools: Iterable[str]) -> tuple[Placement, ...]:
    """Jobs from the applications, the latest first; a pool is a tag that bears its name."""
    latest = sorted(profile.applications or (), key=lambda a: a.last_modified_time or 0, reverse=True)
    tags = {tag.casefold() for tag in profile.tag_names}
    member = [pool for pool in pools if pool.casefold() in tags]
    return (*map(job_placement, latest), *map(pool_placement, member))


def job_placement(application: Application) -> Placement:
    stage = application.current_stage or application.stage
    return Placement(
        kind=Kind.JOB,
        destination_id=application.position_id,
        title=application.position_title or "a job",
        stage=stage,
        stage_id=stage,
        status=STATUS.get((application.application_status or "").casefold(), Status.UNKNOWN),
    )


def pool_placement(name: str) -> Placement:
    return Placement(kind=Kind.POOL, destination_id=name, title=name, status=Status.ACTIVE)


def pool_destination(name: str) -> Destination:
    return Destination(id=name, kind=Kind.POOL, title=name)


def job_destinations(position: Position) -> list[Destination]:
    """A job, then its stages where Eightfold knows them."""
    title = position.name or "a job"
    job = Destination(id=position.position_id, kind=Kind.JOB, title=title)
    names = dict.fromkeys((position.ats_data.job_stages if position.ats_data else None) or ())
    return [
        job,
        *(
            Destination(id=name, kind=Kind.STAGE, title=name, job_id=position.position_id, job_title=title)
            for name in names
        ),
    ]
