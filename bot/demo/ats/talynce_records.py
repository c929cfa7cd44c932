"""What the stand-in for Talynce keeps, and what a recruiter there does with it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from .desk import CannotAct, Place, added_to, checked_email
from .server import Body, StandInAts
from .world import Job, Person, World

PIPELINE = ("Applied", "shortlisted", "Interview", "Offer", "Hired", "Rejected")
LONG_AGO = "2026-10-01T08:00:00.000Z"
TEXT = (str, type(None))
NUMBER = (int, float, type(None))
FIELDS: dict[str, type | tuple[type, ...]] = {
    "full_name": str,
    "email": str,
    "phone_number": TEXT,
    "whatsapp_number": TEXT,
    "location": TEXT,
    "preferred_location": TEXT,
    "primary_skills": list,
    "secondary_skills": list,
    "total_experience_years": NUMBER,
    "current_company": TEXT,
    "current_designation": TEXT,
    "current_ctc": NUMBER,
    "expected_ctc": NUMBER,
    "notice_period_days": (int, type(None)),
    "in_notice_period": (bool, type(None)),
    "last_working_day": str,
    "resume_url": TEXT,
    "resume_path": TEXT,
    "source": str,
    "metadata": dict,
    "application": dict,
}
LOCKED = ("email", "phone_number", "whatsapp_number", "current_ctc", "expected_ctc")
HELD = [name for name in FIELDS if name not in ("resume_path", "application")]


@dataclass
class Applied:
    id: str
    job_id: str
    status: str
    notes: str | None
    began: str
    updated: str


@dataclass
class Record:
    """`fields` as they were sent; `masked` hides those that are locked."""

    id: str
    fields: Body
    masked: bool = False
    applications: dict[str, Applied] = field(default_factory=dict)
    created: str = LONG_AGO
    updated: str = LONG_AGO

    def shown(self, name: str) -> Any:
        if self.masked and name in LOCKED:
            return "" if name == "email" else None
        return self.fields.get(name)


class TalynceRecords(StandInAts):
    """One record for a person, an application for each job; places are `job/status`."""

    def __init__(self, world: World, clock: Callable[[], float] = time.time) -> None:
        super().__init__(world, clock)
        self.organization = _uuid("organization")
        self.jobs = {_uuid(job.key): job for job in world.jobs}
        self.closed: set[str] = set()
        self.records = {record.id: record for record in map(self._record, world.people)}

    def rows(self) -> list[Body]:
        return [
            {
                "id": r.id,
                "name": r.shown("full_name"),
                "email": r.shown("email"),
                "where": ", ".join(self.jobs[job].title for job in r.applications) or "no job",
                "stage": ", ".join(a.status for a in r.applications.values()),
                "tags": list(r.fields.get("primary_skills", [])),
                "notes": [a.notes for a in r.applications.values() if a.notes],
                "deeds": ["move", "tag", *(["hire", "reject"] if r.applications else [])],
            }
            for r in self.records.values()
        ]

    def places(self) -> list[Place]:
        jobs = [(id, job) for id, job in self.jobs.items() if id not in self.closed]
        steps = [status for status in PIPELINE if status != "Rejected"]
        return [Place(f"{id}/{step}", step, job.title, id) for id, job in jobs for step in steps]

    def do_add(self, name: str, email: str, place: str) -> str:
        there = self.place(place)
        if any(same(r.fields["email"], email) for r in self.records.values()):
            raise CannotAct("There is somebody with this address already.")
        record = Record(str(uuid4()), {}, created=self._now())
        application = {"job_id": there.job, "status": there.title}
        self._apply(record, {"full_name": name, "email": checked_email(email), "application": application})
        self.records[record.id] = record
        return record.id

    def do_move(self, id: str, place: str) -> str:
        there = self.place(place)
        self._apply(self._at(id), {"application": {"job_id": there.job, "status": there.title}})
        return id

    def do_tag(self, id: str, tag: str) -> str:
        record = self._at(id)
        self._apply(record, {"primary_skills": added_to(record.fields.get("primary_skills") or [], tag)})
        return id

    def do_hire(self, id: str) -> str:
        return self._end(id, "Hired")

    def do_reject(self, id: str) -> str:
        return self._end(id, "Rejected")

    def do_open_job(self, name: str) -> str:
        id = str(uuid4())
        self.jobs[id] = Job(id, name)
        return id

    def do_close_job(self, job: str) -> str:
        self.closed.add(job)
        return job

    def _end(self, id: str, status: str) -> str:
        record = self._at(id)
        if not record.applications:
            raise CannotAct("Only somebody who is on a job is hired or rejected.")
        self._apply(record, {"application": {"job_id": [*record.applications][-1], "status": status}})
        return id

    def _at(self, id: str) -> Record:
        if id not in self.records:
            raise CannotAct("That record is not there any more.")
        return self.records[id]

    def _apply(self, record: Record, body: Body) -> None:
        record.fields |= {name: value for name, value in body.items() if name in HELD}
        record.updated = self._now()
        if "application" not in body:
            return
        sent: Body = body["application"]
        job, status = sent["job_id"], sent.get("status", "Applied")
        on = record.applications.setdefault(job, Applied(str(uuid4()), job, "", None, "", ""))
        if on.status != status:
            on.status, on.began = status, record.updated
        on.notes, on.updated = sent.get("notes", on.notes), record.updated

    def _record(self, p: Person) -> Record:
        email = p.email or f"{p.first}.{p.last}@hidden.example.com".lower()
        fields = {
            "full_name": f"{p.first} {p.last}",
            "email": email,
            "phone_number": p.phone,
            "primary_skills": list(p.tags),
            "metadata": {"links": list(p.links)} if p.links else None,
        }
        record = Record(_uuid(str(p.number)), fields, masked=p.email is None)
        if p.job:
            job, stage = _uuid(p.job), "Applied" if p.stage == "New" else p.stage
            record.applications[job] = Applied(
                _uuid(f"{p.number} {p.job}"), job, stage, None, LONG_AGO, LONG_AGO
            )
        return record

    def _now(self) -> str:
        moment = datetime.fromtimestamp(self.clock(), UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def same(left: str, right: str) -> bool:
    return left.strip().casefold() == right.strip().casefold()


def _uuid(key: str) -> str:
    return str(UUID(bytes=hashlib.blake2b(key.encode(), digest_size=16).digest(), version=4))
