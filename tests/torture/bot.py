"""`shortlist serve` as a process of its own, with time made short and a clock that can be set wrong.

Nothing else differs: the command line, the environment, the engine and its files are the real ones. What stands
here are the constants that would make a night out of an hour: how long the bot waits before it tries again.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FrameType

CLOCK = "TORTURE_CLOCK"
"""The file that says by how many seconds this process's clock is wrong; SIGUSR1 says that it has changed."""

SHORTER: Mapping[str, object] = {
    "bot.work.perform:PAUSES": (0.2, 0.5, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0),
    "bot.work.perform:AFTER_DOUBT": 0.3,
    "bot.work.command.journal:SETTLES": 2.5,
    "bot.work.command.tell:SLACK_PAUSES": (0.2, 0.5, 1.0, 2.0, 3.0, 5.0),
    "bot.work.command.tell:SLOW": 0.8,
    "bot.work.jobs:DRAIN": 1,
    "connectors.http:ATTEMPTS": 2,
    "connectors.http:PATIENCE": 3.0,
}
"""Module and constant, and what it is here: hours become seconds."""
READ_DEADLINE = 1.5
ANSWER, CONNECT = 0.8, 0.4
"""Seconds that a call to an ATS may take, in place of 20 and 5."""


class Clock:
    """Wrong by what its file says. Everything that asks for the time of day in this process asks here."""

    def __init__(self) -> None:
        self._real, self._wrong = time.time, 0.0
        self._file: Path | None = None

    def follow(self, file: Path) -> None:
        self._file = file
        self.read()

    def read(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        if self._file:
            self._wrong = float(self._file.read_text() or 0)

    def __call__(self) -> float:
        return self._real() + self._wrong


_clock = Clock()


def prepare() -> None:
    """Before anything of the bot is loaded: it takes hold of `time.time` then."""
    time.time = _clock


def set_wrong() -> None:
    if file := os.environ.get(CLOCK):
        _clock.follow(Path(file))
        signal.signal(signal.SIGUSR1, _clock.read)


def hurry() -> None:
    import httpx

    from connectors.http import new_client
    from connectors.pace import Pace

    timeout = httpx.Timeout(ANSWER, connect=CONNECT)
    import_module("bot.work.command.journal").Journal.__init__.__kwdefaults__["patience"] = READ_DEADLINE
    others = {
        "bot.app:new_client": partial(new_client, timeout=timeout),
        # The weather says 429 where it likes; at a vendor's real rate nothing would get done in so short a time.
        "connectors.http:Pace": lambda *_, **__: Pace(None),
    }
    for name, value in {**SHORTER, **others}.items():
        module, _, constant = name.partition(":")
        setattr(import_module(module), constant, value)


def main() -> None:
    set_wrong()
    hurry()
    from bot.shell import cli

    cli(["serve"])


if __name__ == "__main__":
    from tests.torture import bot  # what has prepared is that module, and not this one

    bot.main()
