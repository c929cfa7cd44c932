"""Runs the bench, or one of the processes that it starts."""

import argparse
import asyncio

from tests.bench.servers import ROLES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", nargs="?", choices=ROLES, help="what a process started by the bench does")
    role: str | None = parser.parse_args().role
    if role:
        asyncio.run(_run(role))


async def _run(role: str) -> None:
    await ROLES[role]()


if __name__ == "__main__":
    main()
