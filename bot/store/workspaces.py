"""Which workspace uses which ATS with which key."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from commands.base import ConnectionInfo
from commands.ports.auditing import OPERATOR, SLACK
from commands.ports.watching import WatchState
from connectors.errors import NotFound
from connectors.vendors import CONNECTORS

from .audit import Happened, bury
from .base import Row, Store, Write
from .once import first_time
from .vault import SealedColumn, Vault
from .watches import MEMORY, PLAN, state_of

KEPT = (
    "imports",
    "import_rows",
    "activity",
    "cards",
    "subscriptions",
    "tallies",
    MEMORY,
    PLAN,
    "channels",
    "connections",
    "traces",
    "permissions",
    "lines",
    "workspaces",
)
"""The tables that hold something of a workspace, in the order in which rows can go."""
REPEATS = 86_400.0
"""Seconds for which an event is remembered; Slack repeats one for about an hour."""
SKEW = 60.0
"""Seconds by which Slack's clock and ours may differ."""


class Workspaces:
    """Connections by workspace. Everything asks for the workspace: no id alone opens another one's row."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store, self._vault = store, vault

    async def connections(self, team: str) -> list[ConnectionInfo]:
        """The workspace's connections, its default first, then by name."""
        rows = await self._store.rows("connections", {"team_id": team})
        channels = await self._store.rows("channels", {"team_id": team})
        infos = [_info(row, channels) for row in rows]
        return sorted(infos, key=lambda c: (not c.default, c.name.casefold()))

    async def name_of(self, team: str, connection: str) -> str | None:
        """What a connection is called; None when it is gone."""
        rows = await self._store.rows("connections", {"team_id": team, "id": connection})
        return str(rows[0]["name"]) if rows else None

    async def sealed_settings(self, team: str, connection: str) -> str | None:
        """The sealed settings, or None when the connection is gone; equal text means an unchanged connection."""
        rows = await self._store.rows("connections", {"team_id": team, "id": connection})
        return str(rows[0]["settings"]) if rows else None

    async def saved_at(self, team: str, connection: str) -> str | None:
        """When it was connected last: another text whenever somebody did so, whatever with."""
        rows = await self._store.rows("connections", {"team_id": team, "id": connection})
        return str(rows[0]["created_at"]) if rows else None

    def open_settings(self, team: str, connection: str, sealed: str) -> dict[str, str]:
        """Raises `CannotOpen`."""
        opened: dict[str, str] = json.loads(self._vault.open(_owner(team, connection), sealed))
        return opened

    async def watch(self, team: str, connection: str) -> WatchState | None:
        """How the watch of a connection fares; None when nobody listens to it."""
        return await state_of(self._store, team, connection)

    async def connect(
        self,
        team: str,
        vendor: str,
        name: str,
        settings: Mapping[str, str],
        also: Callable[[Write, str], None] = lambda write, connection: None,
    ) -> ConnectionInfo:
        """Save a verified connection. One of that name is replaced; the first becomes the default.

        `also` is done in the same transaction, with the connection's id.
        """
        fresh = secrets.token_hex(8)

        def save(write: Write) -> str:
            rows = write.rows("connections", {"team_id": team})
            old = next((r for r in rows if str(r["name"]).casefold() == name.casefold()), None)
            id = str(old["id"]) if old else fresh
            row: dict[str, str | int] = {
                "id": id,
                "team_id": team,
                "name": name,
                "vendor": vendor,
                "settings": self._vault.seal(_owner(team, id), json.dumps(dict(settings))),
                "is_default": int(str(old["is_default"])) if old else int(not rows),
                "created_at": datetime.now(UTC).isoformat(timespec="microseconds"),
            }
            if old:
                write.change("connections", {"id": id}, row)
            else:
                write.put("connections", row)
            also(write, id)
            return id

        saved = await self._store.write(save)
        found = [each for each in await self.connections(team) if each.id == saved]
        if not found:  # another process may have disconnected it by now
            raise NotFound("The connection", "is not there any more")
        return found[0]

    async def disconnect(self, team: str, connection: str) -> None:
        """Forget a connection and its key; another one becomes the default if this was it."""

        def forget(write: Write) -> None:
            for table in ("channels", "subscriptions", "tallies", MEMORY, PLAN):
                write.remove(table, {"team_id": team, "connection_id": connection})
            write.remove("connections", {"team_id": team, "id": connection})
            left = write.rows("connections", {"team_id": team})
            if left and not any(r["is_default"] for r in left):
                first = min(left, key=lambda row: str(row["name"]).casefold())
                write.change("connections", {"team_id": team, "id": first["id"]}, {"is_default": 1})

        await self._store.write(forget)

    async def set_default(self, team: str, connection: str, channel: str | None) -> None:
        """Raises `NotFound` for a connection that is gone."""

        def choose(write: Write) -> None:
            if not write.rows("connections", {"team_id": team, "id": connection}):
                raise NotFound("The connection", "is not there any more")
            if channel:
                row = {"team_id": team, "channel_id": channel, "connection_id": connection}
                write.put("channels", row)
                return
            write.change("connections", {"team_id": team}, {"is_default": 0})
            write.change("connections", {"team_id": team, "id": connection}, {"is_default": 1})

        await self._store.write(choose)

    async def clear_default(self, team: str, channel: str) -> None:
        """The channel has no default of its own any more."""

        def clear(write: Write) -> None:
            write.remove("channels", {"team_id": team, "channel_id": channel})

        await self._store.write(clear)

    async def forget(self, team: str, event: str, happened: float) -> list[str]:
        """Delete all that is kept of a workspace, or of an organisation with its workspaces; return who is gone.

        `happened` is when it left, in seconds since the epoch. Nothing is done for an event that was seen before,
        or that is older than the present installation.
        """

        def leave(write: Write) -> list[str]:
            now = time.time()
            if not first_time(write, f"event:{event}", now=now, keep=REPEATS):
                return []
            rows = write.rows("workspaces", {"team_id": team})
            if rows and happened < _installed(rows[0]) - SKEW:
                return []
            gone = _with_members(write, team)
            for each in gone:
                self._empty(write, _left(each, event, now))
            return gone

        return await self._store.write(leave)

    async def erase(self, team: str, reference: str, now: float) -> tuple[list[str], dict[str, int]]:
        """What `forget` does, for an operator and at any time; return who is gone, and how many rows of each table."""

        def leave(write: Write) -> tuple[list[str], dict[str, int]]:
            gone = _with_members(write, team)
            counts = {
                table: sum(len(write.rows(table, {"team_id": each})) for each in gone) for table in KEPT
            }
            for each in gone:
                self._empty(write, _erased(each, reference, now))
            return gone, {table: count for table, count in counts.items() if count}

        return await self._store.write(leave)

    def _empty(self, write: Write, happened: Happened) -> None:
        for table in KEPT:
            write.remove(table, {"team_id": happened.team})
        bury(write, self._vault, happened)


def _with_members(write: Write, team: str) -> list[str]:
    """An organisation that has installed the app as a whole stands for its workspaces."""
    members = [row for row in write.rows("workspaces", {"enterprise_id": team}) if not row["bot_token"]]
    return [team, *(str(row["team_id"]) for row in members)]


def _erased(team: str, reference: str, now: float) -> Happened:
    verb = "shortlist forget"
    return Happened(
        id=f"{team}:shell:{reference}", team=team, actor=OPERATOR, verb=verb, outcome="left", at=now
    )


def _left(team: str, event: str, now: float) -> Happened:
    return Happened(id=f"{team}:{event}", team=team, actor=SLACK, verb="uninstall", outcome="left", at=now)


def _installed(row: Row) -> float:
    """When, in seconds since the epoch; long ago for a row that does not say."""
    at = row["installed_at"]
    return datetime.fromisoformat(str(at)).timestamp() if at else 0.0


def _owner(team: str, connection: str) -> str:
    return f"connection:{team}:{connection}"


SEALED = (SealedColumn("connections", "settings", lambda row: _owner(str(row["team_id"]), str(row["id"]))),)


def _info(row: Row, channels: Sequence[Row]) -> ConnectionInfo:
    vendor = str(row["vendor"])
    mine = [str(c["channel_id"]) for c in channels if c["connection_id"] == row["id"]]
    return ConnectionInfo(
        id=str(row["id"]),
        name=str(row["name"]),
        vendor=vendor,
        title=CONNECTORS[vendor].title,
        default=bool(row["is_default"]),
        channels=tuple(mine),
    )
