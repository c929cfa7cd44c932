"""The Home tab: published when somebody opens it, and again when what it shows has changed."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, meaning
from bot.slack.invocation import Invocation, home_opened
from bot.slack.people import People
from bot.slack.understand import row_of
from bot.store.activity import Activity
from bot.store.vault import CannotOpen
from bot.work.background import Start
from bot.work.jobs import RETENTION
from commands.base import ConnectionInfo, ConnectionRegistry, Invalid, Person
from commands.cards import blocks, flow
from commands.cards.connection import Health
from commands.cards.home import Line, Page, home_view
from commands.catalogue import command
from commands.connection import VENDORS
from commands.ports.deed import Deed, can_edit, can_send_again
from connectors.errors import ConnectorError

log = structlog.get_logger()

OPEN = 3600.0
"""Seconds for which somebody who opened Home is taken to look at it."""
FRESH = 60.0
"""Seconds for which an ATS is not asked again how it is."""
DEADLINE = 3.0
"""Seconds that an ATS has to say so."""
MOST = 10_000

Key = tuple[str, str]
"""Workspace and person, or workspace and connection."""


class Home:
    """`start` runs a task in the group that the process closes."""

    def __init__(
        self,
        client: Callable[[str], Awaitable[AsyncWebClient | None]],
        people: People,
        registry: Callable[[str], ConnectionRegistry],
        activity: Activity,
        start: Start,
        clock: Callable[[], float] = time.time,
        keep: timedelta = RETENTION,
    ) -> None:
        self._client, self._people, self._office = client, people, registry
        self._activity, self._start, self._clock = activity, start, clock
        self._keep = keep.total_seconds()
        self._opened: OrderedDict[Key, float] = OrderedDict()
        self._health: OrderedDict[Key, tuple[float, Health]] = OrderedDict()
        self._busy: set[Key] = set()
        self._again: set[Key] = set()

    def register(self, app: AsyncApp) -> None:
        app.event("app_home_opened")(self.opened)

    async def opened(self, body: Mapping[str, Any]) -> None:
        """Only say that it is wanted: an event, too, is acknowledged at once."""
        seen = home_opened(body)
        if seen:
            self._look(*seen)

    def changed(self, team: str, user: str, everybody: bool = False) -> None:
        """Something that Home shows is different now; whoever has not opened it lately sees it next time."""
        if everybody:
            self._ask_anew(team)
        since = self._clock() - OPEN
        for key, at in list(self._opened.items()):
            if at >= since and key[0] == team and (everybody or key[1] == user):
                self._want(key)

    def renew(self, team: str, user: str) -> None:
        """Something that Home still shows to somebody has to go, whether they look at it or not."""
        self._want((team, user))

    def used(self, invocation: Invocation) -> None:
        """Somebody clicks in Home, so they are still looking at it."""
        self._saw((invocation.team, invocation.user))

    async def dismiss(self, invocation: Invocation) -> None:
        """Take a line away for good."""
        await self._activity.dismiss(invocation.team, invocation.user, row_of(invocation))
        self._look(invocation.team, invocation.user)

    def forget(self, team: str) -> None:
        """A workspace has left: nothing of it is kept."""
        self._ask_anew(team)
        for key in [key for key in self._opened if key[0] == team]:
            del self._opened[key]

    def _look(self, team: str, user: str) -> None:
        self._saw((team, user))
        self._want((team, user))

    def _saw(self, key: Key) -> None:
        self._opened[key] = self._clock()
        self._opened.move_to_end(key)
        if len(self._opened) > MOST:
            self._opened.popitem(last=False)

    def _ask_anew(self, team: str) -> None:
        for key in [key for key in self._health if key[0] == team]:
            del self._health[key]

    def _want(self, key: Key) -> None:
        """One at a time for each person, so that an older view never comes after a newer one."""
        if key in self._busy:
            self._again.add(key)
            return
        self._busy.add(key)
        self._start(self._serve(key))

    async def _serve(self, key: Key) -> None:
        try:
            await self._show(*key)
        except (SlackApiError, *PASSING) as error:
            code = getattr(meaning(error), "code", "away")
            log.warning("home not published", team=key[0], user=key[1], slack=code)
        finally:
            self._busy.discard(key)
        if key in self._again:
            self._again.discard(key)
            self._want(key)

    async def _show(self, team: str, user: str) -> None:
        """At once with what is known, and again when the ATSs have said how they are."""
        client = await self._client(team)
        if client is None:
            return
        person = await self._people.person(client, team, user)
        connections = await self._office(team).connections() if not (person.guest or person.stranger) else []
        await self._publish(client, team, person, connections)
        unknown = [each for each in connections if self._known(team, each) is None]
        if unknown:
            asked = await asyncio.gather(*(self._ask(team, each) for each in unknown))
            for health in asked:
                self._remember(team, health)
            await self._publish(client, team, person, connections)

    async def _publish(
        self, client: AsyncWebClient, team: str, person: Person, connections: Sequence[ConnectionInfo]
    ) -> None:
        now = self._clock()
        page = Page(
            person=person,
            connections=[(each, self._known(team, each)) for each in connections],
            lines=[_line(deed, now, self._keep) for deed in await self._activity.last(team, person.id)],
            vendors=VENDORS,
            now=now,
        )
        await client.views_publish(user_id=person.id, view=home_view(page))

    def _known(self, team: str, connection: ConnectionInfo) -> Health | None:
        at, health = self._health.get((team, connection.id), (0.0, None))
        return health if health and self._clock() - at < FRESH else None

    def _remember(self, team: str, health: Health) -> None:
        self._health[team, health.connection.id] = (self._clock(), health)
        self._health.move_to_end((team, health.connection.id))
        if len(self._health) > MOST:
            self._health.popitem(last=False)

    async def _ask(self, team: str, connection: ConnectionInfo) -> Health:
        try:
            async with asyncio.timeout(DEADLINE):
                return Health(connection, await self._office(team).account(connection))
        except TimeoutError:
            return Health(connection, None, "slow: it did not answer in time")
        except ConnectorError as error:
            return Health(connection, None, blocks.esc(flow.sentence(error)))
        except (CannotOpen, Invalid):
            return Health(connection, None, "its key cannot be opened here: connect it again")


def _line(deed: Deed, now: float, keep: float) -> Line:
    """What can be done about a deed, as long as what was sent is still kept."""
    if now - deed.created > keep:
        return Line(deed)
    try:
        asked = command(deed.command, deed.verb)
    except LookupError:  # a verb of another version
        return Line(deed)
    return Line(deed, again=can_send_again(deed), edit=can_edit(deed.outcome, asked))
