"""Which token speaks for a workspace: one from the environment, or those of everybody who installed the app."""

from __future__ import annotations

import asyncio

import structlog
from pydantic import SecretStr
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.invocation import ID, Malformed
from bot.slack.rotation import EARLY, LAST, Rotation
from bot.store.installations import Installation, InstallationTable
from bot.store.vault import CannotOpen

log = structlog.get_logger()


class Installations:
    """The workspaces that this process speaks to; no call to Slack per request.

    Without a table it is the one of the environment's token. That one is `awaited` at the start; the table is there.
    """

    def __init__(
        self,
        table: InstallationTable | None = None,
        rotation: Rotation | None = None,
        *,
        awaited: bool = True,
    ) -> None:
        self._table, self._rotation = table, rotation
        self._resident: Installation | None = None
        self._known = asyncio.Event()
        if not awaited:
            self._known.set()

    @property
    def ready(self) -> bool:
        return self._known.is_set()

    async def known(self) -> None:
        """Return once they are known: before that, a workspace that is not here has not left."""
        await self._known.wait()

    async def token(self, team: str) -> str | None:
        """A token for work that takes a while; None when the workspace has left."""
        installation = await self._find(team, None, EARLY)
        return installation.token.get_secret_value() if installation else None

    async def learn(self, client: AsyncWebClient) -> Installation:
        """Ask Slack once whose token the environment's is. Raises slack_sdk's errors."""
        answer = await client.auth_test()
        self._resident = Installation(
            team=answer["team_id"],
            name=answer.get("team", ""),
            token=SecretStr(client.token or ""),
            bot_id=answer.get("bot_id"),
            bot_user=answer.get("user_id"),
        )
        self._known.set()
        return self._resident

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """None for a workspace that has not installed us. Raises `Malformed`."""
        team = team_id or enterprise_id
        # Bolt hands on whatever stood in the place of an id.
        if not team or not all(
            isinstance(id, str) and ID.fullmatch(id) for id in (team, enterprise_id or team)
        ):
            raise Malformed("no team")
        known = await self._find(team, enterprise_id, LAST)
        if known is None:
            log.warning("unknown workspace", team=team)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team,
            bot_token=known.token.get_secret_value(),
            bot_id=known.bot_id,
            bot_user_id=known.bot_user,
        )

    def forget(self, team: str) -> None:
        """Drop what is in memory; the rows are somebody else's to delete."""
        if self._resident and self._resident.team == team:
            self._resident = None
        if self._table:
            self._table.forget(team)

    async def _find(self, team: str, enterprise: str | None, left: float) -> Installation | None:
        try:
            found = await self._table.find(team, enterprise) if self._table else None
            if found and self._rotation:
                return await self._rotation.fresh(found, left)
        except CannotOpen:
            log.warning("the token of a workspace cannot be opened", team=team)
            return None
        return self._resident if self._resident and self._resident.team == team else None
