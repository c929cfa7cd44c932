"""Keeps account of which messages tell of whom."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from bot.operate.log import frames
from bot.store.traces import Kind, Place, Traces
from bot.work.forgetting.subjects import subjects_of

log = structlog.get_logger()


class Trail:
    """What fails here is logged and holds no answer up: sent once more, it would be there twice."""

    def __init__(self, traces: Traces) -> None:
        self.traces = traces

    async def tells(self, team: str, place: Place, *said: object) -> None:
        """A message was posted or changed; `said` is all that may tell of whom."""
        await self.about(team, place, subjects_of(*said))

    async def about(self, team: str, place: Place, subjects: Iterable[str]) -> None:
        try:
            await self.traces.note(team, place, subjects)
        except Exception as error:  # noqa: BLE001 each database has errors of its own
            kind, where = type(error).__name__, frames(error)
            log.error("a message cannot be found again", team=team, kind=place.kind, error=kind, where=where)


__all__ = ["Kind", "Place", "Trail"]
