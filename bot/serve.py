"""Runs the bot until a signal says to stop; work under way is then kept for the next start."""

from __future__ import annotations

import asyncio
import signal

import structlog

from bot.app import running
from bot.garbage import settle
from bot.settings import Settings

log = structlog.get_logger()

SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def serve(settings: Settings) -> None:
    stop = stopping()
    async with running(settings) as bot:
        settle()
        await stop.wait()
        bot.leaving.set()
        log.info("stopping", drain=settings.drain_seconds)
        # Whoever sends here needs a moment to see that this process is not ready any more.
        await asyncio.sleep(settings.drain_seconds)
    log.info("stopped")


def stopping() -> asyncio.Event:
    """An event that is set by Ctrl-C or SIGTERM; a second one of them ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def first() -> None:
        for name in SIGNALS:
            loop.remove_signal_handler(name)
            signal.signal(name, signal.SIG_DFL)  # at once, even if the loop hangs: what was taken is on disk
        stop.set()

    for name in SIGNALS:
        loop.add_signal_handler(name, first)
    return stop
