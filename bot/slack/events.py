"""A workspace leaves: what is kept of it is deleted before Slack hears that we know."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from slack_bolt.async_app import AsyncApp

from bot.slack.invocation import Malformed

log = structlog.get_logger()

Body = Mapping[str, Any]


class Kept(Protocol):
    async def forget(self, team: str, event: str, happened: float) -> list[str]:
        """Delete all that is kept of it, once per event; return which workspaces are gone."""
        ...


class _Shape(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)


class _Tokens(_Shape):
    bot: tuple[str, ...] = ()


class _Event(_Shape):
    tokens: _Tokens = _Tokens()


class _Authorization(_Shape):
    is_enterprise_install: bool = False


class _Envelope(_Shape):
    team_id: str | None = None
    enterprise_id: str | None = None
    event_id: str = Field(min_length=1)
    event_time: float = Field(default_factory=time.time)
    event: _Event
    authorizations: tuple[_Authorization, ...] = ()
    is_enterprise_install: bool = False

    @property
    def who(self) -> str:
        """The workspace, or the organisation if it is the one that had installed the app."""
        whole = self.is_enterprise_install or any(a.is_enterprise_install for a in self.authorizations)
        found = self.enterprise_id if whole or not self.team_id else self.team_id
        if not (found := found or self.team_id):
            raise Malformed("an event of no workspace")
        return found


class Departures:
    """`memories` drop what they hold of a workspace: people, open connectors, tokens."""

    def __init__(self, kept: Kept, memories: Sequence[Callable[[str], None]]) -> None:
        self._kept, self._memories = kept, memories

    def register(self, app: AsyncApp) -> None:
        app.event("app_uninstalled")(self.uninstalled)
        app.event("tokens_revoked")(self.revoked)

    async def uninstalled(self, body: Body) -> None:
        await self._forget(_envelope(body))

    async def revoked(self, body: Body) -> None:
        """Only the bot's token matters; the app holds none of a person."""
        envelope = _envelope(body)
        if envelope.event.tokens.bot:
            await self._forget(envelope)

    async def _forget(self, envelope: _Envelope) -> None:
        """Bolt acknowledges an event when its listener returns, so by then the deletion is durable."""
        gone = await self._kept.forget(envelope.who, envelope.event_id, envelope.event_time)
        for team in gone:
            for forget in self._memories:
                forget(team)
            log.info("workspace forgotten", team=team)


def _envelope(body: Body) -> _Envelope:
    try:
        return _Envelope.model_validate(body)
    except ValidationError as error:
        fields = sorted({".".join(map(str, e["loc"][:3])) for e in error.errors(include_input=False)})
        raise Malformed(f"wrong or missing: {', '.join(fields)}") from None
