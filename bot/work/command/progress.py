"""Keeps account of what people asked for, and tells whoever shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.operate.log import frames
from bot.slack.invocation import Invocation
from bot.store.activity import Activity
from commands.base import Command
from commands.ports.deed import Deed, State

log = structlog.get_logger()

Watcher = Callable[[str, str, bool], None]
"""Hears of the workspace, the person, and whether it concerns everybody there."""


class Progress:
    """What fails here is logged and stops no job: an answer matters more than the account of it."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    async def begins(self, asked: Invocation, command: Command, deed: Deed, settles: str | None) -> None:
        """`settles` is the earlier job whose request this one corrects. A search shows only if it has to wait."""
        team, user = asked.team, asked.user
        if command.writes:
            await self._kept(asked, self._activity.begin(team, user, deed))
        if settles:
            await self._kept(asked, self._activity.dismiss(team, user, settles))
        self._tell(asked)

    async def waits(self, asked: Invocation, deed: Deed) -> None:
        await self._kept(asked, self._activity.record(asked.team, asked.user, deed))
        self._tell(asked)

    async def ends(self, asked: Invocation, command: Command, deed: Deed) -> None:
        team, user = asked.team, asked.user
        searched = not command.writes and deed.state in (State.DONE, State.ASKED)
        activity = self._activity
        work = activity.drop(team, user, deed.job) if searched else activity.record(team, user, deed)
        await self._kept(asked, work)
        self._tell(asked, everybody=command.admin)

    async def left(self, asked: Invocation, job: str) -> None:
        """The workspace is gone, and with it the account of what it asked for."""
        await self._kept(asked, self._activity.drop(asked.team, asked.user, job))

    def _tell(self, asked: Invocation, *, everybody: bool = False) -> None:
        for watcher in self._watchers:
            watcher(asked.team, asked.user, everybody)

    async def _kept(self, asked: Invocation, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 each database has errors of its own, and none may stop an answer
            kind, where = type(error).__name__, frames(error)
            log.warning("activity not recorded", ref=asked.reference, error=kind, where=where)
