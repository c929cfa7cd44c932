"""Which workspace uses which ATS with which key."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from commands.base import ConnectionInfo
from commands.watching import WatchState
from connectors import CONNECTORS
from connectors.errors import NotFound

from .base import Row, Store, Write
from .once import first_time
from .vault import Vault
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

    def open_settings(self, team: str, connection: str, sealed: str) -> dict[str, str]:
        """Raises `CannotOpen`."""
        opened: dict[str, str] = json.loads(self._vault.open(_owner(team, connection), sealed))
        return opened

    async def watch(self, team: str, connection: str) -> WatchState | None:
        """How the watch of a connection fares; None when nobody listens to it."""
        return await state_of(self._store, team, connection)

    async def connect(self, team: str, vendor: str, name: str, settings: Mapping[str, str]) -> ConnectionInfo:
        """Save a verified connection. One of that name is replaced; the first becomes the default."""
        fresh = secrets.token_hex(8)

        def save(write: Write) -> None:
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
                "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
            if old:
                write.change("connections", {"id": id}, row)
            else:
                write.put("connections", row)

        await self._store.write(save)
        return next(c for c in await self.connections(team) if c.name == name)

    async def disconnect(self, team: str, connection: str) -> None:
        """Forget a connection and its key; another one becomes the default if this was it."""

        def forget(write: Write) -> None:
            for table in ("channels", "subscriptions", "tallies", MEMORY, PLAN):
                write.remove(table, {"team_id": team, "connection_id": connection})
            write.remove("connections", {"team_id": team, "id": connection})
            left = write.rows("connections", {"team_id": team})
            if left and not any(r["is_default"] for r in left):
                write.change("connections", {"team_id": team, "id": left[0]["id"]}, {"is_default": 1})

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
        gone: list[str] = []

        def leave(write: Write) -> None:
            now = time.time()
            if not first_time(write, f"event:{event}", now=now, keep=REPEATS):
                return
            rows = write.rows("workspaces", {"team_id": team})
            if rows and happened < _installed(rows[0]) - SKEW:
                return
            members = [r for r in write.rows("workspaces", {"enterprise_id": team}) if not r["bot_token"]]
            gone.extend([team, *(str(r["team_id"]) for r in members)])
            for table in KEPT:
                for each in gone:
                    write.remove(table, {"team_id": each})

        await self._store.write(leave)
        return gone


def _installed(row: Row) -> float:
    """When, in seconds since the epoch; long ago for a row that does not say."""
    at = row["installed_at"]
    return datetime.fromisoformat(str(at)).timestamp() if at else 0.0


def _owner(team: str, connection: str) -> str:
    return f"connection:{team}:{connection}"


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
