"""`POST /slack/events`: what is not from Slack, or not what Slack sends, never reaches a listener."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.operate.metrics import UNREAD, acknowledged, kind_of
from bot.work.engine.turns import Turns

log = structlog.get_logger()

Body = dict[str, Any]
KIND = web.RequestKey("kind", str)

LARGEST_BODY = 2 * 2**20
"""Bytes. The largest thing that Slack sends is a form with every field full."""
BODY_SECONDS = 10.0
"""For which a body may trickle in; Slack itself gives up after three."""
OLDEST = 300
"""Seconds between Slack's clock and ours, so that nobody can send again what he has overheard."""
STUMBLES = (LookupError, TypeError, AttributeError, ValueError, RecursionError)
"""What Bolt raises over a body whose parts are of other types than Slack's."""


class Endpoint:
    def __init__(self, app: AsyncApp, signing_secret: str, turns: Turns, leaving: asyncio.Event) -> None:
        self._app, self._turns, self._leaving = app, turns, leaving
        self._secret = signing_secret.encode()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        with self._turns.interaction():
            response = await self._answer(request)
        acknowledged(request.get(KIND, UNREAD), response.status, began)
        if self._leaving.is_set():
            response.force_close()  # a connection that is kept would be cut off under the next interaction
        return response

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                raw = await request.read()
        except TimeoutError:
            return web.Response(status=408, text="The body took too long.", headers={"Connection": "close"})
        if not self._genuine(raw, request):
            log.warning("signature refused", remote=request.remote)
            return web.Response(status=401, text="The signature is wrong or too old.")
        body = _body(raw, request.content_type)
        if body is None:
            return _malformed("unreadable")
        request[KIND] = kind_of(body)
        try:
            # The mode in which Bolt takes a body that is parsed already: parsing twice is a fifth of its work.
            asked = AsyncBoltRequest(body=body, headers=dict(request.headers), mode="socket_mode")
            response = await self._app.async_dispatch(asked)
        except STUMBLES as error:  # what our own listeners raise never comes here
            return _malformed(type(error).__name__)
        if response.status == 404:  # signed, but of no kind that we listen to
            return web.Response() if _only_told(body) else _malformed("nothing listens to this kind")
        return await to_aiohttp_response(response)

    def _genuine(self, raw: bytes, request: web.Request) -> bool:
        """By the bytes as they came: slack_sdk's own check fails over whatever is not UTF-8."""
        # One of each: with two, nobody could say which one somebody in between had looked at.
        sent, mark = (
            _only(request.headers.getall(f"X-Slack-{name}", []))
            for name in ("Request-Timestamp", "Signature")
        )
        if not re.fullmatch(r"[0-9]{1,12}", sent) or abs(time.time() - int(sent)) > OLDEST:
            return False
        right = hmac.new(self._secret, b"v0:%s:%s" % (sent.encode(), raw), hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={right}".encode(), mark.encode("utf-8", "surrogateescape"))


def _only(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else ""


def _only_told(body: Body) -> bool:
    """Whether nobody waits for anything: Slack stops telling an app of events that answers too many of them so."""
    told = body.get({"event_callback": "event", "view_closed": "view"}.get(str(body.get("type")), ""))
    return isinstance(told, dict) and isinstance(told.get("type"), str)


def _malformed(problem: str) -> web.Response:
    log.warning("malformed body", problem=problem)
    return web.Response(status=400, text="This is not a body that Slack sends.")


def _body(raw: bytes, content_type: str) -> Body | None:
    """What Slack said, read by the rules by which Bolt reads; None for what Bolt itself would answer 500."""
    try:
        text = raw.decode()
        if content_type == "application/json":
            return _object(text)
        if content_type != "application/x-www-form-urlencoded" or text.startswith("{"):
            return None
        fields = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
        payloads = [value for name, value in fields if name == "payload"]
        if payloads:
            return _object(payloads[0]) if len(payloads) == 1 else None
        return dict(fields)
    except (ValueError, RecursionError):
        return None


def _object(text: str) -> Body | None:
    said = json.loads(text)
    if "\\u" in text:
        # Half of a pair of surrogates is no character: whatever has to write it down later would fail.
        json.dumps(said, ensure_ascii=False).encode()
    return said if isinstance(said, dict) else None
