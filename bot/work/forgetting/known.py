"""Looks somebody up in every ATS of a workspace, to know by which ids and names they are spoken of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import quote

import structlog
from pydantic import Field, TypeAdapter

from bot.store.traces import email_subject, record_subject
from bot.store.vault import CannotOpen
from bot.work.connections import Connections
from bot.work.engine.steps import Steps
from commands.base import ConnectionInfo, Invalid
from connectors.errors import ConnectorError, Unavailable
from connectors.models import Candidate, Record, same_email

log = structlog.get_logger()

PAUSES = (5.0, 30.0, 120.0, 600.0)
"""Seconds between attempts while an ATS is away; then it goes on without it."""
LEAST = 5
"""Letters of a name that is looked for in requests: a shorter one stands in many a word."""

_CONNECTIONS = TypeAdapter(list[ConnectionInfo])


class Human(Record):
    """One record of the person. `url` is its page, or the ATS's own address."""

    connection: str
    title: str
    id: str
    name: str = Field(repr=False)
    url: str = Field("", repr=False)
    candidate_hash: str = ""


class _Asked(Record):
    """What one ATS said, or that it did not; `away` is worth another attempt."""

    people: tuple[Human, ...] = ()
    answered: bool = True
    away: bool = False


class Known(Record):
    """Who was found, and which ATSs did not say."""

    email: str = Field(repr=False)
    people: tuple[Human, ...] = ()
    not_asked: tuple[str, ...] = ()

    @property
    def subjects(self) -> set[str]:
        records = {record_subject(each.connection, each.id) for each in self.people}
        return {email_subject(self.email), *records}

    @property
    def words(self) -> tuple[str, ...]:
        """What a request that speaks of them holds."""
        names = {each.name for each in self.people if len(each.name) >= LEAST and " " in each.name}
        return (*self.addresses, *sorted(names))

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.email, quote(self.email, safe=""))


class Knowing:
    """`hashed` gives the hash by which the audit names a candidate: of a workspace, a connection and an id."""

    def __init__(
        self,
        listed: Callable[[str], Awaitable[list[ConnectionInfo]]],
        connections: Connections,
        hashed: Callable[[str, str, str], Awaitable[str]],
    ) -> None:
        self._listed, self._connections, self._hashed = listed, connections, hashed

    async def everywhere(self, team: str, email: str, steps: Steps) -> Known:
        async def listed() -> str:
            return _CONNECTIONS.dump_json(await self._listed(team)).decode()

        people: list[Human] = []
        silent: list[str] = []
        for each in _CONNECTIONS.validate_json(await steps.once("connections", listed)):
            asked = await self._patiently(team, each, email, steps)
            people += asked.people
            silent += [] if asked.answered else [each.title]
        return Known(email=email, people=tuple(people), not_asked=tuple(dict.fromkeys(silent)))

    async def _patiently(self, team: str, info: ConnectionInfo, email: str, steps: Steps) -> _Asked:
        for pause in (*PAUSES, None):
            text = await steps.once("who", partial(self._ask, team, info, email))
            asked = _Asked.model_validate_json(text)
            if not asked.away or pause is None:
                break
            await steps.sleep(pause)
        return asked

    async def _ask(self, team: str, info: ConnectionInfo, email: str) -> str:
        try:
            connector = await self._connections.connector(team, info)
            found = [each for each in await connector.find(email) if same_email(each.email, email)]
        except (ConnectorError, CannotOpen, Invalid) as error:
            log.info("not asked for somebody", team=team, connection=info.id, error=type(error).__name__)
            return _Asked(away=isinstance(error, Unavailable), answered=False).model_dump_json()
        people = [await self._human(team, info, each, connector.site) for each in found]
        return _Asked(people=tuple(people)).model_dump_json()

    async def _human(self, team: str, info: ConnectionInfo, candidate: Candidate, site: str) -> Human:
        return Human(
            connection=info.id,
            title=info.title,
            id=candidate.id,
            name=candidate.name,
            url=candidate.url or site,
            candidate_hash=await self._hashed(team, info.id, candidate.id),
        )
