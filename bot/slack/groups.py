"""Who is in which of Slack's user groups, as Slack says."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog
from pydantic import BaseModel, ConfigDict
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, meaning
from commands.ports.rules import Group, Groups, Silence

log = structlog.get_logger()

KEPT = 300.0
"""Seconds that Slack's answer is believed."""
SILENT = 5.0
"""Seconds for which Slack is not asked again when it has not answered."""
PATIENCE = 2.0
"""Seconds that Slack has: whoever waits for a form has three."""
MOST = 10_000
REASONS = {
    "missing_scope": Silence.SCOPE,
    "no_such_subteam": Silence.GONE,
    "subteam_disabled": Silence.GONE,
    "plan_upgrade_required": Silence.GONE,
}

Members = frozenset[str] | Silence


class _Group(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    id: str
    handle: str
    date_delete: int = 0


class UserGroups:
    """Answers from memory for a few minutes. Whatever keeps Slack from answering is an answer, too: never a member."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[float, Members]] = OrderedDict()
        self._clock = clock

    async def members(self, client: AsyncWebClient, team: str, group: str) -> Members:
        until, members = self._known.get((team, group), (0.0, Silence.AWAY))
        if self._clock() < until:
            return members
        members = await self._ask(client, team, group)
        life = KEPT if isinstance(members, frozenset) else SILENT
        self._known[team, group] = (self._clock() + life, members)
        self._known.move_to_end((team, group))
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return members

    async def all(self, client: AsyncWebClient, team: str) -> Groups:
        """The groups that can be chosen now; asked each time, since it is for a form."""
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await client.usergroups_list(team_id=team)
        except (SlackApiError, *PASSING) as error:
            return Groups(silence=_silence(error, team))
        found = [_Group.model_validate(each) for each in answer["usergroups"]]
        here = [Group(id=each.id, handle=each.handle) for each in found if not each.date_delete]
        return Groups(known=tuple(here))

    def forget(self, team: str) -> None:
        for key in [key for key in self._known if key[0] == team]:
            del self._known[key]

    async def _ask(self, client: AsyncWebClient, team: str, group: str) -> Members:
        try:
            async with asyncio.timeout(PATIENCE):
                # An organisation's token has to say which workspace; any other ignores it.
                answer = await client.usergroups_users_list(usergroup=group, team_id=team)
        except (SlackApiError, *PASSING) as error:
            return _silence(error, team)
        return frozenset(str(id) for id in answer["users"])


def _silence(error: Exception, team: str) -> Silence:
    found = meaning(error)
    code = "away" if isinstance(found, SlackAway) else found.code
    log.warning("Slack does not tell about user groups", team=team, slack=code)
    return REASONS.get(code, Silence.AWAY)
