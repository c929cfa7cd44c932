"""What `/metrics` counts, who may read it, and that it names nobody."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from bot.demo.ats.server import Fault
from bot.demo.run import Demo
from bot.demo.slack.people import TEAM_ID
from bot.operate.health import Health
from bot.operate.metrics import ENGINE, INBOX, STORE, answered, kind_of, writing
from bot.store.base import StoreAway
from tests.bot.private import private
from tests.bot.town import HIRING, MEMBER, Town

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"
ID = re.compile(r"\b[TUCDEWB]0[A-Z0-9]+\b")


async def scraped(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics", headers=headers) as answer:
        return answer.status, await answer.text()


async def samples(here: Demo) -> list[Sample]:
    status, text = await scraped(here.bot.url)
    assert status == 200
    return [each for family in text_string_to_metric_families(text) for each in family.samples]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def becomes(expected: float, name: str, **labels: str) -> None:
    """A job is counted a moment after its answer was sent."""
    async with asyncio.timeout(10):
        while value(name, **labels) != expected:
            await asyncio.sleep(0.01)


async def test_a_command_is_counted_on_its_whole_way(nearby: Town, here: Demo) -> None:
    before = await samples(here)
    ended = {"verb": "note", "outcome": "done"}
    jobs = value("shortlist_jobs_ended_total", **ended)
    await nearby.ask(f"note {ZOE} Speaks of metrics", "Note added")
    await becomes(jobs + 1, "shortlist_jobs_ended_total", **ended)
    found = {(each.name, *sorted(each.labels.items())): each.value for each in await samples(here)}
    was = {(each.name, *sorted(each.labels.items())): each.value for each in before}

    def grown(name: str, **labels: str) -> float:
        key = (name, *sorted(labels.items()))
        return found.get(key, 0.0) - was.get(key, 0.0)

    assert grown("shortlist_ack_seconds_count", kind="command", status="200") == 1
    assert grown("shortlist_jobs_ended_total", **ended) == 1
    call = {"vendor": "recruspace", "outcome": "ok"}
    assert grown("shortlist_ats_call_seconds_count", operation="write", **call) == 1
    assert grown("shortlist_ats_call_seconds_count", operation="read", **call) >= 1
    assert grown("shortlist_slack_calls_total", method="response_url", code="ok") >= 1
    assert grown("shortlist_database_write_seconds_count", database=INBOX) >= 1
    assert grown("shortlist_database_write_seconds_count", database=STORE) >= 1
    for database in (STORE, ENGINE):
        assert found["shortlist_database_bytes", ("database", database)] > 4096
    assert all(found["shortlist_ready", ("check", name)] == 1 for name in ("slack", "jobs", "keys", "disk"))
    assert "process_cpu_seconds_total" in {name for name, *_ in found}


async def test_what_waits_is_counted_with_its_age(nearby: Town, here: Demo) -> None:
    asked = await nearby.holds("talynce", f"note {ZOE} Counted while it runs")
    running = {"queue": "interactive", "state": "running"}

    async with asyncio.timeout(10):
        while not [e for e in await samples(here) if (e.name, e.labels) == ("shortlist_jobs", running)]:
            await asyncio.sleep(0.1)
    ages = [
        e for e in await samples(here) if e.name == "shortlist_jobs_oldest_seconds" and e.labels == running
    ]
    assert 0 <= ages[0].value < 60
    nearby.ats["talynce"].relent()
    assert asked.delivery.ok


async def test_refusals_are_counted_by_their_class_and_slack_s_by_their_code(nearby: Town) -> None:
    refused = {"vendor": "recruspace", "operation": "read", "outcome": "BadCredentials"}
    ended = {"verb": "find", "outcome": "BadCredentials"}
    calls = value("shortlist_ats_call_seconds_count", **refused)
    jobs = value("shortlist_jobs_ended_total", **ended)
    nearby.ats["recruspace"].force(Fault(status=401, body={"detail": "Invalid token."}))
    await nearby.ask(f"find {ZOE}", "does not accept")
    assert value("shortlist_ats_call_seconds_count", **refused) == calls + 1
    await becomes(jobs + 1, "shortlist_jobs_ended_total", **ended)

    failed = {"method": "views.open", "code": "expired_trigger_id"}
    count = value("shortlist_slack_calls_total", **failed)
    nearby.slack.force("views.open", error="expired_trigger_id")
    await nearby.type("add")
    assert value("shortlist_slack_calls_total", **failed) == count + 1, "Bolt's own clients are counted, too"


async def test_what_is_not_from_slack_is_counted_as_refused(here: Demo) -> None:
    labels = {"kind": "unread", "status": "401"}
    before = value("shortlist_ack_seconds_count", **labels)
    events, forged = f"{here.bot.url}/slack/events", {"command": "/candidate"}
    async with aiohttp.ClientSession() as session, session.post(events, data=forged) as answer:
        assert answer.status == 401
    assert value("shortlist_ack_seconds_count", **labels) == before + 1


async def test_no_label_names_a_workspace_a_person_or_a_key(nearby: Town, here: Demo) -> None:
    await nearby.ask(f"find {ZOE}", "Zoë")
    _, text = await scraped(here.bot.url)
    own = "\n".join(line for line in text.splitlines() if line.startswith("shortlist_"))
    assert [word for word in [*private(nearby), TEAM_ID, HIRING, MEMBER, ZOE] if word in text] == []
    assert ID.findall(own) == []
    assert all(len(each) < 64 for each in re.findall(r'="([^"]*)"', own))


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"Host": "shortlist.example.com"},
    ],
)
async def test_what_came_through_a_proxy_is_not_from_this_machine(
    here: Demo, headers: dict[str, str]
) -> None:
    assert await scraped(here.bot.url, **headers) == (403, "Metrics are for this machine only.")


async def test_a_proxy_that_marks_nothing_is_known_by_its_old_http(here: Demo) -> None:
    host, port = here.bot.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    assert b" 403 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


@asynccontextmanager
async def served(health: Health) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(health.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def nothing() -> None:
    return None


async def test_with_a_token_only_its_bearer_reads_from_anywhere() -> None:
    health = Health({}, nothing, asyncio.Event(), token="s3cret")
    async with served(health) as url:
        assert [(await scraped(url))[0], (await scraped(url, Authorization="Bearer other"))[0]] == [403, 403]
        proxied = {"X-Forwarded-For": "203.0.113.9", "Authorization": "Bearer s3cret"}
        assert (await scraped(url, **proxied))[0] == 200


async def test_anyone_may_read_where_that_was_said() -> None:
    async with served(Health({}, nothing, asyncio.Event(), metrics="anyone")) as url:
        assert (await scraped(url, **{"X-Forwarded-For": "203.0.113.9"}))[0] == 200


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk I/O error"), StoreAway("away")])
def test_a_failure_of_the_database_is_counted(error: Exception) -> None:
    before = value("shortlist_database_failures_total", database=STORE)
    with pytest.raises(type(error)), writing(STORE):
        raise error
    assert value("shortlist_database_failures_total", database=STORE) == before + 1


def test_what_our_own_code_undoes_is_no_failure_of_the_database() -> None:
    before = value("shortlist_database_failures_total", database=STORE)
    with pytest.raises(LookupError), writing(STORE):
        raise LookupError("nothing there")
    assert value("shortlist_database_failures_total", database=STORE) == before


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"command": "/candidate"}, "command"),
        ({"type": "block_actions"}, "click"),
        ({"type": "view_submission"}, "form"),
        ({"type": "message_action"}, "shortcut"),
        ({"type": "block_suggestion"}, "search"),
        ({"type": "event_callback"}, "event"),
        ({"type": "a\nnew thing of U0MIA"}, "other"),
        ({}, "other"),
    ],
)
def test_kinds_are_words_of_ours(body: dict[str, str], kind: str) -> None:
    assert kind_of(body) == kind


def test_a_word_that_slack_would_not_use_is_no_label() -> None:
    before = value("shortlist_slack_calls_total", method="other", code="other")
    answered("users.info?user=U0MIA", "what is this")
    assert value("shortlist_slack_calls_total", method="other", code="other") == before + 1
