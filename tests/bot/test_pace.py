"""One key never goes faster than its vendor allows, whatever the order of calls."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pace import AT_ONCE, MARGIN, Pace, background

pytestmark = pytest.mark.anyio


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def paced(calls: int | None, clock: Clock) -> Pace:
    return Pace(calls, 60.0, clock=clock, sleep=clock.sleep)


async def send(pace: Pace, clock: Clock, rests: list[float]) -> list[float]:
    """When each call went out, with a rest before each."""
    sent = []
    for rest in rests:
        clock.now += rest
        async with pace.call():
            sent.append(clock.now)
    return sent


@given(calls=st.integers(1, 5), rests=st.lists(st.floats(0, 90), max_size=30))
def test_no_window_ever_holds_more_than_allowed(calls: int, rests: list[float]) -> None:
    clock = Clock()
    sent = asyncio.run(send(paced(calls, clock), clock, rests))
    for first, last in zip(sent, sent[calls:], strict=False):
        assert last - first >= 60.0 + MARGIN - 1e-6


async def test_a_rest_earns_no_burst(anyio_backend: str) -> None:
    clock = Clock()
    sent = await send(paced(3, clock), clock, [0, 0, 0, 300, 0, 0, 0])
    assert sent[:3] == [1000.0] * 3
    assert sent[3:6] == [1300.0] * 3
    assert sent[6] == 1300.0 + 60.0 + MARGIN


async def test_nobody_waits_where_there_is_no_limit(anyio_backend: str) -> None:
    clock = Clock()
    assert await send(paced(None, clock), clock, [0.0] * 500) == [1000.0] * 500


@pytest.mark.parametrize("calls", [None, 100])
async def test_everybody_waits_when_the_vendor_says_so(calls: int | None) -> None:
    clock = Clock()
    pace = paced(calls, clock)
    pace.hold(30.0)
    pace.hold(10.0)
    assert await send(pace, clock, [0, 0]) == [1030.0, 1030.0]


async def test_only_so_many_calls_are_under_way_at_once(anyio_backend: str) -> None:
    pace, under_way, most, go_on = paced(None, Clock()), 0, 0, asyncio.Event()

    async def call() -> None:
        nonlocal under_way, most
        async with pace.call():
            under_way += 1
            most = max(most, under_way)
            if under_way == AT_ONCE:
                go_on.set()
            await go_on.wait()
            under_way -= 1

    await asyncio.gather(*(call() for _ in range(3 * AT_ONCE)))
    assert most == AT_ONCE


async def test_work_in_the_background_spreads_and_leaves_a_part_of_the_rate(anyio_backend: str) -> None:
    clock = Clock()
    pace, step = paced(10, clock), (60.0 + MARGIN) / 10
    with background():
        sent = await send(pace, clock, [0] * 10)
    assert sent[:2] == [1000.0] * 2  # nearly nothing is used: at once
    assert sent[2:9] == pytest.approx([1000.0 + step * n for n in range(1, 8)])
    assert sent[9] == 1000.0 + 60.0 + MARGIN


async def test_work_in_the_background_uses_nearly_all_of_the_rate(anyio_backend: str) -> None:
    clock = Clock()
    with background():
        sent = await send(paced(100, clock), clock, [0] * 1_000)
    after = [at for at in sent if at >= sent[0] + 60.0]
    assert len(after) / (after[-1] - after[0]) >= 0.95 * 100 / 60


async def test_somebody_who_waits_gets_the_next_place_beside_work_in_the_background(
    anyio_backend: str,
) -> None:
    clock = Clock()
    pace = paced(100, clock)
    with background():
        await send(pace, clock, [0] * 250)
    began = clock.now
    sent = await send(pace, clock, [0] * 4)
    assert sent[-1] - began <= 3 * (60.0 + MARGIN) / 100


async def test_whoever_waits_overtakes_work_in_the_background(anyio_backend: str) -> None:
    clock, order = Clock(), list[str]()
    turn = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await turn.wait()
        clock.now += seconds

    pace = Pace(5, 60.0, clock=clock, sleep=sleep)

    async def call(name: str) -> None:
        async with pace.call():
            order.append(name)

    with background():
        behind = [asyncio.create_task(call("behind")) for _ in range(3)]
    while not order:
        await asyncio.sleep(0)
    await call("waiting")
    assert order == ["behind", "waiting"]
    turn.set()
    await asyncio.gather(*behind)
    assert order == ["behind", "waiting", "behind", "behind"]
