"""The one place that opens and closes everything the bot needs."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot.operate.health import Health
from bot.operate.manifest import scopes
from bot.settings import Settings
from bot.slack.authorize import Installations
from bot.slack.client import PASSING, meaning, new_session, web_client
from bot.slack.corrections import Corrections
from bot.slack.cvs import Cvs
from bot.slack.deliver import Deliver
from bot.slack.endpoint import LARGEST_BODY, Endpoint
from bot.slack.events import Departures
from bot.slack.files import Files
from bot.slack.forms import Forms
from bot.slack.home import Home
from bot.slack.imports import ImportForms
from bot.slack.invocation import Invocation
from bot.slack.listeners import Listeners
from bot.slack.oauth import Installing
from bot.slack.people import People
from bot.slack.rotation import Rotation
from bot.slack.shortcuts import Shortcuts
from bot.slack.socket import Socket
from bot.slack.suggestions import Suggestions
from bot.slack.tables import Tables
from bot.slack.upload import Upload
from bot.store.activity import Activity
from bot.store.base import Store
from bot.store.cards import CardTable
from bot.store.imports import Imports
from bot.store.installations import InstallationTable
from bot.store.sqlite import SqliteStore
from bot.store.subscriptions import SubscriptionTable
from bot.store.vault import Vault
from bot.store.workspaces import Workspaces
from bot.work import jobs as engine
from bot.work.announce import Announcer
from bot.work.background import Background
from bot.work.bulk import Bulk
from bot.work.connections import Connections, WorkspaceOffice
from bot.work.cv import CvReader
from bot.work.imports import Importer, Parts
from bot.work.jobs import Jobs
from bot.work.lookout import lookout
from bot.work.lookups import Lookups
from bot.work.perform import Job
from bot.work.prepare import Tools
from bot.work.progress import Progress
from bot.work.sheets import SheetReader
from bot.work.steps import DurableSteps
from bot.work.weekly import Weekly
from connectors import Http, new_client

log = structlog.get_logger()

NOT_INSTALLED = "Shortlist is not installed in this workspace any more. An admin can install it again."
FIRST_RETRY, LAST_RETRY = 1.0, 60.0
"""Seconds between attempts to reach Slack when the bot starts before the network does."""


class CannotListen(Exception):
    """The address is taken, or is not ours."""


@dataclass(frozen=True)
class Bot:
    """A running bot: `url` is where it listens, `jobs` what it has to do, `sweeps` what it does now and then."""

    url: str
    jobs: Jobs
    workspaces: Workspaces
    sweeps: Sequence[Callable[[], Awaitable[None]]]


@asynccontextmanager
async def running(settings: Settings, clock: Callable[[], float] = time.time) -> AsyncIterator[Bot]:
    """Open everything, in the order in which it is needed, and close it in the other."""
    async with AsyncExitStack() as stack:
        vault = Vault(settings.encryption_keys)
        store = SqliteStore(settings.database_path)
        stack.push_async_callback(store.close)
        session = await stack.enter_async_context(new_session())
        ats_client = await stack.enter_async_context(new_client())
        table = InstallationTable(store, vault)
        installations = _installations(settings, table, session)
        workspaces, activity = Workspaces(store, vault), Activity(store, vault)
        progress = Progress(activity)
        http = Http(ats_client, settings.bases)
        subscriptions, cards = SubscriptionTable(store, vault), CardTable(store, vault)
        tools = _tools(settings, workspaces, installations, session, http, progress, subscriptions, clock)
        bulk = Bulk(installations.known)
        upload = Upload(session, settings.slack_api_url)
        weekly = Weekly(subscriptions, cards, upload, workspaces.name_of, bulk.put, tools.now)
        announcer = Announcer(subscriptions, cards, tools.client, tools.deliver, weekly, bulk.put, tools.now)

        async def perform(kept: Jobs, invocation: str) -> str:
            # A job that an earlier process left may run before Slack has answered.
            await installations.known()
            job = Job(tools, kept, Invocation.model_validate_json(invocation), DurableSteps(kept.turns))
            return await job.run()

        imports, tables = Imports(store, vault), Tables(tools.files, SheetReader())
        importer = Importer(Parts(tools, imports, tables, upload))
        looks = lookout(settings.watch_seconds, store, vault, tools, bulk.put)
        handlers = bulk.waiting({**announcer.handlers, **importer.handlers, **looks.handlers})
        jobs = await stack.enter_async_context(engine.running(settings.jobs_path, vault, perform, handlers))
        stack.callback(importer.close)
        bulk.opens(jobs)
        app = _bolt(settings, installations, session)
        office = partial(WorkspaceOffice, workspaces=workspaces, connections=tools.connections)
        background = await stack.enter_async_context(Background())
        lookups = Lookups(tools.connections, background.start)
        forms = Forms(tools.people, office, lookups, background.start)
        home = Home(tools.client, tools.people, office, activity, background.start)
        home.register(app)
        progress.watch(home.changed)
        corrections = Corrections(jobs, activity, forms, tools.deliver)
        import_forms = ImportForms(forms, tools, tables, imports, bulk.put)
        Listeners(jobs, tools.deliver, office, forms, home, corrections, import_forms).register(app)
        Suggestions(lookups, tools.people, office).register(app)
        read_cv = Cvs(tools.files, CvReader()).read
        Shortcuts(forms, tools.people, tools.deliver, read_cv, import_forms.from_message).register(app)
        memories = (installations.forget, tools.people.forget, tools.connections.forget, lookups.forget)
        Departures(workspaces, (*memories, forms.forget, home.forget, import_forms.forget)).register(app)
        socket = _socket(settings, app, session, stack)
        routes = _installing(settings, table, store, vault, session)
        health = _health(installations, jobs, socket)
        url = await _serve(settings, app, jobs, [*health.routes(), *routes], stack)
        sweeps = (activity.sweep, cards.sweep, announcer.look_around, weekly.due, imports.sweep)
        background.start(jobs.sweep_forever(*sweeps))
        background.start(looks.watch.run())
        background.start(_reach_slack(settings, installations, session, socket))
        yield Bot(url, jobs, workspaces, sweeps)


def _tools(
    settings: Settings,
    workspaces: Workspaces,
    installations: Installations,
    session: ClientSession,
    http: Http,
    progress: Progress,
    subscriptions: SubscriptionTable,
    clock: Callable[[], float],
) -> Tools:
    async def client(team: str) -> AsyncWebClient | None:
        token = await installations.token(team)
        return web_client(session, settings.slack_api_url, token) if token else None

    return Tools(
        workspaces=workspaces,
        connections=Connections(workspaces, http),
        people=People(),
        deliver=Deliver(session, settings.slack_api_url),
        files=Files(session, settings.slack_api_url),
        client=client,
        progress=progress,
        subscriptions=subscriptions,
        now=clock,
    )


def _installations(settings: Settings, table: InstallationTable, session: ClientSession) -> Installations:
    if not settings.oauth:
        return Installations()
    client = web_client(session, settings.slack_api_url, "")
    rotation = Rotation(table, client, settings.slack_client_id, settings.slack_client_secret)
    return Installations(table, rotation, awaited=bool(settings.slack_bot_token.get_secret_value()))


def _installing(
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


def _bolt(settings: Settings, installations: Installations, session: ClientSession) -> AsyncApp:
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


def _health(installations: Installations, jobs: Jobs, socket: Socket | None) -> Health:
    async def slack() -> str | None:
        if not installations.ready:
            return "Slack has not confirmed the bot token yet"
        return "the socket to Slack is not open" if socket and not await socket.connected() else None

    async def database() -> str | None:
        try:
            await jobs.open_jobs()
        except SQLAlchemyError:
            return "the database of jobs does not answer"
        return None

    return Health({"slack": slack, "database": database})


async def _reach_slack(
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


async def _serve(
    settings: Settings, app: AsyncApp, jobs: Jobs, routes: Sequence[web.RouteDef], stack: AsyncExitStack
) -> str:
    server = web.Application(client_max_size=LARGEST_BODY)
    server.add_routes(routes)
    if not settings.socket_mode:
        endpoint = Endpoint(app, settings.slack_signing_secret.get_secret_value(), jobs.turns)
        server.router.add_post("/slack/events", endpoint.answer)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "no such address"
        raise CannotListen(f"Nothing can listen on {settings.host}:{settings.port}: {why}.") from None
    port = runner.addresses[0][1]
    log.info("listening", host=settings.host, port=port)
    return f"http://{settings.host}:{port}"


def _socket(
    settings: Settings, app: AsyncApp, session: ClientSession, stack: AsyncExitStack
) -> Socket | None:
    if not settings.socket_mode:
        return None
    client = web_client(session, settings.slack_api_url, settings.slack_bot_token.get_secret_value())
    socket = Socket(app, client, settings.slack_app_token.get_secret_value())
    stack.push_async_callback(socket.close)
    return socket
