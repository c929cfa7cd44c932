"""Runs the bot until a signal says to stop; work under way is then kept for the next start."""

from __future__ import annotations

import asyncio
import signal

import structlog

from bot.app import running
from bot.settings import Settings

log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    stop = stopping()
    async with running(settings):
        await stop.wait()
        log.info("stopping")


def stopping() -> asyncio.Event:
    """An event that is set by Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop
