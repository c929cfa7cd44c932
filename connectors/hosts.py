"""Gives every host connections of its own."""

from __future__ import annotations

import httpx


class Hosts(httpx.AsyncBaseTransport):
    """One pool for all would be full of calls to whichever vendor hangs, and then none could reach another."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._limits = limits
        self._trust = httpx.create_ssl_context(trust_env=False)
        self._pools: dict[tuple[str, str, int | None], httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._pool(request.url).handle_async_request(request)

    async def aclose(self) -> None:
        while self._pools:
            await self._pools.popitem()[1].aclose()

    def _pool(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        host = (url.scheme, url.host, url.port)
        if host not in self._pools:
            self._pools[host] = httpx.AsyncHTTPTransport(
                verify=self._trust, trust_env=False, limits=self._limits
            )
        return self._pools[host]
