"""Socket Mode: Slack's envelopes over a connection that we open, so no public address is needed."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.operate.metrics import acknowledged, kind_of

LONGEST = 3.0
"""Seconds for which Slack waits for an ack, so longer ones need not be waited for."""


class _Handler(AsyncSocketModeHandler):
    """Bolt's, with a clock, and an account of what is not acknowledged yet."""

    def __init__(self, app: AsyncApp, app_token: str, web_client: AsyncWebClient) -> None:
        super().__init__(app, app_token, web_client=web_client)
        self.open = 0
        self.idle = asyncio.Event()
        self.idle.set()

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        began = time.perf_counter()
        self.open += 1
        self.idle.clear()
        try:
            response = await run_async_bolt_app(self.app, req)
            await send_async_response(client, req, response, time.time())
            acknowledged(kind_of(req.payload), response.status, began)
        finally:
            self.open -= 1
            if not self.open:
                self.idle.set()


class Socket:
    """Opens and closes; slack_sdk keeps it alive in between."""

    def __init__(self, app: AsyncApp, client: AsyncWebClient, app_token: str) -> None:
        self._handler = _Handler(app, app_token, web_client=client)

    async def open(self) -> None:
        """Raises slack_sdk's and aiohttp's errors."""
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def connected(self) -> bool:
        try:
            return await self._handler.client.is_connected()
        except aiohttp.ClientError:
            return False

    async def close(self) -> None:
        """What has come is acknowledged first."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._handler.idle.wait(), LONGEST)
        await self._handler.close_async()  # type: ignore[no-untyped-call]
