"""The one place that opens and closes everything the bot needs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.duties import duties
from bot.interactions import open_interactions
from bot.operate import metrics
from bot.operate.ready import Checks
from bot.settings import Settings
from bot.slack.authorize import Installations
from bot.slack.client import new_session, web_client
from bot.slack.deliver import Deliver
from bot.slack.events import Departures
from bot.slack.files import Files
from bot.slack.front import bolt_app, install_routes, installations_for, listen, reach_slack, socket_for
from bot.slack.groups import UserGroups
from bot.slack.invocation import Invocation
from bot.slack.people import People
from bot.slack.tables import Tables
from bot.slack.upload import Upload
from bot.store.markings import remembering
from bot.store.open import open_store
from bot.store.patience import PatientStore
from bot.store.vault import Vault
from bot.store.workspaces import Workspaces
from bot.stores import Stores, open_tables
from bot.work import jobs as engine
from bot.work.background import Background
from bot.work.cluster.peers import among
from bot.work.cluster.sharing import Sharing
from bot.work.command.line import Lines
from bot.work.command.prepare import Tools
from bot.work.command.progress import Progress
from bot.work.connections import Connections
from bot.work.engine.bulk import Bulk
from bot.work.engine.steps import Steps
from bot.work.forgetting.trail import Trail
from bot.work.jobs import Jobs
from bot.work.perform import Job
from bot.work.sandbox.sheets import SheetReader
from connectors.http import Http, new_client

log = structlog.get_logger()


@dataclass(frozen=True)
class Bot:
    """A running bot: `url` is where it listens, `jobs` what it has to do, `sweeps` what it does now and then.

    Once `leaving` is set, it is not ready any more, but still takes what comes.
    """

    url: str
    jobs: Jobs
    workspaces: Workspaces
    sweeps: Sequence[Callable[[], Awaitable[None]]]
    leaving: asyncio.Event


@asynccontextmanager
async def running(settings: Settings, clock: Callable[[], float] = time.time) -> AsyncIterator[Bot]:
    """Open everything, in the order in which it is needed, and close it in the other."""
    async with AsyncExitStack() as stack:
        store = PatientStore(await open_store(settings.database_url))
        stack.push_async_callback(store.close)
        vault = await remembering(store, Vault(settings.encryption_keys))
        session = await stack.enter_async_context(new_session())
        ats_client = await stack.enter_async_context(new_client())
        kept = open_tables(store, vault, settings, clock)
        installations = installations_for(settings, kept.installations, session)
        peers = await stack.enter_async_context(among(settings.database_url))
        sharing = Sharing(peers, vault)
        http = Http(ats_client, settings.bases, metrics.called, peers.meter, peers.turn)
        bulk = Bulk(installations.known)
        tools = _tools(settings, kept, installations, session, http, bulk, clock)
        tables = Tables(tools.files, SheetReader())
        does = duties(settings, kept, tools, tables, bulk, peers)

        async def perform(inbox: Jobs, invocation: str, steps: Steps) -> str:
            # A job that an earlier process left may run before Slack has answered.
            await installations.known()
            return await Job(tools, inbox, Invocation.model_validate_json(invocation), steps).run()

        handlers = bulk.waiting(does.handlers)
        lasts = timedelta(days=settings.keep_jobs_days)
        place = settings.engine_place
        jobs = await stack.enter_async_context(engine.running(place, vault, perform, handlers, peers, lasts))
        stack.callback(does.importer.close)
        bulk.opens(jobs)
        app = bolt_app(settings, installations, session)
        background = await stack.enter_async_context(Background())
        background.start(tools.lines.take_up(jobs.left))
        background.start(kept.ledger.enlist())
        counter = open_interactions(app, kept, tools, tables, jobs, bulk, background, sharing, lasts)
        home, forms = counter.home, counter.forms
        tools.progress.watch(home.changed)
        tools.progress.watch(sharing.changed)
        memories = (
            *(installations.forget, tools.people.forget, tools.connections.forget),
            *counter.memories,
        )
        caches = (counter.lookups.forget, forms.forget, counter.imports.forget)
        does.forgetting.begin(home.renew, *caches, sharing.forgotten)
        background.start(jobs.records.erasing())
        Departures(kept.workspaces, (*memories, sharing.left, jobs.records.leaves)).register(app)
        sharing.begin(home.changed, memories, caches, forms.noted, forms.people_of)
        socket = socket_for(settings, app, session, stack)
        routes = install_routes(settings, kept.installations, store, vault, session)
        leaving = asyncio.Event()
        checks = Checks(settings, installations, jobs.backlog, store, vault, peers, socket)
        health = checks.health(leaving)
        url = await listen(settings, app, jobs, [*health.routes(), *routes], leaving, stack)
        sweeps = (*kept.sweeps, *does.sweeps)
        background.start(jobs.sweep_forever(*sweeps))
        background.start(does.looks.watch.run())
        peers.begin()
        background.start(reach_slack(settings, installations, session, socket))
        yield Bot(url, jobs, kept.workspaces, sweeps, leaving)


def _tools(
    settings: Settings,
    kept: Stores,
    installations: Installations,
    session: ClientSession,
    http: Http,
    bulk: Bulk,
    clock: Callable[[], float],
) -> Tools:
    async def client(team: str) -> AsyncWebClient | None:
        token = await installations.token(team)
        return web_client(session, settings.slack_api_url, token) if token else None

    trail = Trail(kept.traces)
    return Tools(
        workspaces=kept.workspaces,
        connections=Connections(kept.workspaces, http),
        people=People(kept.rules, UserGroups()),
        deliver=Deliver(session, settings.slack_api_url, trail=trail),
        files=Files(session, settings.slack_api_url),
        client=client,
        progress=Progress(kept.activity),
        subscriptions=kept.subscriptions,
        ledger=kept.ledger,
        lines=Lines(kept.lines, bulk.unfinished),
        upload=Upload(session, settings.slack_api_url),
        trail=trail,
        put=bulk.put,
        now=clock,
    )
