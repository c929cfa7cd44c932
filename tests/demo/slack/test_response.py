"""Response URLs are as short-lived as Slack's."""

import pytest

from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import Clock, TinyBot, button, section

pytestmark = pytest.mark.anyio


async def test_a_response_url_takes_five_posts(slack: StandInSlack, bot: TinyBot) -> None:
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    url = bot.got[0]["response_url"]

    assert [await bot.respond(url, text=str(turn)) for turn in range(5)] == [(200, "ok")] * 5
    assert await bot.respond(url, text="6") == (404, "used_url")
    assert [one.text for one in slack.said("U0ADA")] == ["0", "1", "2", "3", "4"]
    assert slack.said("U0MIA") == []


async def test_a_response_url_lives_half_an_hour(slack: StandInSlack, bot: TinyBot, clock: Clock) -> None:
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    clock.now += 1799
    assert await bot.respond(bot.got[0]["response_url"], text="in time") == (200, "ok")
    clock.now += 2
    assert await bot.respond(bot.got[0]["response_url"], text="late") == (404, "expired_url")


async def test_a_response_url_refuses_bad_blocks_and_empty_words(slack: StandInSlack, bot: TinyBot) -> None:
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    url = bot.got[0]["response_url"]

    status, body = await bot.respond(url, text="x", blocks=[section("a" * 3001)])
    assert (status, body.splitlines()[0]) == (400, "invalid_blocks")
    assert await bot.respond(url, text="") == (400, "no_text")
    assert slack.said() == []


async def test_an_ephemeral_message_is_replaced_and_deleted_by_its_button(
    slack: StandInSlack, bot: TinyBot
) -> None:
    where = {"channel": "C0HIRING", "user": "U0ADA", "text": "choose"}
    await bot.api(
        "chat.postEphemeral", **where, blocks=[{"type": "actions", "elements": [button(value="7")]}]
    )
    (message,) = slack.said("U0ADA")
    await slack.click("U0ADA", message, "Go")
    click = bot.got[0]
    assert "message" not in click
    assert click["container"]["is_ephemeral"] is True
    assert click["actions"][0]["value"] == "7"

    await bot.respond(click["response_url"], replace_original=True, text="chosen")
    assert [(one.ts, one.text) for one in slack.said("U0ADA")] == [(message.ts, "chosen")]
    assert slack.said("U0MIA") == []
    await bot.respond(click["response_url"], delete_original=True)
    assert slack.said() == []


async def test_a_command_has_no_original_to_replace(slack: StandInSlack, bot: TinyBot) -> None:
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    for text in ("working", "done"):
        await bot.respond(bot.got[0]["response_url"], text=text, replace_original=True)

    assert [one.text for one in slack.said("U0ADA")] == ["working", "done"]
