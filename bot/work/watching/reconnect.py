"""Tells people by DM that the watch of a connection is paused, with a button that connects it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import structlog
from pydantic import TypeAdapter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, meaning
from bot.slack.deliver import Deliver
from bot.work.engine.steps import Steps
from commands.base import ConnectionInfo
from commands.cards import trouble
from connectors.models import Record

log = structlog.get_logger()

RECONNECT = "reconnect"
"""The kind of durable work that this is."""
PAUSES = (5.0, 30.0, 300.0, 1800.0, 3600.0, 3600.0)
"""Seconds between attempts while Slack takes no message."""
_PEOPLE = TypeAdapter(list[str])


class Reconnect(Record):
    """The payload of `RECONNECT`."""

    team: str
    connection: ConnectionInfo


class Reconnecting:
    """`listeners` are the ids of the people who switched announcements of a connection on."""

    def __init__(
        self,
        client: Callable[[str], Awaitable[AsyncWebClient | None]],
        deliver: Deliver,
        listeners: Callable[[str, str], Awaitable[Iterable[str]]],
    ) -> None:
        self._client, self._deliver, self._listeners = client, deliver, listeners

    async def tell(self, payload: str, steps: Steps) -> str:
        """The handler of `RECONNECT`; returns how many were told."""
        about = Reconnect.model_validate_json(payload)

        async def who() -> str:
            people = sorted(set(await self._listeners(about.team, about.connection.id)) - {""})
            return _PEOPLE.dump_json(people).decode()

        people = _PEOPLE.validate_json(await steps.once("who", who))
        told = [await self._told(about, person, steps) for person in people]
        log.info("asked to connect again", team=about.team, connection=about.connection.id, told=sum(told))
        return str(sum(told))

    async def _told(self, about: Reconnect, person: str, steps: Steps) -> bool:
        async def post() -> str:
            if (client := await self._client(about.team)) is None:
                return "left"
            try:
                await self._deliver.direct(client, person, trouble.watch_paused(about.connection))
            except (SlackApiError, *PASSING) as error:
                found = meaning(error)
                return "away" if isinstance(found, SlackAway) else "refused"
            return "told"

        for pause in (*PAUSES, None):
            way = await steps.once("tell", post)
            if way != "away" or pause is None:
                break
            await steps.sleep(pause)
        return way == "told"
