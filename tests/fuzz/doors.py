"""The other doors: the way of an installation, and addresses that are not there."""

from collections.abc import Iterator
from random import Random
from urllib.parse import quote, urlencode

import aiohttp

from tests.fuzz.scene import Scene
from tests.fuzz.words import HUGE, nasty

TIMES = 60
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE")
PLACES = (
    "/",
    "/slack/events",
    "/slack/install",
    "/slack/oauth_redirect",
    "/healthz",
    "/metrics",
    "/slack/../x",
    "/%2e%2e",
)
STATE = "gAAAAABh"


async def knock(here: Scene, session: aiohttp.ClientSession, seed: int) -> list[str]:
    """What is wrong with how these are answered: none of them is our fault, so none may say that it is."""
    random, wrong = Random(seed), list[str]()
    for method, path, headers in _requests(random):
        address = f"{here.bot.url}{path}"
        async with session.request(method, address, headers=headers, allow_redirects=False) as answer:
            text = await answer.text(errors="replace")
        if answer.status >= 500 or "<script>" in text:
            wrong.append(f"{method} {path[:300]} was answered {answer.status}: {text[:200]}")
    return wrong


def _requests(random: Random) -> Iterator[tuple[str, str, dict[str, str]]]:
    for _ in range(TIMES):
        given = {name: _value(random) for name in ("code", "state", "error") if random.random() < 0.6}
        cookie = (
            {"Cookie": f"shortlist_install={quote(_value(random)[:2_000])}"} if random.random() < 0.7 else {}
        )
        yield "GET", f"/slack/oauth_redirect?{urlencode(given)[:6_000]}", cookie
    for method in METHODS:
        for place in PLACES:
            yield method, place, {"X-Forwarded-For": "127.0.0.1", "X-Slack-Signature": "v0=" + "a" * 64}
    yield "GET", "/slack/install?" + "x" * 6_000, {"Cookie": "shortlist_install=" + "x" * 6_000}


def _value(random: Random) -> str:
    return random.choice(
        (nasty(random), STATE + "x" * random.choice((9, 90)), "x" * (HUGE // 30), "code", "")
    )
