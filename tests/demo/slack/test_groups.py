"""User groups as Slack tells of them."""

from dataclasses import replace

import pytest

from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import TinyBot

pytestmark = pytest.mark.anyio


async def test_groups_are_listed_with_their_members_for_whoever_asks(
    slack: StandInSlack, bot: TinyBot
) -> None:
    listed = await bot.api("usergroups.list")
    assert [(each["id"], each["handle"]) for each in listed["usergroups"]] == [
        ("S0RECRUIT", "recruiters"),
        ("S0LEADS", "hiring-leads"),
    ]
    assert "users" not in listed["usergroups"][0]
    more = await bot.api("usergroups.list", include_users=True)
    assert more["usergroups"][1]["users"] == ["U0ADA"]
    assert (await bot.api("usergroups.users.list", usergroup="S0RECRUIT"))["users"] == ["U0ADA", "U0MIA"]


async def test_a_disabled_group_is_none_unless_it_is_asked_for(slack: StandInSlack, bot: TinyBot) -> None:
    groups = slack.workspace.groups
    groups["S0LEADS"] = replace(groups["S0LEADS"], disabled=True)
    assert [each["id"] for each in (await bot.api("usergroups.list"))["usergroups"]] == ["S0RECRUIT"]
    refused = await bot.api("usergroups.users.list", usergroup="S0LEADS")
    assert refused["error"] == "no_such_subteam"
    assert (await bot.api("usergroups.users.list", usergroup="S0LEADS", include_disabled=True))["ok"]


async def test_a_group_that_there_is_not_is_refused(slack: StandInSlack, bot: TinyBot) -> None:
    assert (await bot.api("usergroups.users.list", usergroup="S0NONE"))["error"] == "no_such_subteam"
    assert (await bot.api("usergroups.users.list"))["error"] == "missing_argument"


@pytest.mark.parametrize(
    ("method", "args"), [("usergroups.list", {}), ("usergroups.users.list", {"usergroup": "S0LEADS"})]
)
async def test_groups_need_their_scope(
    slack: StandInSlack, bot: TinyBot, method: str, args: dict[str, str]
) -> None:
    slack.scopes.discard("usergroups:read")
    refused = await bot.api(method, **args)
    assert (refused["error"], refused["needed"]) == ("missing_scope", "usergroups:read")


async def test_a_group_that_somebody_types_arrives_marked(slack: StandInSlack, bot: TinyBot) -> None:
    await slack.command("U0ADA", "C0HIRING", "/candidate", "add @hiring-leads @mia @nobody")
    assert bot.got[0]["text"] == "add <!subteam^S0LEADS|@hiring-leads> <@U0MIA|mia> @nobody"
