"""One hiring channel: looked at before anything is posted there, and never told more than its people may know."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.store.cards import LINE, CardTable, Posted
from bot.work.command.rooms import look, surely_not_done
from commands.base import Card
from commands.cards.announcement import taken_back, taken_back_line
from commands.ports.rooms import Level

Draw = Callable[[Level], Card]

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""Slack's words for a message that somebody has deleted, or that cannot be changed any more."""
CLOSED = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "restricted_action", "missing_scope"}
)
"""Slack's words for a channel in which nothing can be posted until somebody does something."""
FRESH = 1.0
"""Seconds for which the last look holds: a card and the line below it are posted after one."""


class Closed(Exception):
    """Nothing can be posted there; `code` is Slack's word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Doubtful(Exception):
    """A message was on its way when something broke: it may be there or not."""


class HiringChannel:
    """Every method looks first. Raises `Closed`, `SlackAway` when it is worth trying again, and `SlackRefused`."""

    def __init__(
        self,
        client: AsyncWebClient,
        cards: CardTable,
        team: str,
        channel: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._cards, self._team, self._channel = client, cards, team, channel
        self._clock, self._looked = clock, -FRESH
        self.level = Level.SHARED

    async def open(self) -> None:
        """Look how open the channel is, and take back what shows too much for that; a moment ago is soon enough."""
        if self._clock() - self._looked >= FRESH:
            await self._look()
            self._looked = self._clock()

    async def _look(self) -> None:
        answer = await look(self._client, self._channel)
        if answer.room is None:
            raise Closed(answer.refused) if answer.refused in CLOSED else SlackRefused(answer.refused)
        if not answer.room.member:
            raise Closed("not_in_channel")
        # A subscription is for channels: even where only one person reads along, it says no more than in private.
        self.level = min(answer.room.level, Level.PRIVATE)
        for posted in await self._cards.above(self._team, self._channel, self.level):
            await self._take_back(posted)

    async def post(self, posted: Posted, draw: Draw, thread: str = "") -> Posted:
        """Post once for each event, which is what `sending` names. Raises `Doubtful`.

        Whether a message of a process that died is there, Slack does not tell without reading the channel.
        """
        known = await self._cards.find(self._team, self._channel, posted.id)
        if known and known.sending == posted.sending:
            raise Doubtful
        await self.open()  # the last look, right before it is sent
        claimed = replace(posted, level=self.level)
        await self._cards.save(claimed)
        card = draw(self.level)
        try:
            answer = await self._client.chat_postMessage(
                channel=self._channel,
                text=card.text,
                blocks=[dict(block) for block in card.blocks],
                thread_ts=thread or None,
                unfurl_links=False,
                unfurl_media=False,
            )
        except (SlackApiError, *PASSING) as error:
            raise await self._not_posted(claimed, error) from None
        return replace(claimed, ts=str(answer["ts"]), sending="")

    async def update(self, posted: Posted, draw: Draw) -> Posted | None:
        """Bring a message up to date; None when it is there no more."""
        await self.open()
        if not await self._change(posted.ts, draw(self.level)):
            return None
        return replace(posted, level=self.level)

    async def _not_posted(self, claimed: Posted, error: Exception) -> Exception:
        found = meaning(error)
        if isinstance(found, SlackAway) and not surely_not_done(error):
            return Doubtful()
        await self._cards.save(replace(claimed, sending=""))
        if isinstance(found, SlackRefused) and found.code in CLOSED:
            return Closed(found.code)
        return found

    async def _take_back(self, posted: Posted) -> None:
        card = taken_back_line() if posted.id.startswith(LINE) else taken_back()
        await self._change(posted.ts, card)
        await self._cards.save(replace(posted, level=self.level))

    async def _change(self, ts: str, card: Card) -> bool:
        try:
            await self._client.chat_update(
                channel=self._channel, ts=ts, text=card.text, blocks=[dict(block) for block in card.blocks]
            )
        except (SlackApiError, *PASSING) as error:
            found = meaning(error)
            if isinstance(found, SlackRefused) and found.code in GONE:
                return False
            if isinstance(found, SlackRefused) and found.code in CLOSED:
                raise Closed(found.code) from None
            raise found from None
        return True
