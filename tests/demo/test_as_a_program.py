"""`shortlist demo` as somebody starts it: it says where it is, answers there, and stops when told."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import aiohttp
import pytest

pytestmark = pytest.mark.anyio

SHORTLIST = Path(sys.executable).with_name("shortlist")
STARTS, STOPS = 60, 15
"""Seconds; a few are usual."""
ADDRESS = re.compile(r"The demo is at (http://127\.0\.0\.1:\d+)\s")


async def address(process: Process) -> str:
    assert process.stdout
    async with asyncio.timeout(STARTS):
        async for line in process.stdout:
            if found := ADDRESS.match(line.decode()):
                return found[1]
    raise AssertionError("it ended without saying where it is")


async def ends(process: Process) -> tuple[str, str]:
    """What it still said, on standard output and standard error."""
    async with asyncio.timeout(STOPS):
        out, err = await process.communicate()
    return out.decode(), err.decode()


async def test_the_demo_says_where_it_is_answers_and_stops_at_ctrl_c(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        SHORTLIST, "demo", "--no-browser", stdout=PIPE, stderr=PIPE, cwd=tmp_path
    )
    try:
        url = await address(process)
        async with aiohttp.ClientSession() as http, http.get(f"{url}/") as page:
            assert page.status == 200
            assert "<title>Shortlist demo</title>" in await page.text()
        process.send_signal(signal.SIGINT)
        out, err = await ends(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    assert out.splitlines() == ["Ctrl-C stops it.", "Stopped."]
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == [], "nothing is left where it was started"
