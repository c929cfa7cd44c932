"""`/readyz` says in plain words what is wrong; a stop is told first, and loses nobody's command."""

import asyncio
import os
import re
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.demo.run import demo
from bot.demo.slack.server import StandInSlack
from bot.operate.health import Health
from bot.operate.ready import LONGEST_WAIT, full, locked, stuck
from bot.store.vault import Vault, new_key
from bot.work.engine.backlog import Waiting
from tests.bot.conftest import KEY
from tests.bot.serving import Served, environment, run
from tests.bot.test_metrics import nothing, scraped, served
from tests.bot.town import MEMBER, Town

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def serving(place: Town, folder: Path, key: str = KEY, **more: str) -> AsyncIterator[Served]:
    """A process that is told to listen before Slack has confirmed anything."""
    bot = Served(place, folder, {**environment(place, folder, key), **more})
    try:
        await bot.begin()
        yield bot
    finally:
        await bot.kill()


async def ready(url: str) -> tuple[int, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/readyz") as answer:
        return answer.status, (await answer.json())["waiting_for"]


async def begun(slack: StandInSlack, method: str) -> None:
    """Return as soon as Slack is asked, while it still takes its time to answer."""
    async with asyncio.timeout(15):
        while method not in [asked for asked, _ in slack.calls]:
            await asyncio.sleep(0.01)


async def test_every_reason_is_said_and_a_check_that_breaks_or_hangs_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.operate.health.PATIENCE", 0.05)

    async def well() -> None:
        return None

    async def ill() -> str:
        return "the disk is full"

    async def broken() -> str:
        raise sqlite3.OperationalError("no such table: people, jane@example.com")

    async def hanging() -> str:
        await asyncio.Event().wait()
        return "never said"

    checks = {"well": well, "ill": ill, "broken": broken, "hanging": hanging}
    leaving = asyncio.Event()
    async with served(Health(checks, nothing, leaving)) as url:
        assert await ready(url) == (
            503,
            {
                "ill": "the disk is full",
                "broken": "it does not answer (OperationalError)",
                "hanging": "no answer in time",
            },
        )
        leaving.set()
        assert next(iter((await ready(url))[1])) == "stopping"
    async with served(Health({"well": well}, nothing, leaving)) as url:
        assert await ready(url) == (503, {"stopping": "Shortlist is stopping"})
        async with aiohttp.ClientSession() as session, session.get(f"{url}/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"alive": True})


def test_work_that_nothing_takes_up_is_a_reason_and_work_that_may_wait_is_none() -> None:
    late = LONGEST_WAIT + 1
    patient = [Waiting("bulk-import", "waiting", 9, late), Waiting("interactive", "running", 1, late)]
    assert stuck([*patient, Waiting("interactive", "waiting", 4, 2.0)]) is None
    said = stuck([*patient, Waiting("interactive", "waiting", 1, late)])
    assert said == f"a job has waited for {late:.0f} s and nothing takes it up"


def test_a_disk_that_is_almost_full_is_a_reason(tmp_path: Path) -> None:
    assert full(tmp_path, least=1) is None
    said = full(tmp_path, least=2**60)
    assert said is not None
    assert said.startswith("only ")
    assert "MB are free where the database lies" in said


def test_one_value_that_opens_is_enough() -> None:
    mine, other = (Vault([SecretStr(new_key())]) for _ in range(2))
    strange, known = ("row", other.seal("row", "x")), ("row", mine.seal("row", "x"))
    assert locked([], mine) is None
    assert locked([strange, known], mine) is None
    assert "opens nothing of what is stored" in str(locked([strange, strange], mine))


async def test_another_encryption_key_is_noticed_before_slack_sends_here(
    around: Town, connected: Path, tmp_path: Path
) -> None:
    shutil.copytree(connected, tmp_path, dirs_exist_ok=True)
    async with serving(around, tmp_path, key=new_key()) as bot:
        await bot.logged(lambda line: line["event"] == "connected to Slack")
        status, said = await bot.get("/readyz")
    assert (status, list(said["waiting_for"])) == (503, ["keys"])
    assert "SHORTLIST_ENCRYPTION_KEYS opens nothing of what is stored" in said["waiting_for"]["keys"]


async def test_what_slack_has_sent_is_answered_and_done_although_a_stop_came(
    around: Town, connected: Path, tmp_path: Path
) -> None:
    """A proxy sends until it sees 503; then the listener closes, and no ack is missing."""
    shutil.copytree(connected, tmp_path, dirs_exist_ok=True)
    drain = {"SHORTLIST_DRAIN_SECONDS": "1"}
    async with serving(around, tmp_path, **drain) as bot, aiohttp.ClientSession() as session:
        await bot.logged(lambda line: line["event"] == "connected to Slack")
        async with session.post(f"{bot.url}/slack/events") as answer:
            assert answer.headers.get("Connection") != "close"
        around.slack.force("views.open", delay=1.5)
        slow = asyncio.create_task(around.type("add"))
        await begun(around.slack, "views.open")
        stopping = asyncio.create_task(bot.stop())
        await bot.logged(lambda line: line["event"] == "stopping")
        status, said = await bot.get("/readyz")
        assert (status, list(said["waiting_for"])) == (503, ["stopping"])
        assert (await bot.get("/healthz"))[0] == 200
        async with session.post(f"{bot.url}/slack/events") as answer:
            assert answer.headers["Connection"] == "close", "a kept one would be cut off under the next one"
        late = [await around.type(f"note zoe@example.com Late {number}") for number in range(5)]
        assert (await slow).delivery.ok, "in flight when the listener closed"
        assert await stopping == 0
    assert all(each.delivery.ok for each in late)
    form = around.slack.modal(MEMBER)
    assert form is not None
    await around.slack.close(MEMBER, form.id)

    async with serving(around, tmp_path) as bot:
        for number in range(5):
            await late[0].answer(f"Late {number}")
    notes = str(around.row("recruspace", "zoe@example.com")["notes"])
    assert [notes.count(f"Late {number}") for number in range(5)] == [1] * 5


async def test_a_second_signal_ends_it_at_once(around: Town, connected: Path, tmp_path: Path) -> None:
    shutil.copytree(connected, tmp_path, dirs_exist_ok=True)
    async with serving(around, tmp_path, SHORTLIST_DRAIN_SECONDS="60") as bot:
        stopping = asyncio.create_task(bot.stop())
        await bot.logged(lambda line: line["event"] == "stopping")
        os.kill(bot.pid, signal.SIGTERM)
        assert await stopping == -signal.SIGTERM


async def test_on_a_server_the_same_is_asked_and_counted(
    around: Town, tmp_path: Path, postgres_url: str
) -> None:
    server = {"SHORTLIST_DATABASE_URL": postgres_url}
    async with serving(around, tmp_path, **server) as bot:
        await bot.logged(lambda line: line["event"] == "connected to Slack")
        assert await bot.get("/readyz") == (200, {"ready": True, "waiting_for": {}})
        status, text = await scraped(bot.url)
        code, out, _ = await run("doctor", env=bot.env, folder=tmp_path)
    assert status == 200
    assert 'shortlist_ready{check="peers"} 1.0' in text
    assert re.search(r'^shortlist_database_bytes\{database="store"\} [\d.e+]{4,}$', text, re.MULTILINE)
    assert "✓ Jobs: 0 waiting, 0 running, 0 delayed" in out
    assert "✓ Database: its tables are those of this version" in out
    assert code == 0


async def test_over_a_socket_what_has_come_is_acknowledged_before_it_closes(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(demo(tmp_path, socket_mode=True))
        bot = stack.pop_all()
        here.slack.force("views.open", delay=1.0)
        place = Town(here.slack, here.ats)
        slow = asyncio.create_task(place.type("add"))
        await begun(here.slack, "views.open")
        await bot.aclose()
    delivery = (await slow).delivery
    assert (delivery.over, delivery.ok) == ("socket", True)
