"""Stands before a connector: every call goes through the journal of the job that makes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.work.command.journal import Journal
from connectors.base import Capability, Connector
from connectors.errors import Unsupported
from connectors.models import (
    Account,
    Added,
    Candidate,
    Changes,
    Cursor,
    Destination,
    NewCandidate,
    NewNote,
    Note,
    Resume,
    User,
)

T = TypeVar("T")

_DECLARED = (
    "vendor",
    "title",
    "site",
    "required",
    "keeps",
    "repeatable",
    "capabilities",
    "resume_by_file",
    "shows_user",
    "record_link",
)


class Journalled(Connector):
    """Stands before a real connector with the same abilities."""

    def __init__(self, real: Connector, journal: Journal) -> None:
        self._real, self._journal = real, journal
        self.__dict__.update({name: getattr(real, name) for name in _DECLARED})

    async def check(self) -> Account:
        return await self._journal.read("check", (), Account, self._real.check)

    async def find(self, query: str, *, limit: int = 10) -> list[Candidate]:
        found = await self._journal.read(
            "find", (query, limit), list[Candidate], lambda: self._real.find(query, limit=limit)
        )
        self._journal.about = found[0].id if len(found) == 1 else ""
        return found

    async def candidate(self, id: str) -> Candidate:
        self._journal.about = id
        return await self._journal.read("candidate", (id,), Candidate, lambda: self._real.candidate(id))

    async def notes(self, candidate: Candidate) -> list[Note]:
        return await self._journal.read(
            "notes", (candidate.id,), list[Note], lambda: self._real.notes(candidate)
        )

    async def destinations(self, query: str = "") -> list[Destination]:
        return await self._journal.read(
            "places", (query,), list[Destination], lambda: self._real.destinations(query)
        )

    async def changes(self, cursor: Cursor | None) -> Changes:
        return await self._journal.read("changes", (cursor,), Changes, lambda: self._real.changes(cursor))

    async def know_user(self, email: str) -> User | None:
        return await self._journal.read("user", (email,), User | None, lambda: self._real.know_user(email))

    def acting(self, user: User) -> Journalled:
        return Journalled(self._real.acting(user), self._journal)

    async def add_candidate(self, new: NewCandidate, to: Destination | None) -> Added:
        async def look() -> Added | None:
            found = await self._real.added(new, to)
            return Added(candidate=found) if found else None

        # Looked for even where sending again does no harm: it would come back as somebody who was there before.
        about = (new.model_copy(update={"resume": None}), to)
        self._journal.about = ""
        added = await self._journal.write(
            Capability.ADD_CANDIDATE, about, Added, lambda: self._real.add_candidate(new, to), look
        )
        self._journal.about = added.candidate.id
        return added

    async def add_note(self, candidate: Candidate, note: NewNote) -> Note:
        return await self._write(
            Capability.ADD_NOTE,
            (candidate.id, note),
            Note,
            lambda: self._real.add_note(candidate, note),
            lambda: self._real.noted(candidate, note),
        )

    async def add_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        async def look() -> Candidate | None:
            now = await self._real.candidate(candidate.id)
            return now if {t.casefold() for t in tags} <= {t.casefold() for t in now.tags} else None

        return await self._write(
            Capability.ADD_TAGS,
            (candidate.id, *tags),
            Candidate,
            lambda: self._real.add_tags(candidate, tags),
            look,
        )

    async def remove_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        async def look() -> Candidate | None:
            now = await self._real.candidate(candidate.id)
            return None if {t.casefold() for t in tags} & {t.casefold() for t in now.tags} else now

        return await self._write(
            Capability.REMOVE_TAGS,
            (candidate.id, *tags),
            Candidate,
            lambda: self._real.remove_tags(candidate, tags),
            look,
        )

    async def move(self, candidate: Candidate, to: Destination, reason: str) -> Candidate:
        return await self._write(
            Capability.MOVE,
            (candidate.id, to),
            Candidate,
            lambda: self._real.move(candidate, to, reason),
            lambda: self._real.arrived(candidate, to),
        )

    async def create_pool(self, name: str) -> Destination:
        async def look() -> Destination | None:
            pools = await self._real.destinations(name)
            return next((p for p in pools if p.title.casefold() == name.casefold()), None)

        return await self._write(
            Capability.CREATE_POOL, (name,), Destination, lambda: self._real.create_pool(name), look
        )

    async def attach_resume(self, candidate: Candidate, file: Resume) -> Candidate:
        async def look() -> Candidate | None:
            raise Unsupported(self.title, "cannot tell whether a CV is there")

        return await self._write(
            Capability.ATTACH_RESUME,
            (candidate.id, file.filename),
            Candidate,
            lambda: self._real.attach_resume(candidate, file),
            look,
        )

    def named_pool(self, name: str) -> Destination | None:
        return self._real.named_pool(name)

    async def _write(
        self,
        capability: Capability,
        about: Sequence[object],
        shape: type[T],
        send: Callable[[], Awaitable[T]],
        look: Callable[[], Awaitable[T | None]],
    ) -> T:
        if capability is not Capability.CREATE_POOL:
            self._journal.about = str(about[0])
        careful = None if capability in self._real.repeatable else look

        async def alone() -> T:
            async with self._real.writing(str(about[0])):
                return await send()

        return await self._journal.write(capability, about, shape, alone, careful)
