"""Sends requests to an ATS, retries what is safe to retry, and names every failure."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, TypeVar
from weakref import WeakValueDictionary

import httpx
import stamina
from pydantic import SecretStr, TypeAdapter, ValidationError

from .answer import TooLong, answer_to, numbered
from .errors import (
    BadCredentials,
    Conflict,
    ConnectorError,
    MissingPermission,
    NotFound,
    RateLimited,
    Refused,
    Unavailable,
    UnexpectedResponse,
)
from .hosts import Hosts
from .pace import Meter, Pace
from .sent import notice

T = TypeVar("T")
Explain = Callable[[httpx.Response], ConnectorError | None]

ATTEMPTS = 4
PATIENCE = 75.0
"""Seconds that one call may spend on waiting and retrying: a little over the minute that a rate limit takes."""
TIMEOUT = httpx.Timeout(20.0, connect=5.0, pool=10.0)
LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=30.0)
"""For each host, so that a vendor that hangs under many keys takes none from another."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Call(NamedTuple):
    """One request as it went, for whoever counts: no path, no key. `outcome` is `ok` or the name of an error's class."""

    title: str
    write: bool
    outcome: str
    seconds: float


Observe = Callable[[Call], None]
Turn = Callable[[str], AbstractAsyncContextManager[object]]
"""Held by one process at a time, by name; within a process whoever asks takes care of it."""


def new_client(timeout: httpx.Timeout = TIMEOUT) -> httpx.AsyncClient:
    """The one client of a process. It never follows redirects: a key must not travel to another host."""
    headers = {"User-Agent": "shortlist", "Accept": "application/json"}
    return httpx.AsyncClient(
        transport=Hosts(LIMITS), timeout=timeout, headers=headers, follow_redirects=False, trust_env=False
    )


class Http:
    """The process's door to every ATS: one client, one pace per key, the operator's base addresses."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        bases: Mapping[str, str] | None = None,
        observe: Observe = lambda call: None,
        meter: Meter | None = None,
        turn: Turn = nullcontext,
    ) -> None:
        self.client, self.observe, self._meter, self.turn = client, observe, meter, turn
        self._bases = dict(bases or {})
        self._paces: WeakValueDictionary[str, Pace] = WeakValueDictionary()

    def base(self, vendor: str, default: str) -> str:
        """Scheme and host of a vendor: the operator's override, else the documented one."""
        return self._bases.get(vendor, default).rstrip("/")

    def pace(self, vendor: str, key: SecretStr, per_minute: int | None) -> Pace:
        """The same pace for the same key, whichever workspace uses it."""
        identity = hashlib.sha256(f"{vendor}\0{key.get_secret_value()}".encode()).hexdigest()
        pace = self._paces.get(identity) or Pace(per_minute, meter=self._meter, key=identity)
        self._paces[identity] = pace
        return pace


class Api:
    """One account's HTTP API. `get` is retried; a write is sent once unless it certainly did not arrive.

    `explain` may name an error answer better than its status does; None leaves it to the status.
    """

    def __init__(
        self,
        title: str,
        http: Http,
        base: str,
        pace: Pace,
        headers: Mapping[str, str],
        explain: Explain = lambda response: None,
    ) -> None:
        self.title, self.base, self.pace = title, base, pace
        self._client, self._explain, self._observe = http.client, explain, http.observe
        self.headers = dict(headers)

    async def get(self, path: str, shape: type[T], **params: object) -> T:
        query = {name: value for name, value in params.items() if value is not None}
        return _parsed(
            self.title, await self._retried("GET", path, write=False, params=query), shape, write=False
        )

    async def read(self, path: str, shape: type[T], **body: object) -> T:
        """A POST that changes nothing, such as a batch read; retried like a GET."""
        return _parsed(
            self.title, await self._retried("POST", path, write=False, json=body), shape, write=False
        )

    async def write(self, method: str, path: str, shape: type[T], **body: Any) -> T:
        """Send JSON once; `uncertain` is set on the error when it may have arrived."""
        return (await self.write_status(method, path, shape, **body))[1]

    async def write_status(self, method: str, path: str, shape: type[T], **body: Any) -> tuple[int, T]:
        """Like `write`, with the status, for a vendor that tells new from existing by it."""
        answer = await self._retried(method, path, write=True, json=body)
        return answer.status_code, _parsed(self.title, answer, shape, write=True)

    async def upload(self, path: str, shape: type[T], files: dict[str, Any], data: dict[str, str]) -> T:
        """Send multipart form data once."""
        answer = await self._retried("POST", path, write=True, files=files, data=data)
        return _parsed(self.title, answer, shape, write=True)

    def numbers(self) -> Iterator[int]:
        """Of the pages of a list. Raises `UnexpectedResponse` over one that says for ever that it goes on."""
        return numbered(self.title)

    async def _retried(self, method: str, path: str, *, write: bool, **content: Any) -> httpx.Response:
        async for attempt in stamina.retry_context(
            on=_backoff(write), attempts=ATTEMPTS, timeout=PATIENCE, wait_initial=0.2, wait_max=5.0
        ):
            with attempt:
                return await self._send(method, path, write=write, **content)
        raise AssertionError("a retry ends with an answer or an error")

    async def _send(self, method: str, path: str, *, write: bool, **content: Any) -> httpx.Response:
        async with self.pace.call():
            began, outcome = time.perf_counter(), "cancelled"
            try:
                answer = await self._answer(method, path, write=write, **content)
            except ConnectorError as error:
                outcome = type(error).__name__
                raise
            else:
                outcome = "ok"
                return answer
            finally:
                self._observe(Call(self.title, write, outcome, time.perf_counter() - began))

    async def _answer(self, method: str, path: str, *, write: bool, **content: Any) -> httpx.Response:
        try:
            response = await answer_to(self._client, method, self.base + path, self.headers, **content)
        except httpx.InvalidURL:  # made of an id that can be nobody's, or of words far longer than a name
            raise NotFound(self.title, "has no such record") from None
        except TooLong:
            raise UnexpectedResponse(self.title, "answered at too great length", uncertain=write) from None
        except (httpx.HTTPError, TimeoutError) as failure:
            arrived = write and not isinstance(failure, NEVER_SENT)
            raise Unavailable(
                self.title, f"no answer ({type(failure).__name__})", uncertain=arrived
            ) from None
        if response.is_success:
            if write:
                notice()
            return response
        raise self._failure(response, write)

    def _failure(self, response: httpx.Response, write: bool) -> ConnectorError:
        error = self._explain(response) or _by_status(self.title, response, write)
        if isinstance(error, RateLimited):
            self.pace.hold(error.retry_after)
        return error


def _backoff(write: bool) -> Callable[[Exception], bool | float]:
    def wait(failure: Exception) -> bool | float:
        if not isinstance(failure, Unavailable) or (write and failure.uncertain):
            return False
        return failure.retry_after if isinstance(failure, RateLimited) else True

    return wait


def _by_status(title: str, response: httpx.Response, write: bool) -> ConnectorError:
    request = f"{response.request.method} {response.request.url.path}"
    match response.status_code:
        case 401:
            return BadCredentials(title, "the key was refused")
        case 403:
            return MissingPermission(title, f"the key may not {request}")
        case 404 | 410:
            return NotFound(title, "has no such record")
        case 409:
            return Conflict(title, "has this already, or it was changed meanwhile")
        case 429:
            return RateLimited(title, "asked us to slow down", retry_after=retry_after(response))
        case 503 if "retry-after" in response.headers:
            wait = retry_after(response)
            return RateLimited(title, "asked us to come back later", retry_after=wait, uncertain=write)
        case status if status in (408, 425) or status >= 500:
            return Unavailable(title, f"answered {status}", uncertain=write)
        case status if status >= 400:
            return Refused(title, f"refused the request ({status}){_named_fields(response)}")
        case status:
            return UnexpectedResponse(title, f"{request}: answered {status}", uncertain=write)


def retry_after(response: httpx.Response, default: float = 5.0) -> float:
    """Seconds to wait: the header, else the number in a sentence such as "available in 1 second"."""
    said = re.search(r"available in (\d+)", response.text[:500])
    seconds = _seconds(response.headers.get("retry-after", ""), response.headers.get("date", ""))
    if seconds is None and said:
        seconds = float(said[1])
    return default if seconds is None else min(seconds, PATIENCE)


def _seconds(header: str, sent: str) -> float | None:
    """A number, or a date as far as it is from the vendor's own, since our clocks may differ."""
    if re.fullmatch(r"\d+(\.\d+)?", header.strip(), re.ASCII):
        return float(header)
    until, now = _moment(header), _moment(sent) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0) if until else None


def _moment(header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _named_fields(response: httpx.Response) -> str:
    """The names of refused fields, never their values: only names that we sent ourselves are repeated."""
    sent = set(re.findall(r'(?:"|name=")(\w+)"', _body(response.request)))
    named = [name for name in dict.fromkeys(re.findall(r'"(\w+)"\s*:', response.text[:5000])) if name in sent]
    return f": {', '.join(named)}" if named else ""


def _body(request: httpx.Request) -> str:
    try:
        return request.content[:20_000].decode("utf-8", "replace")
    except httpx.RequestNotRead:  # a multipart upload is streamed: its body is gone, and so are the names
        return ""


def _parsed(title: str, response: httpx.Response, shape: type[T], *, write: bool) -> T:
    try:
        return _adapter(shape).validate_json(response.content)
    except ValidationError as failure:
        path = response.request.url.path
        fields = {
            ".".join(map(str, e["loc"])) or "body": e["type"] for e in failure.errors(include_input=False)
        }
        raise UnexpectedResponse(title, f"{path}: {fields}", uncertain=write) from None


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(shape: type[T]) -> TypeAdapter[T]:
    """Adapters are costly to build and few: one per shape that the connectors name."""
    if shape not in _ADAPTERS:
        _ADAPTERS[shape] = TypeAdapter(shape)
    return _ADAPTERS[shape]
