"""The Web API answers and refuses as Slack does."""

import json

import pytest

from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import TinyBot, section

pytestmark = pytest.mark.anyio


async def test_the_web_api_says_who_and_where(bot: TinyBot) -> None:
    ada = (await bot.api("users.info", user="U0ADA"))["user"]
    pat = (await bot.api("users.info", user="U0PAT"))["user"]
    acme = (await bot.api("conversations.info", channel="C0ACME"))["channel"]

    assert (ada["is_admin"], ada["is_owner"], ada["team_id"]) == (True, True, "T0DEMO")
    assert (pat["is_admin"], pat["team_id"]) == (False, "T0ACME")
    assert (await bot.api("users.info", user="U0GUS"))["user"]["is_restricted"] is True
    assert (acme["is_ext_shared"], acme["is_private"]) == (True, False)
    assert (await bot.api("auth.test"))["team_id"] == "T0DEMO"
    assert (await bot.api("conversations.open", users="U0MIA"))["channel"]["id"] == "D0MIA"


async def test_the_web_api_refuses_as_slack_does(slack: StandInSlack, bot: TinyBot) -> None:
    mine = slack.say("U0ADA", "C0HIRING", "mine")
    slack.workspace.seat_bot("C0ENG", bot_in=False)
    refusals = {
        "unknown_method": await bot.api("chat.shout"),
        "invalid_auth": await bot.api("auth.test", token="xoxb-wrong"),
        "user_not_found": await bot.api("users.info", user="U1"),
        "channel_not_found": await bot.api("chat.postMessage", channel="C1", text="x"),
        "not_in_channel": await bot.api("chat.postMessage", channel="C0ENG", text="x"),
        "no_text": await bot.api("chat.postMessage", channel="C0HIRING", text=""),
        "user_not_in_channel": await bot.api(
            "chat.postEphemeral", channel="C0HIRING", user="U0PAT", text="x"
        ),
        "message_not_found": await bot.api("chat.update", channel="C0HIRING", ts="1.0", text="x"),
        "cant_update_message": await bot.api("chat.update", channel="C0HIRING", ts=mine.ts, text="x"),
        "not_allowed_token_type": await bot.api("apps.connections.open"),
    }
    assert {name: answer["error"] for name, answer in refusals.items()} == {name: name for name in refusals}


async def test_forms_with_json_inside_are_understood(slack: StandInSlack, bot: TinyBot) -> None:
    form = {
        "token": slack.bot_token,
        "channel": "U0MIA",
        "text": "card",
        "blocks": json.dumps([section("form")]),
    }
    async with bot.http.post(slack.api_url + "chat.postMessage", data=form) as answer:
        assert (await answer.json())["channel"] == "D0MIA"
    (message,) = slack.said("U0MIA")
    assert message.everything == "card\nform"
    assert slack.said("U0ADA") == []


async def test_a_message_is_changed_linked_and_taken_back(slack: StandInSlack, bot: TinyBot) -> None:
    posted = await bot.api("chat.postMessage", channel="C0HIRING", text="one")
    place = {"channel": "C0HIRING", "ts": posted["ts"]}
    await bot.api("chat.update", **place, text="two")
    assert [one.text for one in slack.said("U0GUS")] == ["two"]
    link = await bot.api("chat.getPermalink", channel="C0HIRING", message_ts=posted["ts"])
    assert link["permalink"] == f"{slack.url}/archives/C0HIRING/p{posted['ts'].replace('.', '')}"
    assert (await bot.api("chat.delete", **place))["ok"]
    assert (await bot.api("chat.delete", **place))["error"] == "message_not_found"


async def test_a_fault_happens_as_often_as_it_was_asked_for(slack: StandInSlack, bot: TinyBot) -> None:
    slack.force("chat.postMessage", error="ratelimited", status=429, headers={"Retry-After": "1"})
    slack.force("chat.postMessage", error="fatal_error", late=True)
    url, headers = slack.api_url + "chat.postMessage", {"Authorization": f"Bearer {slack.bot_token}"}
    async with bot.http.post(url, headers=headers, json={"channel": "C0HIRING", "text": "1"}) as limited:
        assert (limited.status, limited.headers["Retry-After"]) == (429, "1")
        assert (await limited.json())["error"] == "ratelimited"
    assert (await bot.api("chat.postMessage", channel="C0HIRING", text="2"))["error"] == "fatal_error"
    assert (await bot.api("chat.postMessage", channel="C0HIRING", text="3"))["ok"]

    assert [one.text for one in slack.said()] == ["2", "3"]
    assert [args["text"] for args in slack.called("chat.postMessage")] == ["1", "2", "3"]


async def test_a_response_url_can_fail_too(slack: StandInSlack, bot: TinyBot) -> None:
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    slack.force("response_url", error="expired_url", status=404)
    slack.force("*", error="token_revoked")
    assert await bot.respond(bot.got[0]["response_url"], text="x") == (404, "expired_url")
    assert (await bot.api("auth.test"))["error"] == "token_revoked"
    assert (await bot.api("auth.test"))["ok"]
