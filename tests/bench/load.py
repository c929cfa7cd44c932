"""The load: signed slash commands on so many connections, each with one command after the other."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from statistics import median
from urllib.parse import urlencode, urlsplit

from bot.demo.slack.deliver import signed
from bot.demo.slack.payloads import slash_command
from bot.demo.slack.people import CHANNELS, USERS
from tests.bench.servers import Usage, used

PERSON, CHANNEL = USERS[1], CHANNELS[0]
UNANSWERED = 120.0
"""Seconds after its time at which a round is given up."""
PATIENCE = 10.0
"""Seconds in which something has to be acknowledged."""


@dataclass(frozen=True)
class Round:
    """One measurement: times in milliseconds, memory in MB, CPU in microseconds a request."""

    rate: float
    p50: float
    p99: float
    cpu: float
    memory: float
    failed: int
    count: int


def middle(rounds: list[Round]) -> Round:
    """The median of each figure; failures and commands are added up."""
    figures = {
        name: median(getattr(each, name) for each in rounds)
        for name in ("rate", "p50", "p99", "cpu", "memory")
    }
    sums = {name: sum(getattr(each, name) for each in rounds) for name in ("failed", "count")}
    return Round(**figures, **sums)


def at(ordered: list[float], share: float) -> float:
    """The figure that this share of all figures does not exceed."""
    return ordered[int((len(ordered) - 1) * share)]


class Typist:
    """Signs each command just before it is sent; every one has a trigger id of its own."""

    def __init__(self, url: str, world: Mapping[str, str], text: str, *, says: bool) -> None:
        self.address, self.says = urlsplit(url), says
        self._secret = world["SHORTLIST_SLACK_SIGNING_SECRET"]
        self._answers_to = world["RESPONSE_URL"]
        self._text, self._numbers = text, count()

    def request(self) -> bytes:
        trigger = f"{next(self._numbers)}.{os.getpid()}.{self.address.port}"
        form = slash_command(PERSON, CHANNEL, "/candidate", self._text, trigger, self._answers_to)
        body = urlencode(form).encode()
        headers = {
            "Host": self.address.netloc,
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
            **signed(self._secret, body, int(time.time())),
        }
        lines = [f"POST {self.address.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        return "\r\n".join(lines).encode() + body


async def measured(
    typist: Typist, process: int, connections: int, lasting: float, most: float = math.inf
) -> Round:
    """For so many seconds, or until so many commands were answered. Raises SystemExit when nothing was acknowledged."""
    took, failed = list[float](), 0
    before, began = used(process), time.perf_counter()

    async def one_connection() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection(typist.address.hostname, typist.address.port)
        while _goes_on(time.perf_counter() - began, lasting, len(took)) and len(took) + failed < most:
            request = typist.request()
            sent = time.perf_counter()
            writer.write(request)
            status, body = await _answer(reader)
            if status == HTTPStatus.OK and bool(body) == typist.says:
                took.append((time.perf_counter() - sent) * 1000)
            else:
                failed += 1
        writer.close()
        await writer.wait_closed()

    # A command that is never answered ends the bench, which would wait for it for ever.
    async with asyncio.timeout(lasting + UNANSWERED), asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(one_connection())
    if not took:
        raise SystemExit(f"nothing was acknowledged, {failed} commands failed")
    return _round(sorted(took), failed, before, used(process), time.perf_counter() - began)


def _goes_on(elapsed: float, lasting: float, taken: int) -> bool:
    """On a machine that is very busy, the first ack may come after the time is over."""
    return elapsed < lasting or (not taken and elapsed < PATIENCE)


def _round(took: list[float], failed: int, before: Usage, after: Usage, lasted: float) -> Round:
    cpu = (after.cpu - before.cpu) / len(took) * 1e6
    return Round(len(took) / lasted, at(took, 0.5), at(took, 0.99), cpu, after.memory, failed, len(took))


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    status = int(head.split()[1])
    if "transfer-encoding: chunked" in head:
        return status, await _chunked(reader)
    length = head.partition("content-length:")[2].partition("\r\n")[0]
    return status, await reader.readexactly(int(length or 0))


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return body
