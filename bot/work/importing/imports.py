"""Durable work: runs imports, reports how they ended, and lets them go on after a crash where they were."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import SlackAway, SlackRefused
from bot.slack.tables import Read, Tables
from bot.slack.upload import Upload
from bot.store.audit import Happened
from bot.store.imports import Imports
from bot.store.vault import CannotOpen
from bot.work.command.prepare import Tools
from bot.work.engine.steps import Mark, Steps
from bot.work.forgetting.trail import Kind, Place
from bot.work.importing.message import LAST_WORD, ImportMessage
from bot.work.importing.rows import CannotGoOn, Rows
from commands.base import Card, ConnectionInfo
from commands.cards.progress import Shown, not_begun, progress, result
from commands.extract.errors import CannotRead
from commands.imports import IMPORT as COMMAND
from commands.ports.attached import CannotAttach
from commands.table.failures import as_csv, counted
from commands.table.importing import Failure, Import, Plan, State, Wish
from commands.table.intake import entries
from connectors.base import Connector
from connectors.errors import NotFound
from connectors.models import Record

log = structlog.get_logger()

IMPORT = "import"
"""The kind of this work."""
CHANGED = "The file was changed since its columns were looked at. Please begin once more."
AWAY = "Slack did not hand over the file. Please begin once more."
LOCKED = "The key of this connection cannot be opened here: an admin has to connect it again."
COMMENT = "The rows that need another look, each with its reason. Put them right and import this file."


class Order(Record):
    """What a person wishes of an import: to begin it, or to go on with one at which nobody works."""

    id: str
    runner: str
    """Tells whoever works at it from everybody else."""
    wish: Wish
    team: str
    user: str
    connection: str = ""
    plan: Plan | None = None


@dataclass(frozen=True)
class Parts:
    """What imports work with."""

    tools: Tools
    imports: Imports
    tables: Tables
    upload: Upload


class Importer:
    """Its method is a handler of durable work; `close` before the engine stops: then no more rows are begun."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._closing = False

    @property
    def handlers(self) -> Mapping[str, Callable[[str, Steps], Awaitable[str]]]:
        return {IMPORT: self.handle}

    def close(self) -> None:
        self._closing = True

    async def handle(self, payload: str, steps: Steps) -> str:
        order = Order.model_validate_json(payload)
        imports = self._parts.imports
        if not await imports.claim(order.id, order.runner, order.wish, lambda: _begun(order)):
            return "nothing to do"
        job = await imports.get(order.id)
        return await _Run(self._parts, job, steps, lambda: self._closing).go() if job else "left"


def _begun(order: Order) -> tuple[str, str, str, Plan]:
    if order.plan is None:
        raise LookupError("an import without a plan")
    return order.team, order.user, order.connection, order.plan


class _Run:
    """One stretch of work at an import: until its end, a pause, or the end of the process."""

    def __init__(self, parts: Parts, job: Import, steps: Steps, closing: Callable[[], bool]) -> None:
        self._parts, self._imports, self._job, self._steps = parts, parts.imports, job, steps
        self._closing, self._mark = closing, Mark()
        self._message = ImportMessage(parts.imports, parts.tools.client, job.id)
        self._rows: Rows | None = None
        self._info: ConnectionInfo | None = None
        self._log = log.bind(team=job.team, user=job.user, id=job.id)

    async def go(self) -> str:
        """Return the outcome in a word."""
        job = self._job
        self._info = await self._connection()
        await self._parts.tools.ledger.write(self._happened("begun", "begun"))
        if job.state in (State.ENDED, State.CANCELLED):
            return await self._report()
        await self._message.say(progress(self._shown(job)))
        try:
            ats = await self._connector()
            if not job.filled and (why := await self._fill(ats)):
                return await self._not_begun(why)
            state = await self._work(ats)
        except CannotGoOn as stuck:
            return await self._stuck(stuck.sentence)
        return await self._settled(state)

    async def _settled(self, state: State | None) -> str:
        if state in (State.ENDED, State.CANCELLED):
            return await self._report()
        if state is State.PAUSED and (job := await self._imports.get(self._job.id)):
            await self._message.say(progress(self._shown(job)))
        self._log.info("import stands", state=state)
        return str(state or "left")

    async def _stuck(self, sentence: str) -> str:
        state = await self._imports.settle(self._job.id, pause=True)
        if state is not State.PAUSED:
            return await self._settled(state)
        self._log.warning("import paused", reason="it cannot go on")
        if job := await self._imports.get(self._job.id):
            await self._message.say(progress(self._shown(job, sentence)))
        return str(state)

    async def _work(self, ats: Connector) -> State | None:
        """All rows, or as many as the person lets it."""
        job = await self._imports.get(self._job.id)
        if job is None:
            return None
        self._rows = Rows(self._imports, job, ats, self._closing, self._steps.ready)
        return await self._rows.all(lambda: self._message.follow(self._draw))

    async def _draw(self) -> Card | None:
        job = await self._imports.get(self._job.id)
        if self._closing() or job is None or self._rows is None:
            return None
        return progress(self._shown(job, self._rows.news, self._rows.rate()))

    def _shown(self, job: Import, news: str = "", rate: float | None = None) -> Shown:
        return Shown(job, self._title, rate=rate, news=news)

    @property
    def _title(self) -> str:
        if self._info is None:
            return "the ATS"
        name, title = self._info.name, self._info.title
        return title if name.casefold() == title.casefold() else f"{title} ({name})"

    async def _connection(self) -> ConnectionInfo | None:
        known = await self._parts.tools.workspaces.connections(self._job.team)
        return next((each for each in known if each.id == self._job.connection), None)

    async def _connector(self) -> Connector:
        if self._info is None:
            raise CannotGoOn("The ATS of this import is not connected any more.")
        try:
            return await self._parts.tools.connections.connector(self._job.team, self._info)
        except NotFound:
            raise CannotGoOn("The ATS of this import is not connected any more.") from None
        except CannotOpen:
            raise CannotGoOn(LOCKED) from None

    async def _fill(self, ats: Connector) -> str:
        """Save the rows of the file; return why that cannot be done, if so."""
        job, plan = self._job, self._job.plan
        client = await self._parts.tools.client(job.team)
        if client is None or plan is None:
            return AWAY
        try:
            read = await self._fetched(client, plan)
        except CannotAttach as no:
            return no.problem
        except CannotRead as no:
            return no.sentence
        if read is None or read.digest != plan.digest:
            return CHANGED if read else AWAY
        found = await asyncio.to_thread(entries, read.table, plan.columns, ats.required)
        reasons = [entry.problem.value if entry.problem else "" for entry in found]
        rows = list(zip(read.table.rows, reasons, strict=True))
        await self._imports.put_rows(job.team, job.id, rows)
        failed = sum(map(bool, reasons))
        await self._imports.filled(job.id, len(rows), failed, read.table.head)
        return ""

    async def _fetched(self, client: AsyncWebClient, plan: Plan) -> Read | None:
        for pause in (*LAST_WORD, None):
            try:
                return await self._parts.tables.read(client, plan.file)
            except SlackAway as away:
                if pause is not None:
                    await self._steps.sleep(max(pause, away.retry_after))
        return None

    async def _not_begun(self, why: str) -> str:
        name = self._job.plan.filename if self._job.plan else "The file"
        await self._message.say(not_begun(name, why))
        await self._note("not begun")
        await self._imports.drop(self._job.id)
        return "not begun"

    async def _report(self) -> str:
        """Say how it ended, and send what failed as a file; after a crash not a second time."""
        job = await self._imports.get(self._job.id)
        if job is None or job.plan is None:
            return "left"
        failures = await self._imports.failures(job.team, job.id)
        unclear = job.reported not in ("", self._mark.text)
        await self._imports.reporting(job.id, self._mark.text)
        sent = not failures or (not unclear and await self._send(job, job.plan, failures))
        shown = Shown(job, self._title, reasons=counted(failures), file_sent=sent)
        await self._message.say(result(shown))
        counts = {"added": job.added, "there": job.there, "failed": job.failed}
        await self._note(f"{job.state.value}: {', '.join(f'{n} {what}' for what, n in counts.items())}")
        await self._imports.reported(job.id, forget=sent)
        self._log.info("import ended", state=job.state.value, **counts, file=sent and bool(failures))
        return job.state.value

    async def _note(self, outcome: str) -> None:
        """Put both ends of it into the audit, before it is forgotten that there was an import."""
        ledger = self._parts.tools.ledger
        for happened in (self._happened("begun", "begun"), self._happened("ended", outcome)):
            if not await ledger.write(happened):
                await ledger.insist(happened, self._steps.sleep)

    def _happened(self, end: str, outcome: str) -> Happened:
        return Happened(
            id=f"{self._job.id}:{end}",
            team=self._job.team,
            actor=self._job.user,
            verb=f"{COMMAND.name} {COMMAND.verb}",
            outcome=outcome,
            at=self._parts.tools.now(),
            connection=self._job.connection,
            vendor=self._info.vendor if self._info else "",
        )

    async def _send(self, job: Import, plan: Plan, failures: list[Failure]) -> bool:
        """Whether the file was sent; an app without the scope cannot."""
        content = as_csv(plan.head, failures)
        name = f"{plan.filename.rpartition('.')[0] or plan.filename} - not imported.csv"
        for pause in LAST_WORD:
            client = await self._parts.tools.client(job.team)
            if client is None or not job.room:
                return False
            try:
                file = await self._parts.upload.send(client, job.room, name, content, COMMENT)
            except SlackAway as away:
                await self._steps.sleep(max(pause, away.retry_after))
            except SlackRefused as refused:
                self._log.warning("failures not sent", slack=refused.code)
                return False
            else:
                await self._trace(file, failures)
                return True
        return False

    async def _trace(self, file: str, failures: list[Failure]) -> None:
        """The file is found again by the addresses in it."""
        place = Place(channel=self._job.room, ts=file, kind=Kind.FILE)
        cells = [list(each.line.cells) for each in failures]
        await self._parts.tools.trail.tells(self._job.team, place, cells)
