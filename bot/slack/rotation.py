"""Bot tokens that run out: a new one is asked for in time, by one task of one process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from weakref import WeakValueDictionary

import structlog
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, meaning, oauth_access
from bot.store.installations import Installation, InstallationTable

log = structlog.get_logger()

EARLY = 600.0
"""Seconds before its end at which a job has a token refreshed."""
LAST = 60.0
"""The same for whoever has to answer Slack at once: a refresh costs a call."""
TURN = 20.0
"""Seconds that a process has for a refresh; longer than any call to Slack may take."""
LOOK = 0.25
"""Seconds between two looks whether another process is done."""


class _Refreshed(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: SecretStr = Field(min_length=1)
    refresh_token: SecretStr = Field(min_length=1)
    expires_in: float


class Rotation:
    """Gives tokens that are good for a while. A refresh token works once, so nobody may use the same one twice."""

    def __init__(
        self,
        table: InstallationTable,
        client: AsyncWebClient,
        client_id: str,
        client_secret: SecretStr,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._table, self._client, self._clock = table, client, clock
        self._client_id, self._client_secret = client_id, client_secret
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def fresh(self, known: Installation, left: float) -> Installation | None:
        """The installation with a token that has `left` seconds, or at least some; None if it has run out."""
        if self._lasts(known, left):
            return known
        async with self._turns.setdefault(known.team, asyncio.Lock()):
            return await self._in_turn(known.team, left)

    async def _in_turn(self, team: str, left: float) -> Installation | None:
        """Look again first: whoever had the turn before may have done it."""
        deadline = self._clock() + TURN
        while True:
            now = await self._table.find(team)
            if now is None or self._lasts(now, left):
                return now
            if await self._table.claim(now, TURN):
                return await self._refreshed(now)
            if self._lasts(now, 0) or self._clock() > deadline:
                return now if self._lasts(now, 0) else None
            await asyncio.sleep(LOOK)

    async def _refreshed(self, known: Installation) -> Installation | None:
        refresh_token = known.refresh_token.get_secret_value() if known.refresh_token else ""
        try:
            answer = await oauth_access(
                self._client,
                self._client_id,
                self._client_secret,
                grant_type="refresh_token",
                refresh_token=refresh_token,
            )
            new = _Refreshed.model_validate(answer)
        except (SlackApiError, ValueError, *PASSING) as error:
            code = getattr(meaning(error), "code", "away")
            log.warning("token not refreshed", team=known.team, slack=code)
            await self._table.release(known)
            return known if self._lasts(known, 0) else None
        ends = self._clock() + new.expires_in
        await self._table.renew(known, new.access_token, new.refresh_token, ends)
        log.info("token refreshed", team=known.team)
        return await self._table.find(known.team)

    def _lasts(self, known: Installation, left: float) -> bool:
        return known.expires_at is None or known.expires_at - self._clock() > left
