"""What is counted for `/metrics`: by kind, vendor and outcome, never by workspace or person."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from prometheus_client import Counter, Gauge, Histogram
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

from bot.store.base import StoreAway
from connectors.http import Call
from connectors.vendors import CONNECTORS

ACKS = Histogram(
    "shortlist_ack_seconds",
    "Seconds from the arrival of an interaction to its acknowledgement, by kind and HTTP status.",
    ["kind", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
)
JOBS = Gauge(
    "shortlist_jobs", "Jobs that are not done: waiting, running or delayed, by queue.", ["queue", "state"]
)
OLDEST = Gauge(
    "shortlist_jobs_oldest_seconds", "Seconds since the oldest of those jobs was due.", ["queue", "state"]
)
ENDED = Counter("shortlist_jobs_ended", "Jobs that people asked for, by how they ended.", ["verb", "outcome"])
ATS = Histogram(
    "shortlist_ats_call_seconds",
    "Seconds that an ATS took for one call; waiting for its rate is not in it.",
    ["vendor", "operation", "outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
SLACK = Counter(
    "shortlist_slack_calls",
    "Calls to Slack, by method and by Slack's code: ok, or why not.",
    ["method", "code"],
)
IMPORTS = Gauge("shortlist_imports", "Imports that have not ended, by state.", ["state"])
SIZE = Gauge("shortlist_database_bytes", "What a database takes on disk.", ["database"])
COMMITS = Histogram(
    "shortlist_database_write_seconds",
    "Seconds of a transaction that writes, from its turn until it is durable.",
    ["database"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5),
)
FAILURES = Counter(
    "shortlist_database_failures", "Transactions that the database did not take.", ["database"]
)
READY = Gauge("shortlist_ready", "Whether all is well (1) or not (0), by what `/readyz` looks at.", ["check"])
POLLS = Counter("shortlist_watch_polls", "Looks at a watched ATS.", ["vendor", "outcome"])
LAG = Histogram(
    "shortlist_watch_lag_seconds",
    "Seconds by which a look began after it was due.",
    ["vendor"],
    buckets=(0.5, 1, 5, 15, 60, 300, 900, 3600),
)
NEWS = Counter("shortlist_watch_news", "Changes that watches found.", ["vendor", "kind"])

STORE, ENGINE, INBOX = "store", "jobs", "inbox"
"""The databases: our own tables, the durable engine's, and on a file what is acknowledged and has not begun."""
KINDS = {
    "block_actions": "click",
    "block_suggestion": "search",
    "view_submission": "form",
    "view_closed": "form",
    "message_action": "shortcut",
    "shortcut": "shortcut",
    "event_callback": "event",
}
"""Slack's word for a payload, and ours; a slash command has none."""
UNREAD = "unread"
"""What was refused before it was looked at, or could not be read."""
DATABASES = {"sqlite3", "sqlalchemy", "psycopg", "psycopg_pool"}
WORD = re.compile(r"[A-Za-z_.]{1,60}")
"""What a name of Slack's looks like; anything else never becomes a label."""


def kind_of(body: Mapping[str, Any]) -> str:
    """What Slack sent, in a word of ours."""
    return "command" if "command" in body else KINDS.get(str(body.get("type")), "other")


def acknowledged(kind: str, status: int, began: float) -> None:
    """`began` by `time.perf_counter`."""
    ACKS.labels(kind, str(status)).observe(time.perf_counter() - began)


_VENDORS = {each.title: vendor for vendor, each in CONNECTORS.items()}


def called(call: Call) -> None:
    """The observer of the connectors' HTTP."""
    vendor = _VENDORS.get(call.title, "other")
    ATS.labels(vendor, "write" if call.write else "read", call.outcome).observe(call.seconds)


@contextmanager
def writing(database: str) -> Iterator[None]:
    """Around one transaction. What our own code raises to undo one is no failure of the database."""
    began = time.perf_counter()
    try:
        yield
    except Exception as error:
        if isinstance(error, StoreAway) or type(error).__module__.partition(".")[0] in DATABASES:
            FAILURES.labels(database).inc()
        raise
    COMMITS.labels(database).observe(time.perf_counter() - began)


def answered(method: str, code: str) -> None:
    """One call to Slack."""
    SLACK.labels(*(word if WORD.fullmatch(word) else "other" for word in (method, code))).inc()


class Counting(AsyncRetryHandler):
    """Sees every answer that slack_sdk gets, also for the clients that Bolt makes; asks for no retry."""

    async def can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        answered(request.url.rpartition("/")[2], _code(response, error))
        return False


def _code(response: HttpResponse | None, error: Exception | None) -> str:
    if error or not response:
        return "no_answer"
    if response.status_code == 429:
        return "ratelimited"
    body = response.body or {}
    return "ok" if body.get("ok") else str(body.get("error") or "no_answer")
