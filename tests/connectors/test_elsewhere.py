"""What a hostile or broken host of an ATS can make us do: nothing but give up on it."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from aiohttp import web
from pydantic import ValidationError

from connectors import answer as answers
from connectors.errors import ConnectorError, Unavailable, UnexpectedResponse
from connectors.http import new_client
from connectors.models import Resume
from connectors.public import is_public
from connectors.vendors import CONNECTORS
from tests.connectors.conftest import PairOf

pytestmark = pytest.mark.anyio

POOL = {"id": 1, "name": "Pool", "candidate_count": 0, "hash": "x", "title": "Job"}
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Host:
    """`heard` are the keys and bodies that came."""

    url: str = ""
    heard: list[str] = field(default_factory=list)


@asynccontextmanager
async def host(answer: Answer) -> AsyncIterator[Host]:
    made = Host()

    async def noted(request: web.Request) -> web.StreamResponse:
        made.heard.append(f"{request.headers.get('Authorization')} {await request.text()}")
        return await answer(request)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", noted)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield made
    finally:
        await runner.cleanup()


async def fine(request: web.Request) -> web.StreamResponse:
    return web.json_response({})


@pytest.fixture(params=sorted(CONNECTORS))
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_key_follows_no_redirect(pair_of: PairOf, vendor: str, code: int) -> None:
    async with host(fine) as other:

        async def leads(request: web.Request) -> web.StreamResponse:
            return web.Response(status=code, headers={"Location": f"{other.url}{request.path_qs}"})

        async with host(leads) as asked:
            ats = (await pair_of(vendor, asked.url)).ats
            with pytest.raises(ConnectorError):
                await ats.check()
            with pytest.raises(ConnectorError):
                await ats.find("zoe@example.com")
            assert asked.heard
            assert other.heard == []


async def test_the_next_page_is_asked_of_the_same_host(pair_of: PairOf) -> None:
    async with host(fine) as other:

        async def lists(request: web.Request) -> web.StreamResponse:
            there = int(request.query.get("page", 1)) < 3
            return web.json_response(
                {"count": 3, "results": [POOL], "next": f"{other.url}/2" if there else None}
            )

        async with host(lists) as asked:
            ats = (await pair_of("recruspace", asked.url)).ats
            await ats.destinations()
            assert len(asked.heard) >= 3
            assert other.heard == []


async def test_a_list_without_an_end_ends(pair_of: PairOf, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lists(request: web.Request) -> web.StreamResponse:
        return web.json_response({"count": 3, "results": [POOL], "next": "more"})

    monkeypatch.setattr(answers.numbered, "__defaults__", (5,))
    async with host(lists) as asked:
        with pytest.raises(UnexpectedResponse) as endless:
            await (await pair_of("recruspace", asked.url)).ats.destinations()
    assert "without an end" in endless.value.message


async def test_an_answer_at_too_great_length_is_not_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LONGEST", 1_000_000)
    sent = 0

    async def talks(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        try:
            while True:
                await response.write(b"[" * 100_000)
                sent += 100_000
        except ConnectionError:
            return response

    async with host(talks) as made, new_client() as client:
        with pytest.raises(answers.TooLong):
            await answers.answer_to(client, "GET", made.url, {})
    assert sent < 20_000_000


async def test_an_answer_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LONGEST", 1_000_000)
    bomb = gzip.compress(bytes(100_000_000))

    async def packed(request: web.Request) -> web.StreamResponse:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async with host(packed) as made, new_client() as client:
        with pytest.raises(answers.TooLong):
            await answers.answer_to(client, "GET", made.url, {})


async def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "DEADLINE", 0.3)

    async def drips(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b" ")
                await asyncio.sleep(0.01)
        except ConnectionError:
            return response

    async with host(drips) as made, new_client(httpx.Timeout(5)) as client:
        with pytest.raises(TimeoutError):
            await answers.answer_to(client, "GET", made.url, {})


@pytest.mark.parametrize("error", [answers.TooLong(), TimeoutError()])
async def test_giving_up_is_said_by_name(
    pair_of: PairOf, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fails(*given: object, **more: object) -> httpx.Response:
        raise error

    monkeypatch.setattr("connectors.http.answer_to", fails)
    ats = (await pair_of("talynce")).ats
    with pytest.raises(UnexpectedResponse if isinstance(error, answers.TooLong) else Unavailable):
        await ats.check()


PRIVATE = (
    "http://127.0.0.1/cv.pdf",
    "http://127.1/cv.pdf",
    "http://2130706433/cv.pdf",
    "http://0x7f.0.0.1/cv.pdf",
    "http://0177.0.0.1/cv.pdf",
    "http://0.0.0.0/cv.pdf",
    "http://10.1.2.3/cv.pdf",
    "http://172.16.0.1:8080/cv.pdf",
    "http://192.168.1.1/cv.pdf",
    "http://100.64.0.1/cv.pdf",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://[::1]/cv.pdf",
    "http://[::]/cv.pdf",
    "http://[fe80::1]/cv.pdf",
    "http://[fd00::1]/cv.pdf",
    "http://[::ffff:10.0.0.1]/cv.pdf",
    "http://[2002:7f00:1::]/cv.pdf",
    "http://[64:ff9b::7f00:1]/cv.pdf",
    "http://224.0.0.1/cv.pdf",
    "http://localhost/cv.pdf",
    "http://db.localhost/cv.pdf",
    "http://printer.local/cv.pdf",
    "http://intranet/cv.pdf",
    "http://localhost./cv.pdf",
    "https://user:password@example.com/cv.pdf",
    "https://example.com\\@127.0.0.1/cv.pdf",
    "https://example.com#@127.0.0.1/\n",
    "https://ex ample.com/cv.pdf",
    "https://exämple.com/cv.pdf",
    "https:///cv.pdf",
    "https://.com/cv.pdf",
    "file:///etc/passwd",
    "ftp://example.com/cv.pdf",
    "gopher://example.com/",
    "data:text/plain,x",
    "//example.com/cv.pdf",
    "https://example.com/" + "x" * 3_000,
    "",
)  # fmt: skip


@pytest.mark.parametrize("url", PRIVATE)
def test_no_ats_is_sent_to_fetch_a_cv_from_a_private_address(url: str) -> None:
    assert not is_public(url)
    with pytest.raises(ValidationError) as refused:
        Resume(filename="cv.pdf", url=url)
    assert url not in str(refused.value) or not url


@pytest.mark.parametrize(
    "url",
    [
        "https://files.example.com/cv.pdf?token=a%20b&c=d#page=2",
        "http://example.co.uk:8080/cv.pdf",
        "https://8.8.8.8/cv.pdf",
        "https://[2606:4700::1111]/cv.pdf",
        "HTTPS://Example.COM/cv.pdf",
    ],
)
def test_a_public_address_is_handed_on(url: str) -> None:
    assert Resume(filename="cv.pdf", url=url).url == url
