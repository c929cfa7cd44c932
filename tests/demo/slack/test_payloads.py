"""The watch on what bots send sees each way of sending, and says where something is wrong."""

from __future__ import annotations

import pytest

from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import Json, TinyBot, modal, open_modal, saying, section, trigger
from tests.payloads import Watch

pytestmark = pytest.mark.anyio

NAMELESS = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": ""}}
WRONG: list[Json] = [section("hello"), {"type": "actions", "elements": [NAMELESS]}]


async def test_what_is_right_is_left_in_peace(bot: TinyBot, payloads: Watch) -> None:
    payloads.forget()
    await open_modal(bot, modal("Add"))
    await bot.api("chat.postMessage", channel="C0HIRING", text="hello", blocks=[section("hello")])
    assert payloads.wrong() == []


async def test_a_message_with_a_nameless_button_is_noticed(bot: TinyBot, payloads: Watch) -> None:
    payloads.forget()
    await bot.api("chat.postMessage", channel="C0HIRING", text="hello", blocks=WRONG)
    assert "chat.postMessage: an empty text" in payloads.wrong()
    assert payloads.wrong() == [], "it is said once"


async def test_a_call_that_is_made_to_fail_is_noticed_too(
    slack: StandInSlack, bot: TinyBot, payloads: Watch
) -> None:
    payloads.forget()
    slack.force("views.open", error="expired_trigger_id")
    await bot.api("views.open", trigger_id=await trigger(bot), view=modal("Add", *WRONG))
    assert "views.open: an empty text" in payloads.wrong()


async def test_a_post_to_a_response_url_is_noticed(
    slack: StandInSlack, bot: TinyBot, payloads: Watch
) -> None:
    payloads.forget()
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    await bot.respond(bot.got[-1]["response_url"], text="hello", blocks=WRONG)
    assert "response_url: an empty text" in payloads.wrong()


async def test_acks_are_noticed(slack: StandInSlack, bot: TinyBot, payloads: Watch) -> None:
    payloads.forget()
    bot.answer = saying({"text": "hello", "blocks": WRONG})
    await slack.command("U0ADA", "C0HIRING", "/candidate")
    assert "ack of slash_command: an empty text" in payloads.wrong()
    bot.answer = saying(None)
    view = await open_modal(bot, modal("Add"))
    payloads.forget()
    bot.answer = saying({"response_action": "update", "view": modal("Add", *WRONG)})
    await slack.submit("U0ADA", view["id"], {"name-block": "x"})
    assert "ack of view_submission: an empty text" in payloads.wrong()
