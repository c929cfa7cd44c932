"""`python -m tests.fuzz --bodies 20000 --seed 7`; `--only N` throws one body again."""

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from bot.operate.log import configure
from tests.fuzz.run import run
from tests.fuzz.volley import Report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=20_000, help="how many are thrown")
    parser.add_argument("--first", type=int, default=0, help="the number of the first, to go on from there")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="chooses them")
    parser.add_argument("--only", type=int, action="append", help="the number of one that was taken wrongly")
    given = parser.parse_args()
    configure("error")
    report = asyncio.run(_run(given.seed, given.only or range(given.first, given.first + given.bodies)))
    print(report)
    sys.exit(1 if report.wrong else 0)


async def _run(seed: int, numbers: list[int] | range) -> Report:
    print(f"Seed {seed}: about a minute for a thousand bodies.", flush=True)
    with tempfile.TemporaryDirectory(prefix="shortlist-fuzz-") as folder:
        return await run(Path(folder), seed, numbers, lambda text: print(text, flush=True))


if __name__ == "__main__":
    main()
