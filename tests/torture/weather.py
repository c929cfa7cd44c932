"""What stands between the bot and an ATS: it can be slow, gone, silent, late, or lie."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.eightfold import TOKEN
from bot.demo.ats.world import World
from tests.bot.many import HOP

FINE, DOWN = "fine", "down"
SLOW, LATE, HANGS = 0.35, 1.3, 3.0
"""Seconds: slower than people like, longer than the bot waits for an answer, and longer than anybody waits."""
SHARE = 0.7
"""How many requests meet the weather; the others come through."""
PAGE = "<html><body><h1>Please sign in</h1></body></html>"
APART = "~"
"""Between the name of an account and the token that it gave out."""


@dataclass(frozen=True)
class Passed:
    """What the ATS itself answered."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def response(self) -> web.Response:
        return web.Response(status=self.status, body=self.body, headers=self.headers)


Pass = Callable[[], Awaitable[Passed]]
Kind = Callable[[web.Request, Pass], Awaitable[web.StreamResponse]]


async def fine(request: web.Request, on: Pass) -> web.StreamResponse:
    return (await on()).response()


async def slow(request: web.Request, on: Pass) -> web.StreamResponse:
    await asyncio.sleep(SLOW)
    return (await on()).response()


async def late(request: web.Request, on: Pass) -> web.StreamResponse:
    """It is done, and the answer comes when nobody listens any more."""
    passed = await on()
    await asyncio.sleep(LATE)
    return passed.response()


async def tardy(request: web.Request, on: Pass) -> web.StreamResponse:
    """It is done when we have given up already, so that a first look finds nothing."""
    await asyncio.sleep(LATE)
    return (await on()).response()


async def hangs(request: web.Request, on: Pass) -> web.StreamResponse:
    await asyncio.sleep(HANGS)
    return _reset(request)


async def cut(request: web.Request, on: Pass) -> web.StreamResponse:
    return _reset(request)


async def cut_after(request: web.Request, on: Pass) -> web.StreamResponse:
    await on()
    return _reset(request)


async def lies(request: web.Request, on: Pass) -> web.StreamResponse:
    return web.Response(text=PAGE, content_type="text/html")


async def lies_after(request: web.Request, on: Pass) -> web.StreamResponse:
    await on()
    return web.Response(text=PAGE, content_type="text/html")


async def limits(request: web.Request, on: Pass) -> web.StreamResponse:
    return web.json_response({"detail": "slow down"}, status=429, headers={"Retry-After": "1"})


async def breaks(request: web.Request, on: Pass) -> web.StreamResponse:
    return web.Response(status=503, text="<html>", content_type="text/html")


async def breaks_after(request: web.Request, on: Pass) -> web.StreamResponse:
    await on()
    return web.Response(status=502, text="<html>", content_type="text/html")


KINDS: Mapping[str, Kind] = {
    FINE: fine,
    "slow": slow,
    "late: done, and answered after our time-out": late,
    "tardy: done only after our time-out": tardy,
    "hangs": hangs,
    "reset before it was done": cut,
    "reset after it was done": cut_after,
    "lies: 200 with HTML, nothing done": lies,
    "lies: 200 with HTML, and it was done": lies_after,
    "429": limits,
    "503": breaks,
    "502 after it was done": breaks_after,
}
LIES = tuple(kind for kind, does in KINDS.items() if does in (lies, lies_after))


def _reset(request: web.Request) -> web.StreamResponse:
    if transport := request.transport:
        at = transport.get_extra_info("socket")
        at.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not an end
        transport.abort()
    return web.Response()


class Weather:
    """One vendor's address. The key in a request decides whose account it is for; `kind` is what it meets there."""

    def __init__(self, vendor: str, chance: random.Random) -> None:
        self.vendor, self._chance = vendor, chance
        self.kind = FINE
        self.met: Counter[str] = Counter()
        self.lies: dict[str, float] = {}
        """By account, when it last answered with what is no answer."""
        self.accounts: dict[str, StandInAts] = {}
        self.url = ""
        self._stack = AsyncExitStack()

    async def account(self, key: str, world: World) -> StandInAts:
        kind = STAND_INS[self.vendor]
        own: type[StandInAts] = type("Own", (kind,), {"settings": {**kind.settings, "key": key}})
        self.accounts[key] = await self._stack.enter_async_context(own(world).serve())
        return self.accounts[key]

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[Weather]:
        async with self._stack, aiohttp.ClientSession() as self._session:
            application = web.Application(client_max_size=2**24)
            application.router.add_route("*", "/{path:.*}", self._answer)
            runner = self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            self._site = web.TCPSite(runner, "127.0.0.1", 0)
            await self._site.start()
            self._port = runner.addresses[0][1]
            self.url = f"http://127.0.0.1:{self._port}"
            try:
                yield self
            finally:
                await runner.cleanup()

    async def turn(self, kind: str) -> None:
        """From now on it is like this."""
        before, self.kind = self.kind, kind
        if kind == DOWN and before != DOWN:
            await self._site.stop()
        if kind != DOWN and before == DOWN:
            self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
            await self._site.start()
        self.met[DOWN] += kind == DOWN

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.read()
        except ConnectionResetError:  # who was sending has been killed
            return web.Response()
        kind = self.kind if self.kind in KINDS and self._chance.random() < SHARE else FINE
        self.met[kind] += 1
        if kind in LIES:
            self.lies[self._whose(request, body)[0]] = time.monotonic()
        answer = await KINDS[kind](request, lambda: self._passed(request, body))
        answer.force_close()  # so that nobody comes in through a door that is shut
        return answer

    async def _passed(self, request: web.Request, body: bytes) -> Passed:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        key, headers["Authorization"] = self._whose(request, body)
        if (account := self.accounts.get(key)) is None:
            return Passed(401, b"{}", {"Content-Type": "application/json"})
        url = account.url + request.raw_path
        async with self._session.request(request.method, url, data=body, headers=headers) as answer:
            back = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
            content = await answer.read()
            return Passed(answer.status, _named(key, content) if request.path == TOKEN else content, back)

    def _whose(self, request: web.Request, body: bytes) -> tuple[str, str]:
        """Whose account it is, and the words that its stand-in knows it by."""
        said = request.headers.get("Authorization", "")
        if request.path == TOKEN:
            return str(json.loads(body).get("password")), said
        key, apart, token = said.removeprefix("Bearer ").partition(APART)
        return key, f"Bearer {token}" if apart else said


def _named(key: str, content: bytes) -> bytes:
    """Every account counts its tokens from one, so that each has to carry the account's name."""
    said = json.loads(content)
    said["data"]["access_token"] = f"{key}{APART}{said['data']['access_token']}"
    return json.dumps(said).encode()
