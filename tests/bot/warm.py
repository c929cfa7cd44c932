"""A process that has loaded the bot, and makes others out of itself: to load takes two seconds of each start.

Started as `python -m tests.bot.warm SOCKET PREPARES`. Over the socket comes, for each process, what it is to run, and
the files that it is to have as input, output and errors, and one on which its id and its exit code are told.
"""

from __future__ import annotations

import json
import os
import random
import runpy
import signal
import socket
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from bot.garbage import seldom
from tests import trust

LOOK = 0.02
"""Seconds between two looks whether a process has ended."""
LARGEST = 1 << 18
FILES = 4


def load(prepares: str) -> None:
    """All that `shortlist serve` loads, after what is to be prepared, if anything."""
    if prepares:
        import_module(prepares).prepare()
    for name in ("bot.shell", "bot.serve"):
        import_module(name)


def next_words(door: socket.socket) -> list[str]:
    """Returns in each new process, with what it is to run; in this one it never does."""
    while True:
        message, files, _, _ = socket.recv_fds(door, LARGEST, FILES)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            door.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if (pid := os.fork()) == 0:
                return become(json.loads(message), files)
            watch_over(pid, files)
        for file in files:
            os.close(file)


def become(asked: dict[str, Any], files: Sequence[int]) -> list[str]:
    for number, file in enumerate(files[:3]):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["folder"])
    random.seed()
    return [*asked["words"]]


def watch_over(pid: int, files: Sequence[int]) -> None:
    """Tell its id and, in the end, its exit code; whoever watches over this one may die before."""
    told, parent = files[3], os.getppid()
    os.write(told, b"%d\n" % pid)
    for file in files[:3]:
        os.close(file)
    while (ended := os.waitpid(pid, os.WNOHANG)) == (0, 0):
        if os.getppid() != parent:
            os.kill(pid, signal.SIGKILL)
        time.sleep(LOOK)
    os.write(told, b"%d\n" % os.waitstatus_to_exitcode(ended[1]))
    os._exit(0)


def main() -> None:
    seldom()
    trust.share()
    door = socket.socket(fileno=int(sys.argv[1]))
    load(sys.argv[2])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever watches over a process is not waited for
    module, *words = next_words(door)
    sys.argv[1:] = words
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
