"""The one place that opens and closes everything the bot needs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot.operate.health import Health
from bot.settings import Settings
from bot.slack.authorize import Installations
from bot.slack.client import new_session, web_client
from bot.slack.corrections import Corrections
from bot.slack.cvs import Cvs
from bot.slack.deliver import Deliver
from bot.slack.events import Departures
from bot.slack.files import Files
from bot.slack.forms import Forms
from bot.slack.front import bolt_app, install_routes, installations_for, listen, reach_slack, socket_for
from bot.slack.home import Home
from bot.slack.imports import ImportForms
from bot.slack.invocation import Invocation
from bot.slack.listeners import Listeners
from bot.slack.people import People
from bot.slack.shortcuts import Shortcuts
from bot.slack.socket import Socket
from bot.slack.suggestions import Suggestions
from bot.slack.tables import Tables
from bot.slack.upload import Upload
from bot.store.activity import Activity
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
        installations = installations_for(settings, table, session)
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
        app = bolt_app(settings, installations, session)
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
        socket = socket_for(settings, app, session, stack)
        routes = install_routes(settings, table, store, vault, session)
        health = _health(installations, jobs, socket)
        url = await listen(settings, app, jobs, [*health.routes(), *routes], stack)
        sweeps = (activity.sweep, cards.sweep, announcer.look_around, weekly.due, imports.sweep)
        background.start(jobs.sweep_forever(*sweeps))
        background.start(looks.watch.run())
        background.start(reach_slack(settings, installations, session, socket))
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
