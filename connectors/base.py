"""The interface that every ATS is brought under."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, NoReturn
from weakref import WeakValueDictionary

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator

from .errors import NotFound, Unsupported
from .http import Http
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
    Resume,
    User,
    same_email,
)


class Capability(StrEnum):
    """Named after the method that provides it, so that code and table cannot drift."""

    FIND = "find"
    CANDIDATE = "candidate"
    ADD_CANDIDATE = "add_candidate"
    ADD_NOTE = "add_note"
    NOTES = "notes"
    ADD_TAGS = "add_tags"
    REMOVE_TAGS = "remove_tags"
    DESTINATIONS = "destinations"
    MOVE = "move"
    CREATE_POOL = "create_pool"
    ATTACH_RESUME = "attach_resume"
    CHANGES = "changes"
    KNOW_USER = "know_user"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Quirk:
    """Something a vendor does that the code bends to: what, the day it was read (ISO), and where."""

    text: str
    seen: str
    source: str


def split_words(value: object) -> object:
    """`Applied, shortlisted` as a list: one line is all that a form field or a command line can give."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(split_words)]


class AccountSettings(BaseModel):
    """What an admin fills in to connect; drives the connect form. Secrets never show in a repr."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    key: SecretStr = Field(title="API key", min_length=1)
    record_link: str | None = Field(
        None,
        title="Address of a candidate's page",
        description="Optional, with {id} where the candidate's id goes. Used by the Open button.",
        pattern=r"^https?://\S*\{id\}\S*$",
    )

    @field_validator("key")
    @classmethod
    def _one_word(cls, key: SecretStr) -> SecretStr:
        """A key travels in a header, which takes nothing else."""
        text = key.get_secret_value()
        if not (text.isascii() and text.isprintable() and " " not in text):
            raise ValueError("a key is one word of letters, digits and signs")
        return key


class Connector(ABC):
    """One ATS account. Every method raises only `ConnectorError`s.

    A capability is an overridden method; what is not overridden answers `Unsupported`.
    """

    vendor: ClassVar[str]
    title: ClassVar[str]
    site: ClassVar[str]
    """Where people sign in; the Open button leads here when a candidate's own page is not known."""
    Settings: ClassVar[type[AccountSettings]] = AccountSettings
    quirks: ClassVar[tuple[Quirk, ...]] = ()
    capabilities: ClassVar[frozenset[Capability]] = frozenset()
    required: ClassVar[frozenset[str]] = frozenset({"first_name", "last_name", "email"})
    """The fields of `NewCandidate`, and perhaps `to`, without which this ATS takes nobody."""
    keeps: ClassVar[frozenset[str]] = frozenset({"phone", "links"})
    """The other fields of `NewCandidate` that have a place of their own in this ATS."""
    repeatable: ClassVar[frozenset[Capability]] = frozenset({Capability.ADD_TAGS, Capability.REMOVE_TAGS})
    """Writes that leave the ATS the same when they are sent twice."""
    shows_user: ClassVar[frozenset[Capability]] = frozenset()
    """Writes that the ATS can show as done by one of its users; all others it shows as done by whoever owns the key."""
    resume_by_file: ClassVar[bool] = False
    """Whether a CV can be uploaded; otherwise the ATS only fetches a public address."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.capabilities = frozenset(c for c in Capability if getattr(cls, c) is not getattr(Connector, c))

    def __init__(self, settings: AccountSettings, http: Http) -> None:
        self.record_link = settings.record_link
        self._writing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._turn = http.turn

    @abstractmethod
    async def check(self) -> Account:
        """Verify the key with one cheap read."""

    async def find(self, query: str, *, limit: int = 10) -> list[Candidate]:
        """Return whoever matches an email, a name, a part of either, or an id; best first."""
        self._cannot(Capability.FIND)

    async def candidate(self, id: str) -> Candidate:
        """Return one candidate, or raise `NotFound`."""
        self._cannot(Capability.CANDIDATE)

    async def add_candidate(self, new: NewCandidate, to: Destination | None) -> Added:
        self._cannot(Capability.ADD_CANDIDATE)

    async def add_note(self, candidate: Candidate, note: NewNote) -> Note:
        self._cannot(Capability.ADD_NOTE)

    async def notes(self, candidate: Candidate) -> list[Note]:
        self._cannot(Capability.NOTES)

    async def add_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        """Add what is not there yet; tags that are there already are no error."""
        self._cannot(Capability.ADD_TAGS)

    async def remove_tags(self, candidate: Candidate, tags: Sequence[str]) -> Candidate:
        self._cannot(Capability.REMOVE_TAGS)

    async def destinations(self, query: str = "") -> list[Destination]:
        """Return pools, jobs and stages whose title holds `query`; all of them for an empty one."""
        self._cannot(Capability.DESTINATIONS)

    async def move(self, candidate: Candidate, to: Destination, reason: str) -> Candidate:
        """Return the candidate as they now stand; their id differs where a move makes a second record."""
        self._cannot(Capability.MOVE)

    async def create_pool(self, name: str) -> Destination:
        self._cannot(Capability.CREATE_POOL)

    async def attach_resume(self, candidate: Candidate, file: Resume) -> Candidate:
        self._cannot(Capability.ATTACH_RESUME)

    async def changes(self, cursor: Cursor | None) -> Changes:
        """Return what happened since the cursor; without one, nothing but a cursor that stands at now."""
        self._cannot(Capability.CHANGES)

    async def know_user(self, email: str) -> User | None:
        """Return the user of the ATS who has exactly this address."""
        self._cannot(Capability.KNOW_USER)

    def acting(self, user: User) -> Connector:
        """Return the same account for writes by one of its users, as far as it `shows_user`."""
        return self

    @asynccontextmanager
    async def writing(self, id: str) -> AsyncIterator[None]:
        """Held while this record is written: of two that read it and put it back changed, one would be lost."""
        lock = self._writing.get(id) or asyncio.Lock()
        self._writing[id] = lock
        async with lock, self._turn(f"{self.vendor}:{id}"):
            yield

    async def known(self, email: str) -> Candidate | None:
        """Return whoever has exactly this address."""
        matches = await self.find(email)
        return next((c for c in matches if same_email(c.email, email)), None)

    async def added(self, new: NewCandidate, to: Destination | None) -> Candidate | None:
        """Return the candidate that an interrupted `add_candidate` made at `to`, or None if it made nobody.

        Where placing is a second call, the connector overrides this and finishes what was left undone.
        """
        known = await self.known(new.email)
        return await self.arrived(known, to) if known and to else known

    async def noted(self, candidate: Candidate, note: NewNote) -> Note | None:
        """Return the note that an interrupted `add_note` wrote; `Unsupported` where notes cannot be read."""
        written = " ".join(note.signed.split())
        return next((n for n in await self.notes(candidate) if written in " ".join(n.text.split())), None)

    async def arrived(self, candidate: Candidate, to: Destination) -> Candidate | None:
        """Return the candidate if an interrupted `move` has happened, else None."""
        try:
            now = await self.candidate(candidate.id)
        except NotFound:
            return None
        return now if any(stands(p.destination_id, p.stage_id, to) for p in now.placements) else None

    def named_pool(self, name: str) -> Destination | None:
        """Return the pool of that name where pools need not exist beforehand, else None."""
        return None

    def record_url(self, id: str) -> str | None:
        return self.record_link.replace("{id}", id) if self.record_link else None

    def _cannot(self, capability: Capability) -> NoReturn:
        raise Unsupported(self.title, f"cannot {capability.words} through its API")


def stands(destination_id: str | None, stage_id: str | None, to: Destination) -> bool:
    """Whether a placement is (at least) at this destination."""
    if to.kind is Kind.STAGE:
        return (destination_id, stage_id) == (to.job_id, to.id)
    return destination_id == to.id
