"""Puts what happened into the audit, and never stands in the way of an answer for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.operate.log import frames
from bot.store.audit import Audit, Happened
from bot.store.history import History

log = structlog.get_logger()

PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)
"""Seconds between attempts to write down what could not be written at once."""

Sleep = Callable[[float], Awaitable[None]]


class Ledger:
    """`write` before the person is answered, and `insist` afterwards on what it could not write.

    Both may come again after a crash: of one id there is one entry. What cannot be written at all is in the log, whole.
    """

    def __init__(self, audit: Audit, history: History) -> None:
        self._audit, self.history = audit, history
        self.sweep, self.mark, self.enlist = audit.sweep, audit.mark, audit.enlist

    async def write(self, happened: Happened) -> bool:
        """Whether it is there now."""
        try:
            await self._audit.record(happened)
        except Exception as error:  # noqa: BLE001 each database has errors of its own, and none may stop an answer
            kind, where = type(error).__name__, frames(error)
            log.warning("audit entry not written yet", team=happened.team, error=kind, where=where)
            return False
        return True

    async def insist(self, happened: Happened, sleep: Sleep) -> None:
        for pause in PAUSES:
            await sleep(pause)
            if await self.write(happened):
                return
        # Ids and words of ours, as in the entry; the candidate's id is left out, since here it would be in clear.
        log.error("audit entry not written", **happened.model_dump(exclude={"candidate"}))
