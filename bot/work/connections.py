"""Open connectors: one per connection while its settings stay the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from bot.store.vault import CannotOpen
from bot.store.workspaces import Workspaces
from commands.base import ConnectionInfo, Invalid
from commands.ports.watching import WatchState
from connectors.base import Connector
from connectors.errors import Locked, NotFound
from connectors.http import Http
from connectors.models import Account
from connectors.vendors import CONNECTORS

MOST = 10_000


@dataclass(frozen=True)
class _Kept:
    """An open connector, and what it was opened with: the same settings may be sealed with another key since."""

    sealed: str
    vendor: str
    settings: Mapping[str, str] = field(repr=False)
    connector: Connector


class Connections:
    """Keeps connectors open, for their tokens and their pace; a changed or forgotten key opens a new one."""

    def __init__(self, workspaces: Workspaces, http: Http) -> None:
        self._workspaces, self._http = workspaces, http
        self._open: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    async def connector(self, team: str, connection: ConnectionInfo) -> Connector:
        """Raises `NotFound` when the connection is gone, and `CannotOpen`."""
        sealed = await self._workspaces.sealed_settings(team, connection.id)
        if sealed is None:
            raise NotFound(connection.title, "is not connected any more")
        kept = self._open.get((team, connection.id))
        if kept and kept.sealed == sealed:
            return kept.connector
        settings = self._workspaces.open_settings(team, connection.id, sealed)
        same = kept is not None and (kept.vendor, kept.settings) == (connection.vendor, settings)
        connector = kept.connector if kept and same else self.build(connection.vendor, settings)
        self._open[team, connection.id] = _Kept(sealed, connection.vendor, settings, connector)
        if len(self._open) > MOST:
            self._open.popitem(last=False)
        return connector

    def forget(self, team: str) -> None:
        """A workspace has left: nothing of it stays open."""
        for key in [key for key in self._open if key[0] == team]:
            del self._open[key]

    def build(self, vendor: str, settings: Mapping[str, str]) -> Connector:
        """Raises `Invalid`, with a sentence for each wrong field."""
        kind = CONNECTORS[vendor]
        try:
            return kind(kind.Settings.model_validate(dict(settings)), self._http)
        except ValidationError as error:
            wrong = {str(e["loc"][0]): e["msg"] for e in error.errors(include_input=False) if e["loc"]}
            raise Invalid(wrong) from None


class WorkspaceRegistry:
    """One workspace's connections, as the `/ats` commands see them."""

    def __init__(self, team: str, workspaces: Workspaces, connections: Connections) -> None:
        self._team, self._workspaces, self._connections = team, workspaces, connections

    async def connections(self) -> list[ConnectionInfo]:
        return await self._workspaces.connections(self._team)

    async def account(self, connection: ConnectionInfo) -> Account:
        try:
            connector = await self._connections.connector(self._team, connection)
        except CannotOpen:
            raise Locked(connection.title, "is kept with a key that cannot be opened") from None
        return await connector.check()

    async def watch(self, connection: ConnectionInfo) -> WatchState | None:
        return await self._workspaces.watch(self._team, connection.id)

    async def try_settings(self, vendor: str, settings: Mapping[str, str]) -> Account:
        return await self._connections.build(vendor, settings).check()

    async def connect(self, vendor: str, name: str, settings: Mapping[str, str]) -> ConnectionInfo:
        return await self._workspaces.connect(self._team, vendor, name, settings)

    async def disconnect(self, connection: ConnectionInfo) -> None:
        await self._workspaces.disconnect(self._team, connection.id)

    async def set_default(self, connection: ConnectionInfo, channel: str | None) -> None:
        await self._workspaces.set_default(self._team, connection.id, channel)

    async def clear_default(self, channel: str) -> None:
        await self._workspaces.clear_default(self._team, channel)
