"""Slack itself is slow or says no: whatever is clicked is acknowledged, and the person reads what is really wrong."""

import asyncio
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.slack import in_time, people
from bot.slack.client import SlackAway
from bot.slack.in_time import in_time as within
from bot.work.background import Background
from tests.bot.town import HIRING, MEMBER, Asked, Town

pytestmark = pytest.mark.anyio


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ack waits for next to nothing."""
    monkeypatch.setattr(in_time, "BEFORE_ACK", 0.02)


@pytest.fixture(autouse=True)
def all_is_well_again(nearby: Town) -> Iterator[None]:
    yield
    nearby.slack.faults.clear()


async def closes(town: Town) -> None:
    form = await town.slack.until(lambda: town.slack.modal(MEMBER))
    await town.slack.close(MEMBER, form.id)


async def adds(town: Town) -> Asked:
    """The shortcut on a message."""
    before = frozenset(m.ts for m in town.slack.said())
    message = town.slack.say(MEMBER, HIRING, "Kim Ito, kim.ito@example.com")
    delivery = await town.slack.shortcut(MEMBER, "add_candidate", HIRING, message.ts)
    assert delivery is not None
    return Asked(town.slack, MEMBER, before, delivery)


async def test_the_wait_before_an_ack_leaves_slack_time_of_its_three_seconds() -> None:
    assert 2.0 <= in_time.BEFORE_ACK <= 2.5


@pytest.mark.parametrize("method", ["views.open", "users.info"])
@pytest.mark.parametrize("way", ["typed", "shortcut"])
async def test_a_form_is_acknowledged_before_a_slow_slack_has_opened_it(
    nearby: Town, hurried: None, monkeypatch: pytest.MonkeyPatch, method: str, way: str
) -> None:
    monkeypatch.setattr(people, "KEPT", 0.0)
    nearby.slack.force(method, delay=0.5, times=9)  # what an earlier form still learns may take one
    asked = await (nearby.type("add") if way == "typed" else adds(nearby))
    assert (asked.delivery.ok, asked.delivery.body) == (True, "")
    assert nearby.slack.modal(MEMBER) is None
    await closes(nearby)
    assert asked.answers() == []


@pytest.mark.parametrize("way", ["typed", "shortcut"])
async def test_a_form_that_fails_after_the_ack_is_told_of(nearby: Town, hurried: None, way: str) -> None:
    nearby.slack.force("views.open", delay=0.5, error="expired_trigger_id")
    asked = await (nearby.type("add") if way == "typed" else adds(nearby))
    assert (asked.delivery.ok, asked.delivery.body) == (True, "")
    card = await asked.answer("Slack was too slow to open the form. Please click again.")
    assert (await nearby.slack.click(MEMBER, card, "Open the form")).ok
    await closes(nearby)


async def test_a_button_that_opens_a_form_is_acknowledged_as_well(nearby: Town, hurried: None) -> None:
    nearby.slack.force("views.open", error="expired_trigger_id")
    asked = await adds(nearby)
    card = await asked.answer("Slack was too slow")
    nearby.slack.force("views.open", delay=0.5)
    assert (await nearby.slack.click(MEMBER, card, "Open the form")).ok
    assert nearby.slack.modal(MEMBER) is None
    await closes(nearby)


@pytest.mark.parametrize("error", ["invalid_arguments", "missing_scope"])
async def test_a_form_that_slack_refuses_is_told_of_with_a_reference_of_the_log(
    nearby: Town, error: str
) -> None:
    nearby.slack.force("views.open", error=error)
    with capture_logs() as logs:
        card = await (await adds(nearby)).answer("Slack did not open the form")
    assert "too slow" not in card.everything
    (line,) = (each for each in logs if each["event"] == "form not opened")
    assert (line["slack"], f"`{line['ref']}`" in card.everything) == (error, True)


async def test_a_form_that_slack_stumbles_over_is_not_blamed_on_slowness(nearby: Town) -> None:
    nearby.slack.force("views.open", status=500)
    card = await (await adds(nearby)).answer("Slack did not open the form")
    assert "too slow" not in card.everything


@pytest.mark.parametrize(
    ("seconds", "said"), [("7", "in 7 seconds"), ("1", "in 1 second."), ("0", "in 1 second.")]
)
async def test_how_long_slack_wants_a_pause_is_said(nearby: Town, seconds: str, said: str) -> None:
    nearby.slack.force("views.open", status=429, headers={"Retry-After": seconds})
    await (await adds(nearby)).answer(f"Please click again {said}")


async def test_what_goes_on_after_the_ack_ends_with_the_process(hurried: None) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def forever() -> bool:
        began.set()
        try:
            return await asyncio.Event().wait()
        finally:
            ended.set()

    async with Background() as background:
        assert await within(background.start, forever) is None
        assert (began.is_set(), ended.is_set()) == (True, False)
    assert ended.is_set()
    with pytest.raises(SlackAway):
        await within(background.start, forever)


async def test_an_error_in_time_is_raised_and_a_late_one_is_logged(hurried: None) -> None:
    async def wrong() -> None:
        raise LookupError

    async def wrong_later() -> str:
        await let.wait()
        raise LookupError

    let = asyncio.Event()
    with capture_logs() as logs:
        async with Background() as background:
            with pytest.raises(LookupError):
                await within(background.start, wrong)
            assert await within(background.start, wrong_later) is None
            let.set()
            while not any(each["event"] == "background work failed" for each in logs):
                await asyncio.sleep(0)
