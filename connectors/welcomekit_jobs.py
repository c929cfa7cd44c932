"""The jobs of one Welcome to the Jungle organisation, and who is on them: all else is asked per job."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from .errors import Misconfigured
from .http import Api
from .models import same_email
from .wire import welcomekit as wire

PAGE_SIZE = 100
FRESH = timedelta(seconds=60)
"""How long the list of jobs is good for."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Jobs:
    """Remembers the list of jobs for a minute, and for good which organisation it is of."""

    def __init__(self, api: Api, organization: str, clock: Clock) -> None:
        self._api, self._organization, self._clock = api, organization, clock
        self._turn = asyncio.Lock()
        self._known: dict[str, wire.Job] = {}
        self._read_at: datetime | None = None

    async def user(self) -> wire.User:
        return await self._api.get(f"{wire.API}/users/current", wire.User, organizations=True)

    async def organization(self, user: wire.User | None = None) -> str:
        """Return the organisation's reference: as set, else the only one of the key's user."""
        if not self._organization:
            listed = (user or await self.user()).organizations or []
            if len(listed) != 1:
                shown = f"{len(listed)} organisations" if listed else "no organisation"
                raise Misconfigured(
                    self._api.title,
                    f"the key shows {shown}: fill in the setting “organization” (its reference)",
                )
            self._organization = listed[0].reference
        return self._organization

    async def every(self) -> dict[str, wire.Job]:
        """Return all jobs by their references, archived ones too: candidates may still be on them."""
        async with self._turn:
            if self._read_at is None or self._clock() - self._read_at >= FRESH:
                self._known = await self._all()
                self._read_at = self._clock()
            return self._known

    async def open(self) -> list[wire.Job]:
        """Return the jobs that are not archived, published ones first."""
        jobs = [job for job in (await self.every()).values() if job.status != "archived"]
        return sorted(jobs, key=lambda job: not job.published)

    async def page(self, number: int = 1, size: int = PAGE_SIZE) -> list[wire.Job]:
        asked = {"organization_reference": await self.organization(), "stages": True}
        return await self._api.get(f"{wire.API}/jobs", list[wire.Job], **asked, per_page=size, page=number)

    async def people(self, jobs: Sequence[str], calls: int, **filters: str) -> list[wire.Person]:
        """Return the candidates on the jobs of these references, as many as so many calls bring.

        The first pages of all jobs come before the second page of any, so that one big job hides no other.
        """
        people: list[wire.Person] = []
        for number in self._api.numbers():
            jobs = jobs[:calls]
            calls -= len(jobs)
            pages = await asyncio.gather(*(self._people(job, number, filters) for job in jobs))
            people += [person for page in pages for person in page if person.somebody]
            jobs = [job for job, page in zip(jobs, pages, strict=True) if len(page) == PAGE_SIZE]
            if not jobs:
                break
        return people

    async def addressed(self, email: str, jobs: Sequence[str], calls: int) -> list[wire.Person]:
        """Return who has this address on these jobs. Whether the filter heeds capitals is not said."""
        for spelled in dict.fromkeys((email, email.lower())):
            people = await self.people(jobs, calls, email=spelled)
            if same := [p for p in people if same_email(p.profile.email, email)]:
                return same
        return []

    async def _all(self) -> dict[str, wire.Job]:
        jobs: dict[str, wire.Job] = {}
        for number in self._api.numbers():
            page = await self.page(number)
            jobs |= {job.reference: job for job in page}
            if len(page) < PAGE_SIZE:
                break
        return jobs

    async def _people(self, job: str, number: int, filters: dict[str, str]) -> list[wire.Person]:
        asked = {"job_reference": job, "stage": True, "tags": True, "per_page": PAGE_SIZE, "page": number}
        return await self._api.get(f"{wire.API}/candidates", list[wire.Person], **asked, **filters)
