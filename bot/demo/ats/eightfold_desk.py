"""Whom the stand-in for Eightfold holds, and what a recruiter there does with them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from .desk import CannotAct, Place, added_to, checked_email, names_of
from .eightfold_records import Application, Record
from .server import Body, StandInAts
from .world import Job, Person, World

DAY = 24 * 3600


@dataclass
class Transaction:
    """A write that is carried out once it was looked at so often."""

    looks: int
    carry_out: Callable[[], Record] = field(repr=False)
    record: Record | None = None


class EightfoldDesk(StandInAts):
    """Places are pools by name, and `position/stage`."""

    def __init__(self, world: World, clock: Callable[[], float] = time.time) -> None:
        super().__init__(world, clock)
        self.tokens: set[str] = set()
        self._ids = count(900_001)
        self.positions: dict[int, Job] = dict(enumerate(world.jobs, start=5001))
        self.closed: set[int] = set()
        self.unlisted: set[str] = set()
        """Addresses of people whom no list shows yet."""
        self.transactions: dict[str, Transaction] = {}
        self.records = [self._record(person) for person in world.people]

    def rows(self) -> list[Body]:
        return [record.row(self.positions) for record in self.records]

    def places(self) -> list[Place]:
        jobs = [(id, job) for id, job in self.positions.items() if id not in self.closed]
        steps = [Place(f"{id}/{step}", step, job.title, str(id)) for id, job in jobs for step in job.stages]
        return [*(Place(name, name) for name in self.world.pools.values()), *steps]

    def do_add(self, name: str, email: str, place: str) -> str:
        there = self.place(place)
        if any(email.casefold() in (record.emails or "").casefold().split(", ") for record in self.records):
            raise CannotAct("There is somebody with this address already.")
        first, last = names_of(name)
        person = {"firstName": first, "lastName": last, "emails": checked_email(email)}
        record = self.written("talent_tracking", person)
        self._put(record, there)
        return record.id

    def do_move(self, id: str, place: str) -> str:
        self._put(self._at(id), self.place(place))
        return id

    def do_tag(self, id: str, tag: str) -> str:
        record = self._at(id)
        record.tags, record.updated = added_to(record.tags, tag), self._now()
        return id

    def do_hire(self, id: str) -> str:
        return self._end(id, "hired")

    def do_reject(self, id: str) -> str:
        return self._end(id, "rejected")

    def do_open_job(self, name: str) -> str:
        id = max(self.positions) + 1
        self.positions[id] = Job(f"position {id}", name)
        return str(id)

    def do_close_job(self, job: str) -> str:
        self.closed.add(int(job))
        return job

    def written(self, system: str, body: Body) -> Record:
        """Make a candidate, or change the one who has this candidate id."""
        ats = body.get("candidateId") or f"TT-{next(self._ids)}"
        known = next((r for r in self.records if (r.system, r.ats) == (system, ats)), None)
        if known is None:
            known = Record(next(self._ids), system, ats, self._now(), self._now())
            self.records.append(known)
        known.change(body, self._now())
        return known

    def _put(self, record: Record, there: Place) -> None:
        """A pool is joined beside all else; on a job somebody stands at one stage."""
        if there.job:
            record.advance(int(there.job), there.title, self._now())
        elif there.id in record.pools:
            raise CannotAct(f"{record.first} is in {there.title} already.")
        else:
            record.pools = [*record.pools, there.id]
            record.updated = self._now()

    def _end(self, id: str, status: str) -> str:
        record = self._at(id)
        if not record.applications:
            raise CannotAct("Only somebody who is on a job is hired or rejected.")
        last = record.applications[-1]
        record.advance(last.position, status.capitalize(), self._now())
        record.applications[-1].status = status
        return id

    def _at(self, id: str) -> Record:
        found = next((record for record in self.records if record.id == id), None)
        if found is None:
            raise CannotAct("That record is not there any more.")
        return found

    def _record(self, p: Person) -> Record:
        then = self._now() - 2 * DAY
        person = {"firstName": p.first, "lastName": p.last, "emails": p.email, "phones": p.phone}
        record = Record(p.number, "talent_tracking", f"TT-{p.number}", then, then)
        record.change({**person, "urls": list(p.links), "tags": list(p.tags)}, then)
        record.pools = [self.world.pools[p.pool]] if p.pool else []
        jobs = [id for id, job in self.positions.items() if job.key == p.job]
        record.applications = [Application(id, p.stage, then, then) for id in jobs]
        return record

    def _now(self) -> int:
        return int(self.clock())
