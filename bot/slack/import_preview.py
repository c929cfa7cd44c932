"""What a person is shown of a table before it is imported."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from bot.slack.client import SlackAway
from bot.slack.tables import Read
from bot.store.imports import Imports
from bot.store.vault import CannotOpen
from bot.store.workspaces import Workspaces
from bot.work.connections import Connections
from commands.base import ConnectionInfo, Invalid, Opening
from commands.cards import blocks
from commands.cards.mapping import Before, Draft, Looked, Preview
from commands.cards.trouble import sentence
from commands.extract.errors import CannotRead
from commands.imports import ImportRequest
from commands.ports.attached import CannotAttach
from commands.table.columns import Columns
from commands.table.importing import State
from commands.table.intake import entries
from commands.text.grammar import Place
from commands.text.key import key_of
from commands.where import fitting
from connectors.base import Connector
from connectors.errors import ConnectorError
from connectors.models import Destination
from connectors.pace import background

LOOKING, LOOKED_UP = 6.0, 60
"""Seconds, and addresses, for which the ATS is asked who is there already."""
AWAY = "Slack did not hand over the file. Please attach it once more."
LOCKED = "The key of this ATS cannot be opened here: an admin has to connect it again."
TROUBLES = (CannotAttach, CannotRead, SlackAway, ConnectorError, CannotOpen, Invalid)
"""What can keep a table from being shown; `why` says it in a sentence."""


class Previews:
    def __init__(self, imports: Imports, workspaces: Workspaces, connections: Connections) -> None:
        self._imports, self._workspaces, self._connections = imports, workspaces, connections

    async def first(
        self, team: str, user: str, request: ImportRequest, opening: Opening, read: Read
    ) -> Preview:
        connection = request.picks.connection or opening.connection
        info, ats = await self._ats(team, connection)
        to = await _place(ats, request)
        if to is None and "to" in ats.required:
            raise Invalid({"to": f"{ats.title} needs to know where: choose a talent pool or a job."})
        earlier = await self._imports.recent(team, user, read.digest)
        draft = Draft(
            connection=info.id,
            file=request.file or "",
            filename=blocks.shortened(read.filename, 100),
            digest=read.digest,
            to=to,
            channel=opening.channel,
            required=tuple(sorted(ats.required)),
        )
        under_way = earlier is not None and earlier.state not in (State.ENDED, State.CANCELLED)
        before = (
            Before(datetime.fromtimestamp(earlier.created, UTC), earlier.added, under_way)
            if earlier
            else None
        )
        return await _drawn(read, draft, _label(info, ats), read.table.recognised(), before)

    async def again(self, team: str, read: Read, draft: Draft, columns: Columns) -> Preview:
        """The same table and what was chosen for it since; the ATS is not asked once more."""
        info, ats = await self._ats(team, draft.connection)
        preview = await _drawn(read, draft, _label(info, ats), columns, None)
        return replace(preview, looked=Looked(done=True))

    async def look(self, team: str, preview: Preview) -> Looked:
        """Ask the ATS who is there already, as long as somebody may be expected to wait."""
        emails = [entry.person.email for entry in preview.entries if entry.person]
        checked = found = 0
        with suppress(TimeoutError, ConnectorError, CannotOpen, Invalid), background():
            async with asyncio.timeout(LOOKING):
                _, ats = await self._ats(team, preview.draft.connection)
                for email in emails[:LOOKED_UP]:
                    found += await ats.known(email) is not None
                    checked += 1
        return Looked(checked, found, done=True)

    async def _ats(self, team: str, connection: str | None) -> tuple[ConnectionInfo, Connector]:
        """Raises `Invalid` when it is connected no more, and what opening a connection raises."""
        known = await self._workspaces.connections(team)
        info = next((each for each in known if each.id == connection), None)
        if info is None:
            raise Invalid({"ats": "This ATS is not connected any more."})
        return info, await self._connections.connector(team, info)


async def with_columns(preview: Preview, columns: Columns) -> Preview:
    """What the rows are when the columns hold something else."""
    found = await asyncio.to_thread(entries, preview.table, columns, preview.draft.required)
    return replace(preview, columns=columns, entries=found)


def why(error: Exception) -> str:
    """A sentence about one of the `TROUBLES`."""
    if isinstance(error, CannotAttach):
        return error.problem
    if isinstance(error, CannotRead):
        return error.sentence
    if isinstance(error, Invalid):
        return " ".join(error.errors.values())
    if isinstance(error, ConnectorError):
        return sentence(error)
    return AWAY if isinstance(error, SlackAway) else LOCKED


async def _drawn(read: Read, draft: Draft, title: str, columns: Columns, before: Before | None) -> Preview:
    found = await asyncio.to_thread(entries, read.table, columns, draft.required)
    return Preview(draft, read.table, columns, found, draft.filename, title, before=before)


def _label(info: ConnectionInfo, ats: Connector) -> str:
    return ats.title if info.name.casefold() == ats.title.casefold() else f"{ats.title} ({info.name})"


async def _place(ats: Connector, request: ImportRequest) -> Destination | None:
    """The destination that was picked or typed; `Invalid` where none or several fit."""
    text = request.to or ""
    if not (text or request.picks.destination):
        return None
    everything = await ats.destinations()
    if request.picks.destination:
        found: Sequence[Destination] = [d for d in everything if key_of(d) == request.picks.destination]
    else:
        found = fitting(everything, Place(text))
    named = ats.named_pool(text) if text and not found else None
    if len(found) == 1 or named:
        return named or found[0]
    said = (
        "Several places are called like that" if found else "No talent pool, job or stage is called like that"
    )
    raise Invalid({"to": f"{said}: choose one from the list."})
