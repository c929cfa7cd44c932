"""Two `shortlist serve` on one server: each thing is done once, by whoever lives, and nobody notices how many there are."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.demo.ats.server import Fault
from bot.demo.slack.people import TEAM_ID
from tests.bot.conftest import KEY
from tests.bot.private import EMAIL, JANE, assert_nothing_private
from tests.bot.serving import Served, environment, run
from tests.bot.test_live_forms import block, inputs, now, search
from tests.bot.town import ADMIN, HIRING, MEMBER, PRIVATE, Asked, Town

pytestmark = pytest.mark.anyio

VENDORS = ("recruspace", "talynce")
SOON = 90.0
"""Seconds in which the work of a dead process is to go on. It takes about three, on a machine that does nothing else."""


@pytest.fixture(scope="module")
async def pair(
    anyio_backend: str, around: Town, postgres_url_of_module: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Served, Served]]:
    folder = tmp_path_factory.mktemp("pair")
    env = environment(around, folder, KEY) | {
        "SHORTLIST_DATABASE_URL": postgres_url_of_module,
        "SHORTLIST_WATCH_SECONDS": "0.5",
    }
    await connect(around, env, folder)
    one, other = Served(around, folder, env), Served(around, folder, env)
    try:
        yield one, other
    finally:
        for served in (one, other):
            await served.kill()
    assert_nothing_private("".join([*one.log, *other.log]), around)


async def connect(place: Town, env: dict[str, str], folder: Path) -> None:
    for vendor in VENDORS:
        settings = place.ats[vendor].settings
        more = [f"--set={n}={v}" for n, v in settings.items() if n != "key"]
        words = ("connect", TEAM_ID, vendor, "--name", vendor, *more)
        code, _, err = await run(*words, env=env, folder=folder, stdin=settings["key"] + "\n")
        assert (code, err) == (0, "")


@pytest.fixture
async def both(pair: tuple[Served, Served]) -> tuple[Served, Served]:
    """Both, running, whatever the test before has done to them."""
    for stand_in in pair[0].town.ats.values():
        stand_in.relent()
    for each in pair:
        if not each.alive:
            await each.start()
    return pair


def to(served: Served) -> None:
    """Slack's next deliveries go there, as a proxy before the processes would have it."""
    served.town.slack.request_url = f"{served.url}/slack/events"


def notes(town: Town, vendor: str, texts: list[str]) -> list[int]:
    """How often each of these was noted."""
    everything = str([row["notes"] for row in town.rows(vendor, "mina@example.com")])
    return [everything.count(text) for text in texts]


async def answered(asked: list[Asked], text: str, seconds: float = SOON) -> None:
    slack = asked[0].slack
    await slack.until(lambda: len(asked[0].answers(text)) >= len(asked), seconds)


async def test_what_is_delivered_to_both_runs_once(both: tuple[Served, Served], around: Town) -> None:
    texts, asked = [f"Delivered twice {n}." for n in range(10)], []
    for number, text in enumerate(texts):
        to(both[number % 2])
        asked.append(await around.type(f"note mina@example.com {text} via talynce"))
        to(both[1 - number % 2])
        assert all(each.ok for each in await around.slack.repeat(asked[-1].delivery, 2))
    await answered(asked, "Note added")
    assert notes(around, "talynce", texts) == [1] * len(texts)
    assert len(asked[0].answers("Note added")) == len(texts)


async def test_the_work_of_a_killed_process_is_done_by_the_other(
    both: tuple[Served, Served], around: Town
) -> None:
    one, other = both
    await other.stop()
    to(one)
    talynce, recruspace = around.ats["talynce"], around.ats["recruspace"]
    texts = [f"Taken over {n}." for n in range(5)]
    begun = around.sent("talynce", "GET")
    talynce.force(*[Fault(method="GET", hang=True) for _ in texts])
    asked = [await around.type(f"note mina@example.com {text} via talynce") for text in texts]
    written = around.sent("recruspace", "POST", "manual-add")
    recruspace.force(Fault(method="POST", path="manual-add", done=True, hang=True))
    added = await around.type(f'add {JANE} taken.{EMAIL} to "Backend talent" via recruspace')
    await talynce.until(lambda: around.sent("talynce", "GET") > begun)
    await recruspace.until(lambda: around.sent("recruspace", "POST", "manual-add") > written)
    await other.start()

    await one.kill()
    talynce.relent()
    killed = time.monotonic()
    to(other)
    await answered(asked, "Note added")
    await added.answer("was added")
    assert time.monotonic() - killed < SOON
    assert notes(around, "talynce", texts) == [1] * len(texts)
    # The write had arrived: whoever took it over looked before it wrote.
    assert len(around.rows("recruspace", f"taken.{EMAIL}")) == 1
    assert around.sent("recruspace", "POST", "manual-add") == written + 1


async def test_a_rolling_restart_under_load_loses_nothing(both: tuple[Served, Served], around: Town) -> None:
    asked: list[Asked] = []
    texts: list[str] = []
    up, ended = list(both), asyncio.Event()

    async def load() -> None:
        while not ended.is_set():
            texts.append(f"Rolling {len(texts)}.")
            to(up[len(texts) % len(up)])
            asked.append(await around.type(f"note mina@example.com {texts[-1]} via talynce"))
            assert asked[-1].delivery.ok
            await asyncio.sleep(0.2)

    async with asyncio.TaskGroup() as group:
        group.create_task(load())
        for served in both:
            up.remove(served)
            assert await served.stop() == 0
            await served.start()
            up.append(served)
        ended.set()
    await answered(asked, "Note added")
    assert notes(around, "talynce", texts) == [1] * len(texts)
    assert len(asked[0].answers("Note added")) == len(texts)
    assert len(texts) > 10


async def test_whoever_looks_at_home_sees_what_any_process_did(
    both: tuple[Served, Served], around: Town
) -> None:
    to(both[0])
    await around.slack.open_home(MEMBER)
    to(both[1])
    await around.slack.until(lambda: around.slack.home(MEMBER), SOON)
    published = around.slack.called
    for number in range(6):  # whichever process does it
        before = len(published("views.publish"))
        await around.ask(f"tag mina@example.com home{number} via talynce", "is tagged")
        await around.slack.until(lambda seen=before: len(published("views.publish")) > seen, SOON)  # type: ignore[misc]


async def test_a_form_that_one_process_opened_lives_when_the_other_hears_of_it(
    both: tuple[Served, Served], around: Town
) -> None:
    slack = around.slack
    text = "Two for you:\n• Olu Ade, olu.ade@example.com\n• Priya Rao, priya.rao@example.com"
    to(both[0])
    message = slack.say(MEMBER, HIRING, text)
    await slack.shortcut(MEMBER, "add_candidate", HIRING, message.ts)
    view = await slack.opened(MEMBER, "Add")
    to(both[1])
    everybody = inputs(view)["person"]["options"][-1]
    action = {
        "type": "static_select",
        "action_id": "value",
        "block_id": "person",
        "selected_option": everybody,
    }
    await slack.acts.act_in_view(MEMBER, view.id, action)
    await slack.until(lambda: "email" not in inputs(now(around)), SOON)
    place = next(o for o in await search(around, now(around), "to", "design") if o["value"].startswith("id:"))
    await slack.submit(MEMBER, view.id, {block(now(around), "to"): place})
    added = {"Priya Rao was added", "Olu Ade was added"}
    await slack.until(lambda: all(any(each in m.text for m in slack.said(MEMBER)) for each in added), SOON)


async def test_a_watch_is_held_by_one_process_and_goes_on_when_that_one_dies(
    both: tuple[Served, Served], around: Town
) -> None:
    desk = around.ats["talynce"]
    to(both[0])
    text = "subscribe here added via talynce"
    await (await around.type(text, user=ADMIN, channel=PRIVATE, command="/ats")).answer("now hears about")
    await looks(around, 1)
    before = [await polls(each) for each in both]
    await looks(around, 12)
    after = [await polls(each) for each in both]
    assert sorted(now > then for then, now in zip(before, after, strict=True)) == [False, True]

    for dead in both:  # one of them was the one that looks
        await dead.kill()
        await looks(around, 3)
        await dead.start()
    there = next(each for each in desk.places() if "Backend Engineer" in (each.title, each.group))
    desk.act("add", name="Grace Kim", email="grace@example.com", place=there.id)

    def cards() -> list[str]:
        said = around.slack.said(None, PRIVATE)
        return [m.everything for m in said if m.bot and "Grace Kim" in m.everything]

    await around.slack.until(cards, SOON)
    await looks(around, 3)
    assert len(cards()) == 1


async def looks(town: Town, count: int) -> None:
    """So many calls of a watch from now on."""
    before = town.sent("talynce", "GET")
    await town.ats["talynce"].until(lambda: town.sent("talynce", "GET") >= before + count, SOON)


async def polls(served: Served) -> float:
    """How often this process has looked."""
    async with aiohttp.ClientSession() as session, session.get(f"{served.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("shortlist_watch_polls_total{"))
