"""One bench from beginning to end: measures all, and writes the pages."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from tests.bench import capacity
from tests.bench.acks import Course, acks
from tests.bench.chart import chart
from tests.bench.crowd import crowd
from tests.bench.figures import figures
from tests.bench.floors import Floors
from tests.bench.found import Found
from tests.bench.importing import imported
from tests.bench.javascript import fetched
from tests.bench.kinds import kinds
from tests.bench.overhead import overheads
from tests.bench.report import page
from tests.bench.servers import process
from tests.bench.waiting import waiting
from tests.bench.watching import watched
from tests.bench.whole import lookups, whole

DOCS = Path(__file__).parents[2] / "docs"

T = TypeVar("T")


async def bench() -> None:
    print("Signed commands over loopback; about six minutes.", flush=True)
    found = await measure()
    text = page(found)
    (DOCS / "performance.md").write_text(text)
    (DOCS / "performance.svg").write_text(chart(found.acks))
    (DOCS / "performance.json").write_text(json.dumps(figures(found), indent=1) + "\n")
    capacity.main()
    print(text)


async def measure() -> Found:
    """What is measured against something else comes first, since it takes the longest calm."""
    began, load = time.perf_counter(), os.getloadavg()[0]
    async with fetched() as javascript, process("stand-ins", {}) as started:
        world: dict[str, str] = json.loads(started.line)
        results = await _told("acks", acks(Course(world, javascript)))
        found = Found(
            acks=results,
            javascript=f"{javascript.version} on Node {javascript.node}" if javascript else "",
            overheads=await _told("command to answer", overheads()),
            floors=await _told("floors", floors()),
            kinds=await _told("kinds of interactions", kinds()),
            whole=await _told("start and idling", whole()),
            lookups=await _told("look-ups", lookups()),
            crowd=await _told("many workspaces", crowd(world)),
            waiting=await _told("waiting jobs", waiting(world)),
            watched=await _told("watches", watched()),
            imported=await _told("import", imported()),
            load=load,
            seconds=0.0,
        )
    return replace(found, seconds=time.perf_counter() - began)


async def floors() -> Floors:
    async with process("floors", {}) as measured:
        return Floors(**json.loads(measured.line))


async def _told(name: str, part: Awaitable[T]) -> T:
    """Say how long a part took."""
    began = time.perf_counter()
    found = await part
    print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    return found
