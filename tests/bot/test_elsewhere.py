"""Neither tokens nor what people wrote goes to any address but Slack's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from pydantic import ValidationError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.slack.addresses import Addresses, patience
from bot.slack.client import Elsewhere, SlackAway, SlackRefused, meaning, new_session, web_client
from bot.slack.deliver import Deliver
from bot.slack.files import GONE, Files
from bot.slack.upload import Upload
from commands.ports.attached import CannotAttach
from connectors.vendors import CONNECTORS

pytestmark = pytest.mark.anyio

API = "https://slack.com/api/"
SLACKS = Addresses(API)
CODES = (301, 302, 303, 307, 308)


@dataclass
class Host:
    """Answers everything with `leads`, else with `says`; remembers what came."""

    leads: str = ""
    code: int = 307
    says: dict[str, object] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(f"{request.headers.get('Authorization')} {await request.text()}")
        if self.leads:
            return web.Response(status=self.code, headers={"Location": self.leads})
        return web.json_response({"ok": True, **self.says})


@asynccontextmanager
async def host(kind: type[Host] = Host, *, leads: str = "", code: int = 307) -> AsyncIterator[Host]:
    made = kind(leads, code)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield made
    finally:
        await runner.cleanup()


@dataclass
class Way:
    """A Slack that leads elsewhere, and the one that it leads to."""

    slack: Host
    other: Host
    session: aiohttp.ClientSession

    @property
    def client(self) -> AsyncWebClient:
        return web_client(self.session, f"{self.slack.url}/api/", "xoxb-secret")


@pytest.fixture(params=CODES)
async def way(request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    async with (
        host() as other,
        host(leads=f"{other.url}/there", code=request.param) as slack,
        new_session() as session,
    ):
        yield Way(slack, other, session)


async def test_a_call_of_slacks_api_follows_nobody(way: Way) -> None:
    with pytest.raises(Elsewhere):
        await way.client.chat_postMessage(channel="C1", text="Jane Doe, jane@example.com")
    with pytest.raises(Elsewhere):
        await way.client.users_info(user="U1")
    assert (len(way.slack.heard), way.other.heard) == (2, [])


async def test_an_answer_follows_nobody_and_finds_another_way(way: Way) -> None:
    deliver = Deliver(way.session, f"{way.slack.url}/api/", clock=lambda: 2e12)
    assert not await deliver._post(f"{way.slack.url}/response/x", {"text": "About Jane Doe"})
    assert (len(way.slack.heard), way.other.heard) == (1, [])


async def test_a_file_is_fetched_from_where_it_is_said_to_be_or_not_at_all(way: Way) -> None:
    files = Files(way.session, f"{way.slack.url}/api/")
    with pytest.raises(CannotAttach) as refused:
        await files._download(f"{way.slack.url}/files/cv.pdf", "xoxb-secret")
    assert refused.value.problem == GONE
    assert (len(way.slack.heard), way.other.heard) == (1, [])


async def test_a_file_of_ours_is_sent_to_nobody_else(way: Way) -> None:
    upload = Upload(way.session, f"{way.slack.url}/api/")
    with pytest.raises(SlackAway):
        await upload._put(f"{way.slack.url}/upload/x", b"name,email")
    assert (len(way.slack.heard), way.other.heard) == (1, [])


async def test_an_address_that_slack_names_for_a_file_is_checked() -> None:
    async with host() as other, host() as slack, new_session() as session:
        slack.says = {
            "file": {"id": "F1", "url_private_download": f"{other.url}/cv.pdf"},
            "upload_url": f"{other.url}/upload",
            "file_id": "F1",
        }
        client = web_client(session, f"{slack.url}/api/", "xoxb-secret")
        with pytest.raises(CannotAttach):
            await Files(session, f"{slack.url}/api/").fetch(client, "F1")
        with pytest.raises(SlackRefused):
            await Upload(session, f"{slack.url}/api/").send(client, "C1", "x.csv", b"x", "")
        assert other.heard == []


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/commands/T1/1/x",
        "https://hooks.slack.com:8443/commands/T1/1/x",
        "https://user@hooks.slack.com/x",
        "https://hooks.slack.com@evil.example/x",
        "https://hooks.slack.com\\@evil.example/x",
        "https://evil.example\\.slack.com/x",
        "https://evil.example/https://hooks.slack.com/",
        "https://hooks.slack.com.evil.example/x",
        "https://evil-hooks.slack.com/x",
        "https://hooks.slack.com./x",
        "https://HOOKS.slack.com/x",
        "https://hooks.slack.com/x\r\nHost: evil.example",
        "https://hooks.slack.com\t/x",
        "https://hooks.sląck.com/x",
        "//hooks.slack.com/x",
        "https:hooks.slack.com/x",
        "https://[::1]/x",
        "https://127.0.0.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "https://slack.com.evil.example/api/",
        "https://slack.com:443@evil.example/api/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[",
        "",
    ],
)
async def test_an_address_that_is_not_slacks_gets_nothing(url: str) -> None:
    assert not SLACKS.takes_replies(url)
    assert not SLACKS.keeps_files(url) or url.startswith("https://evil-hooks.slack.com/")
    async with new_session() as session:
        assert not await Deliver(session, API)._post(url, {"text": "Jane Doe"})


def test_slacks_own_addresses_are_taken() -> None:
    assert SLACKS.takes_replies("https://hooks.slack.com/commands/T1/123/aBc-_%2F?x=1")
    assert SLACKS.takes_replies("https://hooks.slack-gov.com/actions/T1/123/abc")
    assert SLACKS.keeps_files("https://files.slack.com/files-pri/T1-F1/download/cv.pdf")
    assert not SLACKS.keeps_files("https://hooks.slack.com.example/files")
    assert not SLACKS.takes_replies("https://files.slack.com/x")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("0", 0.0), ("999999", 3600.0), ("", 5.0), ("nan", 5.0), ("-1", 5.0), ("inf", 5.0), ("1e9", 5.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 5.0)],
)  # fmt: skip
def test_slack_says_how_long_to_wait_in_seconds_or_not_at_all(said: str, seconds: float) -> None:
    assert patience({"Retry-After": said}) == seconds


async def test_a_redirect_is_no_reason_to_give_a_job_up(way: Way) -> None:
    error: Exception | None = None
    try:
        await way.client.users_info(user="U1")
    except (SlackApiError, aiohttp.ClientError) as failed:
        error = failed
    assert error is not None
    assert isinstance(meaning(error), SlackAway)


class Endless(Host):
    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(1 << 20))
                self.heard.append("a megabyte")
        except ConnectionError:
            return response


async def test_a_download_that_never_ends_is_cut_off() -> None:
    async with host(Endless) as slack, new_session() as session:
        with pytest.raises(CannotAttach):
            await Files(session, f"{slack.url}/api/")._download(f"{slack.url}/cv.pdf", "xoxb-secret")
        assert len(slack.heard) < 40


HOSTS = ("slack_api_url", "recruspace_url", "eightfold_url", "talynce_url", "welcomekit_url")


@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.example",
        "//x.example",
        "x.example",
        "https://user:word@x.example",
        "file:///etc",
        "https:// x",
    ],
)
def test_whoever_runs_the_bot_names_hosts_by_plain_addresses(name: str, url: str) -> None:
    with pytest.raises(ValidationError, match="must be an address"):
        Settings.model_validate({name: url})
    assert Settings.model_validate({name: "http://127.0.0.1:8080"})


def test_no_workspace_can_say_where_an_ats_is() -> None:
    asked = {field for kind in CONNECTORS.values() for field in kind.Settings.model_fields}
    assert [field for field in asked if "url" in field or "host" in field or "base" in field] == []
    answers = {kind.vendor: kind.Settings.model_config.get("extra") for kind in CONNECTORS.values()}
    assert set(answers.values()) == {"forbid"}
