"""The page acts for one person, and shows only what that person may see."""

import json
from typing import Any

import aiohttp
import pytest

from bot.demo.slack.clicks import CannotDo
from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import Json, TinyBot, button, modal, open_modal, section

pytestmark = pytest.mark.anyio


async def test_what_is_not_on_the_screen_cannot_be_used(slack: StandInSlack, bot: TinyBot) -> None:
    hidden = await bot.api(
        "chat.postMessage", channel="C0ENG", text="x", blocks=[section(accessory=button())]
    )
    with pytest.raises(CannotDo):
        await slack.click("U0GUS", hidden["ts"], "go")
    with pytest.raises(CannotDo):
        await slack.click("U0ADA", hidden["ts"], "stop")
    assert bot.got == []


async def test_the_page_hears_only_what_its_person_may_see(slack: StandInSlack, bot: TinyBot) -> None:
    async with bot.http.get(f"{slack.url}/page/events", params={"user": "U0GUS"}) as stream:
        assert (await _next_event(stream))["type"] == "ats"
        await bot.api("chat.postMessage", channel="C0ENG", text="private")
        await bot.api("chat.postEphemeral", channel="C0HIRING", user="U0MIA", text="Mia's")
        await bot.api("chat.postMessage", channel="C0HIRING", text="public")
        assert (await _next_event(stream))["message"]["text"] == "public"
    async with bot.http.get(f"{slack.url}/page/state", params={"user": "U0GUS"}) as answer:
        state = await answer.json()
    assert [channel["name"] for channel in state["channels"]] == ["hiring", "gus"]
    assert [one["text"] for one in state["messages"]["C0HIRING"]] == ["public"]
    assert state["channels"][0]["unread"] == 1


async def _next_event(stream: aiohttp.ClientResponse) -> Json:
    line = await stream.content.readline()
    await stream.content.readline()
    return dict(json.loads(line.removeprefix(b"data: ")))


async def test_the_page_acts_as_a_person_does(slack: StandInSlack, bot: TinyBot) -> None:
    async def post(act: str, **said: Any) -> Json:
        async with bot.http.post(f"{slack.url}/page/{act}", json={"user": "U0ADA", **said}) as answer:
            return dict(await answer.json())

    assert (await post("message", channel="C0HIRING", text="hello"))["message"]["user"] == "U0ADA"
    assert (await post("command", channel="C0HIRING", command="/raw", text="x"))["status"] == 200
    opened = await open_modal(bot, modal())
    values = {"name-block": {"name": {"type": "plain_text_input", "value": "Jo"}}}
    assert (await post("submit", view_id=opened["id"], values=values))["ok"]
    refused = await post("message", channel="D0MIA", text="hello")
    assert refused == {"ok": False, "error": "That person cannot see that channel."}


async def test_the_page_is_served_and_opens_at_a_permalink(slack: StandInSlack, bot: TinyBot) -> None:
    posted = await bot.api("chat.postMessage", channel="C0HIRING", text="here")
    link = await bot.api("chat.getPermalink", channel="C0HIRING", message_ts=posted["ts"])
    async with bot.http.get(link["permalink"], allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"/#C0HIRING/{posted['ts']}"
    async with bot.http.get(slack.url) as index:
        assert (index.status, index.content_type) == (200, "text/html")
    async with bot.http.get(f"{slack.url}/assets/nothing.js") as missing:
        assert missing.status == 404


async def test_a_message_reaches_the_app_only_where_it_subscribed(bot: TinyBot) -> None:
    async with StandInSlack(events=["message.im"]) as slack:
        slack.request_url, bot.slack = bot.slack.request_url, slack
        await slack.post("U0MIA", "C0HIRING", "hello all")
        await slack.post("U0MIA", "D0MIA", "hello bot")

    assert [payload["event"]["text"] for payload in bot.got] == ["hello bot"]
    assert bot.got[0]["event"]["channel_type"] == "im"
