"""What people can do on the demo's page beside Slack: act in an ATS as its recruiters do, and move the time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

from bot.demo.ats import StandInAts
from bot.demo.ats.desk import CannotAct
from bot.demo.clock import DemoClock
from bot.demo.slack.clicks import CannotDo
from bot.demo.slack.page import Act
from bot.demo.slack.wire import Json

Sweep = Callable[[], Awaitable[None]]


def acts(ats: Mapping[str, StandInAts], clock: DemoClock, sweeps: Iterable[Sweep]) -> dict[str, Act]:
    """`POST /page/ats {vendor, act, …}` as `Desk.act` takes it, and `POST /page/forward {seconds}`.

    `sweeps` is what the bot does every few minutes: the clock moved, so it does it now.
    """

    async def in_ats(said: Json) -> Json:
        given = {name: str(value) for name, value in said.items() if name not in ("vendor", "act")}
        try:
            return {"id": ats[said["vendor"]].act(said["act"], **given)}
        except CannotAct as no:
            raise CannotDo(str(no)) from None

    async def forward(said: Json) -> Json:
        clock.forward(float(said["seconds"]))
        for sweep in sweeps:
            await sweep()
        return {"now": clock()}

    return {"ats": in_ats, "forward": forward}
