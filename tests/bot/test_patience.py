"""Whoever asks patiently waits for a database that is away; everybody else hears so at once."""

import asyncio
from collections.abc import Callable

import pytest

from bot.store import patience
from bot.store.base import Found, Store, StoreAway, StoreRefused, Transaction
from bot.store.patience import PatientStore, patiently

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSE", 0.01)


class Flaky:
    """The store, which raises these errors before it answers again."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.errors: list[Exception] = []
        self.asked = 0
        self.store = PatientStore(store)
        for name in ("rows", "after", "write"):
            monkeypatch.setattr(store, name, self._failing(getattr(store, name)))

    def _failing(self, ask: Callable[..., object]) -> Callable[..., object]:
        async def asked(*of: object) -> object:
            self.asked += 1
            if self.errors:
                raise self.errors.pop(0)
            return await ask(*of)  # type: ignore[misc]

        return asked


@pytest.fixture
def flaky(store: Store, monkeypatch: pytest.MonkeyPatch) -> Flaky:
    return Flaky(store, monkeypatch)


async def test_what_a_job_asks_is_answered_when_the_database_is_back(flaky: Flaky) -> None:
    with patiently():
        for ask in (
            lambda: flaky.store.rows("lines", {}),
            lambda: flaky.store.after("lines", {}, "number", 0, 1),
            lambda: flaky.store.write(lambda write: write.rows("lines", {})),
        ):
            flaky.errors = [StoreAway("gone") for _ in range(3)]
            assert list(await ask()) == []
    assert flaky.asked == 12


async def test_who_clicked_is_told_at_once(flaky: Flaky) -> None:
    flaky.errors = [StoreAway("gone")]
    with pytest.raises(StoreAway):
        await flaky.store.rows("lines", {})
    assert flaky.asked == 1


async def test_after_it_nobody_is_patient_any_more(flaky: Flaky) -> None:
    with patiently():
        await flaky.store.rows("lines", {})
    flaky.errors = [StoreAway("gone")]
    with pytest.raises(StoreAway):
        await flaky.store.rows("lines", {})


async def test_what_was_refused_is_not_asked_again(flaky: Flaky) -> None:
    flaky.errors = [StoreRefused("no such column")]
    with patiently(), pytest.raises(StoreRefused):
        await flaky.store.rows("lines", {})
    assert flaky.asked == 1


async def test_one_that_stays_away_holds_everybody_up_together(
    flaky: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.1)
    flaky.errors = [StoreAway("gone") for _ in range(10_000)]

    async def asks() -> None:
        with patiently():
            await flaky.store.write(_nothing)

    found = await asyncio.gather(*(asks() for _ in range(20)), return_exceptions=True)
    assert [type(each) for each in found] == [StoreAway] * 20
    before = flaky.asked
    with pytest.raises(StoreAway):  # it has been away for too long already
        await asks()
    assert flaky.asked == before + 1


async def test_after_a_long_time_without_a_failure_it_is_waited_for_anew(
    flaky: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody had asked in between, so nobody had seen that it was back."""
    monkeypatch.setattr(patience, "PATIENCE", 0.1)
    monkeypatch.setattr(patience, "ANEW", 0.2)
    flaky.errors = [StoreAway("gone") for _ in range(10_000)]
    with patiently():
        with pytest.raises(StoreAway):
            await flaky.store.write(_nothing)
        await asyncio.sleep(0.3)
        flaky.errors = [StoreAway("gone")]
        await flaky.store.write(_nothing)


async def test_a_disk_that_is_full_is_waited_for_though_it_can_be_read(
    flaky: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads that work say nothing of writes: those are given up after their time."""
    monkeypatch.setattr(patience, "PATIENCE", 0.1)
    ended = asyncio.Event()

    async def full(transaction: Transaction[Found]) -> Found:
        raise StoreAway("full")

    async def reads() -> None:
        while not ended.is_set():
            await flaky.store.rows("lines", {})
            await asyncio.sleep(0.005)

    monkeypatch.setattr(flaky.store._store, "write", full)
    reading = asyncio.create_task(reads())
    with patiently(), pytest.raises(StoreAway):
        async with asyncio.timeout(10):
            await flaky.store.write(_nothing)
    ended.set()
    await reading


def _nothing(write: object) -> None:
    return None
