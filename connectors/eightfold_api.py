"""One Eightfold account: its token, its profiles, the ATS records behind them, and what was changed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from .eightfold_log import ChangeLog
from .eightfold_settings import EightfoldSettings
from .errors import BadCredentials, ConnectorError, NotFound, Refused, StillProcessing
from .http import Api, Http
from .matching import is_address
from .models import union
from .session import Session
from .wire import eightfold as wire

T = TypeVar("T")
VENDOR, TITLE = "eightfold", "Eightfold"

CORE = "/api/v2/core"
INCLUDE = "applications,tags"
PAGE_SIZE = 100
TOKEN_LIFE = 8640.0
PENDING, FILED = "transaction:", "filed:"
"""Begin the id of somebody whom Eightfold is still making: the transaction or the ATS record tells the profile later."""
REFUSED_LOGIN = "the key, its email or the Basic value was refused"
FAILED = "took the request and then could not carry it out"
ID = re.compile(r"(?=.*\d)[\w-]{5,}")


class EightfoldApi:
    """Reads and writes in Eightfold's shapes. `waits`: seconds before each look at a write's outcome."""

    def __init__(
        self, settings: EightfoldSettings, http: Http, waits: Sequence[float], clock: Callable[[], float]
    ) -> None:
        self._settings, self._waits = settings, waits
        base = http.base(VENDOR, f"https://apiv2.{settings.region}.ai")
        pace = http.pace(VENDOR, settings.key, per_minute=100)
        basic = re.sub(r"^basic\s+", "", settings.basic.get_secret_value().strip(), flags=re.IGNORECASE)
        self._door = Api(TITLE, http, base, pace, {"Authorization": f"Basic {basic}"}, _refusal)
        self._session = Session(TITLE, http, base, pace, self._login, lifetime=TOKEN_LIFE, clock=clock)
        self._log = ChangeLog(self._session)
        self._clock = clock
        self.get, self.write = self._session.get, self._session.write

    async def pages(self, path: str, shape: type[wire.Page[T]], **params: object) -> AsyncIterator[T]:
        start = 0
        for _ in self._session.numbers():
            page = await self.get(path, shape, start=start, limit=PAGE_SIZE, **params)
            for row in page.data:
                yield row
            start += len(page.data)
            full = len(page.data) >= PAGE_SIZE if page.total is None else start < page.total
            if not (page.data and full):
                return

    async def search(self, query: str) -> list[wire.Profile]:
        """Return whoever a text search finds: loosely, and in an order that is not documented."""
        asked = {"query": query}
        if self._settings.email_filter and is_address(query):
            asked = {"filterQuery": self._settings.email_filter.replace("{email}", query.replace('"', ""))}
        return await self._listed(limit=PAGE_SIZE, **asked)

    async def named(self, id: str) -> list[wire.Profile]:
        """Return the profile with this encoded or numeric id, if the text looks like one at all."""
        if not ID.fullmatch(id):
            return []
        with suppress(Refused):  # it only looked like an id; how that is answered is not documented
            return [p for p in await self._listed(profileIds=id) if id in (p.id, p.profile_id)]
        return []

    async def profile(self, id: str) -> wire.Profile:
        path = f"{CORE}/profiles/{segment(await self.profile_id(id))}"
        return there(await self.get(path, wire.Reply[wire.Profile], include=INCLUDE))

    async def profile_id(self, id: str) -> str:
        """Return the encoded id, also of somebody who was still being made when they were added."""
        if id.startswith(FILED):
            return await self._behind(id.removeprefix(FILED))
        if not id.startswith(PENDING):
            return id
        path = f"{CORE}/transactions/{segment(id.removeprefix(PENDING))}"
        outcome = there(await self.get(path, wire.Reply[wire.Transaction]))
        if outcome.status == "FAIL":
            raise Refused(TITLE, FAILED)
        if outcome.status != "PASS" or not outcome.ef_entity_id:
            raise StillProcessing(TITLE, "is still processing this person")
        return outcome.ef_entity_id

    async def made(self, later: str) -> wire.Profile | None:
        """Return the profile that a write made or changed, or None if that takes longer than we wait."""
        for wait in self._waits:
            await asyncio.sleep(wait)
            with suppress(StillProcessing, NotFound):
                return await self.profile(later)
        return None

    async def filed(self, ats_id: str) -> wire.Profile | None:
        """Return the profile of somebody filed under an id of our own, or None if nobody is."""
        path = f"{CORE}/ats-systems/{segment(self._settings.system_id)}/ats-candidates/{segment(ats_id)}"
        try:
            there(await self.get(path, wire.Reply[wire.AtsRecord]))
        except NotFound:
            return None
        return await self.profile(FILED + ats_id)

    async def tags(self, profile: wire.Profile) -> tuple[str, ...]:
        """Return the tags of both records: a pool may be a tag of the profile alone, and is not to be lost."""
        reply = await self.get(self._ats_path(profile), wire.Reply[wire.AtsRecord], include="tags")
        return union(there(reply).tags or (), profile.tag_names)

    async def patch(self, profile: wire.Profile, **fields: Any) -> wire.Profile:
        """Change fields of the ATS record and return the profile as it then stands."""
        path = self._ats_path(profile) + ("?refreshClaimedProfile=true" if self._settings.claimed else "")
        body = {"lastActivityTs": int(self._clock()), **fields}
        accepted = await self.write("PATCH", path, wire.ACCEPTED, **body)
        with unsettled():
            return await self.made(later(accepted)) or profile

    async def known(self, most: int, since: int) -> tuple[list[wire.Profile], bool]:
        """Everybody, if there are no more than so many, else whoever was modified lately; and whether it is everybody."""
        with suppress(Refused):  # whether a list of all is given to everybody is not documented
            page = await self.get(f"{CORE}/profiles", wire.Page[wire.Profile], limit=1)
            if page.total is not None and page.total <= most:
                rows = self.pages(f"{CORE}/profiles", wire.Page[wire.Profile], include=INCLUDE)
                return [profile async for profile in rows], True
        return await self.modified(since) if self._settings.fresh else [], False

    async def modified(self, since: int) -> list[wire.Profile]:
        query = f"lastModified:[{since} TO *]"
        rows = self.pages(f"{CORE}/profiles", wire.Page[wire.Profile], filterQuery=query, include=INCLUDE)
        return [profile async for profile in rows]

    async def logged(self, since: int, until: int) -> list[wire.Profile]:
        """Return the profiles that the changelog names, without those that are gone since."""
        ids = await self._log.ids(since, until)
        path = f"{CORE}/profiles/batch-fetch?include={INCLUDE}"
        found: list[wire.Profile] = []
        for start in range(0, len(ids), PAGE_SIZE):
            chunk = ids[start : start + PAGE_SIZE]
            found += (await self._session.read(path, wire.Page[wire.Profile], entityIds=chunk)).data
        return found

    async def _listed(self, **asked: object) -> list[wire.Profile]:
        return (await self.get(f"{CORE}/profiles", wire.Page[wire.Profile], include=INCLUDE, **asked)).data

    async def _behind(self, ats_id: str) -> str:
        """Return the id of the profile of an ATS record, which a list may show late."""
        found = await self._listed(atsCandidateId=ats_id)
        own = (p.id for p in found if p.ats_id == ats_id and p.system in (None, self._settings.system_id))
        if (id := next(own, None)) is None:
            raise StillProcessing(TITLE, "is still processing this person")
        return id

    def _ats_path(self, profile: wire.Profile) -> str:
        if not (id := profile.ats_id):
            raise Refused(TITLE, "keeps no ATS record of this person, where tags and CVs are written")
        system = profile.system or self._settings.system_id
        return f"{CORE}/ats-systems/{segment(system)}/ats-candidates/{segment(id)}"

    async def _login(self) -> SecretStr:
        settings = self._settings
        asked = {
            "grantType": "password",
            "username": settings.email,
            "password": settings.key.get_secret_value(),
        }
        token = (await self._door.read("/oauth/v1/authenticate", wire.TOKEN, **asked)).access_token
        if not token:  # a message in its place
            raise BadCredentials(TITLE, REFUSED_LOGIN)
        return token


def there(reply: wire.Reply[T]) -> T:
    if reply.data is None:
        raise NotFound(TITLE, "has no such record")
    return reply.data


def later(accepted: wire.Accepted) -> str:
    """The id that leads to a record once Eightfold has made or changed it."""
    transaction = accepted.transaction_id
    return f"{PENDING}{transaction}" if transaction else f"{FILED}{accepted.candidate_id}"


def segment(id: str) -> str:
    """An id as one part of a path, whatever is in it."""
    return quote(id, safe="")


@contextmanager
def unsettled() -> Iterator[None]:
    """A read that fails after a write leaves open what became of it: nobody may send it again unseen.

    A refusal is such a failure as well, since only the read was refused: what was written is settled by `FAILED` alone.
    """
    try:
        yield
    except ConnectorError as failure:
        failure.uncertain = failure.message != FAILED
        raise


def _refusal(response: httpx.Response) -> ConnectorError | None:
    """How a wrong login is answered is not documented: any of these."""
    wrong = response.status_code in (400, 401, 403, 404, 422)
    return BadCredentials(TITLE, REFUSED_LOGIN) if wrong else None
