"""What has to be in order before Slack may send here, each with the sentence that says what is not."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from bot.operate.figures import Figures
from bot.operate.health import Check, Health
from bot.settings import Settings
from bot.slack.authorize import Installations
from bot.slack.socket import Socket
from bot.store import installations, workspaces
from bot.store.base import Store
from bot.store.migrations import STEPS
from bot.store.schema import keys_of
from bot.store.vault import CannotOpen, SealedColumn, Vault
from bot.work.cluster.peers import Peers
from bot.work.engine.backlog import Backlog, Waiting
from bot.work.engine.put import QUEUE

LONGEST_WAIT = 300.0
"""Seconds after which work that waits to begin says that nothing takes it up; a burst is over by then."""
LEAST_FREE = 100 * 2**20
"""Bytes. SQLite writes a change twice, and what cannot be written cannot be acknowledged."""
MEGABYTE = 2**20
LOOKED_AT = (installations.SEALED[0], *workspaces.SEALED)
SAMPLE = 5
"""Rows of each of them: all of them are the doctor's to look at."""
KEYS = keys_of(STEPS)


@dataclass(frozen=True)
class Checks:
    """What is looked at. A check that raises is one that failed."""

    settings: Settings
    installations: Installations
    backlog: Backlog
    store: Store
    vault: Vault
    peers: Peers
    socket: Socket | None = None

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.settings, self.backlog, self.store)

    def health(self, leaving: asyncio.Event) -> Health:
        metrics, token = self.settings.metrics, self.settings.metrics_token.get_secret_value()
        return Health(self.all(), self.figures.collect, leaving, metrics=metrics, token=token)

    def all(self) -> Mapping[str, Check]:
        checks: dict[str, Check] = {
            "slack": self.slack,
            "database": self.database,
            "jobs": self.jobs,
            "keys": self.keys,
        }
        return {**checks, **({"disk": self.disk} if self.settings.on_sqlite else {"peers": self.alive})}

    async def slack(self) -> str | None:
        if not self.installations.ready:
            return "Slack has not confirmed the bot token yet"
        return (
            "the socket to Slack is not open" if self.socket and not await self.socket.connected() else None
        )

    async def database(self) -> str | None:
        await self.store.rows("once", {"id": ""})
        await self.figures.waiting()
        return None

    async def jobs(self) -> str | None:
        if not self.backlog.alive():
            return "the thread that writes jobs down has ended: nothing can be acknowledged, so restart Shortlist"
        return stuck(await self.figures.waiting())

    async def alive(self) -> str | None:
        if self.peers.present:
            return None
        return "the other processes on this database cannot see that this one is alive, so it does no work meanwhile"

    async def keys(self) -> str | None:
        found = [await self._sample(column) for column in LOOKED_AT]
        return locked([each for some in found for each in some], self.vault)

    async def _sample(self, column: SealedColumn) -> Sequence[tuple[str, str]]:
        """A few sealed values, each with its owner."""
        (key,) = KEYS[column.table]
        rows = await self.store.after(column.table, {}, key, "", SAMPLE)
        return [(column.owner(row), str(row[column.column])) for row in rows if row[column.column]]

    async def disk(self) -> str | None:
        return await asyncio.to_thread(full, self.settings.database_path.absolute().parent)


def stuck(work: Sequence[Waiting]) -> str | None:
    """What people asked for has to begin soon; bulk work may wait, and running work may wait for an ATS."""
    ages = [each.oldest for each in work if (each.queue, each.state) == (QUEUE, "waiting")]
    oldest = max(ages, default=0.0)
    return f"a job has waited for {oldest:.0f} s and nothing takes it up" if oldest > LONGEST_WAIT else None


def locked(sealed: Sequence[tuple[str, str]], vault: Vault) -> str | None:
    """One that opens is enough: what was sealed with a key that is lost for good must not stop the others."""
    if not sealed or any(map(partial(_opens, vault), sealed)):
        return None
    return "SHORTLIST_ENCRYPTION_KEYS opens nothing of what is stored: a key is missing there, or it is another one"


def _opens(vault: Vault, sealed: tuple[str, str]) -> bool:
    try:
        vault.open(*sealed)
    except CannotOpen:
        return False
    return True


def full(folder: Path, least: int = LEAST_FREE) -> str | None:
    free = shutil.disk_usage(folder).free
    if free >= least:
        return None
    return (
        f"only {free // MEGABYTE} MB are free where the database lies, and {least // MEGABYTE} MB are needed"
    )
