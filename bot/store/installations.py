"""Who installed the app: one row for a workspace, or for a whole organisation, with its sealed tokens."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import Field, SecretStr

from connectors.models import Record

from .base import Row, Store, Write
from .vault import CannotOpen, SealedColumn, Vault

MOST = 1_000
"""Opened tokens in memory; the others are opened again when they are needed."""


class Installation(Record):
    """`team` is the id of the workspace, or of the organisation if all of it installed the app.

    `sealed` is the token as it stands in the row: while it is the same text, nothing has to be opened. Times are
    seconds since the epoch; a token without `expires_at` does not run out.
    """

    team: str
    enterprise: str | None = None
    name: str = ""
    token: SecretStr
    refresh_token: SecretStr | None = None
    expires_at: float | None = None
    bot_id: str | None = None
    bot_user: str | None = None
    installed_by: str | None = None
    sealed: str = Field("", repr=False)


class InstallationTable:
    """Every look reads the row, so that what another process has changed is seen at once; memory saves the opening."""

    def __init__(self, store: Store, vault: Vault, clock: Callable[[], float] = time.time) -> None:
        self._store, self._vault, self._clock = store, vault, clock
        self._opened: OrderedDict[str, Installation] = OrderedDict()

    async def find(self, team: str, enterprise: str | None = None) -> Installation | None:
        """The workspace's own installation, else that of its organisation. Raises `CannotOpen`.

        `enterprise` is the organisation as Slack has just named it. It is remembered: jobs know only the workspace.
        """
        row = await self._row(team)
        if row and row["bot_token"]:
            return self._open(row)
        org = str(row["enterprise_id"] or "") if row else enterprise
        whole = await self._row(org) if org and org != team else None
        if whole is None or not whole["bot_token"]:
            self.forget(team)
            return None
        if row is None:
            await self._belongs(team, str(org))
        return self._open(whole)

    async def save(self, installed: Installation) -> None:
        """Keep it, in place of an older one of the same workspace."""
        team = installed.team
        row: dict[str, str | float | None] = {
            "team_id": team,
            "enterprise_id": installed.enterprise,
            "name": installed.name,
            **self._sealed(team, installed.token, installed.refresh_token, installed.expires_at),
            "bot_id": installed.bot_id,
            "bot_user_id": installed.bot_user,
            "installed_at": datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds"),
            "installed_by": installed.installed_by,
        }
        await self._store.write(lambda write: write.put("workspaces", row))

    async def claim(self, known: Installation, seconds: float) -> bool:
        """Take the turn to refresh its token for so long; False if another has it, or has refreshed it already."""

        def take(write: Write) -> bool:
            now = self._clock()
            row = self._same(write, known)
            mine = row is not None and float(row["refreshing_until"] or 0) <= now
            if mine:
                write.change("workspaces", {"team_id": known.team}, {"refreshing_until": now + seconds})
            return mine

        return await self._store.write(take)

    async def renew(
        self, known: Installation, token: SecretStr, refresh_token: SecretStr, expires_at: float
    ) -> None:
        """Keep refreshed tokens, unless the workspace has left or was installed anew meanwhile."""
        await self._change(known, self._sealed(known.team, token, refresh_token, expires_at))

    async def release(self, known: Installation) -> None:
        """Give the turn back: the refresh did not work."""
        await self._change(known, {"refreshing_until": None})

    def forget(self, team: str) -> None:
        """Drop what is open in memory."""
        self._opened.pop(team, None)

    async def _change(self, known: Installation, values: Row) -> None:
        def change(write: Write) -> None:
            if self._same(write, known):
                write.change("workspaces", {"team_id": known.team}, values)

        await self._store.write(change)

    def _same(self, write: Write, known: Installation) -> Row | None:
        """The row, if it still holds this token. Another text may hold the same: it was sealed with another key."""
        rows = write.rows("workspaces", {"team_id": known.team})
        if not rows or not (sealed := str(rows[0]["bot_token"] or "")):
            return None
        try:
            token = self._vault.open(_owner("token", known.team), sealed)
        except CannotOpen:
            return None
        return rows[0] if token == known.token.get_secret_value() else None

    async def _row(self, team: str) -> Row | None:
        rows = await self._store.rows("workspaces", {"team_id": team})
        return rows[0] if rows else None

    async def _belongs(self, team: str, org: str) -> None:
        def join(write: Write) -> None:
            left = not write.rows("workspaces", {"team_id": org})
            if left or write.rows("workspaces", {"team_id": team}):
                return
            write.put("workspaces", {"team_id": team, "enterprise_id": org, "bot_token": ""})

        await self._store.write(join)

    def _open(self, row: Row) -> Installation:
        team, sealed = str(row["team_id"]), str(row["bot_token"])
        kept = self._opened.get(team)
        if kept and kept.sealed == sealed:
            self._opened.move_to_end(team)
            return kept
        self._opened[team] = opened = self._opened_row(row, team, sealed)
        if len(self._opened) > MOST:
            self._opened.popitem(last=False)
        return opened

    def _opened_row(self, row: Row, team: str, sealed: str) -> Installation:
        refresh, expires = row["refresh_token"], row["expires_at"]
        return Installation(
            team=team,
            enterprise=_text(row["enterprise_id"]),
            name=str(row["name"] or ""),
            token=SecretStr(self._vault.open(_owner("token", team), sealed)),
            refresh_token=SecretStr(self._vault.open(_owner("refresh", team), str(refresh)))
            if refresh
            else None,
            expires_at=float(expires) if expires is not None else None,
            bot_id=_text(row["bot_id"]),
            bot_user=_text(row["bot_user_id"]),
            installed_by=_text(row["installed_by"]),
            sealed=sealed,
        )

    def _sealed(
        self, team: str, token: SecretStr, refresh_token: SecretStr | None, expires_at: float | None
    ) -> dict[str, str | float | None]:
        refresh = refresh_token.get_secret_value() if refresh_token else ""
        return {
            "bot_token": self._vault.seal(_owner("token", team), token.get_secret_value()),
            "refresh_token": self._vault.seal(_owner("refresh", team), refresh) if refresh else None,
            "expires_at": expires_at,
            "refreshing_until": None,
        }


def _owner(what: str, team: str) -> str:
    return f"{what}:{team}"


SEALED = (
    SealedColumn("workspaces", "bot_token", lambda row: _owner("token", str(row["team_id"]))),
    SealedColumn("workspaces", "refresh_token", lambda row: _owner("refresh", str(row["team_id"]))),
)


def _text(value: str | int | float | None) -> str | None:
    return str(value) if value else None
