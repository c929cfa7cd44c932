"""Gets an answer to the person: where they asked, else for their eyes in the channel, else by DM."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.slack.invocation import Invocation
from commands.base import Block, Card

HOOKS = ("hooks.slack.com", "hooks.slack-gov.com")
"""Hosts of Slack's reply addresses."""
RESPONSE_URL_LIFE = 29 * 60.0
"""Seconds; Slack's own limit is half an hour."""


class Deliver:
    """Posts cards. Raises `SlackAway` when it is worth trying again, `SlackRefused` when nothing is left to try."""

    def __init__(
        self, session: aiohttp.ClientSession, api_url: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._session = session
        self._hosts = {*HOOKS, urlsplit(api_url).hostname}
        self._clock = clock

    async def answer(
        self, client: AsyncWebClient, invocation: Invocation, card: Card, *, replace: bool, dm: bool = True
    ) -> str:
        """Return the way it took: `response_url`, `ephemeral` or `dm`; `nowhere` if only a DM was left and not wanted."""
        if await self._respond(invocation, card, replace):
            return "response_url"
        if invocation.channel and await self._ephemeral(client, invocation, card):
            return "ephemeral"
        if not dm:
            return "nowhere"
        try:
            await self.direct(client, invocation.user, card)
        except (SlackApiError, *PASSING) as error:
            raise meaning(error) from None
        return "dm"

    async def update_view(self, client: AsyncWebClient, view_id: str, view: Block) -> bool:
        """Whether the form was still open to show this."""
        try:
            await client.views_update(view_id=view_id, view=view)
        except (SlackApiError, *PASSING) as error:
            if isinstance(found := meaning(error), SlackAway):
                raise found from None
            return False
        return True

    async def take_away(self, invocation: Invocation) -> None:
        await self._post(invocation.response_url or "", {"delete_original": True})

    async def _respond(self, invocation: Invocation, card: Card, replace: bool) -> bool:
        url = invocation.response_url
        if not url or self._clock() - invocation.received > RESPONSE_URL_LIFE:
            return False
        body = {
            "response_type": "ephemeral",
            "replace_original": replace,
            "text": card.text,
            "blocks": card.blocks,
        }
        return await self._post(url, body)

    async def _post(self, url: str, body: Mapping[str, Any]) -> bool:
        # The address came in a signed payload, but a forged one would make us post people's data anywhere.
        if urlsplit(url).hostname not in self._hosts:
            return False
        try:
            async with self._session.post(url, json=body) as response:
                if response.status == 429 or response.status >= 500:
                    raise SlackAway(float(response.headers.get("Retry-After", 5)))
                return response.status == 200
        except PASSING:
            raise SlackAway from None

    async def _ephemeral(self, client: AsyncWebClient, invocation: Invocation, card: Card) -> bool:
        channel = invocation.channel or ""
        try:
            await client.chat_postEphemeral(
                channel=channel, user=invocation.user, text=card.text, blocks=list(card.blocks)
            )
        except (SlackApiError, *PASSING) as error:
            if isinstance(found := meaning(error), SlackAway):
                raise found from None
            return False
        return True

    async def direct(self, client: AsyncWebClient, user: str, card: Card) -> str:
        """Post to somebody's direct messages; return the card's place, `channel:ts`. Raises slack_sdk's errors."""
        room = await client.conversations_open(users=user)
        channel = room["channel"]["id"]
        posted = await client.chat_postMessage(channel=channel, text=card.text, blocks=list(card.blocks))
        return f"{channel}:{posted['ts']}"


__all__ = ["Deliver", "SlackAway", "SlackRefused"]
