"""What nothing here can be faster than: a durable step of the engine, and the disk."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from pydantic import SecretStr

from bot.store.vault import Vault, new_key
from bot.work import jobs as engine
from bot.work.engine.steps import Steps
from bot.work.jobs import Jobs

STEPS, JOBS, SYNCS = 100, 30, 100


@dataclass(frozen=True)
class Floors:
    """Milliseconds of one step that does nothing, of one whole job without a step, and of one `fsync` of 4 kB.

    A job goes from what is handed over until it is done. `step_cpu` is what the step takes of the processor.
    """

    step: float
    step_cpu: float
    job: float
    sync: float


async def measure() -> str:
    """As JSON. For a process of its own, since the engine is one for a process."""
    took: asyncio.Queue[list[float]] = asyncio.Queue()

    async def run(jobs: Jobs, invocation: str, steps: Steps) -> str:
        count, times, cpu = int(invocation), [], time.process_time()
        for number in range(count):
            began = time.perf_counter()
            await steps.once(str(number), _nothing)
            times.append((time.perf_counter() - began) * 1000)
        spent = (time.process_time() - cpu) * 1000
        took.put_nowait([median(times), spent / count] if count else [])
        return ""

    with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as folder:
        vault = Vault([SecretStr(new_key())])
        async with engine.running(Path(folder) / "jobs.db", vault, run) as jobs:
            await jobs.put("steps", str(STEPS))
            step, cpu = await took.get()
            job = median([await _one(jobs, took, number) for number in range(JOBS)])
        found = Floors(step, cpu, job, _sync(Path(folder) / "sync"))
    return json.dumps(asdict(found))


async def _one(jobs: Jobs, took: asyncio.Queue[list[float]], number: int) -> float:
    began = time.perf_counter()
    await jobs.put(f"empty-{number}", "0")
    await took.get()
    return (time.perf_counter() - began) * 1000


async def _nothing() -> str:
    return ""


def _sync(path: Path) -> float:
    times = []
    with path.open("wb") as file:
        for _ in range(SYNCS):
            file.write(bytes(4096))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    return median(times)
