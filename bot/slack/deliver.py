"""Gets an answer to the person: where they asked, else for their eyes in the channel, else by DM."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.operate.metrics import answered
from bot.slack.addresses import Addresses, patience
from bot.slack.client import PASSING, Elsewhere, SlackAway, SlackRefused, meaning
from bot.slack.invocation import Invocation
from bot.work.forgetting.trail import Kind, Place, Trail
from commands.base import Block, Card

log = structlog.get_logger()

RESPONSE_URL_LIFE = 29 * 60.0
"""Seconds; Slack's own limit is half an hour."""
SAID = {200: "ok", 429: "ratelimited"}


class Deliver:
    """Posts cards. Raises `SlackAway` when it is worth trying again, `SlackRefused` when nothing is left to try."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_url: str,
        clock: Callable[[], float] = time.time,
        trail: Trail | None = None,
    ) -> None:
        self._session, self._trail = session, trail
        self._addresses = Addresses(api_url)
        self._clock = clock

    async def answer(
        self, client: AsyncWebClient, invocation: Invocation, card: Card, *, replace: bool, dm: bool = True
    ) -> str:
        """Return the way it took: `response_url`, `ephemeral` or `dm`; `nowhere` if only a DM was left and not wanted."""
        if await self._respond(invocation, card, replace):
            if replace and (invocation.channel or "").startswith("D"):
                await self.noted(invocation, f"{invocation.channel}:{invocation.spot}", card)
            return "response_url"
        if invocation.channel and await self._ephemeral(client, invocation, card):
            return "ephemeral"
        if not dm:
            return "nowhere"
        try:
            await self.tell(client, invocation, card)
        except (SlackApiError, *PASSING) as error:
            raise meaning(error) from None
        return "dm"

    async def say(self, client: AsyncWebClient, invocation: Invocation, card: Card, *, replace: bool) -> None:
        """Answer before the click is acknowledged. Raises `SlackAway`; where nobody is there, a repeat is no use."""
        try:
            await self.answer(client, invocation, card, replace=replace)
        except SlackRefused as error:
            log.warning("nobody could be told", ref=invocation.reference, slack=f"refused:{error.code}")

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
        if not self._addresses.takes_replies(url):
            return False
        try:
            async with self._session.post(url, json=body, allow_redirects=False) as response:
                answered("response_url", SAID.get(response.status, "refused"))
                if response.status == 429 or response.status >= 500:
                    raise SlackAway(patience(response.headers))
                return response.status == 200
        except Elsewhere:
            return False
        except PASSING:
            answered("response_url", "no_answer")
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

    async def tell(self, client: AsyncWebClient, invocation: Invocation, card: Card) -> str:
        """Like `direct`, for an answer: it may tell of somebody, so it must be found again."""
        place = await self.direct(client, invocation.user, card)
        await self.noted(invocation, place, card)
        return place

    async def noted(self, invocation: Invocation, place: str, card: Card) -> None:
        """A direct message, `channel:ts`, now shows this card."""
        channel, _, ts = place.partition(":")
        asked = (invocation.text, invocation.value, invocation.opening, invocation.values)
        if self._trail and ts:
            posted = Place(channel=channel, ts=ts, kind=Kind.DIRECT)
            await self._trail.tells(invocation.team, posted, card.text, card.blocks, *asked)

    async def direct(self, client: AsyncWebClient, user: str, card: Card) -> str:
        """Post to somebody's direct messages; return the card's place, `channel:ts`. Raises slack_sdk's errors."""
        room = await client.conversations_open(users=user)
        channel = room["channel"]["id"]
        posted = await client.chat_postMessage(channel=channel, text=card.text, blocks=list(card.blocks))
        return f"{channel}:{posted['ts']}"


__all__ = ["Deliver", "SlackAway", "SlackRefused"]
