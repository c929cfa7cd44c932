"""The side that Slack sees: the Bolt app, where it listens, who installed it, and the way to Slack's API."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog
from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from bot.operate.manifest import scopes
from bot.settings import Settings
from bot.slack import connection_limit as door
from bot.slack.authorize import Installations
from bot.slack.client import PASSING, meaning, web_client
from bot.slack.endpoint import LARGEST_BODY, Endpoint
from bot.slack.oauth import Installing
from bot.slack.rotation import Rotation
from bot.slack.socket import Socket
from bot.store.base import Store
from bot.store.installations import InstallationTable
from bot.store.vault import Vault
from bot.work.jobs import Jobs

log = structlog.get_logger()

NOT_INSTALLED = "Shortlist is not installed in this workspace any more. An admin can install it again."
FIRST_RETRY, LAST_RETRY = 1.0, 60.0
"""Seconds between attempts to reach Slack when the bot starts before the network does."""
REQUESTS = 5.0
"""Seconds that requests under way get when the listener closes; Slack waits three."""


class CannotListen(Exception):
    """The address is taken, or is not ours."""


def installations_for(settings: Settings, table: InstallationTable, session: ClientSession) -> Installations:
    if not settings.oauth:
        return Installations()
    client = web_client(session, settings.slack_api_url, "")
    rotation = Rotation(table, client, settings.slack_client_id, settings.slack_client_secret)
    return Installations(table, rotation, awaited=bool(settings.slack_bot_token.get_secret_value()))


def install_routes(
    settings: Settings, table: InstallationTable, store: Store, vault: Vault, session: ClientSession
) -> list[web.RouteDef]:
    if not settings.oauth:
        return []
    installing = Installing(
        table,
        store,
        vault,
        web_client(session, settings.slack_api_url, ""),
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        authorize_url=settings.slack_authorize_url,
        scopes=scopes(),
    )
    return installing.routes()


def bolt_app(settings: Settings, installations: Installations, session: ClientSession) -> AsyncApp:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        # Bolt calls by name and stumbles over a method.
        return await installations.authorize(enterprise_id, team_id)

    return AsyncApp(
        client=web_client(session, settings.slack_api_url, ""),
        signing_secret=settings.slack_signing_secret.get_secret_value() or "socket mode checks no signature",
        authorize=authorize,  # type: ignore[arg-type]  # None means “not installed”, and Bolt takes it
        process_before_response=True,  # otherwise Bolt looks every ten milliseconds whether a listener has acked
        request_verification_enabled=False,  # `Endpoint` has done it, before it looked at the body
        user_facing_authorize_error_message=NOT_INSTALLED,
        logger=logging.getLogger("slack_bolt"),
    )


async def listen(
    settings: Settings,
    app: AsyncApp,
    jobs: Jobs,
    routes: Sequence[web.RouteDef],
    leaving: asyncio.Event,
    stack: AsyncExitStack,
) -> str:
    server = web.Application(client_max_size=LARGEST_BODY, middlewares=[door.unpacked])
    server.add_routes(routes)
    if not settings.socket_mode:
        endpoint = Endpoint(app, settings.slack_signing_secret.get_secret_value(), jobs.turns, leaving)
        server.router.add_post("/slack/events", endpoint.answer)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=REQUESTS, keepalive_timeout=door.QUIET)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    port = await _open_door(settings, runner, stack)
    log.info("listening", host=settings.host, port=port)
    return f"http://{settings.host}:{port}"


async def _open_door(settings: Settings, runner: web.AppRunner, stack: AsyncExitStack) -> int:
    """Return the port."""
    if runner.server is None:
        raise LookupError("a runner that was not set up")
    guarded = door.Door(runner.server, door.room())
    try:
        listener = await asyncio.get_running_loop().create_server(guarded, settings.host, settings.port)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "no such address"
        raise CannotListen(f"Nothing can listen on {settings.host}:{settings.port}: {why}.") from None
    stack.callback(listener.close)
    return int(listener.sockets[0].getsockname()[1])


def socket_for(
    settings: Settings, app: AsyncApp, session: ClientSession, stack: AsyncExitStack
) -> Socket | None:
    if not settings.socket_mode:
        return None
    client = web_client(session, settings.slack_api_url, settings.slack_bot_token.get_secret_value())
    socket = Socket(app, client, settings.slack_app_token.get_secret_value())
    stack.push_async_callback(socket.close)
    return socket


async def reach_slack(
    settings: Settings, installations: Installations, session: ClientSession, socket: Socket | None
) -> None:
    """Learn whose token it is, and open the socket if there is one, however long Slack takes to be there."""
    client = web_client(session, settings.slack_api_url, settings.slack_bot_token.get_secret_value())
    pause = FIRST_RETRY
    while True:
        try:
            team = (await installations.learn(client)).team if client.token else ""
            if not client.token:
                await client.api_test()
            if socket:
                await socket.open()
        except (SlackApiError, *PASSING) as error:
            log.warning(
                "Slack does not answer for this bot yet", slack=getattr(meaning(error), "code", "away")
            )
        else:
            log.info("connected to Slack", team=team, socket_mode=bool(socket))
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, LAST_RETRY)
