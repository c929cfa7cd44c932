"""Socket Mode: Slack's envelopes over a connection that we open, so no public address is needed."""

from __future__ import annotations

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


class Socket:
    """Opens and closes; slack_sdk keeps it alive in between."""

    def __init__(self, app: AsyncApp, client: AsyncWebClient, app_token: str) -> None:
        self._handler = AsyncSocketModeHandler(app, app_token, web_client=client)

    async def open(self) -> None:
        """Raises slack_sdk's and aiohttp's errors."""
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def connected(self) -> bool:
        try:
            return await self._handler.client.is_connected()
        except aiohttp.ClientError:
            return False

    async def close(self) -> None:
        await self._handler.close_async()  # type: ignore[no-untyped-call]
