"""What holds for calls to every ATS: how long we wait when told to, and that one that hangs stalls no other."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
import stamina

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.server import Fault
from bot.demo.ats.world import ZOE, small_world
from connectors.base import Connector
from connectors.errors import RateLimited
from connectors.http import LIMITS, PATIENCE, Http, new_client, retry_after
from connectors.pace import AT_ONCE
from connectors.vendors import CONNECTORS

from .conftest import PairOf
from .test_contract import NOTE, one

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEYS = 30


def date(seconds: int) -> str:
    return format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        (" 4 ", 4.0),
        ("9000", PATIENCE),
        (date(30), 30.0),
        (date(-30), 0.0),
        ("soon", 2.0),
        ("nan", 2.0),
        ("-3", 2.0),
        ("", 2.0),
    ],
)
def test_a_wait_is_read_in_every_way_it_may_be_written(header: str, seconds: float) -> None:
    said = {"Retry-After": header, "Date": date(0)}
    assert retry_after(httpx.Response(429, headers=said, text=""), default=2.0) == seconds


def test_a_date_without_a_clock_of_the_vendor_is_read_by_ours() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    assert 20.0 < retry_after(httpx.Response(503, headers={"Retry-After": until}, text="")) <= 40.0


async def test_maintenance_says_how_long_it_takes(pair_of: PairOf) -> None:
    pair = await pair_of("talynce")
    with stamina.set_testing(True, attempts=1):
        pair.stand_in.force(Fault(503, "", {"Retry-After": "0.25"}))
        with pytest.raises(RateLimited) as told:
            await pair.ats.check()
    assert (told.value.retry_after, told.value.uncertain) == (0.25, False)


async def test_a_write_that_met_maintenance_is_not_sent_again_unseen(pair_of: PairOf) -> None:
    pair = await pair_of("talynce")
    zoe = await one(pair.ats, ZOE.email)
    pair.stand_in.force(Fault(503, "", {"Retry-After": "0"}, method="PUT"))
    with pytest.raises(RateLimited) as told:
        await pair.ats.add_note(zoe, NOTE)
    assert (len(pair.stand_in.writes), told.value.uncertain) == (1, True)


def opened(stand_in: StandInAts, http: Http, key: str = "") -> Connector:
    connector, settings = CONNECTORS[stand_in.vendor], dict(stand_in.settings)
    return connector(connector.Settings.model_validate(settings | ({"key": key} if key else {})), http)


@contextmanager
def under_way(ats: list[Connector]) -> Iterator[None]:
    tasks = [asyncio.ensure_future(each.check()) for each in ats for _ in range(AT_ONCE)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def test_many_keys_of_an_ats_that_hangs_take_no_connection_from_another() -> None:
    assert (LIMITS.max_connections or 0) < AT_ONCE * KEYS
    async with AsyncExitStack() as stack:
        hangs, well = [
            await stack.enter_async_context(STAND_INS[vendor](small_world()).serve())
            for vendor in ("talynce", "recruspace")
        ]
        hangs.force(*[Fault(hang=True)] * AT_ONCE * KEYS)
        client = await stack.enter_async_context(new_client(httpx.Timeout(30.0, pool=0.5)))
        http = Http(client, {each.vendor: each.url for each in (hangs, well)})
        stuck = [opened(hangs, http, f"key-{n}") for n in range(KEYS)]
        with under_way(stuck):
            await hangs.until(lambda: len(hangs.calls) == LIMITS.max_connections, 30.0)
            assert (await opened(well, http).check()).name
