"""What can befall the bot's own machine: a full disk or no database, a lock, a clock that is set wrong."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from bot.settings import Settings
from bot.store.activity import TABLE as ACTIVITY
from bot.store.lines import TABLE as LINES
from bot.work.engine.backlog import TABLE as JOBS
from bot.work.engine.inbox import beside

SPACE = 384
"""MB of the small disk."""
WRITTEN = 64 * 1024
"""Bytes up to which a process may still write a file when its quota stands for a full disk."""
STANDS = 60.0
"""Seconds within which a bot has made all that it keeps its work in."""


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


class Machine(ABC):
    """What the bot lives on, as the torture sees it; `folder` holds its files, and the clock lies beside it."""

    database: str
    """What it is called in the documents."""
    life: tuple[float, float]
    """Seconds from the moment at which the bot listens to its end, the least and the most."""
    lockable: Sequence[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock_file = folder.with_name("clock")
        self.clock_file.write_text("0")

    @property
    @abstractmethod
    def address(self) -> str:
        """For `SHORTLIST_DATABASE_URL`."""

    @abstractmethod
    async def withhold(self, pid: int, seconds: float) -> str:
        """Nothing can be written for so long; which way was taken."""

    async def stands(self) -> None:
        """Return once all is there that can be locked: a lock on what the bot does not use would try nothing."""
        async with asyncio.timeout(STANDS):
            while self.missing():
                await asyncio.sleep(0.05)

    @abstractmethod
    def missing(self) -> list[str]:
        """What can be locked and is not there."""

    async def locked(self, name: str, seconds: float) -> bool:
        """Another process writes there, and takes its time; whether it came to that. What is not there is an error."""
        return await asyncio.to_thread(self._lock, name, seconds)

    @abstractmethod
    def _lock(self, name: str, seconds: float) -> bool:
        """The same, in a thread."""

    @abstractmethod
    def states(self) -> dict[str, int]:
        """How many jobs ended how."""

    @abstractmethod
    def relieve(self) -> None:
        """What withholds ends now."""

    def set_clock(self, wrong: float, pid: int) -> None:
        self.clock_file.write_text(str(wrong))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGUSR1)

    def open_jobs(self) -> int:
        """How much the engine has not brought to an end."""
        states = self.states()
        return sum(states.get(state, 0) for state in ("ENQUEUED", "PENDING", "DELAYED"))


class Files(Machine):
    """SQLite, perhaps on a disk of its own."""

    database = "SQLite"
    life = (0.3, 3.5)

    def __init__(self, folder: Path, own_disk: bool) -> None:
        super().__init__(folder)
        self.own_disk = own_disk
        bot = Settings(database_url=self.address, _env_file=None)
        self.jobs = bot.jobs_path
        self.inbox = beside(bot.jobs_path)
        self.lockable = tuple(path.name for path in (bot.database_path, self.jobs, self.inbox))
        self._filler = folder / "filler"

    @property
    def address(self) -> str:
        return f"sqlite:///{self.folder / 'shortlist.db'}"

    async def withhold(self, pid: int, seconds: float) -> str:
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

    def missing(self) -> list[str]:
        return [name for name in self.lockable if not (self.folder / name).exists()]

    def states(self) -> dict[str, int]:
        wanted = "select status, count(*) from workflow_status group by status"
        with closing(sqlite3.connect(f"file:{self.jobs}?mode=ro", uri=True, timeout=5)) as file:
            return {str(status): int(count) for status, count in file.execute(wanted)}

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

    def _lock(self, name: str, seconds: float) -> bool:
        path = self.folder / name
        if not path.exists():
            raise FileNotFoundError(path)
        with closing(_opened(path)) as other:
            try:
                other.execute("begin immediate")
            except sqlite3.OperationalError:  # the disk is full, or the bot held it all the time
                return False
            time.sleep(seconds)
            other.execute("rollback")
            return True


def _opened(path: Path) -> sqlite3.Connection:
    """A file that is there; it is not made if it is not."""
    return sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None, timeout=2)


class Server(Machine):
    """PostgreSQL, which is cut off from the bot now and then."""

    database = "PostgreSQL"
    life = (1.0, 7.0)  # work is taken over after some seconds, if the successor lives that long
    lockable = (JOBS["postgresql"], "dbos.operation_outputs", ACTIVITY, LINES)

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        self._url = url
        self._name = url.partition("?")[0].rpartition("/")[2]

    @property
    def address(self) -> str:
        return self._url

    async def withhold(self, pid: int, seconds: float) -> str:
        await asyncio.to_thread(self._admit, False)
        await asyncio.sleep(seconds)
        self.relieve()
        return "a database server that is gone"

    def missing(self) -> list[str]:
        with psycopg.connect(self._url) as server:
            found = {name: server.execute("select to_regclass(%s)", [name]) for name in self.lockable}
            return [name for name, row in found.items() if row.fetchone() == (None,)]

    def states(self) -> dict[str, int]:
        with psycopg.connect(self._url) as server:
            found = server.execute("select status, count(*) from dbos.workflow_status group by status")
            return {str(status): int(count) for status, count in found}

    def relieve(self) -> None:
        self._admit(True)

    def _admit(self, yes: bool) -> None:
        """Take connections, or cut those that there are and take none."""
        others = self._url.replace(f"/{self._name}?", "/postgres?")
        with psycopg.connect(others, autocommit=True) as server:
            allow = sql.SQL("alter database {} with allow_connections {}")
            server.execute(allow.format(sql.Identifier(self._name), sql.Literal(yes)))
            if not yes:
                cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
                server.execute(cut, [self._name])

    def _lock(self, name: str, seconds: float) -> bool:
        table = sql.Identifier(*name.split("."))
        try:
            with psycopg.connect(self._url) as server:
                server.execute(sql.SQL("lock table {} in access exclusive mode").format(table))
                time.sleep(seconds)
                server.rollback()
        except psycopg.OperationalError:  # the server is gone; a table that is not there is another error
            return False
        return True
