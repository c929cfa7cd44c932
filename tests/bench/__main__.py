"""Runs the bench, or one of the processes that it starts."""

import argparse
import asyncio

from tests.bench.servers import ROLES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", nargs="?", choices=ROLES, help="what a process started by the bench does")
    role: str | None = parser.parse_args().role
    asyncio.run(_run(role))


async def _run(role: str | None) -> None:
    if role:
        await ROLES[role]()
    else:
        from tests.bench.run import bench  # a bot that is measured must not hold all that measures it

        await bench()


if __name__ == "__main__":
    main()
