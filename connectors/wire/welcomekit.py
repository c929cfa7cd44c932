"""WelcomeKit's JSON, as far as it is relied on, and how it reads in our words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, BeforeValidator, ValidationError

from ..errors import (
    BadCredentials,
    Conflict,
    ConnectorError,
    Misconfigured,
    MissingPermission,
    NotFound,
    Refused,
)
from ..models import Candidate, Change, ChangeKind, Destination, Kind, Placement, Status

API = "/api/v1/external"
LATE = 600.0
"""Seconds by which clocks may differ, and by which a list may be late."""


class Organization(BaseModel):
    reference: str
    name: str | None = None


def with_reference(value: object) -> object:
    """Those that have a reference, of whatever came in the place of a list."""
    listed = value if isinstance(value, list) else []
    return [each for each in listed if isinstance(each, dict) and isinstance(each.get("reference"), str)]


class User(BaseModel):
    """The documentation shows a picture and `display_name` alone, and not what the flags add."""

    display_name: str | None = None
    organizations: Annotated[list[Organization], BeforeValidator(with_reference)] = []


class Stage(BaseModel):
    """`reference` is `initial`, `refused`, or None for a company's own stage; names are translated."""

    id: int
    name: Annotated[str, BeforeValidator(lambda name: name or "a stage")] = "a stage"
    reference: str | None = None


class Job(BaseModel):
    reference: str
    name: Annotated[str, BeforeValidator(lambda name: name or "a job")] = "a job"
    status: str | None = None
    stages: list[Stage] | None = None

    @property
    def published(self) -> bool:
        return self.status in (None, "published")

    @property
    def first_stage(self) -> Stage | None:
        stages = self.stages or []
        return next((s for s in stages if s.reference == "initial"), stages[0] if stages else None)


class Profile(BaseModel):
    email: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    phone: str | None = None
    subtitle: str | None = None


class Person(BaseModel):
    """One person on one job. Only `profile` is nested; what is written is flat."""

    reference: str
    job_reference: str
    profile: Annotated[Profile, BeforeValidator(lambda profile: {} if profile is None else profile)]
    stage_id: int | None = None
    stage: Stage | None = None
    tags: list[str] | None = None
    archived: bool | None = None
    cover_letter: str | None = None
    resume_url: str | None = None
    portfolio_url: str | None = None
    modal_path: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.profile.firstname or ''} {self.profile.lastname or ''}".strip()

    @property
    def somebody(self) -> bool:
        """Whether there is anything left to know them by."""
        return bool(self.name or self.profile.email)

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """Sorts the archived last, the refused before them, and the latest first."""
        refused = bool(self.stage and self.stage.reference == "refused")
        return bool(self.archived), refused, -self.updated_at.timestamp() if self.updated_at else 0.0

    def made_since(self, day: date) -> bool:
        return self.created_at is None or self.created_at.date() >= day

    def came_over(self, at: float, jobs: Collection[str]) -> bool:
        """Whether somebody not seen before is not new: they were changed since then, on a job watched even then."""
        made, changed = (
            moment.timestamp() if moment else at for moment in (self.created_at, self.updated_at)
        )
        return made < at - LATE and changed > at - LATE and self.job_reference in jobs


class Comment(BaseModel):
    id: int


class Trouble(BaseModel):
    """An error answer. `error` is a code; a revoked key once came as an object within an object."""

    error: str | Trouble | None = None
    error_description: object = None
    reason: object = None

    @property
    def code(self) -> str:
        return self.error.code if isinstance(self.error, Trouble) else self.error or ""

    @property
    def words(self) -> str:
        """To look for words in, and never to repeat: it may hold what a person is called."""
        return str(self.error_description or "").lower()

    @property
    def revoked(self) -> bool:
        return self.reason == "revoked" or (isinstance(self.error, Trouble) and self.error.revoked)


def trouble(content: bytes) -> Trouble:
    try:
        return Trouble.model_validate_json(content)
    except ValidationError:
        return Trouble()


SCOPES = {
    ("GET", "users"): "me_r and organizations_r; or fill in the organisation reference",
    ("GET", "jobs"): "jobs_r",
    ("GET", "candidates"): "candidates_r or candidates_rw",
    ("POST", "candidates"): "candidates_rw",
    ("PUT", "candidates"): "candidates_rw",
    ("POST", "comments"): "comments_w and candidates_rw",
}
"""What to ask the vendor for, by the call that was refused."""

FIELDS = (
    "organization_reference",
    "job_reference",
    "job_stage_id",
    "email",
    "firstname",
    "lastname",
    "phone",
    "tag_list",
    "remote_resume_url",
    "remote_portfolio_url",
    "candidate_reference",
    "content",
)
"""What a refusal may name: the rest of its sentence could hold what a person is called."""


def refusal(title: str, response: httpx.Response) -> ConnectorError | None:
    """Name an error answer by its code; None leaves it to the status."""
    status, told = response.status_code, trouble(response.content)
    if status >= 500:
        return None
    kind = response.request.url.path.removeprefix(API).strip("/").split("/")[0]
    if told.revoked:
        return BadCredentials(title, "the key was revoked")
    if told.code == "invalid_scope":
        scope = SCOPES.get((response.request.method, kind), "that of this call")
        return MissingPermission(title, f"the key lacks a scope: {scope}")
    if told.code == "unauthorized" and (status == 403 or "not member of" in told.words):
        return MissingPermission(title, "the key's user is not a member of this organisation")
    if "has already been taken" in told.words:
        return Conflict(title, "has this already")
    if told.code == "validation_failed":
        named = [field for field in FIELDS if field in told.words]
        return Refused(title, f"did not accept {', '.join(named) or 'what was sent'}")
    if status == 404 and kind == "jobs":
        return Misconfigured(title, "knows no such organisation: check the setting “organization”")
    return NotFound(title, "has no such record, or the key may not see it") if status == 404 else None


SITES = {
    "behance.net": "media_behance",
    "dribbble.com": "media_dribbble",
    "facebook.com": "media_facebook",
    "github.com": "media_github",
    "instagram.com": "media_instagram",
    "linkedin.com": "media_linkedin",
    "medium.com": "media_medium",
    "stackoverflow.com": "media_stackoverflow",
    "tumblr.com": "media_tumblr",
    "twitter.com": "media_twitter",
    "vimeo.com": "media_vimeo",
    "x.com": "media_twitter",
}


def media(links: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """The field that each link goes to, and the links for which none is left."""
    fields: dict[str, str] = {}
    left = []
    for link in dict.fromkeys(links):
        name = next((n for n in (_field(link), "media_website") if n not in fields), None)
        if name:
            fields[name] = link
        else:
            left.append(link)
    return fields, left


def _field(link: str) -> str:
    host = (urlsplit(link).hostname or "").casefold()
    return next(
        (field for site, field in SITES.items() if host == site or host.endswith(f".{site}")), "media_website"
    )


def placement(person: Person, job: Job | None) -> Placement:
    stages = (job.stages if job else None) or []
    stage = person.stage or next((s for s in stages if s.id == person.stage_id), None)
    ended = Status.REJECTED if stage and stage.reference == "refused" else Status.ACTIVE
    return Placement(
        kind=Kind.JOB,
        destination_id=person.job_reference,
        title=job.name if job else "a job",
        stage=stage.name if stage else None,
        stage_id=str(stage.id) if stage else None,
        status=Status.UNKNOWN if person.archived else ended,
    )


def moved(change: Change) -> Change:
    """The same change, told of somebody who is not new: they came from a job that is not watched."""
    new = change.kind is ChangeKind.ADDED
    return change.model_copy(update={"kind": ChangeKind.MOVED}) if new else change


def destinations(job: Job) -> list[Destination]:
    """A job, then its stages."""
    stages = [
        Destination(id=str(s.id), kind=Kind.STAGE, title=s.name, job_id=job.reference, job_title=job.name)
        for s in job.stages or ()
    ]
    return [Destination(id=job.reference, kind=Kind.JOB, title=job.name), *stages]


def candidate(person: Person, job: Job | None, url: str | None) -> Candidate:
    return Candidate(
        id=person.reference,
        name=person.name,
        email=person.profile.email or None,
        phone=person.profile.phone or None,
        placements=(placement(person, job),),
        tags=tuple(person.tags or ()),
        last_activity=person.updated_at,
        url=url,
    )


def copied(person: Person) -> dict[str, str | None]:
    """What a second candidate takes over from the first; links cannot be read."""
    return {
        "email": person.profile.email,
        "firstname": person.profile.firstname,
        "lastname": person.profile.lastname,
        "phone": person.profile.phone,
        "subtitle": person.profile.subtitle,
        "cover_letter": person.cover_letter,
        "remote_resume_url": person.resume_url,
        "remote_portfolio_url": person.portfolio_url,
    }


def said(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that hold something: a field that is sent empty could empty what is there."""
    return {name: value for name, value in fields.items() if value is not None}
