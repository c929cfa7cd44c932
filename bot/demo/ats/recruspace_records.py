"""What the stand-in for Recruspace keeps, and what a recruiter there does with it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from .desk import CannotAct, Place, added_to, checked_email, names_of
from .server import Body, StandInAts
from .world import Job, Person, World


@dataclass
class Record:
    id: int
    first: str
    last: str
    email: str | None
    phone: str | None = None
    pool: int | None = None
    job: str | None = None
    stage: str = "New"
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    links: tuple[str, ...] = ()
    cv: int | None = None
    updated: str = ""


class RecruspaceRecords(StandInAts):
    """Places are pools by number, and `hash/stage` for the stages of a job."""

    def __init__(self, world: World, clock: Callable[[], float] = time.time) -> None:
        super().__init__(world, clock)
        self._ids = count(20_000)
        self.pools = dict(enumerate(world.pools.values(), start=1))
        self.jobs = {_hash(job.key): job for job in world.jobs}
        self.closed: set[str] = set()
        self.files: dict[int, str] = {}
        self.records = {p.number: self._record(p) for p in world.people}

    def rows(self) -> list[Body]:
        return [
            {
                "id": str(r.id),
                "name": f"{r.first} {r.last}",
                "email": r.email or "",
                "where": self.pools[r.pool] if r.pool else self.jobs[r.job or ""].title,
                "stage": "" if r.pool else r.stage,
                "tags": list(r.tags),
                "notes": list(r.notes),
                "deeds": ["move", "tag", *(["hire", "reject"] if r.job else [])],
            }
            for r in self.records.values()
        ]

    def places(self) -> list[Place]:
        pools = [Place(str(id), name) for id, name in self.pools.items()]
        jobs = [(key, job) for key, job in self.jobs.items() if key not in self.closed]
        return pools + [
            Place(f"{key}/{stage}", stage, job.title, key) for key, job in jobs for stage in job.stages
        ]

    def do_add(self, name: str, email: str, place: str) -> str:
        first, last = names_of(name)
        record = Record(next(self._ids), first, last, checked_email(email))
        self._put(record, place)
        self.records[record.id] = record
        return str(record.id)

    def do_move(self, id: str, place: str) -> str:
        self._put(self._at(id), place)
        return id

    def do_tag(self, id: str, tag: str) -> str:
        record = self._at(id)
        record.tags, record.updated = added_to(record.tags, tag), self._now()
        return id

    def do_hire(self, id: str) -> str:
        return self._end(id, "Hired")

    def do_reject(self, id: str) -> str:
        return self._end(id, "Rejected")

    def do_open_job(self, name: str) -> str:
        key = _hash(f"{name} {next(self._ids)}")
        self.jobs[key] = Job(key, name)
        return key

    def do_close_job(self, job: str) -> str:
        self.closed.add(job)
        return job

    def _put(self, record: Record, place: str) -> None:
        there = self.place(place)
        pool = None if there.job else int(there.id)
        if pool and any(r.email == record.email and r.pool == pool for r in self.records.values()):
            raise CannotAct(f"{record.first} is in {there.title} already.")
        record.pool, record.job = pool, there.job or None
        record.stage = there.title if there.job else record.stage
        record.updated = self._now()

    def _end(self, id: str, stage: str) -> str:
        record = self._at(id)
        if record.job is None:
            raise CannotAct("Only somebody who is on a job is hired or rejected.")
        record.stage, record.updated = stage, self._now()
        return id

    def _at(self, id: str) -> Record:
        if not (id.isdigit() and int(id) in self.records):
            raise CannotAct("That record is not there any more.")
        return self.records[int(id)]

    def _record(self, p: Person) -> Record:
        pool = list(self.world.pools).index(p.pool) + 1 if p.pool else None
        job = next((key for key, job in self.jobs.items() if job.key == p.job), None)
        tags, now = list(p.tags), self._now()
        return Record(
            p.number, p.first, p.last, p.email, p.phone, pool, job, p.stage, tags, [], p.links, updated=now
        )

    def _now(self) -> str:
        moment = datetime.fromtimestamp(self.clock(), UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _hash(key: str) -> str:
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
