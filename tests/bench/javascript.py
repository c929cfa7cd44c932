"""Bolt for JavaScript, fetched for this run alone into a folder that goes away."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.servers import Started, launched

PACKAGE = "@slack/bolt"
SERVER = Path(__file__).with_name("bolt.mjs")
PATIENCE = 90.0
"""Seconds that fetching it may take."""


@dataclass(frozen=True)
class JavaScript:
    """Where the package is, and which it is."""

    modules: Path
    version: str
    node: str

    @asynccontextmanager
    async def server(self, world: Mapping[str, str]) -> AsyncIterator[Started]:
        command = ("node", str(SERVER))
        async with launched(command, {**world, "BENCH_MODULES": str(self.modules)}) as started:
            yield started


@asynccontextmanager
async def fetched() -> AsyncIterator[JavaScript | None]:
    """None where there is no Node, or the package cannot be had."""
    with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as folder:
        yield await _fetch(Path(folder)) if shutil.which("node") and shutil.which("npm") else None


async def _fetch(folder: Path) -> JavaScript | None:
    options = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel", "error")
    if await _said(folder, "npm", "install", *options, PACKAGE) is None:
        return None
    modules = folder / "node_modules"
    node = await _said(folder, "node", "--version")
    about = json.loads((modules / PACKAGE / "package.json").read_text())
    return JavaScript(modules, str(about["version"]), (node or "").strip())


async def _said(folder: Path, *command: str) -> str | None:
    """What a command printed; None when it failed, or took too long."""
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    started = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdin=nothing, stdout=pipe, stderr=nothing
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await started.communicate()
    except TimeoutError:
        started.kill()
        await started.wait()
        return None
    return said.decode() if started.returncode == 0 else None
