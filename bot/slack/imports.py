"""The way to an import: from a file to the columns, from the columns to work that goes on by itself."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

import structlog
from pydantic import ValidationError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, meaning
from bot.slack.forms import Forms
from bot.slack.import_buttons import ImportButtons, Put
from bot.slack.import_preview import TROUBLES, Previews, why, with_columns
from bot.slack.invocation import Invocation, Outdated
from bot.slack.tables import Tables, table_in
from bot.slack.understand import Understood, opening_of
from bot.store.imports import Imports
from bot.work.command.prepare import Tools
from bot.work.importing.imports import IMPORT as IMPORT_WORK
from bot.work.importing.imports import Order
from commands.base import Block, Card, Opening, Person
from commands.cards import blocks, flow
from commands.cards.form import notice
from commands.cards.mapping import (
    CALLBACK,
    Draft,
    Preview,
    chosen_columns,
    mapping,
    nobody,
    read_columns,
)
from commands.imports import IMPORT, ColumnsRequest, ImportRequest
from commands.permission import refusal
from commands.table.columns import Columns
from commands.table.importing import Plan, Wish
from commands.table.intake import importable
from commands.text.reading import Reading

log = structlog.get_logger()

MOST = 8
"""Tables kept for forms that are open; for an older one the file is read again."""
NO_TABLE = "There is no CSV or Excel file in this message."
NOBODY_SAYS = "Slack does not say at the moment who is asking. Please send the form again."
READING = notice("One moment", [blocks.section(":hourglass_flowing_sand: Reading the file…")])


@dataclass
class _Open:
    """A form that asks for the columns."""

    client: AsyncWebClient
    view_id: str
    preview: Preview


class ImportForms:
    """Nothing is kept of a form but what is needed to draw it anew; it survives a restart by its own metadata."""

    def __init__(
        self,
        forms: Forms,
        tools: Tools,
        tables: Tables,
        imports: Imports,
        put: Put,
    ) -> None:
        self._forms, self._people, self._deliver = forms, tools.people, tools.deliver
        self._previews = Previews(imports, tools.workspaces, tools.connections)
        self._tables, self._put = tables, put
        self.buttons = ImportButtons(imports, tools.people, tools.deliver, put)
        self._open: OrderedDict[tuple[str, str], _Open] = OrderedDict()

    async def from_message(self, client: AsyncWebClient, invocation: Invocation) -> None:
        """The shortcut on a message with a table."""
        found = table_in(invocation.message)
        if found is None:
            await self._deliver.say(client, invocation, flow.not_here(NO_TABLE), replace=False)
            return
        opening = Opening(
            command=IMPORT.name,
            verb=IMPORT.verb,
            channel=invocation.channel,
            file=found.id,
            text=blocks.shortened(found.name, 100),
        )
        answer = await self._forms.open(client, invocation, opening, ImportRequest())
        if isinstance(answer, Card):
            await self._deliver.say(client, invocation, answer, replace=False)

    async def sent(
        self, client: AsyncWebClient, invocation: Invocation, meant: Understood
    ) -> dict[str, Any] | None:
        """What a filled-in form is acknowledged with; None for the form of another command."""
        if not isinstance(meant.request, ImportRequest):
            return None
        self._forms.start(self._read(client, invocation, meant.request, opening_of(invocation.opening)))
        return {"response_action": "update", "view": READING}

    async def columns_sent(self, client: AsyncWebClient, invocation: Invocation) -> dict[str, Any] | None:
        """The same for the form that asks for the columns. Raises `Invalid`."""
        if invocation.form != CALLBACK:
            return None
        draft = _draft(invocation)
        columns = read_columns(invocation.values, _width(invocation))
        person = await self._people.person(client, invocation.team, invocation.user)
        if refused := refusal(person, IMPORT, ColumnsRequest(columns=columns)):
            return {"response_action": "update", "view": notice("Import", list(refused.blocks))}
        shown = self._kept(invocation)
        if shown and not importable((await with_columns(shown.preview, columns)).entries):
            raise nobody(invocation.values)
        self._open.pop((invocation.team, invocation.view_id or ""), None)
        await self._begin(invocation, draft, columns, person)
        return {"response_action": "update", "view": _begun()}

    async def changed(self, client: AsyncWebClient, invocation: Invocation) -> bool:
        """A column was chosen for in an open form; whether it was one of ours. Raises `Usage` and `Outdated`."""
        if invocation.form != CALLBACK:
            return False
        Reading(invocation.values)
        _draft(invocation)
        self._forms.start(self._redraw(client, invocation))
        return True

    def forget(self, team: str) -> None:
        for key in [key for key in self._open if key[0] == team]:
            del self._open[key]

    async def _begin(self, invocation: Invocation, draft: Draft, columns: Columns, person: Person) -> None:
        plan = Plan(
            file=draft.file,
            filename=draft.filename,
            digest=draft.digest,
            columns=columns,
            to=draft.to,
            author=person.name,
            country=person.country,
            channel=draft.channel,
        )
        order = Order(
            id=invocation.id,
            runner=invocation.id,
            wish=Wish.START,
            team=invocation.team,
            user=invocation.user,
            connection=draft.connection,
            plan=plan,
        )
        await self._put(IMPORT_WORK, invocation.id, order.model_dump_json())
        log.info("import taken", ref=invocation.reference, team=invocation.team, user=invocation.user)

    async def _read(
        self, client: AsyncWebClient, invocation: Invocation, request: ImportRequest, opening: Opening
    ) -> None:
        """Read the file and ask for the columns, or give the form back with the reason."""
        if refused := await self._refused(client, invocation):
            await self._update(client, invocation.view_id or "", notice("Import", list(refused.blocks)))
            return
        try:
            read = await self._tables.read(client, request.file or "")
            preview = await self._previews.first(invocation.team, invocation.user, request, opening, read)
        except TROUBLES as error:
            form = IMPORT.form(request, opening, why(error)) if IMPORT.form else READING
            await self._update(client, invocation.view_id or "", form)
            return
        shown = _Open(client, invocation.view_id or "", preview)
        self._keep(invocation.team, shown)
        await self._update(client, shown.view_id, mapping(preview))
        looked = await self._previews.look(invocation.team, preview)
        # Meanwhile the person may have chosen other columns.
        shown.preview = replace(shown.preview, looked=looked)
        await self._draw(invocation.team, shown)

    async def _refused(self, client: AsyncWebClient, invocation: Invocation) -> Card | None:
        """The rules may have changed since the form was opened."""
        try:
            person = await self._people.person(client, invocation.team, invocation.user)
        except (SlackApiError, *PASSING) as error:
            log.warning("import not read", slack=getattr(meaning(error), "code", "away"))
            return flow.not_here(NOBODY_SAYS)
        return refusal(person, IMPORT)

    async def _redraw(self, client: AsyncWebClient, invocation: Invocation) -> None:
        shown = self._kept(invocation) or await self._again(client, invocation)
        if shown is None:
            return
        columns = chosen_columns(invocation.values, len(shown.preview.columns))
        preview = await with_columns(shown.preview, columns)
        shown.preview = replace(preview, looked=shown.preview.looked)
        await self._draw(invocation.team, shown)

    async def _again(self, client: AsyncWebClient, invocation: Invocation) -> _Open | None:
        """A form that was opened before a restart: its file is read once more."""
        draft = _draft(invocation)
        try:
            read = await self._tables.read(client, draft.file)
            columns = chosen_columns(invocation.values, len(read.table.head))
            preview = await self._previews.again(invocation.team, read, draft, columns)
        except TROUBLES as error:
            log.info("import form not drawn anew", team=invocation.team, error=type(error).__name__)
            return None
        shown = _Open(client, invocation.view_id or "", preview)
        self._keep(invocation.team, shown)
        return shown

    async def _draw(self, team: str, shown: _Open) -> None:
        """Not once it was sent: the form would come back in place of what says that the import has begun."""
        if self._open.get((team, shown.view_id)) is shown:
            await self._update(shown.client, shown.view_id, mapping(shown.preview))

    async def _update(self, client: AsyncWebClient, view_id: str, view: Block) -> None:
        """A form that was closed meanwhile is nobody's loss."""
        try:
            await client.views_update(view_id=view_id, view=view)
        except (SlackApiError, *PASSING) as error:
            log.info("import form not shown", slack=getattr(meaning(error), "code", "away"))

    def _keep(self, team: str, shown: _Open) -> None:
        self._open[team, shown.view_id] = shown
        if len(self._open) > MOST:
            self._open.popitem(last=False)

    def _kept(self, invocation: Invocation) -> _Open | None:
        return self._open.get((invocation.team, invocation.view_id or ""))


def _draft(invocation: Invocation) -> Draft:
    try:
        return Draft.model_validate_json(invocation.opening)
    except ValidationError:
        raise Outdated("a form of no import") from None


def _width(invocation: Invocation) -> int:
    """How many columns a table has at least, by the form alone."""
    numbers = [block.rpartition("_")[2] for block in invocation.values if block.startswith("column_")]
    return max((int(number) + 1 for number in numbers if number.isdigit()), default=0)


def _begun() -> Block:
    said = ":white_check_mark: *The import has begun.*\nI tell you how it goes in our direct messages, where you can "
    return notice("Import", [blocks.section(f"{said}pause or cancel it.")])
