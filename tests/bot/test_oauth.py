"""Workspaces install the app by themselves: from this browser, once, soon; and their tokens last."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import yaml
from aiohttp import web
from pydantic import SecretStr

from bot.demo.slack.oauth import HALF_A_DAY, HOME, Team, acting_in
from bot.demo.slack.server import StandInSlack
from bot.settings import Settings
from bot.slack.authorize import Installations
from bot.slack.client import new_session, web_client
from bot.slack.invocation import Invocation
from bot.slack.oauth import LIFE, Installing
from bot.slack.rotation import EARLY, LAST, Rotation
from bot.store import installations as stored
from bot.store.base import Row, Store, Write
from bot.store.installations import Installation, InstallationTable
from bot.store.sqlite import SqliteStore
from bot.store.vault import CannotOpen, Vault, new_key
from tests.bot.many import Many, browser, many
from tests.demo.slack.tiny_bot import Clock

pytestmark = pytest.mark.anyio

MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "manifest.yml").read_text())
ADMIN, HIRING = "U0ADA", "C0HIRING"


@pytest.fixture(scope="module")
async def here(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Many]:
    async with many(tmp_path_factory.mktemp("many")) as all_of_it:
        yield all_of_it


async def start(session: aiohttp.ClientSession, url: str) -> tuple[str, str]:
    """Begin an installation; return where Slack leads the browser back to, and the state."""
    async with session.get(f"{url}/slack/install", allow_redirects=False) as answer:
        consent = answer.headers["Location"]
    async with session.get(consent, allow_redirects=False) as answer:
        back = answer.headers["Location"]
    return back, parse_qs(urlsplit(consent).query)["state"][0]


async def visit(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with session.get(url, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def test_slack_is_asked_for_the_scopes_of_the_manifest_and_the_browser_gets_a_cookie(
    here: Many,
) -> None:
    install = f"{here.bot.url}/slack/install"
    async with browser() as session, session.get(install, allow_redirects=False) as answer:
        consent, cookie = urlsplit(answer.headers["Location"]), answer.headers["Set-Cookie"]
        assert (answer.status, answer.headers["Cache-Control"]) == (302, "no-store")
    asked = {name: values[0] for name, values in parse_qs(consent.query).items()}
    assert consent.path == "/oauth/v2/authorize"
    assert asked["scope"].split(",") == MANIFEST["oauth_config"]["scopes"]["bot"]
    assert asked["client_id"] == here.slack.installs.client_id
    assert {"HttpOnly", "SameSite=Lax", f"Max-Age={LIFE}", "Path=/slack"} <= set(cookie.split("; "))
    assert "Secure" not in cookie, "the stand-in speaks plain HTTP"


async def test_a_workspace_installs_the_app_and_its_own_token_speaks_for_it(here: Many) -> None:
    team = Team("T0NORTH", "North & <Sons>")
    page = await here.install(team)
    assert "Shortlist is installed in North &amp; &lt;Sons&gt;" in page
    assert "/ats connect" in page
    await here.connect(team, "key-north")
    count = len(here.slack.tokens)
    with acting_in(team):
        await here.slack.command(ADMIN, HIRING, "/ats", "status")
    await here.slack.heard(ADMIN, "1 of 1 ATS connections work", seconds=15)
    used = {token for method, token in here.slack.tokens[count:]}
    assert {here.slack.installs.grants[token].team for token in used} == {team}


async def test_the_page_is_shown_once_and_to_nobody_else(here: Many) -> None:
    async with browser() as session, browser() as other:
        back, _ = await start(session, here.bot.url)
        status, page = await visit(other, back)
        assert (status, "not started in this browser" in page) == (400, True)
        assert "Reference" in page
        assert "/slack/install" in page
        assert (await visit(session, back))[0] == 200
        back_cookie = {"shortlist_install": "anything"}
        async with aiohttp.ClientSession(cookies=back_cookie) as thief:
            assert (await visit(thief, back))[0] == 400
        status, page = await visit(session, back)
        assert (status, "not started in this browser" in page) == (400, True), "the cookie is gone"


async def test_a_state_counts_once_even_for_the_right_browser(here: Many) -> None:
    async with browser() as session:
        async with session.get(f"{here.bot.url}/slack/install", allow_redirects=False) as answer:
            cookie = answer.cookies["shortlist_install"].value
            consent = answer.headers["Location"]
        async with session.get(consent, allow_redirects=False) as answer:
            back = answer.headers["Location"]
    kept = {"Cookie": f"shortlist_install={cookie}"}
    async with aiohttp.ClientSession(headers=kept) as session:
        assert (await visit(session, back))[0] == 200
        status, page = await visit(session, back)
        assert (status, "has been used" in page) == (400, True)


async def test_what_goes_wrong_is_said_with_a_next_step(here: Many) -> None:
    slack, url = here.slack, here.bot.url
    slack.installs.allows = False
    async with browser() as session:
        back, _ = await start(session, url)
        assert "cancelled" in (await visit(session, back))[1]
    slack.installs.allows = True
    async with browser() as session:
        _, state = await start(session, url)
        wrong = f"{url}/slack/oauth_redirect?state={state}&code=<script>"
        status, page = await visit(session, wrong)
        assert (status, "gave no permission" in page, "<script>" in page) == (400, True, False)
    async with browser() as session:
        slack.force("oauth.v2.access", status=503)
        back, _ = await start(session, url)
        status, page = await visit(session, back)
        assert (status, "did not answer" in page) == (503, True)
    assert (await visit_plain(f"{url}/slack/oauth_redirect"))[0] == 400


async def visit_plain(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session:
        return await visit(session, url)


async def test_an_organisation_installs_it_for_all_its_workspaces(here: Many) -> None:
    one = Team("T0EAST", "East", enterprise="E0RG", whole=True)
    two = Team("T0WEST", "West", enterprise="E0RG", whole=True)
    page = await here.install(one)
    assert "Organisation" in page
    assert "chooses the workspaces" in page
    for team in (one, two):
        await here.connect(team, f"key-{team.id}")
        with acting_in(team):
            asked = await here.slack.command(ADMIN, HIRING, "/ats", "help")
        assert asked is not None
        assert "connect" in asked.body
    token = here.slack.tokens[-1][1]
    async with another(here) as (table, _):
        found = await table.find(two.id)
        assert found is not None, "a job knows the workspace alone"
        assert (found.team, found.token.get_secret_value()) == ("E0RG", token) or found.team == "E0RG"
        assert await table.find("T0STRANGER", "E0OTHER") is None
        assert await table.find("T0STRANGER") is None


async def test_a_form_shown_through_slack_connect_belongs_to_the_workspace_whose_app_it_is() -> None:
    view = {"id": "V1", "hash": "1.a", "app_installed_team_id": "T0OURS", "state": {"values": {}}}
    body = {
        "type": "view_submission",
        "team": {"id": "T0THEIRS"},
        "user": {"id": "U0PAT", "team_id": "T0THEIRS"},
        "trigger_id": "1.2.3",
        "view": view,
    }
    sent = Invocation.from_slack(body)
    assert (sent.team, sent.user_team) == ("T0OURS", "T0THEIRS")


async def test_nothing_of_a_token_is_in_the_file_in_clear(here: Many) -> None:
    here.slack.installs.rotates = True
    await here.install(Team("T0SEALED", "Sealed"))
    here.slack.installs.rotates = False
    kept = b"".join(p.read_bytes() for p in here.settings.database_path.parent.iterdir())
    assert b"T0SEALED" in kept
    tokens = list(here.slack.installs.grants)
    assert tokens
    assert [token for token in tokens if token.encode() in kept] == []
    assert b"xoxe-1-" not in kept


@asynccontextmanager
async def another(here: Many) -> AsyncIterator[tuple[InstallationTable, SqliteStore]]:
    """The table as another process sees it."""
    store = SqliteStore(here.settings.database_path)
    try:
        yield InstallationTable(store, Vault(here.settings.encryption_keys)), store
    finally:
        await store.close()


async def test_a_removed_installation_is_gone_for_a_process_that_had_it_open(here: Many) -> None:
    team = Team("T0GONE", "Gone")
    await here.install(team)
    async with another(here) as (table, _):
        assert await table.find(team.id)
        await here.bot.workspaces.forget(team.id, "Ev1", 2**40)
        assert await table.find(team.id) is None


async def test_a_token_copied_to_another_row_does_not_open(here: Many) -> None:
    mine, theirs = Team("T0MINE", "Mine"), Team("T0THEIRS", "Theirs")
    await here.install(mine)
    await here.install(theirs)
    with sqlite3.connect(here.settings.database_path) as database:
        (token,) = database.execute("select bot_token from workspaces where team_id = 'T0MINE'").fetchone()
        database.execute("update workspaces set bot_token = ? where team_id = 'T0THEIRS'", [token])
    database.close()
    async with another(here) as (table, _):
        assert await table.find(mine.id)
        with pytest.raises(CannotOpen):
            await table.find(theirs.id)
        installations = Installations(table, awaited=False)
        assert await installations.token(theirs.id) is None
    await here.bot.workspaces.forget(theirs.id, "Ev2", 2**40)


class Counted:
    """A table, a clock, and a Slack whose tokens run out."""

    def __init__(
        self, slack: StandInSlack, store: Store, session: aiohttp.ClientSession, clock: Clock
    ) -> None:
        self.slack, self.store, self.session, self.clock = slack, store, session, clock
        self.vault = Vault([SecretStr(new_key())])

    def process(self) -> tuple[InstallationTable, Rotation]:
        """What each process has for itself."""
        table = InstallationTable(self.store, self.vault, self.clock)
        client = web_client(self.session, self.slack.api_url, "")
        secret = SecretStr(self.slack.installs.client_secret)
        return table, Rotation(table, client, self.slack.installs.client_id, secret, self.clock)

    async def installed(self, table: InstallationTable, team: Team) -> Installation:
        given = self.slack.installs.install(team)
        await table.save(
            Installation(
                team=team.id,
                token=SecretStr(given["access_token"]),
                refresh_token=SecretStr(given["refresh_token"]),
                expires_at=self.clock() + given["expires_in"],
            )
        )
        return await known(table, team)

    @property
    def refreshes(self) -> int:
        return len(self.slack.called("oauth.v2.access"))


async def known(table: InstallationTable, team: Team) -> Installation:
    found = await table.find(team.id)
    assert found
    return found


@pytest.fixture
async def counted(store: Store) -> AsyncIterator[Counted]:
    clock = Clock()
    async with StandInSlack(clock=clock) as slack, new_session() as session:
        slack.installs.rotates = True
        yield Counted(slack, store, session, clock)


async def test_a_token_is_refreshed_before_it_ends_and_once_however_many_ask(counted: Counted) -> None:
    team = Team("T0TURN")
    table, rotation = counted.process()
    first = await counted.installed(table, team)
    assert await rotation.fresh(first, EARLY) == first
    counted.clock.now += HALF_A_DAY - EARLY + 1
    assert await rotation.fresh(first, LAST) == first, "who answers at once does not wait for a call"
    got = await asyncio.gather(*[rotation.fresh(first, EARLY) for _ in range(8)])
    assert counted.refreshes == 1
    tokens = {each.token.get_secret_value() for each in got if each}
    assert len(tokens) == 1
    assert tokens != {first.token.get_secret_value()}
    assert counted.slack.installs.speaks_for(tokens.pop()) == team


async def test_two_processes_refresh_once(counted: Counted) -> None:
    team = Team("T0BOTH")
    (table, one), (_, two) = counted.process(), counted.process()
    first = await counted.installed(table, team)
    counted.clock.now += HALF_A_DAY - 30
    counted.slack.force("oauth.v2.access", delay=0.1)
    got = await asyncio.gather(*[each.fresh(first, EARLY) for each in (one, two, one, two)])
    assert counted.refreshes == 1
    assert None not in got
    assert (await known(table, team)).expires_at == counted.clock.now + HALF_A_DAY
    counted.clock.now += HALF_A_DAY + 1
    counted.slack.force("oauth.v2.access", delay=0.1)
    late = await known(table, team)
    got = await asyncio.gather(*[each.fresh(late, EARLY) for each in (one, two)])
    assert counted.refreshes == 2
    assert [each.expires_at for each in got if each] == [counted.clock.now + HALF_A_DAY] * 2


async def test_while_a_refresh_fails_the_token_serves_until_its_end(counted: Counted) -> None:
    team = Team("T0FAIL")
    table, rotation = counted.process()
    first = await counted.installed(table, team)
    counted.slack.force("oauth.v2.access", error="internal_error", times=2)
    counted.clock.now += HALF_A_DAY - 30
    assert await rotation.fresh(first, EARLY) == first
    counted.clock.now += 31
    assert await rotation.fresh(first, EARLY) is None
    renewed = await rotation.fresh(first, EARLY)
    assert renewed
    assert renewed.token != first.token


async def test_a_workspace_that_left_or_came_anew_during_a_refresh_stays_so(counted: Counted) -> None:
    gone, anew = Team("T0LEFT"), Team("T0ANEW")
    table, _ = counted.process()
    refreshed = (SecretStr("xoxe.xoxb-late"), SecretStr("xoxe-1-late"), counted.clock() + HALF_A_DAY)
    for team in (gone, anew):
        before = await counted.installed(table, team)
        assert await table.claim(before, 20)
        where = {"team_id": team.id}
        await counted.store.write(partial(remove, where))
        now = await counted.installed(table, team) if team == anew else None
        await table.renew(before, *refreshed)
        assert await table.find(team.id) == now


def remove(where: Row, write: Write) -> None:
    write.remove("workspaces", where)


async def test_memory_is_bounded(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MOST", 3)
    table, _ = counted.process()
    teams = [Team(f"T{n:04}") for n in range(6)]
    for team in teams:
        await counted.installed(table, team)
    assert list(table._opened) == ["T0003", "T0004", "T0005"]
    assert (await known(table, teams[0])).team == "T0000"


async def test_a_state_older_than_ten_minutes_is_too_late(counted: Counted) -> None:
    table, _ = counted.process()
    installs = counted.slack.installs
    installing = Installing(
        table,
        counted.store,
        counted.vault,
        web_client(counted.session, counted.slack.api_url, ""),
        client_id=installs.client_id,
        client_secret=SecretStr(installs.client_secret),
        authorize_url=f"{counted.slack.url}/oauth/v2/authorize",
        scopes=["commands"],
        clock=counted.clock,
    )
    application = web.Application()
    application.add_routes(installing.routes())
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    installs.redirect_url = f"{url}/slack/oauth_redirect"
    async with browser() as session:
        back, _ = await start(session, url)
        counted.clock.now += LIFE + 1
        status, page = await visit(session, back)
    await runner.cleanup()
    assert (status, "ten minutes" in page) == (400, True)
    assert await table.find(installs.chooses.id) is None


async def test_the_token_of_the_environment_still_serves_its_own_workspace(counted: Counted) -> None:
    table, rotation = counted.process()
    installations = Installations(table, rotation)
    assert not installations.ready
    client = web_client(counted.session, counted.slack.api_url, counted.slack.bot_token)
    assert (await installations.learn(client)).team == HOME.id
    assert installations.ready
    assert await installations.token(HOME.id) == counted.slack.bot_token
    assert await installations.token("T0ELSE") is None
    installations.forget(HOME.id)
    assert await installations.token(HOME.id) is None


def problems(**values: str) -> str:
    keys = {"encryption_keys": new_key()}
    return " ".join(Settings(_env_file=None, **{**keys, **values}).problems())  # type: ignore[arg-type]


def test_with_oauth_a_signing_secret_is_needed_and_no_bot_token() -> None:
    both = {"slack_client_id": "1.2", "slack_client_secret": "s"}
    assert problems(**both, slack_signing_secret="x") == ""
    assert "SIGNING_SECRET is not set" in problems(**both)
    assert "BOT_TOKEN" not in problems(**both)
    assert "CLIENT_SECRET is not set" in problems(slack_client_id="1.2", slack_signing_secret="x")
    assert "CLIENT_ID is not set" in problems(slack_client_secret="s", slack_signing_secret="x")
    said = problems(**both, slack_app_token="xapp-1")
    assert "APP_TOKEN is set together with" in said
    assert "SIGNING_SECRET is not set" in said


def test_the_consent_page_is_beside_the_web_api() -> None:
    assert Settings(_env_file=None).slack_authorize_url == "https://slack.com/oauth/v2/authorize"
    near = Settings(_env_file=None, slack_api_url="http://127.0.0.1:9/api")
    assert near.slack_authorize_url == "http://127.0.0.1:9/oauth/v2/authorize"
