"""What searching selects offer: answered from memory at once, looked up behind it, never mixed between workspaces."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from bot.store.vault import CannotOpen
from bot.work.background import Start
from bot.work.connections import Connections
from commands.base import ConnectionInfo, Invalid
from connectors.errors import ConnectorError
from connectors.matching import plain, titled
from connectors.models import Candidate, Destination
from connectors.vendors import CONNECTORS

log = structlog.get_logger()

PATIENCE = 0.4
"""Seconds that somebody who types is made to wait; Slack shows nothing meanwhile."""
PLACES_LIFE, PEOPLE_LIFE = 300.0, 60.0
"""Seconds; after them the old answer still serves while a new one is fetched."""
MOST = 5_000
MOST_TAGS = 500

T = TypeVar("T")
Key = tuple[str, str, str, str]
"""Workspace, connection, what, query."""


@dataclass
class _Entry:
    at: float = 0.0
    value: Any = None
    task: asyncio.Task[None] | None = None


@dataclass(frozen=True)
class Looked:
    """What was found; `late` says that the ATS has not answered in time, `wrong` that it would not."""

    found: Sequence[Any] = ()
    late: bool = False
    wrong: bool = False


@dataclass
class Lookups:
    """`start` runs a task in the group that the process closes."""

    connections: Connections
    start: Start
    clock: Callable[[], float] = time.monotonic
    patience: float = PATIENCE
    _entries: OrderedDict[Key, _Entry] = field(default_factory=OrderedDict)
    _tags: OrderedDict[tuple[str, str], dict[str, str]] = field(default_factory=OrderedDict)

    async def people(self, team: str, connection: ConnectionInfo, query: str) -> Looked:
        """Candidates who match; those whom a shorter query found serve until the ATS has answered."""
        key = (team, connection.id, "people", plain(query).strip())
        looked = await self._ask(key, connection, PEOPLE_LIFE, lambda ats: ats.find(query, limit=20))
        for candidate in looked.found:
            self.learn_tags(team, connection.id, candidate.tags)
        return looked

    async def places(self, team: str, connection: ConnectionInfo, query: str) -> Looked:
        """Destinations whose title holds the query; the whole list is kept and filtered here."""
        key = (team, connection.id, "places", "")
        looked = await self._ask(key, connection, PLACES_LIFE, lambda ats: ats.destinations())
        found: list[Destination] = titled(looked.found, query)
        return Looked(found, looked.late, looked.wrong)

    async def known(self, team: str, connection: ConnectionInfo, email: str) -> Candidate | None:
        """Whoever has this address in that ATS, if it says so in time."""
        key = (team, connection.id, "known", email.casefold())
        looked = await self._ask(
            key, connection, PEOPLE_LIFE, lambda ats: _listed(ats.known(email)), patience=3.0
        )
        return next(iter(looked.found), None)

    async def shown_as(
        self, team: str, connection: ConnectionInfo, verb: str, email: str
    ) -> tuple[str, bool | None]:
        """As whom the ATS shows a write: what the key belongs to, and whether somebody with this address is a user of
        it. Nothing and None where it cannot show that, or does not say so in time.
        """
        key = (team, connection.id, "account", "")
        looked = await self._ask(key, connection, PLACES_LIFE, lambda ats: _listed(ats.check()), patience=3.0)
        account = next((account.name for account in looked.found), "")
        if not email or verb not in CONNECTORS[connection.vendor].shows_user:
            return account, None
        key = (team, connection.id, "user", email.casefold())
        looked = await self._ask(
            key, connection, PLACES_LIFE, lambda ats: _listed(ats.know_user(email)), patience=3.0
        )
        return account, None if looked.late or looked.wrong else bool(looked.found)

    def tags(self, team: str, connection: str, query: str) -> list[str]:
        """Tags that this connection's candidates were seen with."""
        wanted = plain(query).strip()
        return sorted(tag for tag in self._tags.get((team, connection), {}).values() if wanted in plain(tag))

    def learn_tags(self, team: str, connection: str, tags: Sequence[str]) -> None:
        known = self._tags.setdefault((team, connection), {})
        known.update({tag.casefold(): tag for tag in tags[: MOST_TAGS - len(known)]})
        if len(self._tags) > MOST:
            self._tags.popitem(last=False)

    def forget(self, team: str) -> None:
        """A workspace has left: nothing of it is kept."""
        for key in [key for key in self._entries if key[0] == team]:
            del self._entries[key]
        for place in [place for place in self._tags if place[0] == team]:
            del self._tags[place]

    async def _ask(
        self,
        key: Key,
        connection: ConnectionInfo,
        life: float,
        ask: Callable[[Any], Awaitable[Sequence[Any]]],
        *,
        patience: float | None = None,
    ) -> Looked:
        entry = self._entries.setdefault(key, _Entry())
        self._entries.move_to_end(key)
        if len(self._entries) > MOST:
            self._entries.popitem(last=False)
        if entry.value is not None and self.clock() - entry.at < life:
            return Looked(entry.value)
        if entry.task is None or entry.task.done():
            entry.task = self.start(self._fetch(key[0], connection, entry, ask))
        if entry.value is not None:
            return Looked(entry.value)
        if entry.task is None:  # the process stops
            return Looked((), late=True)
        await asyncio.wait([entry.task], timeout=patience or self.patience)
        done = entry.task.done()
        return Looked(entry.value or (), late=not done, wrong=done and entry.value is None)

    async def _fetch(
        self,
        team: str,
        connection: ConnectionInfo,
        entry: _Entry,
        ask: Callable[[Any], Awaitable[Sequence[Any]]],
    ) -> None:
        try:
            ats = await self.connections.connector(team, connection)
            entry.value = list(await ask(ats))
            entry.at = self.clock()
        except (ConnectorError, CannotOpen, Invalid) as error:
            log.info("look-up failed", team=team, connection=connection.id, error=type(error).__name__)


async def _listed(one: Awaitable[T | None]) -> list[T]:
    found = await one
    return [found] if found else []
