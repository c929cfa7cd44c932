"""Slack's conversations for commands: looked at afresh, and posted to once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.work.engine.steps import Mark, Steps
from commands.ports.rooms import Level, Posted, Room
from connectors.errors import Unavailable
from connectors.models import Candidate

Do = Callable[[], Awaitable[Posted]]
Noted = Callable[[str, str, Candidate], Awaitable[None]]
"""Takes channel, ts, and the candidate."""

TURNED_AWAY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
AWAY = ""
"""What a step leaves behind when Slack did not take a call that may be made again."""


class _Channel(BaseModel):
    """What Slack says of a conversation. What it leaves out is taken for the more open."""

    model_config = ConfigDict(hide_input_in_errors=True)

    id: str
    is_im: bool = False
    is_private: bool = False
    is_mpim: bool = False
    is_member: bool = False
    is_ext_shared: bool | None = None
    is_org_shared: bool = False
    is_pending_ext_shared: bool = False
    is_archived: bool = False

    def room(self) -> Room:
        # Direct messages may say nothing of sharing; a channel always does.
        ext_shared = not self.is_im if self.is_ext_shared is None else self.is_ext_shared
        return Room(
            id=self.id,
            shared=ext_shared or self.is_org_shared or self.is_pending_ext_shared,
            private=self.is_private or self.is_mpim,
            direct=self.is_im,
            member=self.is_member or self.is_im,
        )


class SlackRooms:
    """For one job: each look and each post is a step of it. `noted` hears where a message is and of whom it tells."""

    def __init__(self, client: AsyncWebClient, steps: Steps, noted: Noted | None = None) -> None:
        self._client, self._steps, self._mark, self._noted = client, steps, Mark(), noted

    async def room(self, id: str) -> Posted:
        return await self._step("room", lambda: look(self._client, id))

    async def post(
        self,
        id: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        level: Level,
        about: Candidate | None = None,
    ) -> Posted:
        # Whether a message of a process that died is there, Slack does not tell without reading the channel.
        begun = await self._steps.once("posting", self._mark.leave)

        async def do() -> Posted:
            if begun != self._mark.text:
                return Posted(unclear=True)
            now = await look(self._client, id)
            if now.room is None or not now.room.member or now.room.level < level:
                return now
            return await self._send(now.room, text, blocks, about)

        return await self._step("share", do)

    async def _step(self, name: str, do: Do) -> Posted:
        async def step() -> str:
            try:
                return (await do()).model_dump_json()
            except SlackAway:
                return AWAY

        if (text := await self._steps.once(name, step)) == AWAY:
            raise Unavailable("Slack", "does not answer")
        return Posted.model_validate_json(text)

    async def _send(
        self, room: Room, text: str, blocks: Sequence[Mapping[str, Any]], about: Candidate | None
    ) -> Posted:
        try:
            posted = await self._client.chat_postMessage(
                channel=room.id, text=text, blocks=[dict(b) for b in blocks]
            )
        except (SlackApiError, *PASSING) as error:
            found = meaning(error)
            if isinstance(found, SlackRefused):
                return Posted(refused=found.code)
            if surely_not_done(error):
                raise found from None
            return Posted(room=room, unclear=True)
        if self._noted and about:
            await self._noted(room.id, str(posted["ts"]), about)
        return Posted(room=room, done=True)


async def look(client: AsyncWebClient, id: str) -> Posted:
    """How a conversation is at this moment, or why Slack does not say. Raises `SlackAway`."""
    try:
        answer = await client.conversations_info(channel=id)
    except (SlackApiError, *PASSING) as error:
        if isinstance(found := meaning(error), SlackAway):
            raise found from None
        return Posted(refused=found.code)
    channel = _Channel.model_validate(answer["channel"])
    return Posted(refused="is_archived") if channel.is_archived else Posted(room=channel.room())


def surely_not_done(error: Exception) -> bool:
    """Too many calls are turned away; after most other failures, Slack says itself, a part may have been done."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return True
    if not isinstance(error, SlackApiError):
        return False
    turned_away = getattr(error.response, "status_code", 0) in TURNED_AWAY
    return turned_away or error.response.get("error") in ("ratelimited", "service_unavailable")
