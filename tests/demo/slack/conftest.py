"""A stand-in Slack, and a bot it delivers to."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from aiohttp import web

from bot.demo.slack.scopes import GRANTED
from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import Clock, Json, TinyBot
from tests.payloads import Watch


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def all_that_is_sent_passes_the_schema(payloads: Watch) -> Iterator[None]:
    """Not here: what Slack refuses is sent on purpose."""
    yield
    payloads.forget()


@pytest.fixture
def clock() -> Clock:
    return Clock()


COMMANDS: list[Json] = [{"command": "/candidate", "should_escape": True}, {"command": "/raw"}]

SCOPES = GRANTED | {"users:read.email", "channels:read", "groups:read", "im:read"}
"""All that the stand-in knows."""


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[StandInSlack]:
    async with StandInSlack(commands=COMMANDS, clock=clock, ack_seconds=0.5, scopes=SCOPES) as running:
        yield running


@pytest.fixture
async def bot(slack: StandInSlack) -> AsyncIterator[TinyBot]:
    async with aiohttp.ClientSession() as http:
        tiny = TinyBot(slack, http)
        application = web.Application()
        application.router.add_post("/slack/events", tiny.serve)
        runner = web.AppRunner(application, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield tiny
        await runner.cleanup()
