"""`POST /slack/events`: what is not from Slack, or not what Slack sends, never reaches a listener."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

log = structlog.get_logger()

LARGEST_BODY = 2 * 2**20
"""Bytes. The largest thing that Slack sends is a form with every field full."""
OLDEST = 300
"""Seconds between Slack's clock and ours, so that nobody can send again what he has overheard."""
STUMBLES = (LookupError, TypeError, AttributeError, ValueError, RecursionError)
"""What Bolt raises over a body whose parts are of other types than Slack's."""


class Endpoint:
    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._secret = signing_secret.encode()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if not self._genuine(raw, request.headers):
            log.warning("signature refused", remote=request.remote)
            return web.Response(status=401, text="The signature is wrong or too old.")
        if not _readable(raw, request.content_type):
            return _malformed("unreadable")
        try:
            response = await self._app.async_dispatch(await to_bolt_request(request))
        except STUMBLES as error:  # what our own listeners raise never comes here
            return _malformed(type(error).__name__)
        if response.status == 404:  # signed, but of no kind that we listen to
            return _malformed("nothing listens to this kind")
        return await to_aiohttp_response(response)

    def _genuine(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """By the bytes as they came: slack_sdk's own check fails over whatever is not UTF-8."""
        sent, mark = (headers.get(f"X-Slack-{name}", "") for name in ("Request-Timestamp", "Signature"))
        if not re.fullmatch(r"[0-9]{1,12}", sent) or abs(time.time() - int(sent)) > OLDEST:
            return False
        right = hmac.new(self._secret, b"v0:%s:%s" % (sent.encode(), raw), hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={right}".encode(), mark.encode("utf-8", "surrogateescape"))


def _malformed(problem: str) -> web.Response:
    log.warning("malformed body", problem=problem)
    return web.Response(status=400, text="This is not a body that Slack sends.")


def _readable(raw: bytes, content_type: str) -> bool:
    """Whether Bolt can read it, by the rules by which Bolt reads; Bolt itself would answer 500."""
    try:
        text = raw.decode()
        if content_type == "application/json":
            return isinstance(json.loads(text), dict)
        if content_type != "application/x-www-form-urlencoded" or text.startswith("{"):
            return False
        fields = parse_qs(text, keep_blank_values=True, strict_parsing=True, errors="strict")
        payloads = fields.get("payload", ["{}"])
        return len(payloads) == 1 and isinstance(json.loads(payloads[0]), dict)
    except (ValueError, RecursionError):
        return False
