"""Slack waits three seconds for an acknowledgement, even where Slack itself is what is slow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.slack.client import SlackAway
from bot.work.background import Start

log = structlog.get_logger()

Result = TypeVar("Result")

BEFORE_ACK = 2.3
"""Seconds from the click to the ack; the rest of the three is for the way there and back."""


async def _nothing(_: object) -> None:
    """What has told of itself needs no more."""


async def in_time(
    start: Start,
    work: Callable[[], Awaitable[Result]],
    late: Callable[[Result], Awaitable[None]] = _nothing,
) -> Result | None:
    """Return what `work` ends with, or None when that takes longer than an ack can wait.

    Then it goes on, and `late` gets what it ends with. Raises what `work` raises, and `SlackAway` when the process stops.
    """
    handed: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    if start(_carry(handed, work, late)) is None:
        raise SlackAway
    await asyncio.wait({handed}, timeout=BEFORE_ACK)
    if handed.done():
        return handed.result()
    handed.cancel()
    log.info("goes on after the ack")
    return None


async def _carry(
    handed: asyncio.Future[Result],
    work: Callable[[], Awaitable[Result]],
    late: Callable[[Result], Awaitable[None]],
) -> None:
    """Hand over what `work` ends with, as long as somebody waits for it."""
    try:
        result = await work()
        if handed.done():
            await late(result)
        else:
            handed.set_result(result)
    except Exception as error:
        if not handed.done():
            handed.set_exception(error)
        elif isinstance(error, SlackAway):
            log.warning("nobody could be told", slack="away")
        else:
            raise
