"""Blocks and views that Slack would refuse are refused."""

import pytest

from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import Json, TinyBot, asking, button, modal, section, trigger

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([section("a" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type: mrkdwn"),
        ([{"type": "banner"}], "unsupported type: banner [json-pointer:/blocks/0/type]"),
        ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
        ([section(block_id="b"), section(block_id="b")], "block_id 'b' already exists"),
        ([{"type": "actions", "elements": [button(), button()]}], "action_id 'go' already exists"),
        ([{"type": "actions", "elements": []}], "no fewer than 1 items allowed"),
        ([section(accessory=button(text="a" * 76))], "must be less than 76 characters"),
        ([section(accessory=button(value="a" * 2001))], "must be less than 2001 characters"),
        ([section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([{"type": "section"}], "must provide one of: text, fields"),
        (
            [section(accessory={"type": "static_select", "action_id": "m"})],
            "exactly one of options and option_groups",
        ),
        (
            [{"type": "card", "body": {"type": "mrkdwn", "text": "a" * 201}}],
            "must be less than 201 characters",
        ),
    ],
)
async def test_blocks_slack_would_refuse_are_refused(
    slack: StandInSlack, bot: TinyBot, blocks: list[Json], complaint: str
) -> None:
    answer = await bot.api("chat.postMessage", channel="C0HIRING", text="x", blocks=blocks)

    assert (answer["ok"], answer["error"]) == (False, "invalid_blocks")
    assert any(complaint in message for message in answer["response_metadata"]["messages"]), answer
    assert slack.said() == []


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (modal("a" * 25), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(private_metadata="a" * 3001), "must be less than 3001 characters"),
        (
            {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [asking()]},
            "submit is required",
        ),
        (modal("x", id="V1"), "invalid additional property: id [json-pointer:/view]"),
        ({"type": "home", "blocks": []}, "unsupported type: home"),
    ],
)
async def test_views_slack_would_refuse_are_refused(bot: TinyBot, view: Json, complaint: str) -> None:
    answer = await bot.api("views.open", trigger_id=await trigger(bot), view=view)

    assert answer["error"] == "invalid_arguments"
    assert any(complaint in message for message in answer["response_metadata"]["messages"]), answer
