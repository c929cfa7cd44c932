"""The bot twice: as a process of its own, and inside the test's process, where time can be shortened."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from logging import getLogger
from pathlib import Path

import pytest
import structlog

from bot.demo.run import Demo, demo
from bot.demo.slack.people import TEAM_ID
from bot.operate.log import QUIET
from bot.store.vault import new_key
from tests.bot.private import assert_nothing_private
from tests.bot.serving import Served, environment, run
from tests.bot.town import Town, town

KEY = new_key()
"""One for the whole run, so that a database with connections can be copied."""

Serve = Callable[..., Awaitable[Served]]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """A command sets logging up for its whole process; this takes it back."""
    names = ["", "dbos", *QUIET]
    before = {
        name: (log.level, list(log.handlers), log.propagate) for name in names for log in [getLogger(name)]
    }
    yield
    structlog.reset_defaults()
    for name, (level, handlers, propagate) in before.items():
        log = getLogger(name)
        log.handlers, log.propagate = handlers, propagate
        log.setLevel(level)


@pytest.fixture(scope="module")
async def around(anyio_backend: str) -> AsyncIterator[Town]:
    """Slack and the ATSs, without a bot."""
    async with town() as place:
        yield place


@pytest.fixture(scope="session")
async def connected(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database in which four ATSs are connected, each by `shortlist connect`."""
    folder = tmp_path_factory.mktemp("connected")
    async with town() as place:
        env = environment(place, folder, KEY)
        for vendor, stand_in in place.ats.items():
            more = [f"--set={n}={v}" for n, v in stand_in.settings.items() if n != "key"]
            words = ("connect", TEAM_ID, vendor, "--name", vendor, *more)
            code, out, err = await run(*words, env=env, folder=folder, stdin=stand_in.settings["key"] + "\n")
            assert (code, err) == (0, ""), err
            assert out.startswith("Connected ")
    return folder


@pytest.fixture(scope="module")
async def serve(
    anyio_backend: str, connected: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Serve]:
    """Start `shortlist serve` in a folder of its own with four ATSs connected; afterwards look at its log."""
    made: list[Served] = []
    async with AsyncExitStack() as stack:

        async def start(place: Town, *, socket_mode: bool = False, begin: bool = True) -> Served:
            folder = tmp_path_factory.mktemp("served")
            shutil.copytree(connected, folder, dirs_exist_ok=True)
            served = Served(place, folder, environment(place, folder, KEY, socket_mode=socket_mode))
            made.append(served)
            stack.push_async_callback(served.kill)
            if begin:
                await served.start()
            return served

        yield start
    for served in made:
        assert_nothing_private("".join(served.log), served.town)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bot inside this process keeps its files."""
    return tmp_path_factory.mktemp("here")


@pytest.fixture(scope="module")
async def here(anyio_backend: str, folder: Path) -> AsyncIterator[Demo]:
    """The demo inside this process."""
    async with demo(folder) as all_of_it:
        yield all_of_it


@pytest.fixture(scope="module")
def nearby(here: Demo) -> Town:
    """What surrounds the bot that runs inside this process."""
    return Town(here.slack, here.ats)
