"""Welcome to the Jungle: a candidate is one person on one job, at one of its stages."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, timedelta
from typing import ClassVar

from .base import Capability, Connector, Quirk, stands
from .changes import Seen, compare
from .errors import MissingPermission, NotFound, Refused
from .http import Http
from .markdown import as_typed
from .matching import is_address, matching, titled
from .models import (
    Account,
    Added,
    Candidate,
    ChangeKind,
    Changes,
    Cursor,
    Destination,
    Kind,
    NewCandidate,
    NewNote,
    Note,
    Record,
    Resume,
    Status,
    union,
)
from .welcomekit_api import SITE, TITLE, VENDOR, WelcomeKitApi, WelcomeKitSettings
from .welcomekit_jobs import Clock, Jobs, utc_now
from .wire import welcomekit as wire

DOCS = "https://developers.welcomekit.co"
CREATE = f"{DOCS}/candidates-api/candidates/create-a-candidate"
LIST = f"{DOCS}/candidates-api/candidates/untitled"
UPDATE = f"{DOCS}/candidates-api/candidates/update-a-candidate"
COMMENT = f"{DOCS}/candidates-api/create-a-comment"
SCOPES = f"{DOCS}/scopes"
READ = "2026-11-21"

CALLS = 120
"""Calls that one search may make."""
REFERENCE = re.compile(r"[A-Za-z0-9_-]*\d[A-Za-z0-9_-]*")
"""What may be a candidate's reference; a name has no digit in it."""


class _Memory(Record):
    """What a cursor holds; `at` is when it was made, `jobs` are those that were watched then."""

    day: date | None = None
    at: float = 0.0
    jobs: tuple[str, ...] = ()
    seen: Seen = {}


class WelcomeKit(Connector):
    vendor = VENDOR
    title = TITLE
    site = SITE
    Settings = WelcomeKitSettings
    required: ClassVar[frozenset[str]] = frozenset({"first_name", "last_name", "email", "to"})
    repeatable = Connector.repeatable | {Capability.ATTACH_RESUME}
    quirks = (
        Quirk("A move to another job makes a second candidate there; the first one stays.", READ, UPDATE),
        Quirk("A move to a job where somebody was refused or archived brings them back.", READ, UPDATE),
        Quirk(f"Candidates are listed per job: a search reads {CALLS} pages of open jobs.", READ, LIST),
        Quirk("A search by email may heed capitals: it is asked again without them.", READ, LIST),
        Quirk("There are no pools; the Spontaneous job, or any other, can serve as one.", READ, CREATE),
        Quirk("Tags are one text with commas: they are read, joined and written whole.", READ, UPDATE),
        Quirk("Notes cannot be read: after a crash the person is asked whether one is there.", READ, COMMENT),
        Quirk("Links are written, but never shown again.", READ, LIST),
        Quirk("A CV is fetched from a public address; a file cannot be sent.", READ, CREATE),
        Quirk("Changes are asked for by day, in published jobs; once a day all are compared.", READ, LIST),
        Quirk("Only refusal has a stage of its own kind: nobody is known to be hired.", READ, LIST),
        Quirk("A key with a my_candidates scope sees only whom it added itself.", READ, SCOPES),
    )

    def __init__(self, settings: WelcomeKitSettings, http: Http, clock: Clock = utc_now) -> None:
        super().__init__(settings, http)
        self._clock = clock
        self._api = WelcomeKitApi(settings, http)
        self._jobs = Jobs(self._api, settings.organization, clock)
        self._organization_set = bool(settings.organization)

    async def check(self) -> Account:
        user = await self._user()
        organization = await self._jobs.organization(user)
        # Who may sign in may still not read this organisation, so its jobs are asked for as well.
        await self._jobs.page(size=1)
        company = next((o.name for o in user.organizations or () if o.reference == organization), None)
        company = company or f"organisation {organization}"
        return Account(name=f"{user.display_name}, {company}" if user.display_name else company)

    async def find(self, query: str, *, limit: int = 10) -> list[Candidate]:
        query = query.strip()
        if not query:
            return []
        if REFERENCE.fullmatch(query):
            with suppress(
                Refused, MissingPermission
            ):  # it may be a name, and no reference that the key may see
                return [await self.candidate(query)]
        on = [job.reference for job in await self._jobs.open()]
        asked = self._jobs.addressed(query, on, CALLS) if is_address(query) else self._jobs.people(on, CALLS)
        people = sorted(await asked, key=lambda p: p.rank)
        return matching(await self._read(people), query)[:limit]

    async def candidate(self, id: str) -> Candidate:
        return (await self._read([await self._person(id)]))[0]

    async def add_candidate(self, new: NewCandidate, to: Destination | None) -> Added:
        job, stage = await self._target(to)
        # Whether the same address may come twice is not documented, so the job is asked first.
        if existing := await self._on_job(job, new.email):
            return Added(candidate=existing, existing=True)
        media, left = wire.media(new.links)
        fields: dict[str, str | None] = {
            "email": new.email,
            "firstname": new.first_name,
            "lastname": new.last_name,
            "phone": new.phone or None,
            "remote_resume_url": self._address(new.resume) if new.resume else None,
            "comment": as_typed("\n".join(left)) or None,
            **media,
        }
        return Added(candidate=await self._create(job, stage, fields))

    async def added(self, new: NewCandidate, to: Destination | None) -> Candidate | None:
        job, _ = await self._target(to)
        return await self._on_job(job, new.email)

    async def add_note(self, candidate: Candidate, note: NewNote) -> Note:
        body = {"candidate_reference": candidate.id, "content": as_typed(note.signed)}
        made = await self._api.write("POST", f"{wire.API}/comments", wire.Comment, **body)
        return Note(id=str(made.id), text=note.signed)

    async def add_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        now = (await self._person(candidate.id)).tags or []
        return await self._change(candidate.id, tag_list=self._joined(union(now, tags)))

    async def remove_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        gone = {tag.casefold() for tag in tags}
        now = (await self._person(candidate.id)).tags or []
        kept = [tag for tag in now if tag.casefold() not in gone]
        after = await self._change(candidate.id, tag_list=self._joined(kept))
        if any(tag.casefold() in gone for tag in after.tags):
            raise Refused(self.title, "kept the tags: they can only be removed there")
        return after

    async def destinations(self, query: str = "") -> list[Destination]:
        return titled([d for job in await self._jobs.open() for d in wire.destinations(job)], query)

    async def move(self, candidate: Candidate, to: Destination, reason: str) -> Candidate:
        job, stage = await self._target(to)
        person = await self._person(candidate.id)
        here = (await self._read([person]))[0] if person.job_reference == job else None
        # The same person, added to that job on another day: a third record would help nobody.
        if there := here or await self._on_job(job, person.profile.email):
            return there if _at_work(there, to) else await self._put_at(there, stage)
        if not (person.profile.email and person.profile.firstname and person.profile.lastname):
            raise Refused(self.title, "moves to another job only people whose email and full name it knows")
        tags = person.tags or []
        given = {"tag_list": self._joined(tags) or None, "comment": as_typed(reason) or None}
        made = await self._create(job, stage, {**wire.copied(person), **given})
        return made.model_copy(update={"tags": tuple(tags)})  # which the answer leaves out

    async def arrived(self, candidate: Candidate, to: Destination) -> Candidate | None:
        job, _ = await self._target(to)
        now = await self._by_reference(candidate.id)
        here = now if now and any(p.destination_id == job for p in now.placements) else None
        there = here or await self._on_job(job, candidate.email)
        return there if there and _at_work(there, to) else None

    async def attach_resume(self, candidate: Candidate, file: Resume) -> Candidate:
        return await self._change(candidate.id, remote_resume_url=self._address(file))

    async def changes(self, cursor: Cursor | None) -> Changes:
        memory = _Memory.model_validate_json(cursor.state) if cursor else _Memory()
        now = self._clock()
        today = now.astimezone(UTC).date()
        # Nobody says in which time zone a day begins, or whether "after" includes it.
        since = (memory.day or today) - timedelta(days=1)
        whole = memory.day != today
        published = [job.reference for job in await self._jobs.open() if job.published]
        asked = {} if whole else {"updated_after": since.isoformat()}
        people = await self._jobs.people(published, sys.maxsize, archived="false", **asked)
        found, seen = compare(memory.seen, await self._read(people))
        # A job that is published again brings people back who are not new.
        old = {p.reference for p in people if not p.made_since(since)}
        over = {p.reference for p in people if p.came_over(memory.at, memory.jobs)}
        told = [wire.moved(c) if c.candidate.id in over else c for c in found]
        news = tuple(c for c in told if c.kind is not ChangeKind.ADDED or c.candidate.id not in old)
        kept = {p.reference: seen[p.reference] for p in people} if whole else seen
        after = _Memory(day=today, at=now.timestamp(), jobs=tuple(published), seen=kept)
        state = after.model_dump_json()
        return Changes(changes=news if cursor else (), cursor=Cursor(state=state))

    async def _user(self) -> wire.User:
        try:
            return await self._jobs.user()
        except MissingPermission:
            if not self._organization_set:
                raise
            return wire.User()  # a good key without me_r, which is not needed then

    async def _on_job(self, job: str, email: str | None) -> Candidate | None:
        """Return whoever has this address on this job."""
        if not email:
            return None
        people = sorted(await self._jobs.addressed(email, [job], CALLS), key=lambda p: p.rank)
        return next(iter(await self._read(people)), None)

    async def _by_reference(self, reference: str) -> Candidate | None:
        try:
            return await self.candidate(reference)
        except NotFound:
            return None

    async def _person(self, reference: str) -> wire.Person:
        return await self._api.get(self._path(reference), wire.Person, stage=True, tags=True)

    def _path(self, reference: str) -> str:
        if not REFERENCE.fullmatch(reference):
            raise NotFound(self.title, "has no such record")
        return f"{wire.API}/candidates/{reference}"

    async def _target(self, to: Destination | None) -> tuple[str, int | None]:
        """Return a job's reference and the stage to put somebody at."""
        if to is None or to.kind is Kind.POOL:
            raise Refused(self.title, "needs a job to put somebody on; it has no pools")
        if to.kind is Kind.STAGE and to.job_id and to.id.isdigit():
            return to.job_id, int(to.id)
        job = (await self._jobs.every()).get(to.id)
        if job is None:
            raise NotFound(self.title, "has no such job")
        return job.reference, job.first_stage.id if job.first_stage else None

    async def _create(self, job: str, stage: int | None, fields: Mapping[str, str | None]) -> Candidate:
        # The jobs come first: what fails after a write would look like a write that failed.
        jobs = await self._jobs.every()
        body = {
            "organization_reference": await self._jobs.organization(),
            "job_reference": job,
            "job_stage_id": str(stage) if stage else None,
            **fields,
        }
        made = await self._api.write("POST", f"{wire.API}/candidates", wire.Person, **wire.said(body))
        return self._as_candidate(made, jobs.get(made.job_reference))

    async def _change(self, reference: str, **fields: object) -> Candidate:
        if body := wire.said(fields):
            await self._api.write("PUT", self._path(reference), dict[str, object], **body)
        return await self.candidate(reference)

    async def _put_at(self, there: Candidate, stage: int | None) -> Candidate:
        """Whoever is moved to a job is wanted there: the archive gives them back."""
        archived = any(p.status is Status.UNKNOWN for p in there.placements)
        if stage is None and not archived:
            raise Refused(self.title, "shows no stage of this job to move somebody to")
        return await self._change(there.id, job_stage_id=stage, archived=False if archived else None)

    def _joined(self, tags: Sequence[str]) -> str:
        if any("," in tag for tag in tags):
            raise Refused(self.title, "takes no tag with a comma in it")
        return ",".join(tags)

    def _address(self, file: Resume) -> str:
        if not file.url:
            raise Refused(self.title, "takes a CV only as a public address")
        return file.url

    async def _read(self, people: Sequence[wire.Person]) -> list[Candidate]:
        jobs = await self._jobs.every() if people else {}
        return [self._as_candidate(person, jobs.get(person.job_reference)) for person in people]

    def _as_candidate(self, person: wire.Person, job: wire.Job | None) -> Candidate:
        own = f"{self.site}{person.modal_path}" if (person.modal_path or "").startswith("/") else None
        return wire.candidate(person, job, own or self.record_url(person.reference))


def _at_work(there: Candidate, to: Destination) -> bool:
    """Whether somebody is where a move leads, and neither archived nor, unless that is where it leads, refused."""
    counting = {Status.ACTIVE, Status.REJECTED} if to.kind is Kind.STAGE else {Status.ACTIVE}
    return any(stands(p.destination_id, p.stage_id, to) and p.status in counting for p in there.placements)
