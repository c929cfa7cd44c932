"""A bot for many workspaces, and an ATS in which each workspace has an account of its own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.app import Bot, running
from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.world import World, small_world
from bot.demo.slack.oauth import Team
from bot.demo.slack.server import StandInSlack
from bot.settings import Settings
from bot.store.vault import new_key

HOP = {"host", "content-length", "transfer-encoding", "connection", "content-encoding", "date", "server"}
"""Headers that belong to one hop, and are not passed on."""


@dataclass
class Mall:
    """One address of a vendor; the key in a request decides whose account answers it."""

    vendor: str
    accounts: dict[str, StandInAts] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    """The key of every request so far."""
    url: str = ""
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def account(self, key: str, world: World | None = None) -> StandInAts:
        """Open an account; every one holds people under the same ids."""
        kind = STAND_INS[self.vendor]
        own: type[StandInAts] = type("Own", (kind,), {"settings": {**kind.settings, "key": key}})
        self.accounts[key] = await self.stack.enter_async_context(own(world or small_world()).serve())
        return self.accounts[key]

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["Mall"]:
        async with self.stack, aiohttp.ClientSession() as session:

            async def forward(request: web.Request) -> web.Response:
                key = request.headers.get("Authorization", "").removeprefix("Bearer ")
                self.keys.append(key)
                if key not in self.accounts:
                    return web.json_response({"detail": "unknown key"}, status=401)
                headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
                address = self.accounts[key].url + request.raw_path
                content = await request.read()
                async with session.request(request.method, address, data=content, headers=headers) as answer:
                    back = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
                    return web.Response(status=answer.status, body=await answer.read(), headers=back)

            application = web.Application()
            application.router.add_route("*", "/{path:.*}", forward)
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            try:
                yield self
            finally:
                await runner.cleanup()


@dataclass
class Many:
    """All of it; `settings` start another process on the same files."""

    slack: StandInSlack
    mall: Mall
    bot: Bot
    settings: Settings

    async def install(self, team: Team) -> str:
        """As a person does in a browser; return the page that is shown at the end."""
        self.slack.installs.chooses = team
        async with browser() as session, session.get(f"{self.bot.url}/slack/install") as answer:
            page = await answer.text()
            assert answer.status == 200, page
            return page

    async def connect(self, team: Team, key: str, name: str = "Main") -> StandInAts:
        """Open an account with this key, and connect the workspace to it."""
        account = await self.mall.account(key)
        await self.bot.workspaces.connect(team.id, self.mall.vendor, name, dict(account.settings))
        return account


def browser() -> aiohttp.ClientSession:
    """One with a memory for cookies."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


def settings_for(slack: StandInSlack, mall: Mall, folder: Path, **more: Any) -> Settings:
    values: dict[str, Any] = {
        "slack_signing_secret": slack.signing_secret,
        "slack_client_id": slack.installs.client_id,
        "slack_client_secret": slack.installs.client_secret,
        "slack_api_url": slack.api_url,
        "database_url": f"sqlite:///{folder / 'shortlist.db'}",
        "encryption_keys": new_key(),
        "port": 0,
        f"{mall.vendor}_url": mall.url,
        **more,
    }
    return Settings(_env_file=None, **values)


@asynccontextmanager
async def many(folder: Path, vendor: str = "recruspace", **more: Any) -> AsyncIterator[Many]:
    """A bot that nobody has installed yet."""
    async with Mall(vendor).serve() as mall, StandInSlack() as slack:
        settings = settings_for(slack, mall, folder, **more)
        async with running(settings) as bot:
            slack.request_url = f"{bot.url}/slack/events"
            slack.installs.redirect_url = f"{bot.url}/slack/oauth_redirect"
            yield Many(slack, mall, bot, settings)
