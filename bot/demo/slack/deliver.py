"""Carries what happens to the bot: signed over HTTP, or over Socket Mode while a socket is open."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from bot.demo.slack.payloads import Errand
from bot.demo.slack.socket_mode import Sockets
from bot.demo.slack.wire import Json, as_object


@dataclass(frozen=True)
class Delivery:
    """What came of an errand. `status` 0: nobody answered in time, or nobody was there."""

    errand: Errand
    status: int
    body: str
    seconds: float
    over: str = "http"

    @property
    def ok(self) -> bool:
        """True when the bot acknowledged in time."""
        return self.status == 200

    @property
    def json(self) -> Json:
        """The ack's JSON object, empty when it is none."""
        return as_object(self.body) or {}


def signed(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """The two headers by which a bot knows that Slack is speaking."""
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def encoded(errand: Errand) -> tuple[bytes, str]:
    """Body and content type of an HTTP delivery."""
    if errand.kind == "events_api":
        return json.dumps(errand.payload).encode(), "application/json"
    form = errand.payload if errand.kind == "slash_commands" else {"payload": json.dumps(errand.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


class Courier:
    """Takes errands to the bot and brings the ack back within `seconds`."""

    def __init__(
        self,
        sockets: Sockets,
        session: aiohttp.ClientSession,
        request_url: Callable[[], str | None],
        secret: str,
        seconds: float,
    ) -> None:
        self._request_url = request_url
        self._sockets = sockets
        self._session = session
        self._secret = secret
        self._seconds = seconds

    async def carry(self, errand: Errand) -> Delivery:
        """Delivers once. A delivery that fails is a Delivery too, never an exception."""
        began = time.perf_counter()
        if self._sockets.connected:
            status, body = await self._sockets.ask(errand, self._seconds)
            return Delivery(errand, status, body, time.perf_counter() - began, "socket")
        status, body = await self._post(errand)
        return Delivery(errand, status, body, time.perf_counter() - began)

    async def _post(self, errand: Errand) -> tuple[int, str]:
        url = self._request_url()
        if url is None:
            return 0, "no request URL"
        body, content_type = encoded(errand)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= signed(self._secret, body, int(time.time()))
        if errand.retry:
            headers |= {"X-Slack-Retry-Num": str(errand.retry), "X-Slack-Retry-Reason": "http_timeout"}
        limit = aiohttp.ClientTimeout(total=self._seconds)
        try:
            async with self._session.post(url, data=body, headers=headers, timeout=limit) as answer:
                return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError) as problem:
            return 0, type(problem).__name__
