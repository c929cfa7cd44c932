"""Who somebody is in a workspace, as Slack says, and what its rules keep from them."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from pydantic import BaseModel, ConfigDict
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.country import country_of
from bot.slack.groups import Members, UserGroups
from bot.store.permissions import RuleTable
from commands.ports.rules import Bar, Groups, Person, Rule, Silence

KEPT = 300.0
"""Seconds that an answer of Slack's is believed: a new admin waits no longer."""
MOST = 10_000


class _Profile(BaseModel):
    display_name: str = ""
    real_name: str = ""
    email: str | None = None


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
    """Answers from memory for a few minutes, else asks `users.info`. Raises slack_sdk's errors.

    The rules are looked at each time: they may have changed since a form was opened.
    """

    def __init__(
        self, rules: RuleTable, groups: UserGroups, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[float, Person]] = OrderedDict()
        self._rules, self._groups, self._clock = rules, groups, clock

    async def person(self, client: AsyncWebClient, team: str, user: str) -> Person:
        person = await self._who(client, team, user)
        return person.model_copy(update={"bars": await self._bars(client, team, user)})

    def rules(self, client: AsyncWebClient, team: str) -> WorkspaceRules:
        return WorkspaceRules(self._rules, self._groups, client, team)

    async def _bars(self, client: AsyncWebClient, team: str, user: str) -> tuple[Bar, ...]:
        """What is not open to this person; only the groups of such rules are asked about, all at once."""
        rules = await self._rules.all(team)
        closed = {verb: rule for verb, rule in rules.items() if user not in rule.people}
        groups = sorted({id for rule in closed.values() for id in rule.groups})
        told = await asyncio.gather(*(self._groups.members(client, team, id) for id in groups))
        members = dict(zip(groups, told, strict=True))
        bars = (_bar(verb, rule, user, members) for verb, rule in closed.items())
        return tuple(bar for bar in bars if bar)

    async def _who(self, client: AsyncWebClient, team: str, user: str) -> Person:
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
        self._groups.forget(team)
        for key in [key for key in self._known if key[0] == team]:
            del self._known[key]


class WorkspaceRules:
    """One workspace's rules, as commands see them."""

    def __init__(self, table: RuleTable, groups: UserGroups, client: AsyncWebClient, team: str) -> None:
        self._table, self._groups, self._client, self._team = table, groups, client, team

    async def all(self) -> Mapping[str, Rule]:
        return await self._table.all(self._team)

    async def save(self, rules: Mapping[str, Rule | None], by: str) -> None:
        """Who is in the groups is then asked anew: that is what somebody who saves them again is after."""
        await self._table.save(self._team, rules, by)
        self._groups.forget(self._team)

    async def groups(self) -> Groups:
        return await self._groups.all(self._client, self._team)


def _bar(verb: str, rule: Rule, user: str, members: Mapping[str, Members]) -> Bar | None:
    """None for a member of one of the groups; where Slack is silent about one, it is said which and why."""
    told = {id: members[id] for id in rule.groups}
    if any(isinstance(each, frozenset) and user in each for each in told.values()):
        return None
    silent = {id: each for id, each in told.items() if isinstance(each, Silence)}
    groups = tuple(silent) or rule.groups
    return Bar(verb=verb, people=rule.people, groups=groups, silence=next(iter(silent.values()), None))


def _person(user: _User, team: str) -> Person:
    member = user.enterprise_user
    names = (user.profile.display_name, user.profile.real_name, user.real_name, user.name)
    return Person(
        id=user.id,
        name=next((name for name in names if name), "somebody"),
        admin=user.is_admin or user.is_owner,
        guest=user.is_restricted or user.is_ultra_restricted,
        country=country_of(user.tz or ""),
        email=user.profile.email,
        stranger=bool(user.team_id) and team not in (user.team_id, *(member.teams if member else ())),
    )
