"""Every connector against its stand-in, over real HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
import pytest
import stamina

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.world import large_world
from connectors.base import Connector
from connectors.http import Http, new_client
from connectors.vendors import CONNECTORS

QUICK = httpx.Timeout(2.0, read=0.5)


@dataclass
class Pair:
    ats: Connector
    stand_in: StandInAts


PairOf = Callable[..., Awaitable[Pair]]


@pytest.fixture(autouse=True)
def retries_do_not_wait() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
async def pair_of(anyio_backend: str) -> AsyncIterator[PairOf]:
    """Make a connector with its stand-in; with an address, a connector to that address instead."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(new_client(QUICK))

        async def make(vendor: str, url: str | None = None) -> Pair:
            stand_in = await stack.enter_async_context(STAND_INS[vendor](large_world()).serve())
            connector = CONNECTORS[vendor]
            settings = connector.Settings.model_validate(stand_in.settings)
            return Pair(connector(settings, Http(client, {vendor: url or stand_in.url})), stand_in)

        yield make


@pytest.fixture(params=sorted(CONNECTORS))
async def pair(request: pytest.FixtureRequest, pair_of: PairOf) -> Pair:
    return await pair_of(request.param)


@pytest.fixture
def ats(pair: Pair) -> Connector:
    return pair.ats


@pytest.fixture
def stand_in(pair: Pair) -> StandInAts:
    return pair.stand_in
