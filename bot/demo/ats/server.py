"""What all stand-in ATSs share: a real HTTP server, a log of calls, faults on demand."""

from __future__ import annotations

import asyncio
import json
import time
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from aiohttp import web

from .desk import Desk
from .world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Body = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def write(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True)
class Fault:
    """An answer in place of the right one. `done` performs the request first; `hang` and `reset` never answer."""

    status: int = 500
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    method: str | None = None
    path: str = ""
    done: bool = False
    hang: bool = False
    reset: bool = False
    delay: float = 0.0

    def fits(self, request: web.Request) -> bool:
        return self.method in (None, request.method) and self.path in request.path

    @property
    def text(self) -> str:
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


class Refusal(Exception):
    """Raised by a handler to answer an error in the vendor's own form."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.body, self.headers = status, body, headers or {}


class StandInAts(Desk):
    """One vendor's API over a world of people, and a recruiter's desk in it. State is lost when it stops."""

    vendor: ClassVar[str]
    title: ClassVar[str]
    settings: ClassVar[dict[str, str]]
    """What an admin would fill in to connect to it; `key` is the only key it takes."""

    def __init__(self, world: World, clock: Callable[[], float] = time.time) -> None:
        self.world = world
        self.clock = clock
        self.calls: list[Call] = []
        self.url = ""
        self._faults: list[Fault] = []
        self._stopped = asyncio.Event()
        self._stirred = asyncio.Event()

    @abstractmethod
    def routes(self) -> list[web.RouteDef]: ...

    @abstractmethod
    def authorise(self, request: web.Request) -> None:
        """Raise `Refusal` unless the request carries the right key."""

    @abstractmethod
    def rows(self) -> list[Body]:
        """What the ATS holds now: id, name, email, where, stage, tags, notes, and the deeds that a recruiter can do."""

    def force(self, *faults: Fault) -> None:
        """Answer the next fitting requests like this, each fault once, in order."""
        self._faults += faults

    def relent(self) -> None:
        """Forget the faults that have met no request yet."""
        self._faults.clear()

    async def until(self, predicate: Callable[[], T | None], timeout: float = 10.0) -> T:  # noqa: ASYNC109
        """What `predicate` returns once it is true; looked at whenever a call has come in or was carried out."""
        async with asyncio.timeout(timeout):
            while not (result := predicate()):
                self._stirred.clear()
                await self._stirred.wait()
        return result

    @property
    def writes(self) -> list[Call]:
        return [call for call in self.calls if call.write]

    def panel(self) -> Body:
        known = {"vendor": self.vendor, "title": self.title, "rows": self.rows(), "calls": len(self.calls)}
        return {**known, "places": [place.for_page() for place in self.places()]}

    @asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[StandInAts]:
        app = web.Application(middlewares=[self._middleware], client_max_size=64 * 2**20)
        app.add_routes(self.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
            self.url = f"http://{host}:{runner.addresses[0][1]}"
            yield self
        finally:
            self._stopped.set()
            await runner.cleanup()

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        body = await _content(request)
        self.calls.append(Call(request.method, request.path, dict(request.query), body))
        self._stirred.set()
        fault = next((f for f in self._faults if f.fits(request)), None)
        if fault is None:
            return await self._answer(request, handler)
        self._faults.remove(fault)
        if fault.done:
            await self._answer(request, handler)
        return await self._fail(request, fault)

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self.authorise(request)
            return await handler(request)
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.status, headers=dict(refusal.headers))
        finally:
            self._stirred.set()

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        await asyncio.sleep(fault.delay)
        if fault.hang:
            await self._stopped.wait()
        if (fault.reset or fault.hang) and request.transport:
            request.transport.close()
        return web.Response(
            status=fault.status, text=fault.text, content_type=fault.content_type, headers=dict(fault.headers)
        )


async def _content(request: web.Request) -> bytes:
    """The body for the log; of a form its fields, since a form can be read only once and is kept parsed."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    form = await request.post()
    shown = {k: v if isinstance(v, str) else getattr(v, "filename", "") for k, v in form.items()}
    return json.dumps(shown).encode()


async def body_of(request: web.Request, refuse: Callable[[str], Refusal]) -> Body:
    """The JSON object of a request; anything else is refused as the vendor would."""
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise refuse("body") from None
    if not isinstance(body, dict):
        raise refuse("body")
    return body


def require(
    body: Body, fields: Mapping[str, type | tuple[type, ...]], refuse: Callable[[str], Refusal]
) -> None:
    """Refuse a body in which a documented required field is missing, empty or of the wrong type."""
    for name, kind in fields.items():
        value = body.get(name)
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is int) or value == ""
        if wrong:
            raise refuse(name)
