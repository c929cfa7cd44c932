"""Talynce: one record per person, with an application for each job; no pools."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from http import HTTPStatus
from itertools import islice

from pydantic import Field, SecretStr

from .base import AccountSettings, Capability, Connector, Quirk, Words
from .changes import Seen, compare
from .errors import Ambiguous, NotFound, Refused, UnexpectedResponse
from .http import Api, Http
from .matching import is_address, matching, titled
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
    union,
)
from .talynce_lists import V1, Lists
from .wire import talynce as wire

CAND = "https://talynce.com/docs/api/candidates"
ERRORS = "https://talynce.com/docs/api/errors"
INTRO = "https://talynce.com/docs/api"
JOBS = "https://talynce.com/docs/api/jobs"
READ = "2026-11-21"
REPLACING = ("metadata", "application")
"""Of what is sent for somebody new: what would take the place of what stands with somebody who is there."""
FULL_ROUND = 10
"""Every so many polls all pages are read: an equal total says nothing about who was moved."""
LOOKUPS = 200
"""People whom one poll reads by id; after an import of thousands the next polls go on."""


class TalynceSettings(AccountSettings):
    key: SecretStr = Field(
        title="API key", description="In Talynce: Dashboard → Administration → Developer.", min_length=1
    )
    statuses: Words = Field(
        ("Applied", "shortlisted"),
        title="Pipeline statuses",
        description="With commas between, spelled as in Talynce. The first is where a move to a job begins.",
        min_length=1,
    )
    auth_header: str = Field(
        "Authorization", title="Header of the key", pattern=r"^[\w-]+$", json_schema_extra={"advanced": True}
    )
    auth_prefix: str = Field(
        "Bearer", title="Word before the key", pattern=r"^[\w-]*$", json_schema_extra={"advanced": True}
    )


class _Memory(Record):
    """What a cursor holds. `since` is the latest change that the first look saw, on the vendor's clock."""

    round: int = 0
    total: int | None = None
    since: datetime | None = None
    touched: dict[str, str] = {}
    seen: Seen = {}


class Talynce(Connector):
    vendor = "talynce"
    title = "Talynce"
    site = "https://talynce.com"
    Settings = TalynceSettings
    required = frozenset({"first_name", "email"})
    repeatable = Connector.repeatable | {Capability.MOVE, Capability.ATTACH_RESUME}
    quirks = (
        Quirk("How a key is sent is not said: as a Bearer token, unless a setting differs.", READ, INTRO),
        Quirk("Statuses cannot be listed: they are a setting, spelled as in the organization.", READ, CAND),
        Quirk("A note is part of the text on one job; two people writing at once can lose one.", READ, CAND),
        Quirk("Tags are primary skills; links are kept in the metadata.", READ, CAND),
        Quirk("A move to a job where somebody is already leaves their status as it is.", READ, CAND),
        Quirk("A status set by PUT is only shown by example, so a move is read back.", READ, CAND),
        Quirk("Masked people show no email: a namesake is added first, then put on the job.", READ, ERRORS),
        Quirk("A CV is taken only as a public address.", READ, CAND),
        Quirk("Moves are news when the person's updated_at says so, within ten looks.", READ, CAND),
        Quirk("The path of the list of jobs follows that of the other lists.", READ, JOBS),
    )

    def __init__(self, settings: TalynceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._statuses = settings.statuses
        self._spelled = {status.casefold(): status for status in settings.statuses}
        key = f"{settings.auth_prefix} {settings.key.get_secret_value()}".strip()
        self._api = Api(
            self.title,
            http,
            http.base(self.vendor, "https://talynce.com"),
            http.pace(self.vendor, settings.key, per_minute=None),
            {settings.auth_header: key},
            lambda answer: wire.refusal(self.title, answer.content, settings.statuses),
        )
        self._lists = Lists(self._api)

    async def check(self) -> Account:
        page = await self._api.get(f"{V1}/candidates", wire.PEOPLE, limit=1)
        return Account(name=f"an organization with {page.meta.total} candidates")

    async def find(self, query: str, *, limit: int = 10) -> list[Candidate]:
        query = query.strip()
        hits = [query] if wire.uuid_of(query) else await self._search(query, query)
        if not hits and not is_address(query) and (words := query.split())[1:]:
            # The whole name is one field, so `Doe Jane` is nobody there; we match the words ourselves.
            hits = await self._search(max(words, key=len), query)
        return [self._read(person) for person in await self._people(hits[:limit])]

    async def candidate(self, id: str) -> Candidate:
        person = await self._person(id)
        await self._lists.learn_titles([person])
        return self._read(person)

    async def add_candidate(self, new: NewCandidate, to: Destination | None) -> Added:
        place = {"application": self._target(to)} if to else {}
        body = {**wire.fields(new), **self._resume(new.resume), **place}
        # Whether a POST changes somebody who is there, down to their status, is not documented: look first.
        if known := await self.known(new.email):
            return Added(candidate=await self._on_job(known, to), existing=True)
        hidden = await self._hides(new.name)
        later = {name: body.pop(name) for name in REPLACING if name in body} if hidden else {}
        status, made = await self._api.write_status("POST", f"{V1}/candidates", wire.WRITTEN, **body)
        existing = status != HTTPStatus.CREATED
        if later and not existing:
            await self._put(made.data.id, **later)
        now = await self.candidate(made.data.id)
        return Added(candidate=await self._on_job(now, to), existing=existing)

    async def added(self, new: NewCandidate, to: Destination | None) -> Candidate | None:
        return await self._on_job(known, to) if (known := await self.known(new.email)) else None

    async def add_note(self, candidate: Candidate, note: NewNote) -> Note:
        on = self._one_job(await self._person(candidate.id), candidate)
        notes = f"{on.notes}\n\n{note.signed}" if on.notes else note.signed
        await self._put(candidate.id, application={"job_id": on.job_id, "status": on.status, "notes": notes})
        return Note(id=on.id, text=note.signed)

    async def notes(self, candidate: Candidate) -> list[Note]:
        person = await self._person(candidate.id)
        return [Note(id=a.id, text=a.notes) for a in person.applications or () if a.notes]

    async def add_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        person = await self._person(candidate.id)
        return await self._skilled(person, union(person.skills, tags))

    async def remove_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        person, gone = await self._person(candidate.id), {tag.casefold() for tag in tags}
        return await self._skilled(person, tuple(s for s in person.skills if s.casefold() not in gone))

    async def destinations(self, query: str = "") -> list[Destination]:
        jobs = [job for job in await self._lists.jobs() if job.status not in wire.OVER]
        return titled([each for job in jobs for each in wire.destinations(job, self._statuses)], query)

    async def move(self, candidate: Candidate, to: Destination, reason: str) -> Candidate:
        target = self._target(to)
        if to.kind is Kind.JOB and (there := await self.arrived(candidate, to)):
            return there  # the first status would throw them back
        await self._put(candidate.id, application=target)  # no `notes`: they would replace what is there
        if moved := await self.arrived(candidate, to):
            return moved
        raise UnexpectedResponse(self.title, "accepted a move and does not show it", uncertain=True)

    async def attach_resume(self, candidate: Candidate, file: Resume) -> Candidate:
        await self._put(candidate.id, **self._resume(file))
        return await self.candidate(candidate.id)

    async def changes(self, cursor: Cursor | None) -> Changes:
        memory = _Memory.model_validate_json(cursor.state) if cursor else None
        total, listed = await self._listed(memory)
        if memory is None:
            # Where thousands stand is only told one by one: what a list says has to do.
            since = max((p.updated_at for p in listed if p.updated_at), default=None)
            seen = compare({}, (self._read(p.since(since)) for p in listed))[1]
            first = _Memory(total=total, since=since, touched={p.id: p.mark for p in listed}, seen=seen)
            return Changes(changes=(), cursor=Cursor(state=first.model_dump_json()))
        due = {p.id: p.mark for p in listed if memory.touched.get(p.id) != p.mark}
        marks = dict(islice(due.items(), LOOKUPS))
        people = await self._people(marks)
        full = {p.id: self._read(p) for p in people}
        # Where somebody stood at the first look is not known; what began later is certainly news.
        found, seen = compare(memory.seen, (self._read(p.since(memory.since)) for p in people))
        after = _Memory(
            round=memory.round + 1,
            total=total if len(due) == len(marks) else None,
            since=memory.since,
            touched={**memory.touched, **marks},
            seen=seen,
        )
        news = tuple(c.model_copy(update={"candidate": full[c.candidate.id]}) for c in found)
        return Changes(changes=news, cursor=Cursor(state=after.model_dump_json()))

    async def _people(self, ids: Iterable[str]) -> list[wire.Person]:
        """Read people with their applications; whoever was deleted meanwhile is left out."""
        people = [p for p in await asyncio.gather(*map(self._perhaps, ids)) if p]
        await self._lists.learn_titles(people)
        return people

    async def _perhaps(self, id: str) -> wire.Person | None:
        try:
            return await self._person(id)
        except NotFound:
            return None

    async def _person(self, id: str) -> wire.Person:
        return (await self._api.get(self._path(id), wire.PERSON)).data

    async def _put(self, id: str, **fields: object) -> None:
        await self._api.write("PUT", self._path(id), wire.WRITTEN, **fields)

    def _path(self, id: str) -> str:
        if known := wire.uuid_of(id):
            return f"{V1}/candidates/{known}"
        raise NotFound(self.title, "has no such record")

    async def _search(self, words: str, query: str) -> list[str]:
        return [c.id for c in matching(map(self._read, await self._lists.hits(words)), query)]

    async def _hides(self, name: str) -> bool:
        """Whether somebody of this name has a hidden address, by which a POST would match them all the same."""
        people = map(self._read, await self._lists.hits(name))
        return any(person.email is None for person in matching(people, name))

    async def _skilled(self, person: wire.Person, skills: tuple[str, ...]) -> Candidate:
        if skills != person.skills:
            await self._put(person.id, primary_skills=skills)
        await self._lists.learn_titles([person])
        return self._read(person.model_copy(update={"primary_skills": [*skills]}))

    async def _on_job(self, candidate: Candidate, to: Destination | None) -> Candidate:
        """Put somebody who was there already on the job, unless they are on it at any stage."""
        here = {p.destination_id for p in candidate.placements}
        return await self.move(candidate, to, "") if to and (to.job_id or to.id) not in here else candidate

    async def _listed(self, memory: _Memory | None) -> tuple[int, Collection[wire.Person]]:
        """How many there are, and whom to compare: everybody, or one page when the number is the same."""

        def enough(page: wire.Page[wire.Person]) -> bool:
            return bool(memory and memory.total == page.meta.total and memory.round % FULL_ROUND)

        pages = await self._lists.people(enough)
        return pages[0].meta.total, {p.id: p for page in pages for p in page.data}.values()

    def _target(self, to: Destination) -> dict[str, str]:
        if to.kind is Kind.POOL:
            raise Refused(self.title, "has no pools: people are moved to jobs")
        return wire.target(to, self._statuses[0])

    def _resume(self, file: Resume | None) -> dict[str, str]:
        if file and not file.url:
            raise Refused(self.title, "takes a CV only as a public address")
        return {"resume_url": file.url} if file and file.url else {}

    def _one_job(self, person: wire.Person, candidate: Candidate) -> wire.Application:
        on = person.applications or []
        if not on:
            raise Refused(self.title, "keeps notes only on a job: move them to a job first")
        named = {p.destination_id for p in candidate.placements}
        chosen = [a for a in on if a.job_id in named] or on
        if len(chosen) > 1:
            raise Ambiguous(self.title, "keeps notes on a job, and this person is on several")
        return chosen[0]

    def _read(self, person: wire.Person) -> Candidate:
        return wire.candidate(person, self._lists.titles, self._spelled, self.record_url(person.id))
