"""Which token speaks for a workspace: answered from memory, never by a call per request."""

from __future__ import annotations

import structlog
from pydantic import SecretStr
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from connectors.models import Record

log = structlog.get_logger()


class Installation(Record):
    team: str
    name: str
    token: SecretStr
    bot_id: str | None = None
    bot_user: str | None = None


class Installations:
    """The workspaces that this process speaks to."""

    def __init__(self) -> None:
        self._by_team: dict[str, Installation] = {}

    @property
    def ready(self) -> bool:
        return bool(self._by_team)

    def token(self, team: str) -> str | None:
        known = self._by_team.get(team)
        return known.token.get_secret_value() if known else None

    def add(self, installation: Installation) -> None:
        self._by_team[installation.team] = installation

    async def learn(self, client: AsyncWebClient) -> Installation:
        """Ask Slack once whose token this is. Raises slack_sdk's errors."""
        answer = await client.auth_test()
        installation = Installation(
            team=answer["team_id"],
            name=answer.get("team", ""),
            token=SecretStr(client.token or ""),
            bot_id=answer.get("bot_id"),
            bot_user=answer.get("user_id"),
        )
        self.add(installation)
        return installation

    def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        known = self._by_team.get(team_id or "")
        if known is None:
            log.warning("unknown workspace", team=team_id)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=known.team,
            bot_token=known.token.get_secret_value(),
            bot_id=known.bot_id,
            bot_user_id=known.bot_user,
        )
