"""Takes in what an ATS answers, as much as an answer may hold and as long as it may take."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from .errors import UnexpectedResponse

LONGEST = 20_000_000
"""Bytes; a list page with a hundred whole candidates is far below."""
DEADLINE = 60.0
"""Seconds from the request to the last byte: httpx counts the pauses between bytes only, so it waits for a trickle."""
PAGES = 1_000
"""Of one list; with a hundred rows on each, more than any account we know holds."""
_HOP = ("content-encoding", "content-length", "transfer-encoding")


class TooLong(Exception):
    """More came, once unpacked, than an answer may hold; the rest was not taken in."""


async def answer_to(
    client: httpx.AsyncClient, method: str, url: str, headers: Mapping[str, str], **content: Any
) -> httpx.Response:
    """Send one request, and return the whole answer. Raises httpx's errors, `TimeoutError` and `TooLong`."""
    async with asyncio.timeout(DEADLINE), client.stream(method, url, headers=headers, **content) as coming:
        body = bytearray()
        async for piece in coming.aiter_bytes():
            body += piece
            if len(body) > LONGEST:
                raise TooLong
    kept = [(name, value) for name, value in coming.headers.multi_items() if name.lower() not in _HOP]
    return httpx.Response(coming.status_code, headers=kept, content=bytes(body), request=coming.request)


def numbered(title: str, most: int = PAGES) -> Iterator[int]:
    """The numbers of a list's pages. Raises `UnexpectedResponse` over a list that says for ever that it goes on."""
    yield from range(1, most + 1)
    raise UnexpectedResponse(title, "has a list without an end")
