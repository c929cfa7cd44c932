"""Reads Talynce's lists: people by page or by words, and jobs with their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from .errors import Misconfigured, Refused, UnexpectedResponse
from .http import Api
from .wire import talynce as wire

T = TypeVar("T")
V1 = "/api/v1"
PAGE_SIZE = 100
HIT_PAGES = 5
"""Pages that are read for one search: a common word is in the names of thousands."""


class Lists:
    """`titles` are those of the jobs read so far, by id."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.titles: dict[str, str] = {}

    async def people(self, enough: Callable[[wire.Page[wire.Person]], bool]) -> list[wire.Page[wire.Person]]:
        """Pages of everybody, up to the first that is enough."""
        return await self._pages("candidates", wire.PEOPLE, enough)

    async def hits(self, words: str) -> list[wire.Person]:
        """Whoever may be meant by the words, which are looked for in names and addresses."""
        if not words:  # an empty search would match everybody
            return []
        pages = await self._pages("candidates", wire.PEOPLE, most=HIT_PAGES, search=words)
        return [person for page in pages for person in page.data]

    async def jobs(self) -> list[wire.Job]:
        pages = await self._pages("jobs", wire.JOBS)
        jobs = {job.id: job for page in pages for job in page.data}
        self.titles.update({job.id: job.title for job in jobs.values()})
        return [*jobs.values()]

    async def learn_titles(self, people: Iterable[wire.Person]) -> None:
        """An application names its job by id only, so that titles come from the list of jobs."""
        if all(a.job_id in self.titles for p in people for a in p.applications or ()):
            return
        try:
            await self.jobs()
        except (Refused, Misconfigured, UnexpectedResponse):
            return  # neither its path nor its rows are documented: people are worth showing without titles

    async def _pages(
        self,
        what: str,
        shape: type[wire.Page[T]],
        enough: Callable[[wire.Page[T]], bool] = lambda page: False,
        most: int | None = None,
        **query: str,
    ) -> list[wire.Page[T]]:
        """At least one page; rows that come while paging shift the others, so a row can be seen twice."""
        pages, offset = list[wire.Page[T]](), 0
        for _ in islice(self._api.numbers(), most):
            page = await self._api.get(f"{V1}/{what}", shape, limit=PAGE_SIZE, offset=offset, **query)
            pages.append(page)
            offset += len(page.data)
            if not page.data or offset >= page.meta.total or enough(page):
                break
        return pages
