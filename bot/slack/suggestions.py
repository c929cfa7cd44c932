"""Search as you type: the options of a select, within half a second."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING
from bot.slack.invocation import ANYTHING, Malformed
from bot.slack.people import People
from bot.slack.understand import command_of, opening_of
from bot.work.lookups import Looked, Lookups
from commands.base import Block, ConnectionInfo, ConnectionRegistry, Person
from commands.cards import suggest
from commands.cards.live import ATS, name_of
from commands.permission import refusal

log = structlog.get_logger()

Ack = Callable[..., Awaitable[Any]]


class _Id(BaseModel):
    id: str = Field(min_length=1)


class _User(_Id):
    team_id: str | None = None


class _State(BaseModel):
    values: dict[str, dict[str, dict[str, Any]]] = {}


class _View(BaseModel):
    private_metadata: str = ""
    state: _State | None = None


class _Typed(BaseModel):
    """A `block_suggestion`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    team: _Id | None = None
    user: _User
    block_id: str
    value: str = ""
    view: _View


class Suggestions:
    """`who` offers candidates, `to` destinations, `tags` tags already used; each also what was typed."""

    def __init__(
        self, lookups: Lookups, people: People, registry: Callable[[str], ConnectionRegistry]
    ) -> None:
        self._lookups, self._people, self._office = lookups, people, registry

    def register(self, app: AsyncApp) -> None:
        app.options(ANYTHING)(self.answer)

    async def answer(self, ack: Ack, body: Mapping[str, Any], client: AsyncWebClient) -> None:
        try:
            typed = _Typed.model_validate(body)
        except ValidationError:
            raise Malformed("not a search that a form of ours makes") from None
        team = typed.team.id if typed.team else typed.user.team_id or ""
        person = await self._asker(client, team, typed.user)
        asked = command_of(opening_of(typed.view.private_metadata))
        connection = await self._connection(team, typed.view)
        if person is None or connection is None or refusal(person, asked):
            await ack(options=[])
            return
        block, text = name_of(typed.block_id), typed.value.strip()[:200]
        await ack(**await self._options(team, connection, block, text, finds=person.bar("find") is None))

    async def _options(
        self, team: str, connection: ConnectionInfo, block: str, text: str, *, finds: bool
    ) -> dict[str, list[Block]]:
        if block == "who" and not finds:
            return suggest.people(Looked(), connection, text)
        if block == "who":
            return suggest.people(await self._lookups.people(team, connection, text), connection, text)
        if block == "to":
            return suggest.places(await self._lookups.places(team, connection, text), connection, text)
        return suggest.tags(self._lookups.tags(team, connection.id, text), text)

    async def _connection(self, team: str, view: _View) -> ConnectionInfo | None:
        """The ATS selected in the form, else the one that it was opened for."""
        chosen = view.state.values.get(ATS, {}) if view.state else {}
        option = next((each.get("selected_option") for each in chosen.values()), None)
        wanted = (
            option.get("value") if isinstance(option, dict) else opening_of(view.private_metadata).connection
        )
        connections = await self._office(team).connections()
        return next((c for c in connections if c.id == wanted), None)

    async def _asker(self, client: AsyncWebClient, team: str, user: _User) -> Person | None:
        """Who types; None while Slack does not say."""
        try:
            person = await self._people.person(client, team, user.id)
        except (SlackApiError, *PASSING):
            log.warning("search not answered", team=team, user=user.id, reason="Slack does not say who asks")
            return None
        elsewhere = (user.team_id or team) != team
        return person.model_copy(update={"stranger": person.stranger or elsewhere})


__all__ = ["Looked", "Suggestions"]
