"""A connector whose calls are remembered, and whose writes are never sent twice or lost unnoticed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.work.command.outcome import Undecided as Undecided
from bot.work.command.outcome import outcome, value_of
from bot.work.engine.steps import Mark, Steps
from connectors.base import Capability, Connector
from connectors.errors import ConnectorError, Unavailable, UnexpectedResponse, Unsupported
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
from connectors.sent import noticing

T = TypeVar("T")

READ_DEADLINE = 15.0
"""Seconds after which a person is told that the ATS is slow, rather than left waiting."""

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


class Journal:
    """What this job has written so far, over all its attempts.

    It is filled only from steps, so a job that is taken up again builds the same one. `patience` is how many seconds
    a read may take; work that nobody waits for has no such limit.
    """

    def __init__(self, steps: Steps, *, patience: float | None = READ_DEADLINE) -> None:
        self.steps = steps
        self._patience = patience
        self._mark = Mark()
        self._known: dict[str, Any] = {}
        self._done: dict[str, Any] = {}
        self._uncertain: set[str] = set()
        self.about = ""
        """The candidate that the latest call was about, by the ATS's id, if it was about one."""

    @property
    def in_doubt(self) -> bool:
        """Whether something may have been written of which nobody knows yet."""
        return bool(self._uncertain)

    async def read(
        self, name: str, about: Sequence[object], shape: Any, call: Callable[[], Awaitable[T]]
    ) -> T:
        """Ask once: a later attempt decides by the same answer, so it does not take its own writes for others'."""
        key = _key(name, about)
        if key not in self._known:

            async def do() -> T:
                try:
                    async with asyncio.timeout(self._patience):
                        return await call()
                except TimeoutError:
                    raise Unavailable("The ATS", "no answer in time") from None

            self._known[key] = value_of(await self.steps.once(name, lambda: outcome(shape, do)), shape)
        return self._known[key]  # type: ignore[no-any-return]

    async def write(
        self,
        capability: Capability,
        about: Sequence[object],
        shape: Any,
        send: Callable[[], Awaitable[T]],
        look: Callable[[], Awaitable[T | None]] | None,
    ) -> T:
        """Send once. After a crash or an unclear answer `look` first; without `look` sending again does no harm."""
        key = _key(capability, about)
        if key in self._done:
            return self._done[key]  # type: ignore[no-any-return]
        begun = await self.steps.once("sending", self._mark.leave)

        async def do() -> T:
            unclear = key in self._uncertain or begun != self._mark.text
            found = await _look(look) if unclear and look else None
            return await _sent(send, doubtful=unclear and look is None) if found is None else found

        try:
            value: T = value_of(await self.steps.once(capability.value, lambda: outcome(shape, do)), shape)
        except ConnectorError as error:
            (self._uncertain.add if error.uncertain else self._uncertain.discard)(key)
            raise
        self._uncertain.discard(key)
        self._done[key] = value
        return value


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


async def _sent(send: Callable[[], Awaitable[T]], *, doubtful: bool) -> T:
    """A failure is not a plain one when an earlier attempt is `doubtful`, or when a part of this one went through."""
    with noticing() as sent:
        try:
            return await send()
        except ConnectorError as error:
            partly = sent.any and isinstance(error, (Unavailable, UnexpectedResponse))
            error.uncertain = error.uncertain or partly or doubtful
            raise


async def _look(look: Callable[[], Awaitable[T | None]]) -> T | None:
    try:
        return await look()
    except Unsupported as error:
        raise Undecided(error.vendor, "cannot tell whether this was saved") from None
    except ConnectorError as error:
        error.uncertain = True  # the doubt lasts until somebody could look
        raise


def _key(name: str, about: Sequence[object]) -> str:
    parts = [part.model_dump_json() if isinstance(part, BaseModel) else repr(part) for part in about]
    return f"{name}:{hashlib.blake2b(chr(0).join(parts).encode(), digest_size=16).hexdigest()}"
