"""Tells hiring channels what happened in their ATS: one card for each candidate, brought up to date in place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from weakref import WeakValueDictionary

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.slack.deliver import Deliver
from bot.store.cards import CardTable
from bot.store.subscriptions import SubscriptionTable
from bot.store.traces import Traces
from bot.work.channels.announcement import ANNOUNCE, POST, ROLLUP, WEEKLY, Announcement, Hour, Post, Week
from bot.work.channels.channel import Closed, HiringChannel
from bot.work.channels.telling import Telling, digest_of, hour_id
from bot.work.channels.weekly import Weekly
from bot.work.engine.steps import Steps
from bot.work.forgetting.subjects import subjects_in
from commands.cards.subscription import cannot_post
from commands.ports.rooms import Level
from commands.ports.subscription import Subscription

log = structlog.get_logger()

PAUSES = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 3600.0)
"""Seconds between attempts while Slack takes nothing."""

Do = Callable[[AsyncWebClient, HiringChannel, Subscription], Awaitable[str]]
"""What is done in a channel while nobody else posts there."""
Put = Callable[..., Awaitable[None]]
"""`Jobs.put_work`: kind, id, payload, and perhaps a `delay` in seconds."""


class Announcer:
    """Its methods are handlers of durable work. One channel hears of one thing after the other."""

    def __init__(
        self,
        subscriptions: SubscriptionTable,
        cards: CardTable,
        client: Callable[[str], Awaitable[AsyncWebClient | None]],
        deliver: Deliver,
        weekly: Weekly,
        put: Put,
        now: Callable[[], float] = time.time,
        turn: Callable[[str], AbstractAsyncContextManager[object]] = nullcontext,
        traces: Traces | None = None,
    ) -> None:
        self._traces = traces
        self._alone = turn
        self._subscriptions, self._cards = subscriptions, cards
        self._client, self._deliver, self._put, self._now = client, deliver, put, now
        self._weekly = weekly
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    @property
    def handlers(self) -> Mapping[str, Callable[[str, Steps], Awaitable[str]]]:
        return {ANNOUNCE: self.announce, POST: self.post, ROLLUP: self.roll_up, WEEKLY: self.sum_up}

    async def announce(self, payload: str, steps: Steps) -> str:
        """Hand the event over to each channel that hears of this connection: a slow one holds no other up."""
        said = Announcement.model_validate_json(payload)
        channels = {
            each.channel for each in await self._subscriptions.of_connection(said.team, said.connection.id)
        }
        for channel in sorted(channels):
            post = Post(channel=channel, announcement=said)
            await self._put(POST, f"{said.team}:{channel}:{said.reference}", post.model_dump_json())
        return f"{len(channels)} channels"

    async def post(self, payload: str, steps: Steps) -> str:
        post = Post.model_validate_json(payload)
        said = post.announcement

        async def tell(client: AsyncWebClient, room: HiringChannel, subscription: Subscription) -> str:
            if self._traces and await self._traces.hushed(said.team, subjects_in(said)):
                return "forgotten"
            telling = Telling(self._cards, room, subscription, said, self._put, self._now())
            return await telling.run()

        return await self._in_channel(said.team, post.channel, said.connection.id, tell, steps)

    async def look_around(self) -> None:
        """Look at channels in which something was posted: one that was opened since shows too much."""
        for team, subscription in await self._subscriptions.everywhere():
            if await self._cards.above(team, subscription.channel, Level.SHARED):
                await self._look(team, subscription)

    async def _look(self, team: str, subscription: Subscription) -> None:
        if (client := await self._client(team)) is None:
            return
        try:
            async with self.turn(team, subscription.channel):
                await HiringChannel(client, self._cards, team, subscription.channel).open()
        except Closed as closed:
            await self._pause(client, team, subscription, closed.code)
        except (SlackAway, SlackRefused):  # the next round looks again
            log.info("a channel was not looked at", team=team)

    async def roll_up(self, payload: str, steps: Steps) -> str:
        """Bring the digest of an hour up to date."""
        hour = Hour.model_validate_json(payload)

        async def show(client: AsyncWebClient, room: HiringChannel, subscription: Subscription) -> str:
            row = await self._cards.find(hour.team, hour.channel, hour_id(hour.hour))
            if row is None or not row.ts:
                return "nothing to show"
            updated = await room.update(row, digest_of(row.gathered, subscription))
            await self._cards.save(updated or replace(row, ts=""))
            return "updated" if updated else "gone"

        return await self._in_channel(hour.team, hour.channel, hour.connection, show, steps)

    async def sum_up(self, payload: str, steps: Steps) -> str:
        """Tell a channel what the week brought."""
        week = Week.model_validate_json(payload)

        async def show(client: AsyncWebClient, room: HiringChannel, subscription: Subscription) -> str:
            return await self._weekly.show(client, room, subscription, week)

        return await self._in_channel(week.team, week.channel, week.connection, show, steps)

    async def _in_channel(
        self,
        team: str,
        channel: str,
        connection: str,
        do: Do,
        steps: Steps,
    ) -> str:
        """Try until Slack takes it; a channel in which nothing can be posted any more pauses its subscription."""
        for pause in (*PAUSES, None):
            subscription = await self._subscriptions.one(team, channel, connection)
            if subscription is None or subscription.paused:
                return "nobody listens"
            if (client := await self._client(team)) is None:
                return "left"
            try:
                async with self.turn(team, channel):
                    return await do(client, HiringChannel(client, self._cards, team, channel), subscription)
            except Closed as closed:
                return await self._pause(client, team, subscription, closed.code)
            except SlackRefused as refused:
                log.warning("a channel was not told", team=team, slack=refused.code)
                return "refused"
            except SlackAway as away:
                if pause is not None:
                    await steps.sleep(max(pause, away.retry_after))
        log.error("a channel was not told", team=team, slack="away")
        return "gave up"

    @asynccontextmanager
    async def turn(self, team: str, channel: str) -> AsyncIterator[None]:
        """Be the only one who posts announcements there."""
        async with self._turns.setdefault((team, channel), asyncio.Lock()), self._alone(f"{team}:{channel}"):
            yield

    async def _pause(self, client: AsyncWebClient, team: str, subscription: Subscription, why: str) -> str:
        """Stop posting there, and tell whoever asked for it, once."""
        if not await self._subscriptions.pause(team, subscription, why):
            return "paused"
        log.info("subscription paused", team=team, slack=why)
        try:
            await self._deliver.direct(client, subscription.by, cannot_post(subscription, why))
        except (SlackApiError, *PASSING) as error:
            log.warning("nobody told of a pause", team=team, slack=getattr(meaning(error), "code", "away"))
        return "paused"
