"""Opens the store that an address names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from .address import file_of
from .base import Store
from .migrations import STEPS
from .schema import Step
from .sqlite import SqliteStore


async def open_store(url: str, steps: Sequence[Step] = STEPS) -> Store:
    """Bring its tables up to date and return it; whoever opens it closes it. Raises `StoreAway`."""
    if path := file_of(url):
        return SqliteStore(path, steps)
    from .postgres import PostgresStore  # who keeps a file does not wait for the driver to load

    return await asyncio.to_thread(PostgresStore.open, url, steps)
