"""The port at which anybody may knock: so many at a time, and nobody for long without saying what he wants."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Callable

from aiohttp import web

MOST = 4_000
"""Connections at a time; a proxy holds what is beyond for us."""
QUIET = 75.0
"""Seconds in which a connection brings a whole head of a request, be it the first or the next: a little longer than
proxies keep one that nobody uses, so that none is closed under a request."""


def room() -> int:
    """How many connections there may be: half of the files that the system lets us open are for other things."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if allowed == resource.RLIM_INFINITY else min(MOST, allowed // 2)


@web.middleware
async def unpacked(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Hang up on a body that is packed: nobody we know sends any, and aiohttp would unpack even what is not read."""
    if request.headers.get("Content-Encoding", "identity") == "identity":
        return await handler(request)
    if request.transport:
        request.transport.abort()
    return web.Response(status=415)


class Door:
    """Makes a protocol for each connection; what is beyond `most` is closed before anything is read of it."""

    def __init__(self, server: web.Server, most: int) -> None:
        self._server, self._most = server, most

    def __call__(self) -> asyncio.BaseProtocol:
        return _Full() if len(self._server.connections) >= self._most else self._server()


class _Full(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.abort()
