"""What happens in the workspace reaches the bot as Slack sends it."""

import asyncio

import aiohttp
import pytest

from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import (
    TinyBot,
    button,
    modal,
    saying,
    section,
)

pytestmark = pytest.mark.anyio


async def test_a_command_arrives_as_slack_sends_it(slack: StandInSlack, bot: TinyBot) -> None:
    delivery = await slack.command("U0ADA", "C0HIRING", "/raw", "help me & you")

    form = bot.got[0]
    assert delivery is not None
    assert delivery.ok
    assert form.keys() == {
        *("token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name"),
        *("command", "text", "api_app_id", "is_enterprise_install", "response_url", "trigger_id"),
    }
    assert (form["command"], form["text"], form["channel_name"]) == ("/raw", "help me & you", "hiring")
    assert (form["team_id"], form["user_id"], form["is_enterprise_install"]) == ("T0DEMO", "U0ADA", "false")


async def test_a_command_with_should_escape_arrives_with_marks(slack: StandInSlack, bot: TinyBot) -> None:
    await slack.command(
        "U0ADA", "C0HIRING", "/candidate", "tell #eng-hiring of jo@x.example & https://x.example/jo, @mia"
    )

    marked = (
        "tell <#C0ENG|eng-hiring> of <mailto:jo@x.example|jo@x.example> "
        "&amp; <https://x.example/jo>, <@U0MIA|mia>"
    )
    assert bot.got[0]["text"] == marked


async def test_an_ack_with_words_is_a_message_for_the_person_alone(slack: StandInSlack, bot: TinyBot) -> None:
    bot.answer = saying("only you")
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    bot.answer = saying({"response_type": "in_channel", "blocks": [section("all of you")]})
    await slack.command("U0ADA", "C0HIRING", "/candidate")

    assert [one.everything.strip() for one in slack.said("U0ADA")] == ["only you", "all of you"]
    assert [one.everything.strip() for one in slack.said("U0MIA")] == ["all of you"]


async def test_a_bot_that_does_not_answer_is_told_of_by_slack(slack: StandInSlack, bot: TinyBot) -> None:
    bot.status = 500
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    slack.request_url = None
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    await slack.command("U0ADA", "C0HIRING", "/nothing")

    failed = "/candidate failed because the app did not respond"
    assert slack.notices("U0ADA") == [failed, failed, "/nothing is not a valid command."]


async def test_a_bot_that_is_too_slow_has_not_answered(slack: StandInSlack, bot: TinyBot) -> None:
    slack.force("auth.test", delay=30)
    bot.answer = lambda payload: bot.api("auth.test")
    delivery = await slack.command("U0ADA", "C0HIRING", "/candidate")

    assert delivery is not None
    assert delivery.status == 0
    assert 0.5 <= delivery.seconds < 3
    assert slack.notices("U0ADA") == ["/candidate failed because the app did not respond"]


async def test_the_same_delivery_can_come_three_times(slack: StandInSlack, bot: TinyBot) -> None:
    delivery = await slack.event({"type": "message", "channel": "C0ACME", "user": "U0PAT", "text": "hi"})
    await slack.repeat(delivery)
    await slack.repeat(delivery, retry=1)

    assert bot.got[0] == bot.got[1] == bot.got[2]
    assert bot.got[0]["is_ext_shared_channel"] is True
    assert "X-Slack-Retry-Num" not in bot.headers[1]
    assert bot.headers[2]["X-Slack-Retry-Num"] == "1"


async def test_a_click_on_a_message_carries_the_message(slack: StandInSlack, bot: TinyBot) -> None:
    blocks = [section(accessory=button(value="42", style="primary"))]
    posted = await bot.api("chat.postMessage", channel="C0ACME", text="card", blocks=blocks)
    await slack.click("U0PAT", posted["ts"], "go")

    click = bot.got[0]
    assert click["type"] == "block_actions"
    assert click["user"] == {"id": "U0PAT", "username": "pat", "name": "pat", "team_id": "T0ACME"}
    assert click["team"] == {"id": "T0DEMO", "domain": "demo-company"}
    assert click["message"]["blocks"][0]["block_id"] == click["actions"][0]["block_id"]
    assert click["channel"] == {"id": "C0ACME", "name": "acme-partners"}
    assert click["container"]["message_ts"] == click["message"]["ts"] == posted["ts"]


async def test_shortcuts_arrive_with_the_message_or_without(slack: StandInSlack, bot: TinyBot) -> None:
    said = slack.say("U0MIA", "C0HIRING", "Jo <jo@x.example> & co")
    await slack.shortcut("U0ADA", "add_candidate", "C0HIRING", said.ts)
    await slack.shortcut("U0ADA", "new_candidate")

    first, second = bot.got
    assert (first["type"], first["callback_id"], first["message_ts"]) == (
        "message_action",
        "add_candidate",
        said.ts,
    )
    assert first["message"]["text"] == "Jo &lt;<mailto:jo@x.example|jo@x.example>&gt; &amp; co"
    assert first["message"]["user"] == "U0MIA"
    assert await bot.respond(first["response_url"], text="ok") == (200, "ok")
    assert (second["type"], second["callback_id"]) == ("shortcut", "new_candidate")
    assert (await bot.api("views.open", trigger_id=second["trigger_id"], view=modal()))["ok"]


async def test_socket_mode_goes_there_and_back(slack: StandInSlack, bot: TinyBot) -> None:
    opened = await bot.api("apps.connections.open", token=slack.app_token)
    async with bot.http.ws_connect(opened["url"]) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        waiting = asyncio.ensure_future(slack.command("U0ADA", "C0HIRING", "/candidate", "help"))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "by socket"}})
        delivery = await waiting

    assert delivery is not None
    assert (delivery.status, delivery.over) == (200, "socket")
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["text"] == "help"
    assert [one.text for one in slack.said("U0ADA")] == ["by socket"]
    assert bot.got == []


async def test_a_socket_ticket_is_good_once(slack: StandInSlack, bot: TinyBot) -> None:
    opened = await bot.api("apps.connections.open", token=slack.app_token)
    async with bot.http.ws_connect(opened["url"]):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await bot.http.ws_connect(opened["url"])


async def test_waiting_ends_when_the_words_are_there(slack: StandInSlack, bot: TinyBot) -> None:
    waiting = asyncio.ensure_future(slack.heard("U0MIA", "here"))
    await bot.api("chat.postMessage", channel="C0HIRING", text="x", blocks=[section("I am here")])
    assert (await waiting).channel == "C0HIRING"
    with pytest.raises(TimeoutError, match="I am here"):
        await slack.heard("U0MIA", "elsewhere", seconds=0)
