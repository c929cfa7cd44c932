"""Sums up a week for the channels that want it: the text first, then the picture, where Slack takes one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import SlackAway, SlackRefused
from bot.slack.upload import Upload
from bot.store.cards import CardTable, Posted, week_of
from bot.store.subscriptions import SubscriptionTable
from bot.work.channels.announcement import WEEKLY, Week
from bot.work.channels.channel import Doubtful, HiringChannel
from commands.cards.chart import chart
from commands.cards.weekly import KIND, WeekOf, described, weekly_card
from commands.ports.subscription import Subscription
from connectors.models import ChangeKind

log = structlog.get_logger()

DAY = 86_400.0
READY = 9 * 3600.0
"""Seconds after Monday begins in UTC."""
LATEST = 3 * DAY
"""Seconds after which a week is old news."""
SHOWN = 8
"""Weeks in the picture."""

Name = Callable[[str, str], Awaitable[str | None]]
"""The name of a workspace's connection, or None if it is gone."""


class Weekly:
    """`due` hands the work over, `show` does it for one channel, whose turn the caller holds."""

    def __init__(
        self,
        subscriptions: SubscriptionTable,
        cards: CardTable,
        upload: Upload,
        name: Name,
        put: Callable[..., Awaitable[None]],
        now: Callable[[], float],
    ) -> None:
        self._subscriptions, self._cards, self._upload = subscriptions, cards, upload
        self._name, self._put, self._now = name, put, now

    async def due(self) -> None:
        """On Mondays, and up to two days later for whoever was not running then."""
        week = week_of(self._now())
        if not READY <= self._now() - monday(week) < LATEST:
            return
        for team, subscription in await self._subscriptions.weekly():
            told = await self._cards.find(team, subscription.channel, _id(week - 1, subscription))
            if told is None:
                work = Week(
                    team=team,
                    channel=subscription.channel,
                    connection=subscription.connection,
                    week=week - 1,
                )
                await self._put(
                    WEEKLY, f"{team}:{work.channel}:{work.connection}:{work.week}", work.model_dump_json()
                )

    async def show(
        self, client: AsyncWebClient, room: HiringChannel, subscription: Subscription, work: Week
    ) -> str:
        """Return the outcome in a word; a week in which nothing happened is not worth a post."""
        name = await self._name(work.team, work.connection)
        week = await self._week(work, name or "")
        if name is None or not week.counts:
            return "nothing to tell"
        id = _id(work.week, subscription)
        posted = await self._cards.find(work.team, work.channel, id)
        if posted is None or not posted.ts:
            new = posted or Posted(work.team, work.channel, id, work.connection, sending=id)
            try:
                posted = await room.post(new, lambda level: weekly_card(week, level))
            except Doubtful:
                return "doubtful"
            await self._cards.save(posted)
        return await self._picture(client, room, posted, week)

    async def _picture(
        self, client: AsyncWebClient, room: HiringChannel, posted: Posted, week: WeekOf
    ) -> str:
        """Without the permission to upload, or while Slack still looks at the file, the text has to do."""
        drawn = chart(week.added, [count for _, count in week.most(room.level)])
        try:
            file = await self._upload.keep(client, "week.png", drawn, described(week, room.level))
            updated = await room.update(posted, lambda level: weekly_card(week, level, file))
        except (SlackAway, SlackRefused) as error:
            log.info("a week without its picture", slack=getattr(error, "code", "away"))
            return "text only"
        await self._cards.save(updated or posted)
        return "shown"

    async def _week(self, work: Week, name: str) -> WeekOf:
        added = []
        for week in range(work.week - SHOWN + 1, work.week + 1):
            counts = await self._cards.counts(work.team, work.channel, work.connection, week)
            added.append(counts.get(f"{KIND}{ChangeKind.ADDED}", 0))
        return WeekOf(monday(work.week), name, work.connection, counts, added)


def monday(week: int) -> float:
    """When the week begins, in seconds since the epoch."""
    return week * 7 * DAY - 3 * DAY


def _id(week: int, subscription: Subscription) -> str:
    return f"week:{week}:{subscription.connection}"
