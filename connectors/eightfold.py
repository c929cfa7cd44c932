"""Eightfold: profiles with applications and tags; people are written through the ATS record behind them."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from . import eightfold_news as news
from .base import Capability, Connector, Quirk, stands
from .eightfold_api import (
    CORE,
    EightfoldApi,
    later,
    segment,
    unsettled,
)
from .eightfold_person import own_id, person_body, resume_content
from .eightfold_settings import OAUTH, TALENT_TRACKING, EightfoldSettings
from .errors import ConnectorError, NotFound, Refused, UnexpectedResponse, Unsupported
from .http import Http
from .matching import matching, titled
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
    Placement,
    Resume,
    Status,
    User,
    same_email,
    union,
)
from .wire import eightfold as wire

REFERENCE = "https://apidocs.eightfold.ai/v2.0/reference"
ADD = f"{REFERENCE}/create_ats_candidate"
PATCH = f"{REFERENCE}/patch_ats_candidate"
LIST = f"{REFERENCE}/list_profile"
STAGE = f"{REFERENCE}/create_profile_stages"
POOL = f"{REFERENCE}/create_talent_pool"
LOG = f"{REFERENCE}/list_entity_changelog_changelog"
NOTES = f"{REFERENCE}/list_profile_note"
USERS = f"{REFERENCE}/list_user"
READ = "2026-11-21"

LOG_DELAY = 31 * 60
"""Seconds: the changelog tells nothing younger than half an hour; one minute more for clocks that differ."""
LOG_WINDOW = 24 * 3600
"""Seconds: the longest stretch that the changelog gives."""
ALL_NOTES = 10_000
"""A list of notes ends after a hundred in all, however it is paged, unless more are asked for."""
OVERLAP = 120
"""Seconds that a search by modification looks back, since the index may be late."""


class Eightfold(Connector):
    vendor = "eightfold"
    title = "Eightfold"
    site = "https://app.eightfold.ai"
    Settings = EightfoldSettings
    required: ClassVar[frozenset[str]] = frozenset({"first_name", "email"})
    repeatable = Connector.repeatable | {Capability.ATTACH_RESUME}
    shows_user = frozenset({Capability.MOVE})
    resume_by_file = True
    waits: ClassVar[tuple[float, ...]] = (0.0, 0.1, 0.2, 0.4, 0.8, 1.5)
    """Seconds before each look at whether a write has been carried out."""
    quirks = (
        Quirk("The form of the login and its 8640 s are known from third parties.", READ, OAUTH),
        Quirk("People are made later: after 3 s the card says that it is still at work.", READ, ADD),
        Quirk("Nothing keeps a person from being added twice: a search comes first.", READ, ADD),
        Quirk(
            "New people may show late: after a lost answer the person is asked whether to send again.",
            READ,
            ADD,
        ),
        Quirk("No search by email: of a text search only exact addresses are kept.", READ, LIST),
        Quirk("Whether tags are added or replaced is not said: all are sent, pools too.", READ, PATCH),
        Quirk("Notes are listed up to a hundred in all: more are asked for.", READ, NOTES),
        Quirk("Claimed profiles ignore writes unless told otherwise: a setting, on by default.", READ, PATCH),
        Quirk("Tags and CVs need an ATS record; people without one are refused.", READ, PATCH),
        Quirk("Pools cannot be listed: a pool is a tag; its name is a setting or typed.", READ, POOL),
        Quirk("A move is answered with a sentence: done is what then shows, but for a pool.", READ, STAGE),
        Quirk("A move to a job where somebody is already leaves their stage as it is.", READ, STAGE),
        Quirk("A move to a job needs a stage: a setting, since jobs may not tell theirs.", READ, STAGE),
        Quirk("News is 31 minutes old, unless the setting `fresh` searches instead.", READ, LOG),
        Quirk("With over 5000 people, an old one's first tag or pool is no news.", READ, LIST),
        Quirk("The log is paged by offset or by number, sources differ: both work.", READ, LOG),
        Quirk("A move names its user by email, a note cannot: it shows the owner of the key.", READ, STAGE),
        Quirk("What a user record holds is not said: without an email, nobody is named.", READ, USERS),
        Quirk("No creation time: new is whose first source or application is new.", READ, LIST),
    )

    def __init__(self, settings: EightfoldSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._settings = settings
        self.clock: Callable[[], float] = time.time
        self._api = EightfoldApi(settings, http, self.waits, lambda: self.clock())
        self._by: dict[str, str] = {}

    async def check(self) -> Account:
        await self._api.get(f"{CORE}/positions", wire.Page[wire.Position], limit=1)
        return Account(name=f"{self._settings.email} in {self._settings.region}")

    async def find(self, query: str, *, limit: int = 10) -> list[Candidate]:
        query = query.strip()
        if not query:
            return []
        hits, named = await asyncio.gather(self._api.search(query), self._api.named(query))
        found = matching((self._read(p, email=query) for p in hits), query)
        return list({c.id: c for c in [*map(self._read, named), *found]}.values())[:limit]

    async def candidate(self, id: str) -> Candidate:
        return self._read(await self._api.profile(id))

    async def add_candidate(self, new: NewCandidate, to: Destination | None) -> Added:
        body = person_body(new, self._settings.system_id, int(self.clock()))
        if existing := await self.known(new.email):
            return Added(candidate=existing, existing=True)
        path = f"{CORE}/ats-systems/{self._settings.system_id}/ats-candidates"
        accepted = await self._api.write("POST", path, wire.ACCEPTED, **body)
        with unsettled():
            profile = await self._api.made(later(accepted))
        if profile is None:
            return Added(candidate=self._sent(new, later(accepted)), pending=True)
        made = self._read(profile, email=new.email)
        return Added(candidate=await self._placed(made, to) if to else made)

    async def added(self, new: NewCandidate, to: Destination | None) -> Candidate | None:
        if self._settings.system_id != TALENT_TRACKING:
            profile = await self._api.filed(own_id(new.email))
            known = self._read(profile, email=new.email) if profile else None
        elif not (known := await self.known(new.email)):
            # A search that finds nobody proves nothing: who was taken a moment ago may not show in it.
            raise Unsupported(self.title, "may not show yet somebody who was just added")
        return await self._placed(known, to) if known and to else known

    async def add_note(self, candidate: Candidate, note: NewNote) -> Note:
        id = await self._api.profile_id(candidate.id)
        body = {"profileId": id, "note": note.signed, "noteType": "note"}
        made = await self._api.write("POST", f"{CORE}/profile-notes", wire.NOTED, **body)
        return Note(id=made.id, text=note.signed)

    async def notes(self, candidate: Candidate) -> list[Note]:
        id = await self._api.profile_id(candidate.id)
        asked = {"profileId": id, "queryLimit": ALL_NOTES}
        rows = self._api.pages(f"{CORE}/profile-notes", wire.Page[wire.Note], **asked)
        return [Note(id=row.id or "", text=row.note or "") async for row in rows]

    async def add_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        profile = await self._api.profile(candidate.id)
        had = await self._api.tags(profile)
        now = await self._tag(profile, had, union(had, tags))
        return now.model_copy(update={"tags": union(now.tags, tags)})

    async def remove_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        profile = await self._api.profile(candidate.id)
        had = await self._api.tags(profile)
        unwanted = {tag.casefold() for tag in tags}
        gone = {tag for tag in had if tag.casefold() in unwanted}
        now = await self._tag(profile, had, tuple(tag for tag in had if tag not in gone))
        return now.model_copy(update={"tags": tuple(tag for tag in now.tags if tag not in gone)})

    async def destinations(self, query: str = "") -> list[Destination]:
        rows = self._api.pages(f"{CORE}/positions", wire.Page[wire.Position], include="atsData")
        jobs = [d async for row in rows if row.open is not False for d in wire.job_destinations(row)]
        return titled([*map(wire.pool_destination, dict.fromkeys(self._settings.pools)), *jobs], query)

    def named_pool(self, name: str) -> Destination | None:
        spelled = {pool.casefold(): pool for pool in self._settings.pools}
        return wire.pool_destination(spelled.get(name.casefold(), name))

    async def move(self, candidate: Candidate, to: Destination, reason: str) -> Candidate:
        if to.kind is Kind.JOB and (there := await self.arrived(candidate, to)):
            return there  # the first stage would throw them back
        id = await self._api.profile_id(candidate.id)
        stage = {Kind.POOL: None, Kind.JOB: self._settings.stage, Kind.STAGE: to.id}[to.kind]
        if stage is None:
            body = {"profileId": id, "tags": [to.id]}
            await self._api.write("POST", "/api/v2/smartapply/talent-pool", wire.SAID, **body)
        else:
            body = {"positionId": to.job_id or to.id, "newStage": stage, **self._by}
            path = f"{CORE}/profiles/{segment(id)}/application/stages"
            await self._api.write("POST", path, wire.SAID, **body, reason=reason or "Moved from Slack")
        with unsettled():
            return await self._landed(candidate.model_copy(update={"id": id}), to)

    async def know_user(self, email: str) -> User | None:
        found = await self._api.get(f"{CORE}/users", wire.Page[wire.User], query=email)
        return next((User(email=u.email) for u in found.data if u.email and same_email(u.email, email)), None)

    def acting(self, user: User) -> Eightfold:
        acting = copy.copy(self)
        acting._by = {"actionUserEmail": user.email}
        return acting

    async def attach_resume(self, candidate: Candidate, file: Resume) -> Candidate:
        content = resume_content(file)
        profile = await self._api.profile(candidate.id)
        return self._read(await self._api.patch(profile, resumeContent=content))

    async def changes(self, cursor: Cursor | None) -> Changes:
        now = int(self.clock())
        if cursor is None:
            known, whole = await self._api.known(news.REMEMBERED, now - OVERLAP)
            return news.first(map(self._read, known), whole, now)
        memory = news.Memory.model_validate_json(cursor.state)
        if self._settings.fresh:
            since = memory.until - OVERLAP
            return news.told(memory, await self._api.modified(since), self._read, since, now)
        since, until = memory.until, min(now - LOG_DELAY, memory.until + LOG_WINDOW)
        if until <= since:
            return Changes(changes=(), cursor=cursor)
        return news.told(memory, await self._api.logged(since, until), self._read, since, until)

    async def arrived(self, candidate: Candidate, to: Destination) -> Candidate | None:
        try:
            profile = await self._api.profile(candidate.id)
        except NotFound:
            return None
        pools = (to.id,) if to.kind is Kind.POOL else ()
        now = self._read(profile, candidate.email or "", pools)
        return now if any(_is_at(p, to) for p in now.placements) else None

    async def _placed(self, made: Candidate, to: Destination) -> Candidate:
        try:
            return await self.move(made, to, "Added from Slack")
        except ConnectorError as failure:
            # The person is there: sending all of it again would be wrong, so this is final and says so.
            missed = "may not have placed them" if failure.uncertain else "did not place them"
            said = f"added the person but {missed}: {failure.message}"
            raise Refused(self.title, said, uncertain=failure.uncertain) from failure

    async def _landed(self, candidate: Candidate, to: Destination) -> Candidate:
        """Return the candidate once a move shows; its answer is a sentence, which may as well say that it failed."""
        for wait in self.waits:
            await asyncio.sleep(wait)
            if moved := await self.arrived(candidate, to):
                return moved
        if to.kind is not Kind.POOL:
            raise UnexpectedResponse(self.title, "accepted a move and does not show it")
        # No page says that a pool shows on a profile at all, so its good answer has to do.
        return candidate.model_copy(
            update={"placements": (*candidate.placements, wire.pool_placement(to.title))}
        )

    async def _tag(self, profile: wire.Profile, had: tuple[str, ...], tags: tuple[str, ...]) -> Candidate:
        return self._read(await self._api.patch(profile, tags=list(tags)) if tags != had else profile)

    def _sent(self, new: NewCandidate, id: str) -> Candidate:
        """Somebody whom Eightfold is still making, as they were sent; the id leads to the profile later."""
        return Candidate(id=id, name=new.name, email=new.email, phone=new.phone, links=new.links)

    def _read(self, profile: wire.Profile, email: str = "", pools: Iterable[str] = ()) -> Candidate:
        """`email` picks one among several; `pools` are known beside those of the settings."""
        first = [e for e in profile.emails if same_email(e, email)] + profile.emails
        pools = {pool.casefold(): pool for pool in (*pools, *self._settings.pools)}
        return Candidate(
            id=profile.id,
            name=profile.name,
            email=first[0] if first else None,
            phone=profile.phone or None,
            placements=wire.placements(profile, pools.values()),
            tags=tuple(tag for tag in profile.tag_names if tag.casefold() not in pools),
            links=tuple(profile.urls or ()),
            last_activity=profile.last_updated,
            url=self.record_url(profile.id),
        )


def _is_at(here: Placement, to: Destination) -> bool:
    """Whether somebody is where a move leads: on a job, that it has rejected them does not count."""
    back = to.kind is Kind.JOB and here.status is Status.REJECTED
    return stands(here.destination_id, here.stage_id, to) and not back
