"""`/healthz`, `/readyz` and `/metrics`."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Literal

import structlog
from aiohttp import HttpVersion11, web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from yarl import URL

from bot.operate.metrics import READY

log = structlog.get_logger()

Check = Callable[[], Awaitable[str | None]]
"""Returns what is wrong, or None."""
Collect = Callable[[], Awaitable[None]]
"""Brings up to date what is only counted when somebody looks."""

PATIENCE = 3.0
"""Seconds that a check may take; whoever asks for `/readyz` has little patience, too."""
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""A proxy says with one of these that the request comes from somebody else."""
STOPPING = "Shortlist is stopping"


class Health:
    """`checks` by name, asked each time somebody wants to know whether we are ready."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        collect: Collect,
        leaving: asyncio.Event,
        *,
        metrics: Literal["loopback", "anyone"] = "loopback",
        token: str = "",
    ) -> None:
        self._checks, self._collect, self._leaving = checks, collect, leaving
        self._open, self._token = metrics == "anyone", token

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self._alive),
            web.get("/readyz", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def problems(self) -> dict[str, str]:
        """What is wrong, by the name of the check."""
        said = await asyncio.gather(*(_asked(name, check) for name, check in self._checks.items()))
        wrong = {name: problem for name, problem in zip(self._checks, said, strict=True) if problem}
        return {"stopping": STOPPING, **wrong} if self._leaving.is_set() else wrong

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _ready(self, request: web.Request) -> web.Response:
        wrong = await self.problems()
        return web.json_response({"ready": not wrong, "waiting_for": wrong}, status=503 if wrong else 200)

    async def _metrics(self, request: web.Request) -> web.Response:
        if not self._may_read(request):
            raise web.HTTPForbidden(text="Metrics are for this machine only.")
        wrong = await self.problems()
        for name in ("stopping", *self._checks):
            READY.labels(name).set(name not in wrong)
        await self._collect()
        # The figures of the process are read from files.
        text = await asyncio.to_thread(generate_latest, REGISTRY)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _may_read(self, request: web.Request) -> bool:
        if self._token:
            said = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
            return hmac.compare_digest(said, f"Bearer {self._token}".encode())
        return self._open or _from_this_machine(request)


async def _asked(name: str, check: Check) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except TimeoutError:
        return "no answer in time"
    except Exception as error:  # noqa: BLE001 a check that breaks is a reason, too; its text might hold an address
        log.warning("check failed", check=name, error=type(error).__name__)
        return f"it does not answer ({type(error).__name__})"


def _from_this_machine(request: web.Request) -> bool:
    """Behind a proxy every request comes from this machine: such a one is marked, of HTTP 1.0, or for a public name."""
    if any(name in request.headers for name in FORWARDED) or request.version < HttpVersion11:
        return False
    return _loopback(request.remote or "") and _loopback(URL(f"http://{request.host}").host or "")


def _loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
