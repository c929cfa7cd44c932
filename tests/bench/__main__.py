"""Runs the bench, or one of the processes that it starts."""

import argparse
import asyncio
import json
import os
import time
from pathlib import Path

from tests.bench.acks import acks
from tests.bench.chart import chart
from tests.bench.kinds import kinds
from tests.bench.report import Found, page
from tests.bench.servers import ROLES, process
from tests.bench.whole import lookups, whole

DOCS = Path(__file__).parents[2] / "docs"


async def bench() -> None:
    began, load = time.perf_counter(), os.getloadavg()[0]
    print("Signed commands over loopback; about four minutes.", flush=True)
    async with process("stand-ins", {}) as started:
        results = await acks(json.loads(started.line))
    each, way, looks = await kinds(), await whole(), await lookups()
    found = Found(results, each, way, looks, load, time.perf_counter() - began)
    text = page(found)
    (DOCS / "performance.md").write_text(text)
    (DOCS / "performance.svg").write_text(chart(results))
    print(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", nargs="?", choices=ROLES, help="what a process started by the bench does")
    role: str | None = parser.parse_args().role
    asyncio.run(_run(role))


async def _run(role: str | None) -> None:
    await (ROLES[role]() if role else bench())


if __name__ == "__main__":
    main()
