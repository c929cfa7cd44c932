"""Takes back what was posted about a person, message by message, and says of each what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import structlog
from pydantic import TypeAdapter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, meaning
from bot.store.cards import LINE, CardTable, Posted
from bot.store.traces import Kind, Place, Traces
from bot.work.engine.steps import Steps
from commands.cards.erasing import removed
from commands.ports.erasing import NotRemoved
from connectors.models import Record

log = structlog.get_logger()

PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds between attempts at one message while Slack takes nothing."""
ROUNDS = 5
"""How often is looked for more: an announcement that was on its way may come in between."""
GONE = frozenset({"message_not_found", "file_not_found", "file_deleted"})
"""Somebody has deleted it already."""
DONE, AWAY = "done", "away"
KINDS = {Kind.SHARE: "shared", Kind.DIRECT: "messages", Kind.FILE: "files"}
CARDS, LINES = "cards", "lines"

Turn = Callable[[str, str], AbstractAsyncContextManager[None]]
"""Of a workspace's channel: whoever has it is the only one to post announcements there."""


class Item(Record):
    """One message or file. `id` is that of its card, if it is an announcement; `ts` may be empty then."""

    kind: str
    channel: str
    ts: str
    id: str = ""


_ITEMS = TypeAdapter(list[Item])


class Redaction:
    """For one workspace. `client` is asked for anew each time: this may take hours."""

    def __init__(
        self,
        team: str,
        client: Callable[[str], Awaitable[AsyncWebClient | None]],
        cards: CardTable,
        traces: Traces,
        turn: Turn,
        steps: Steps,
    ) -> None:
        self._team, self._client, self._steps = team, client, steps
        self._cards, self._traces, self._turn = cards, traces, turn
        self.counts: dict[str, int] = {}
        self.refused: list[NotRemoved] = []
        self._tried: set[tuple[str, str, str]] = set()

    async def of(self, subjects: Iterable[str]) -> None:
        """Take back all that tells of these. What is refused stays known, so that it can be tried again some day."""
        known = sorted(subjects)

        async def look() -> list[Item]:
            posted = [_announced(each) for each in await self._cards.about(self._team, known)]
            return [*posted, *map(_traced, await self._traces.of(self._team, known))]

        await self._all(look)

    async def under(self, marks: Iterable[str]) -> None:
        """Take back answers that came later, by hashes of whom they tell."""
        known = sorted(marks)

        async def look() -> list[Item]:
            return list(map(_traced, await self._traces.under(self._team, known)))

        await self._all(look)

    async def _all(self, look: Callable[[], Awaitable[list[Item]]]) -> None:
        """Fill `counts` and `refused`."""
        for _ in range(ROUNDS):
            items = [each for each in await self._found(look) if self._key(each) not in self._tried]
            if not items:
                return
            for item in items:
                self._tried.add(self._key(item))
                await self._take_back(item)

    async def _found(self, look: Callable[[], Awaitable[list[Item]]]) -> list[Item]:
        async def found() -> str:
            return _ITEMS.dump_json(await look()).decode()

        return _ITEMS.validate_json(await self._steps.once("messages", found))

    async def _take_back(self, item: Item) -> None:
        async with AsyncExitStack() as stack:
            if item.id:
                await stack.enter_async_context(self._turn(self._team, item.channel))
            way = await self._tried_often(item) if item.ts else DONE
            if way in (DONE, *GONE):
                await self._drop(item)
        if way in GONE or not item.ts:
            return
        if way == DONE:
            self.counts[item.kind] = self.counts.get(item.kind, 0) + 1
            return
        self.refused.append(NotRemoved(kind=item.kind, channel=item.channel, message=item.ts, why=way))

    async def _tried_often(self, item: Item) -> str:
        async def change() -> str:
            return await self._change(item)

        for pause in (*PAUSES, None):
            way = await self._steps.once("take back", change)
            if not way.startswith(AWAY) or pause is None:
                break
            await self._steps.sleep(max(pause, float(way.partition(":")[2] or 0)))
        return way.partition(":")[0]

    async def _change(self, item: Item) -> str:
        if (client := await self._client(self._team)) is None:
            return "left"
        card = removed()
        try:
            if item.kind == KINDS[Kind.FILE]:
                await client.files_delete(file=item.ts)
            else:
                await client.chat_update(
                    channel=item.channel, ts=item.ts, text=card.text, blocks=list(card.blocks)
                )
        except (SlackApiError, *PASSING) as error:
            found = meaning(error)
            return f"{AWAY}:{found.retry_after}" if isinstance(found, SlackAway) else found.code
        return DONE

    async def _drop(self, item: Item) -> None:
        if item.id:
            await self._cards.drop(Posted(self._team, item.channel, item.id, connection=""))
            return
        kind = next(kind for kind, name in KINDS.items() if name == item.kind)
        await self._traces.drop(self._team, Place(channel=item.channel, ts=item.ts, kind=kind))

    def _key(self, item: Item) -> tuple[str, str, str]:
        return (item.channel, item.ts, item.id)


def _announced(posted: Posted) -> Item:
    kind = LINES if posted.id.startswith(LINE) else CARDS
    return Item(kind=kind, channel=posted.channel, ts=posted.ts, id=posted.id)


def _traced(place: Place) -> Item:
    return Item(kind=KINDS[place.kind], channel=place.channel, ts=place.ts)
