"""The processes that share one database: who is alive, what they tell each other, and whose turn it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from bot.store.address import file_of
from bot.work.cluster.alone import alone_on
from connectors.pace import Meter

ALONE = "shortlist"
"""The id of a process on a file: work that an earlier one left is its own at the next start."""

Hearer = Callable[[str], None]
Takeover = Callable[[str], Awaitable[None]]
"""Takes up what the process with this id has left."""
Regained = Callable[[], Awaitable[None]]


class Peers:
    """A process that is alone, as on a file: it is always alive, has every turn, and nobody to talk to."""

    id = ALONE
    meter: Meter | None = None

    @property
    def present(self) -> bool:
        """Whether the others know at this moment that this process is alive."""
        return True

    async def ready(self) -> None:
        """Return while this process is known to be alive. Whoever is not may find its work in other hands."""

    def tell(self, said: str) -> bool:
        """Say something to all others; whether there are others. It may be lost, so nothing may depend on it."""
        return False

    def hear(self, hearer: Hearer) -> None:
        """Have what others say handed to this."""

    def on_peer_lost(self, gone: Callable[[], None]) -> None:
        """Have this called when another process has been found dead, and its work is free."""

    def on_takeover(self, takeover: Takeover) -> None:
        """Have this called in the one process that clears up after a dead one."""

    def on_regained(self, regained: Regained) -> None:
        """Have this called when this process was perhaps taken for dead, before it goes on."""

    def begin(self) -> None:
        """All heirs are there: from now on, clear up after the dead."""

    async def suspect(self, ids: Iterable[str]) -> None:
        """These own something: find out whether they are alive."""

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Hold something that only one process may do at a time. Within a process whoever asks takes care of it."""
        yield


@asynccontextmanager
async def among(url: str) -> AsyncIterator[Peers]:
    """Be one of the processes on this database until the block ends; on a file there is no other.

    Raises `StoreTaken` when there is one all the same.
    """
    if file := file_of(url):
        async with alone_on(file):
            yield Peers()
        return
    from bot.work.cluster.presence import present  # who keeps a file does not wait for the driver to load

    async with present(url) as peers:
        yield peers
