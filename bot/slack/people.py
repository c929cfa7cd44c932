"""Who somebody is in a workspace, as Slack says."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.country import country_of
from commands.base import Person

KEPT = 300.0
"""Seconds that an answer of Slack's is believed: a new admin waits no longer."""
MOST = 10_000


class _Profile(BaseModel):
    display_name: str = ""
    real_name: str = ""


class _Member(BaseModel):
    teams: tuple[str, ...] = ()


class _User(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    id: str
    team_id: str = ""
    name: str = ""
    real_name: str = ""
    tz: str | None = None
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    profile: _Profile = _Profile()
    enterprise_user: _Member | None = None
    """In an organisation: the workspaces that somebody belongs to."""


class People:
    """Answers from memory for a few minutes, else asks `users.info`. Raises slack_sdk's errors."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[float, Person]] = OrderedDict()
        self._clock = clock

    async def person(self, client: AsyncWebClient, team: str, user: str) -> Person:
        kept = self._known.get((team, user))
        if kept and self._clock() - kept[0] < KEPT:
            return kept[1]
        answer = await client.users_info(user=user)
        person = _person(_User.model_validate(answer["user"]), team)
        self._known[team, user] = (self._clock(), person)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return person

    def forget(self, team: str) -> None:
        for key in [key for key in self._known if key[0] == team]:
            del self._known[key]


def _person(user: _User, team: str) -> Person:
    member = user.enterprise_user
    names = (user.profile.display_name, user.profile.real_name, user.real_name, user.name)
    return Person(
        id=user.id,
        name=next((name for name in names if name), "somebody"),
        admin=user.is_admin or user.is_owner,
        guest=user.is_restricted or user.is_ultra_restricted,
        country=country_of(user.tz or ""),
        stranger=bool(user.team_id) and team not in (user.team_id, *(member.teams if member else ())),
    )
