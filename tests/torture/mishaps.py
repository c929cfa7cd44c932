"""What can befall the bot's own machine: a full disk, a locked file, a clock that is set wrong."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

SPACE = 384
"""MB of the small disk."""
WRITTEN = 64 * 1024
"""Bytes up to which a process may still write a file when its quota stands for a full disk."""


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Put a disk of its own under the folder, where this user may; whether that worked."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={SPACE}m,mode=700", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=True)


class Machine:
    """The bot's files in `folder`, which may be a disk of its own; the clock lies beside it."""

    def __init__(self, folder: Path, own_disk: bool) -> None:
        self.folder, self.own_disk = folder, own_disk
        self.clock_file = folder.with_name("clock")
        self.clock_file.write_text("0")
        self._filler = folder / "filler"

    async def full(self, pid: int, seconds: float) -> str:
        """No byte more for so long; which way was taken."""
        if self.own_disk:
            await asyncio.to_thread(self._fill)
            await asyncio.sleep(seconds)
            self._filler.unlink()
            return "full disk (a disk of its own)"
        if not hasattr(resource, "prlimit"):
            return "full disk: left out, this system sets no quota from outside"
        with suppress(ProcessLookupError):
            most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (WRITTEN, most[1]))
            await asyncio.sleep(seconds)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, most)
        return "full disk (a quota)"

    def relieve(self) -> None:
        self._filler.unlink(missing_ok=True)

    def _fill(self) -> None:
        piece = bytes(2**20)
        with self._filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(piece) == len(piece):
                continue
        with self._filler.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(b"\0" * 512):
                continue

    async def locked(self, name: str, seconds: float) -> None:
        """Another process writes to the file, and takes its time."""
        with suppress(sqlite3.Error):  # the file may be full, or not there yet
            await asyncio.to_thread(self._lock, name, seconds)

    def _lock(self, name: str, seconds: float) -> None:
        with closing(sqlite3.connect(self.folder / name, isolation_level=None, timeout=2)) as other:
            other.execute("begin immediate")
            time.sleep(seconds)
            other.execute("rollback")

    def set_clock(self, wrong: float, pid: int) -> None:
        self.clock_file.write_text(str(wrong))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGUSR1)

    def open_jobs(self) -> int:
        """How much the engine has not brought to an end."""
        return sum(self.states().get(state, 0) for state in ("ENQUEUED", "PENDING", "DELAYED"))

    def states(self) -> dict[str, int]:
        """How many jobs ended how."""
        wanted = "select status, count(*) from workflow_status group by status"
        path = f"file:{self.folder / 'shortlist-jobs.db'}?mode=ro"
        with closing(sqlite3.connect(path, uri=True, timeout=5)) as file:
            return {str(status): int(count) for status, count in file.execute(wanted)}
