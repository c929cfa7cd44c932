"""Whoever sends slowly, too much, packed, or with two of a header is turned away; everybody else is served meanwhile."""

import asyncio
import gzip
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.demo.run import Demo, demo
from bot.demo.slack.deliver import signed
from bot.slack import connection_limit as door
from bot.slack import endpoint
from tests.bot.town import MEMBER, Town

pytestmark = pytest.mark.anyio

QUIET, MOST = 0.8, 12
REFUSED = b" 400 Bad Request\r\n"
BODY = urlencode(
    {
        "team_id": "T0DEMO",
        "user_id": MEMBER,
        "channel_id": "C0HIRING",
        "command": "/candidate",
        "text": "help",
        "trigger_id": "1.2.3",
    }
).encode()
BOMBS = {"gzip": gzip.compress(bytes(50_000_000)), "deflate": zlib.compress(bytes(50_000_000))}
"""A few tens of kilobytes, and fifty megabytes once they are unpacked."""
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def impatient() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "QUIET", QUIET)
        patch.setattr(door, "MOST", MOST)
        patch.setattr(endpoint, "BODY_SECONDS", QUIET)
        yield


@pytest.fixture(scope="module")
async def here(impatient: None, folder: Path) -> AsyncIterator[Demo]:
    async with demo(folder) as all_of_it:
        yield all_of_it


@asynccontextmanager
async def connection(here: Demo) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    host, _, port = here.bot.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.close()


def head(here: Demo, body: bytes = BODY, *more: str, length: int | None = None) -> bytes:
    """Of a signed request; `more` are whole lines."""
    marks = signed(here.slack.signing_secret, body, int(time.time()))
    lines = [
        "POST /slack/events HTTP/1.1",
        "Host: shortlist.example.com",
        f"Content-Type: {FORM}",
        f"Content-Length: {len(body) if length is None else length}",
        *(f"{name}: {value}" for name, value in marks.items()),
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def said(here: Demo, sent: bytes) -> bytes:
    """The first line of the answer; nothing if the connection is closed without one."""
    async with connection(here) as (reader, writer), asyncio.timeout(10):
        writer.write(sent)
        try:
            return await reader.readline()
        except ConnectionResetError:
            return b""


async def ended(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the other side closes."""
    async with asyncio.timeout(10):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def test_a_good_request_of_this_kind_is_taken(here: Demo) -> None:
    assert await said(here, head(here) + BODY) == b"HTTP/1.1 200 OK\r\n"


async def test_whoever_never_finishes_the_head_is_cut_off(here: Demo) -> None:
    async with connection(here) as (reader, writer):
        writer.write(head(here)[:-2])
        began = time.monotonic()
        assert await ended(reader) == b""
        assert time.monotonic() - began < 8


async def test_a_head_that_trickles_in_does_not_buy_time(here: Demo) -> None:
    async with connection(here) as (reader, writer):

        async def trickle() -> None:
            for n in range(10_000):
                writer.write(f"X-{n}: x\r\n".encode() if n else b"POST /slack/events HTTP/1.1\r\n")
                await asyncio.sleep(0.02)

        trickling = asyncio.create_task(trickle())
        assert await ended(reader) == b""
        trickling.cancel()


async def test_whoever_says_nothing_at_all_is_cut_off(here: Demo) -> None:
    async with connection(here) as (reader, _):
        assert await ended(reader) == b""


async def test_a_body_that_never_comes_gets_408(here: Demo) -> None:
    async with connection(here) as (reader, writer):
        writer.write(head(here, length=500) + BODY[:20])
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")


async def test_no_more_connections_are_kept_than_there_is_room_for(here: Demo, nearby: Town) -> None:
    host, _, port = here.bot.url.removeprefix("http://").partition(":")
    opened = [await asyncio.open_connection(host, int(port)) for _ in range(MOST * 3)]
    try:
        ends = [asyncio.create_task(ended(reader)) for reader, _ in opened]
        done, _ = await asyncio.wait(ends, timeout=10)
        assert len(done) == MOST * 3
    finally:
        for _, writer in opened:
            writer.close()
    asked = await nearby.type("help")
    assert asked.delivery.ok


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
@pytest.mark.parametrize("path", ["/slack/events", "/healthz", "/nowhere"])
async def test_nobody_unpacks_a_packed_body(here: Demo, kind: str, path: str) -> None:
    bomb = BOMBS[kind]
    sent = head(here, bomb, f"Content-Encoding: {kind}").replace(b"/slack/events", path.encode()) + bomb
    before = time.process_time()
    async with connection(here) as (reader, writer):
        writer.write(sent)
        assert await ended(reader) == b""
    assert time.process_time() - before < 0.3


async def test_a_body_that_is_announced_as_too_large_or_comes_in_pieces_gets_413(here: Demo) -> None:
    piece = b"%x\r\n%s\r\n" % (1 << 20, b"x" * (1 << 20))
    chunked = head(here).replace(f"Content-Length: {len(BODY)}".encode(), b"Transfer-Encoding: chunked")
    assert (await said(here, chunked + piece * 3)).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "lines",
    [
        ["X-Slack-Signature: v0=00"],
        ["X-Slack-Request-Timestamp: 1"],
        ["X-Slack-Signature: v0=00", "X-Slack-Request-Timestamp: 1"],
    ],
)
async def test_two_of_a_header_that_proves_something_prove_nothing(here: Demo, lines: list[str]) -> None:
    assert (await said(here, head(here, BODY, *lines) + BODY)).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize(
    "changed", ["+{}", "{}.0", "0x{}", "1_{}", "{} 0", "{},{}", "-{}", "{}e0", "１{}", ""]
)
async def test_a_timestamp_is_digits_and_nothing_else(here: Demo, changed: str) -> None:
    now = int(time.time())
    mark = signed(here.slack.signing_secret, BODY, now)["X-Slack-Signature"]
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": changed.replace("{}", str(now)),
        "X-Slack-Signature": mark,
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{here.bot.url}/slack/events", data=BODY, headers=headers) as answer,
    ):
        assert answer.status == 401


@pytest.mark.parametrize(
    "line",
    [
        "Transfer-Encoding: chunked",
        "Content-Length: 5",
        "Content-Length: -1",
        "Transfer-Encoding: xchunked",
        "X-Bad\x00: 1",
        " folded: line",
    ],
)
async def test_a_request_that_two_servers_could_read_differently_gets_400(here: Demo, line: str) -> None:
    assert (await said(here, head(here, BODY, line) + BODY))[8:] == REFUSED


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"x" * 100_000, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"])  # fmt: skip
async def test_what_is_no_request_gets_400_or_nothing(here: Demo, sent: bytes) -> None:
    assert (await said(here, sent))[8:] in (b"", REFUSED)


async def test_a_head_without_end_gets_400(here: Demo) -> None:
    many = [f"X-{n}: {'x' * 1_000}" for n in range(400)]
    assert (await said(here, head(here, BODY, *many) + BODY))[8:] in (b"", REFUSED)
