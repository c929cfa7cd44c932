"""`/healthz`, `/readyz` and `/metrics`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import REGISTRY, generate_latest

Check = Callable[[], Awaitable[str | None]]
"""Returns what is wrong, or None."""

LOOPBACK = frozenset({"127.0.0.1", "::1"})


class Health:
    """`checks` by name, asked each time somebody wants to know whether we are ready."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self._alive),
            web.get("/readyz", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _ready(self, request: web.Request) -> web.Response:
        wrong = {name: said for name, check in self._checks.items() if (said := await check())}
        return web.json_response({"ready": not wrong, "waiting_for": wrong}, status=503 if wrong else 200)

    async def _metrics(self, request: web.Request) -> web.Response:
        if request.remote not in LOOPBACK:
            raise web.HTTPForbidden(text="Metrics are for this machine only.")
        return web.Response(body=generate_latest(REGISTRY), content_type="text/plain")
