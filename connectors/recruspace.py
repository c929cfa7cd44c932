"""Recruspace: pools and jobs; a candidate record is one person in one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from .base import AccountSettings, Connector, Quirk
from .changes import Seen, compare
from .errors import Conflict, NotFound, Refused
from .http import Api, Http
from .matching import is_address, titled
from .models import (
    Account,
    Added,
    Candidate,
    Changes,
    Cursor,
    Destination,
    Kind,
    NewCandidate,
    NewNote,
    Note,
    Record,
    Resume,
    same_email,
)
from .recruspace_pools import CLIENT, Pools, pages
from .recruspace_search import Search
from .wire import recruspace as wire

ADD_AGAIN = "https://docs.recruspace.com/add-candidate-to-job-or-talent-pool"
GET = "https://docs.recruspace.com/candidate-get"
JOB = "https://docs.recruspace.com/get-job-post"
NOTE = "https://docs.recruspace.com/add-note-candidate"
SEARCH = "https://docs.recruspace.com/search-candidate-by-email"
NODE = "https://github.com/Recruspace/n8n-nodes-recruspace"
READ = "2026-11-21"

FULL_ROUND = 10
"""Every so many polls all pools are read, since equal counts hide one person leaving as another comes."""
RECORDS = 50
"""Of one person that are looked through for the one in a certain job: each move has made one."""


class RecruspaceSettings(AccountSettings):
    upload_path: str = Field(
        "/api/v1/utilities/upload-file/",
        title="Upload path",
        pattern=r"^/[\w/-]+/$",
        json_schema_extra={"advanced": True},
    )


class _Memory(Record):
    """What a cursor holds."""

    round: int = 0
    counts: dict[int, int | None] = {}
    seen: Seen = {}


class Recruspace(Connector):
    vendor = "recruspace"
    title = "Recruspace"
    site = "https://recruspace.com"
    Settings = RecruspaceSettings
    required: ClassVar[frozenset[str]] = frozenset({"first_name", "last_name", "email", "to"})
    keeps: ClassVar[frozenset[str]] = frozenset()
    resume_by_file = True
    quirks = (
        Quirk("A move makes a second record; the old one stays, with its notes and tags.", READ, ADD_AGAIN),
        Quirk("Searches by email only: names are looked for in addresses and small pools.", READ, SEARCH),
        Quirk(
            "A stage can be read but not set; which pool a record is in is looked up in the pools.", READ, GET
        ),
        Quirk("Without a CV there is no field for phone and links: they become a note.", READ, ADD_AGAIN),
        Quirk("A CV belongs to a record from the start: on a job a later one makes a second.", READ, NODE),
        Quirk("A pool has an address only once, so that nobody in one gets a CV later.", READ, ADD_AGAIN),
        Quirk("Notes cannot be read: after a crash the person is asked whether one is there.", READ, NOTE),
        Quirk("No write names one of the users: Recruspace decides what it shows as the author.", READ, NOTE),
        Quirk("Only talent pools can be watched: the people of a job cannot be listed.", READ, JOB),
        Quirk("The list of jobs is documented by name only: its path is that of one job.", READ, JOB),
    )

    def __init__(self, settings: RecruspaceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._upload_path = settings.upload_path
        self._api = Api(
            self.title,
            http,
            http.base(self.vendor, "https://api.recruspace.com"),
            http.pace(self.vendor, settings.key, per_minute=100),
            {"Authorization": f"Bearer {settings.key.get_secret_value()}"},
        )
        self._pools = Pools(self._api)
        self._search = Search(self._api, self._pools, self._read)

    async def check(self) -> Account:
        users = await self._api.get(f"{CLIENT}/companies/users/", wire.USERS)
        count = len(users.results) if users.count is None else users.count
        return Account(name=f"a company with {count} {'user' if count == 1 else 'users'}")

    async def find(self, query: str, *, limit: int = 10) -> list[Candidate]:
        query = query.strip()
        if query.isdigit():
            return await self._search.by_id(query)
        look = self._search.by_address if is_address(query) else self._search.by_words
        return (await look(query, limit))[:limit]

    async def candidate(self, id: str) -> Candidate:
        return await self._search.candidate(id)

    async def add_candidate(self, new: NewCandidate, to: Destination | None) -> Added:
        target = self._target(to)
        try:
            person = await self._create(new, target)
            self._pools.changed()
        except Refused as refusal:
            if existing := await self._in_the_way(refusal, new.email, to):
                return Added(candidate=existing, existing=True)
            raise
        return Added(candidate=self._read(person, to))

    async def add_note(self, candidate: Candidate, note: NewNote) -> Note:
        body = {"candidate_id": int(candidate.id), "text": note.signed}
        made = await self._api.write("POST", f"{CLIENT}/candidates/add-note/", wire.WRITTEN, **body)
        return Note(id=str(made.id or ""), text=note.signed)

    async def add_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        for tag in tags:
            await self._tag(candidate.id, tag)
        self._pools.changed()
        if not candidate.placements:
            return await self.candidate(candidate.id)
        # Which pool it is in takes several calls to find out, and tags change nothing about it.
        now = self._read(await self._search.person(candidate.id))
        return now.model_copy(update={"placements": candidate.placements})

    async def destinations(self, query: str = "") -> list[Destination]:
        pools, jobs = await asyncio.gather(self._pools.all(), self._jobs())
        return titled([*map(wire.pool_destination, pools), *map(wire.job_destination, jobs)], query)

    async def move(self, candidate: Candidate, to: Destination, reason: str) -> Candidate:
        person = await self._search.person(candidate.id)
        try:
            moved = await self._add_again(person, self._target(to), person.cv)
            self._pools.changed()
        except Refused:
            # No word says how it refuses somebody who is there: whether they are there is what counts.
            if there := await self.arrived(candidate, to):
                return there
            raise
        return self._read(moved, to)

    async def create_pool(self, name: str) -> Destination:
        # Whether two pools may share a name is not documented, so a pool of that name is used.
        same = [p for p in await self._pools.all() if p.name.casefold() == name.casefold()]
        return wire.pool_destination(same[0] if same else await self._new_pool(name))

    async def attach_resume(self, candidate: Candidate, file: Resume) -> Candidate:
        person = await self._search.person(candidate.id)
        # A pool has an address only once, so that there is no second record of it with the CV.
        placed = [wire.placed_destination(p) for p in candidate.placements if p.kind is Kind.JOB]
        if not placed:
            raise Refused(self.title, "takes a CV later only for somebody on a job, not in a pool")
        document = await self._upload(file)
        return self._read(await self._add_again(person, self._target(placed[0]), document), placed[0])

    async def changes(self, cursor: Cursor | None) -> Changes:
        memory = _Memory.model_validate_json(cursor.state) if cursor else _Memory()
        pools = await self._pools.all()
        whole = memory.round % FULL_ROUND == 0
        due = [p for p in pools if whole or _differs(memory.counts.get(p.id), p.candidate_count)]
        now = [
            self._read(member, wire.pool_destination(pool))
            for pool in due
            async for member in self._pools.members(pool.id)
        ]
        found, seen = compare(memory.seen, now)
        counts = {p.id: p.candidate_count for p in pools}
        after = _Memory(round=memory.round + 1, counts=counts, seen=seen)
        return Changes(changes=tuple(found) if cursor else (), cursor=Cursor(state=after.model_dump_json()))

    async def arrived(self, candidate: Candidate, to: Destination) -> Candidate | None:
        if to.kind is Kind.POOL:
            members = [m async for m in self._pools.members(int(to.id))]
            return next((self._read(m, to) for m in members if same_email(m.email, candidate.email)), None)
        records = await self.find(candidate.email or "", limit=RECORDS)
        return next((r for r in records if any(p.destination_id == to.id for p in r.placements)), None)

    async def _in_the_way(self, refusal: Refused, email: str, to: Destination | None) -> Candidate | None:
        """Who is there already, as a refusal says: at the place itself, or by a conflict whose scope is not said."""
        known = None if isinstance(refusal, NotFound) else await self.known(email)
        there = await self.arrived(known, to) if known and to else None
        return there or (known if isinstance(refusal, Conflict) else None)

    async def _create(self, new: NewCandidate, target: dict[str, object]) -> wire.Person:
        person: dict[str, object] = {
            "first_name": new.first_name,
            "last_name": new.last_name,
            "email": new.email,
        }
        if new.resume and new.phone:  # only this call takes a phone number, and it insists on a CV
            fields = {k: str(v) for k, v in {**person, **target, "phone_number": new.phone}.items()}
            return await self._api.upload(
                f"{CLIENT}/candidates/add/", wire.PERSON, {"cv_file": self._file(new.resume)}, fields
            )
        document = await self._upload(new.resume) if new.resume else None
        return await self._manual_add(person, target, document)

    async def _add_again(
        self, person: wire.Person, target: dict[str, object], cv: wire.File | None
    ) -> wire.Person:
        if not person.email:
            raise Refused(self.title, "moves only people whose email it knows")
        names = {
            "first_name": person.first_name or "",
            "last_name": person.last_name or "",
            "email": person.email,
        }
        return await self._manual_add(names, target, cv)

    async def _manual_add(
        self, person: dict[str, object] | dict[str, str], target: dict[str, object], cv: wire.File | None
    ) -> wire.Person:
        body = {**person, **target, "source_platform": "api", **({"cv": cv.id} if cv else {})}
        return await self._api.write("POST", f"{CLIENT}/candidates/manual-add/", wire.PERSON, **body)

    async def _upload(self, file: Resume) -> wire.File:
        return await self._api.upload(
            self._upload_path, wire.UPLOADED, {"file": self._file(file)}, {"folder_key": "cv"}
        )

    def _file(self, file: Resume) -> tuple[str, bytes, str]:
        if file.content is None:
            raise Refused(self.title, "takes a CV only as a file")
        return file.filename, file.content, file.content_type

    async def _tag(self, id: str, tag: str) -> None:
        try:
            body = {"candidate_id": int(id), "title": tag}
            await self._api.write("POST", f"{CLIENT}/candidates/add-tag/", wire.WRITTEN, **body)
        except Conflict:
            return  # 409 says that the tag is there already, which is what was asked for

    async def _new_pool(self, name: str) -> wire.Pool:
        return await self._api.write("POST", f"{CLIENT}/talent-pools/create/", wire.POOL, name=name)

    async def _jobs(self) -> list[wire.Job]:
        try:
            jobs = [job async for job in pages(self._api, f"{CLIENT}/job-posts/", wire.JOBS)]
        except Refused:
            return []  # its path is a guess, and pools are worth having without the jobs
        return [job for job in jobs if job.status not in wire.OVER]

    def _target(self, to: Destination | None) -> dict[str, object]:
        if to is None:
            raise Refused(self.title, "needs a talent pool or a job to put somebody in")
        return {"talent_pool_id": int(to.id)} if to.kind is Kind.POOL else {"job_post": to.id}

    def _read(self, person: wire.Person, to: Destination | None = None) -> Candidate:
        return Candidate(
            id=str(person.id),
            name=f"{person.first_name or ''} {person.last_name or ''}".strip(),
            email=person.email or None,
            phone=person.phone_number or None,
            placements=(wire.placement(person, to),),
            tags=tuple(t.title for t in person.tags or () if t.title),
            links=tuple(link.url for link in person.links or () if link.url),
            last_activity=person.updated_at,
            url=self.record_url(str(person.id)),
        )


def _differs(before: int | None, now: int | None) -> bool:
    """Whether a pool's number of people says that it has to be read; none says so as well."""
    return now is None or before != now
