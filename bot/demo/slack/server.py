"""The stand-in Slack as one server: Web API, deliveries, response URLs, Socket Mode, and the page."""

import secrets
import socket
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from bot.demo.slack.acks import Acks
from bot.demo.slack.act import Acts
from bot.demo.slack.deliver import Courier, Delivery
from bot.demo.slack.drive import Drive
from bot.demo.slack.faults import Fault, Faults
from bot.demo.slack.files import Files
from bot.demo.slack.oauth import Installs, Team, acting_in, leaving
from bot.demo.slack.page import Act, Page, Panels
from bot.demo.slack.respond import Responses
from bot.demo.slack.scopes import GRANTED, Scopes
from bot.demo.slack.socket_mode import Sockets
from bot.demo.slack.transfer import FILE_BYTES, Transfer
from bot.demo.slack.uploads import Uploads
from bot.demo.slack.webapi import WebApi
from bot.demo.slack.windows import Windows
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Message, Workspace

BODY_BYTES = FILE_BYTES + 2**20


class StandInSlack(Drive):
    """Open it with `async with`: from then on `url`, `api_url`, and the acts of `Drive` work.

    `request_url` is where the bot takes deliveries, set at any time; while a bot is connected by Socket Mode,
    deliveries go there. `commands` and `shortcuts` are the page's objects; without commands any is delivered.
    `others` are acts of the page beside Slack by name, added at any time.
    `events` names the events the app subscribed to; `scopes`, what it was granted, may be changed at any time.
    """

    def __init__(
        self,
        *,
        commands: Sequence[Json] = (),
        shortcuts: Sequence[Json] = (),
        panels: Panels = list,
        events: Collection[str] = ("app_home_opened",),
        scopes: Collection[str] = GRANTED,
        app_name: str = "Shortlist",
        clock: Callable[[], float] = time.time,
        ack_seconds: float = 3.0,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.signing_secret = secrets.token_hex(16)
        self.bot_token = f"xoxb-{secrets.token_hex(12)}"
        self.app_token = f"xapp-{secrets.token_hex(12)}"
        self.scopes = set(scopes)
        self.request_url: str | None = None
        self.url = ""
        self.sockets = Sockets()
        self._menus = (commands, shortcuts)
        self._panels = panels
        self.others: dict[str, Act] = {}
        self._events = events
        self._ack_seconds = ack_seconds
        self._place = (host, port)
        self._stack = AsyncExitStack()
        workspace = Workspace(clock, app_name)
        super().__init__(workspace, Windows(workspace), Files(workspace, lambda: self.url))
        self.installs = Installs(clock)
        self.faults = Faults()
        self.responses = Responses(workspace, self.faults)

    @property
    def api_url(self) -> str:
        """The base URL of the Web API, with the slash at its end that `slack_sdk` wants."""
        return f"{self.url}/api/"

    @property
    def calls(self) -> list[tuple[str, Json]]:
        """Every Web API call so far: method and arguments, without the token."""
        return self._web_api.calls

    @property
    def tokens(self) -> list[tuple[str, str]]:
        """Every Web API call so far: method and token."""
        return self._web_api.tokens

    async def leave(self, team: Team) -> list[Delivery]:
        """The app is removed from a workspace: its tokens are void, and the bot hears of it."""
        self.installs.leave(team)
        with acting_in(team):
            return [await self.event(inner) for inner in leaving()]

    def called(self, method: str) -> list[Json]:
        """The arguments of each call of one method."""
        return [args for name, args in self.calls if name == method]

    def force(
        self,
        method: str,
        *,
        error: str | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        times: int = 1,
        late: bool = False,
    ) -> None:
        """Makes the next `times` calls fail, or only take `delay` seconds. `late`: only the answer is lost.

        `method` may also be `response_url`, `file` for the download of one, or `*` for any method.
        """
        self.faults.force(method, Fault(error, status, headers or {}, delay, times, late))

    def said(self, user: str | None = None, channel: str | None = None) -> list[Message]:
        """All messages in order: those `user` can see, those in `channel`; search in `everything`."""
        return self.workspace.said(user, channel)

    async def __aenter__(self) -> Self:
        """Binds the port and serves."""
        session = await self._stack.enter_async_context(aiohttp.ClientSession())
        listener = socket.create_server(self._place)
        self.url = f"http://{self._place[0]}:{listener.getsockname()[1]}"
        self._assemble(session)
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listener).start()
        self._stack.push_async_callback(self.sockets.disconnect, "link_disabled")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes sockets, server, and session."""
        await self._stack.aclose()

    def _assemble(self, session: aiohttp.ClientSession) -> None:
        workspace, windows = self.workspace, self.windows
        courier = Courier(
            self.sockets, session, lambda: self.request_url, self.signing_secret, self._ack_seconds
        )
        acks = Acks(workspace, windows, self.responses)
        commands = self._menus[0]
        self.acts = Acts(workspace, windows, self.files, courier, acks, commands, self._events, self.url)
        tokens = (self.bot_token, self.app_token)
        scopes = Scopes(workspace, lambda: self.scopes)
        self._uploads = Uploads(workspace, self.files, self.url)
        self._web_api = WebApi(
            workspace,
            windows,
            self.sockets,
            self.faults,
            scopes,
            self.files,
            self.url,
            tokens,
            self.installs,
            self._uploads,
        )
        self._transfer = Transfer(workspace, self.files, scopes, self.faults, self._web_api.is_of_bot)
        self._page = Page(workspace, windows, self.acts, self._panels, self._menus, self.others)

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY_BYTES)
        application.on_shutdown.append(self._page.leave)
        application.add_routes([*self._transfer.routes(), *self._uploads.routes()])
        application.add_routes(self._page.routes())
        application.router.add_route("*", "/api/{method}", self._web_api.serve)
        application.router.add_get("/oauth/v2/authorize", self.installs.consent)
        application.router.add_post("/response/{token}", self.responses.serve)
        application.router.add_get("/socket/{ticket}", self.sockets.serve)
        return application
