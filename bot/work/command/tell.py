"""Tells a person how their job fares: that it is slow, that it waits, and at last the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.slack.deliver import Deliver
from bot.slack.invocation import Invocation
from bot.work.engine.steps import Steps
from commands.base import Card, Reply
from commands.cards import trouble

log = structlog.get_logger()

SLACK_PAUSES = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds between attempts while Slack takes no answer."""
SLOW = 4.0
"""Seconds after which a person hears that the ATS is slow."""

Client = Callable[[], Awaitable[AsyncWebClient | None]]


class Teller:
    """Speaks for one job. A wait is told once where the person asked; a card in their DM is then kept up to date."""

    def __init__(self, deliver: Deliver, invocation: Invocation, steps: Steps) -> None:
        self._deliver, self._asked, self._steps = deliver, invocation, steps
        self._said_slow = False
        self._told = False
        self._kept = ""
        """The card in the person's DM, as `channel:ts`."""

    def begun_in(self, channel: str | None) -> None:
        """Where the answer belongs, when the click itself does not say."""
        # Who clicks in Home is not looking at the channel in which it began.
        where = None if self._asked.at_home else channel
        self._asked = self._asked.model_copy(update={"channel": where})

    async def waits(self, client: AsyncWebClient, card: Callable[[], Awaitable[Card]]) -> None:
        """Say that the job waits; `card` is drawn inside the step, since it names a time."""

        async def tell() -> str:
            shown = await card()
            if not self._told:
                await self._post(client, Reply(shown), replaces=False, dm=False)
            return await self._keep(client, shown)

        self._kept = await self._steps.once("say when", tell) or self._kept
        self._told = True

    async def answers(self, clients: Client, reply: Reply) -> str | None:
        """Return the way that the answer took, or why none was left; None when the workspace has left."""
        for pause in (*SLACK_PAUSES, None):
            if (client := await clients()) is None:
                return None
            way = await self._steps.once("answer", partial(self._answer, client, reply))
            if not way.startswith("away") or pause is None:
                break
            await self._steps.sleep(max(pause, float(way.partition(":")[2])))
        if way.startswith(("refused", "away")):
            log.error("nobody could be told", ref=self._asked.reference, slack=way)
        return way

    @asynccontextmanager
    async def patience(self, client: AsyncWebClient, title: Callable[[], str]) -> AsyncIterator[None]:
        """Say once, after some seconds, that it takes longer; not a step, since saying it twice does no harm."""
        telling = asyncio.create_task(self._tell_if_slow(client, title))
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.wait([telling])

    async def _tell_if_slow(self, client: AsyncWebClient, title: Callable[[], str]) -> None:
        await asyncio.sleep(SLOW)
        if self._said_slow or self._told:
            return
        self._said_slow = True
        way = await self._post(client, Reply(trouble.slow(title())), replaces=False)
        log.info("said that it is slow", ref=self._asked.reference, answered=way)

    async def _answer(self, client: AsyncWebClient, reply: Reply) -> str:
        kept = await self._keep(client, reply.card) if self._kept else ""
        way = await self._post(client, reply, replaces=not reply.beside, dm=not kept)
        return "dm" if kept and way == "nowhere" else way

    async def _keep(self, client: AsyncWebClient, card: Card) -> str:
        """Put the card in place of the one in the DM, or begin with it; an empty text if neither can be done."""
        try:
            if self._kept:
                channel, _, ts = self._kept.partition(":")
                await client.chat_update(channel=channel, ts=ts, text=card.text, blocks=list(card.blocks))
                await self._deliver.noted(self._asked, self._kept, card)
                return self._kept
            return await self._deliver.tell(client, self._asked, card)
        except (SlackApiError, *PASSING) as error:
            log.info(
                "card not kept", ref=self._asked.reference, slack=getattr(meaning(error), "code", "away")
            )
            return ""

    async def _post(self, client: AsyncWebClient, reply: Reply, *, replaces: bool, dm: bool = True) -> str:
        deliver, asked = self._deliver, self._asked
        try:
            if reply.view and asked.view_id and await deliver.update_view(client, asked.view_id, reply.view):
                return "form"
            replace = replaces and asked.on_card
            return await deliver.answer(client, asked, reply.card, replace=replace, dm=dm)
        except SlackAway as away:
            return f"away:{away.retry_after}"
        except SlackRefused as refused:
            return f"refused:{refused.code}"
