"""What the stand-in for Welcome to the Jungle keeps, and what a recruiter there does with it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from .desk import CannotAct, Place, added_to, checked_email, names_of
from .server import Body, StandInAts
from .world import Job, Person, World

SPONTANEOUS = Job("spontaneous", "Spontaneous application")
CLOSED = Job("closed", "Summer Intern 2019")
REFUSED = "Refused"
REFERENCES = {"New": "initial", REFUSED: "refused"}
PARIS = timezone(timedelta(hours=2))


# fmt: off
TEXTS = dict.fromkeys((
    "email", "firstname", "lastname", "tag_list", "subtitle", "phone", "cover_letter", "remote_image_url",
    "remote_resume_url", "remote_portfolio_url", "media_website", "media_github", "media_stackoverflow",
    "media_dribbble", "media_behance", "media_linkedin", "media_facebook", "media_instagram", "media_medium",
    "media_tumblr", "media_vimeo", "media_twitter",
), str)
# fmt: on
CHANGED: dict[str, type] = {**TEXTS, "archived": bool, "job_stage_id": int}


@dataclass(frozen=True)
class Stage:
    id: int
    name: str

    def json(self) -> Body:
        return {"id": self.id, "name": self.name, "reference": REFERENCES.get(self.name), "visible": True}


@dataclass(frozen=True)
class Opening:
    """A job; its stages are its own, each with an id that no other job uses."""

    reference: str
    title: str
    status: str
    stages: tuple[Stage, ...]

    def stage(self, id: int) -> Stage | None:
        return next((s for s in self.stages if s.id == id), None)


@dataclass
class Record:
    reference: str
    job: str
    stage: int
    fields: dict[str, Any]
    created: datetime
    updated: datetime
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class WelcomeKitRecords(StandInAts):
    """A record is one person on one job; places are stages by number."""

    def __init__(self, world: World, clock: Callable[[], float] = time.time) -> None:
        super().__init__(world, clock)
        self._ids = count(1)
        everything = (*world.jobs, SPONTANEOUS, CLOSED)
        self.jobs = {o.reference: o for o in (_opening(world, n, job) for n, job in enumerate(everything))}
        self.records = {r.reference: r for r in map(self._record, world.people)}

    def rows(self) -> list[Body]:
        return [
            {
                "id": r.reference,
                "name": f"{r.fields['firstname']} {r.fields['lastname']}",
                "email": r.fields.get("email") or "",
                "where": self.jobs[r.job].title,
                "stage": self._stage(r).name,
                "tags": list(r.tags),
                "notes": list(r.notes),
                "deeds": ["move", "tag", *([] if self._stage(r).name == REFUSED else ["reject"])],
            }
            for r in self.records.values()
        ]

    def places(self) -> list[Place]:
        jobs = [job for job in self.jobs.values() if job.status == "published"]
        return [
            Place(str(stage.id), stage.name, job.title, job.reference)
            for job in jobs
            for stage in job.stages
            if stage.name != REFUSED
        ]

    def do_add(self, name: str, email: str, place: str) -> str:
        there = self.place(place)
        first, last = names_of(name)
        fields = {"email": checked_email(email), "firstname": first, "lastname": last}
        if any(r.job == there.job and r.fields.get("email") == email for r in self.records.values()):
            raise CannotAct(f"{first} is on {there.group} already.")
        return self._new(there.job, int(there.id), fields).reference

    def do_move(self, id: str, place: str) -> str:
        record, there = self._at(id), self.place(place)
        record.job, record.stage, record.updated = there.job, int(there.id), self._now()
        return id

    def do_tag(self, id: str, tag: str) -> str:
        record = self._at(id)
        record.tags, record.updated = added_to(record.tags, tag), self._now()
        return id

    def do_hire(self, id: str) -> str:
        raise CannotAct("Welcome to the Jungle has no stage of its own for people who were hired.")

    def do_reject(self, id: str) -> str:
        record = self._at(id)
        record.stage = next(s.id for s in self.jobs[record.job].stages if s.name == REFUSED)
        record.updated = self._now()
        return id

    def do_open_job(self, name: str) -> str:
        number = len(self.jobs)
        job = _opening(self.world, number, Job(f"{name} {number}", name))
        self.jobs[job.reference] = job
        return job.reference

    def do_close_job(self, job: str) -> str:
        self.jobs[job] = replace(self.jobs[job], status="archived")
        return job

    def _stage(self, record: Record) -> Stage:
        return self.jobs[record.job].stage(record.stage) or Stage(0, "")

    def _record(self, p: Person) -> Record:
        """People of a pool stand on the Spontaneous job: there are no pools."""
        job = self.jobs[_job_reference(SPONTANEOUS.key if p.pool else p.job or SPONTANEOUS.key)]
        stage = next(s.id for s in job.stages if s.name == p.stage)
        fields = {"email": p.email, "firstname": p.first, "lastname": p.last, "phone": p.phone}
        now = self._now()
        return Record(_reference(str(p.number)), job.reference, stage, fields, now, now, list(p.tags))

    def _new(self, job: str, stage: int, fields: dict[str, Any]) -> Record:
        now = self._now()
        record = Record(_reference(f"new {next(self._ids)}"), job, stage, fields, now, now)
        self.records[record.reference] = record
        return record

    def _write(self, record: Record, body: Body) -> None:
        record.fields |= {name: value for name, value in body.items() if name in CHANGED}
        if "tag_list" in body:
            record.tags = [tag.strip() for tag in body["tag_list"].split(",") if tag.strip()]
        record.updated = self._now()

    def _at(self, id: str) -> Record:
        if id not in self.records:
            raise CannotAct("That record is not there any more.")
        return self.records[id]

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), PARIS)


def _opening(world: World, number: int, job: Job) -> Opening:
    """Besides the job's own stages there is one for refusal, and one for each that somebody stands at."""
    used = [p.stage for p in world.people if (SPONTANEOUS.key if p.pool else p.job) == job.key]
    names = dict.fromkeys([*job.stages, *used, REFUSED])
    stages = tuple(Stage(14_600 + 100 * number + n, name) for n, name in enumerate(names))
    return Opening(_job_reference(job.key), job.title, "archived" if job is CLOSED else "published", stages)


def _reference(seed: str) -> str:
    return f"wttj-{hashlib.blake2b(seed.encode(), digest_size=12).hexdigest()}"


def _job_reference(key: str) -> str:
    return f"WTTJ_{hashlib.blake2b(key.encode(), digest_size=4).hexdigest()}"
