"""The one message of an import, in the conversation with its person: brought up to date, seldom enough for Slack."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.store.imports import Imports
from commands.base import Card
from commands.table.importing import Import

log = structlog.get_logger()

EVERY = 1.5
"""Seconds between two updates; Slack takes about one a second."""
LAST_WORD = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0)
"""Seconds between attempts to say how it ended."""

Draw = Callable[[], Awaitable[Card | None]]
ClientOf = Callable[[str], Awaitable[AsyncWebClient | None]]


class ImportMessage:
    def __init__(self, imports: Imports, client: ClientOf, id: str) -> None:
        self._imports, self._client, self._id = imports, client, id
        self._shown: Card | None = None

    async def follow(self, draw: Draw) -> None:
        """Bring it up to date until cancelled."""
        while True:
            began = time.monotonic()
            wait = EVERY
            if card := await draw():
                wait = max(EVERY, await self._try(card))
            await asyncio.sleep(max(0.0, began + wait - time.monotonic()))

    async def say(self, card: Card) -> None:
        """Say something that matters, however long Slack needs for it."""
        for pause in LAST_WORD:
            if not await self._try(card):
                return
            await asyncio.sleep(pause)

    async def _try(self, card: Card) -> float:
        """Show it; return the seconds after which to try again, 0 when it is there or never will be."""
        if card == self._shown:
            return 0.0
        job = await self._imports.get(self._id)
        client = await self._client(job.team) if job else None
        if job is None or client is None:
            return 0.0
        try:
            await self._put(client, job, card)
        except (SlackApiError, *PASSING) as error:
            found = meaning(error)
            if isinstance(found, SlackAway):
                return found.retry_after
            log.warning("import not shown", team=job.team, slack=found.code)
            return 0.0
        self._shown = card
        return 0.0

    async def _put(self, client: AsyncWebClient, job: Import, card: Card) -> None:
        if job.ts and await self._updated(client, job, card):
            return
        room = job.room or str((await client.conversations_open(users=job.user))["channel"]["id"])
        posted = await client.chat_postMessage(channel=room, text=card.text, blocks=list(card.blocks))
        await self._imports.said(job.id, room, str(posted["ts"]))

    async def _updated(self, client: AsyncWebClient, job: Import, card: Card) -> bool:
        """False when the person has deleted the message."""
        try:
            await client.chat_update(channel=job.room, ts=job.ts, text=card.text, blocks=list(card.blocks))
        except SlackApiError as error:
            found = meaning(error)
            if isinstance(found, SlackRefused) and found.code == "message_not_found":
                return False
            raise
        return True
