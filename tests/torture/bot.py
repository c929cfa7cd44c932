"""`shortlist serve` as a process of its own, with time made short and a clock that can be set wrong.

Nothing else differs: the command line, the environment, the engine and its files are the real ones. What stands
here are the constants that would make a night out of an hour: how long the bot waits before it tries again.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FrameType

from bot.garbage import seldom

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
    """Wrong by what the file says. Everything that asks for the time of day in this process asks here."""

    def __init__(self, file: Path) -> None:
        self._file, self._real = file, time.time
        self._wrong = 0.0
        self.read()

    def read(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self._wrong = float(self._file.read_text() or 0)

    def __call__(self) -> float:
        return self._real() + self._wrong


def set_wrong() -> None:
    """Before anything of the bot is loaded: it takes hold of `time.time` then."""
    if file := os.environ.get(CLOCK):
        clock = Clock(Path(file))
        signal.signal(signal.SIGUSR1, clock.read)
        time.time = clock


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


def end_with(parent: int) -> None:
    """A bot whose torturer has been killed would run for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            pause.wait(1.0)
        os._exit(1)

    pause = threading.Event()
    threading.Thread(target=watch, name="parent", daemon=True).start()


def main() -> None:
    end_with(os.getppid())
    set_wrong()
    seldom()
    hurry()
    from bot.shell import cli

    cli(["serve"])


if __name__ == "__main__":
    main()
