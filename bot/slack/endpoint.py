"""`POST /slack/events`: what is not from Slack, or not what Slack sends, never reaches a listener."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

log = structlog.get_logger()

LARGEST_BODY = 2 * 2**20
"""Bytes. The largest thing that Slack sends is a form with every field full."""


class Endpoint:
    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._verifier.is_valid_request(raw, headers):
            log.warning("signature refused", remote=request.remote)
            return web.Response(status=401, text="The signature is wrong or too old.")
        if not _readable(raw, request.content_type):
            log.warning("malformed body", bytes=len(raw))
            return web.Response(status=400, text="This is not a body that Slack sends.")
        response = await self._app.async_dispatch(await to_bolt_request(request))
        if response.status == 404:  # signed, but of no kind that we listen to
            return web.Response(status=400, text="Nothing here listens to this kind of body.")
        return await to_aiohttp_response(response)


def _readable(raw: bytes, content_type: str) -> bool:
    """Whether Bolt can read it: Bolt itself would answer 500."""
    try:
        text = raw.decode()
        if content_type == "application/json":
            return isinstance(json.loads(text), dict)
        fields = parse_qs(text, strict_parsing=True)
        payloads = fields.get("payload", ["{}"])
        return isinstance(json.loads(payloads[0]), dict)
    except (ValueError, RecursionError):
        return False
