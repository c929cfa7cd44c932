"""An API whose key buys a token that runs out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import SecretStr

from .errors import BadCredentials
from .http import Api, Http
from .pace import Pace

EARLY = 300.0
"""Seconds before its end at which a token is renewed, so that none runs out on its way."""


class Session(Api):
    """Buys a token with `login`, keeps it for `lifetime` seconds, and buys one more when a call answers 401.

    A 401 says that nothing was done, so the call, even a write, is sent again; a second one is the answer.
    """

    def __init__(
        self,
        title: str,
        http: Http,
        base: str,
        pace: Pace,
        login: Callable[[], Awaitable[SecretStr]],
        *,
        lifetime: float,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(title, http, base, pace, {})
        self._login, self._lifetime, self._clock = login, lifetime, clock
        self._token = ""
        self._renew_at = 0.0
        self._turn = asyncio.Lock()

    async def _retried(self, method: str, path: str, *, write: bool, **content: Any) -> httpx.Response:
        used = await self._signed()
        try:
            return await super()._retried(method, path, write=write, **content)
        except BadCredentials:
            await self._signed(refused=used)
            return await super()._retried(method, path, write=write, **content)

    async def _signed(self, refused: str = "") -> str:
        """Return a token other than `refused`; calls that were refused together share one login."""
        async with self._turn:
            if self._token == refused or self._clock() >= self._renew_at:
                self._token = (await self._login()).get_secret_value()
                self._renew_at = self._clock() + self._lifetime - EARLY
                self.headers["Authorization"] = f"Bearer {self._token}"
            return self._token
