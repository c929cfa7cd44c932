"""The app may do what it was granted, and is told what is missing."""

from pathlib import Path

import pytest
import yaml

from bot.demo.slack.scopes import GRANTED
from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import Json, TinyBot, button, modal, section, trigger

pytestmark = pytest.mark.anyio

MANIFEST = Path(__file__).parents[3] / "manifest.yml"
PLACE = {"channel": "C0HIRING", "text": "x"}

CALLS: list[tuple[str, str, Json]] = [
    ("users:read", "users.info", {"user": "U0ADA"}),
    ("users:read.email", "users.lookupByEmail", {"email": "ada@demo-company.example"}),
    ("im:write", "conversations.open", {"users": "U0ADA"}),
    ("channels:read", "conversations.info", {"channel": "C0HIRING"}),
    ("channels:read", "conversations.members", {"channel": "C0ACME"}),
    ("groups:read", "conversations.info", {"channel": "C0ENG"}),
    ("im:read", "conversations.info", {"channel": "D0ADA"}),
    ("chat:write", "chat.postMessage", PLACE),
    ("chat:write", "chat.postEphemeral", {**PLACE, "user": "U0ADA"}),
]


@pytest.mark.parametrize(("scope", "method", "args"), CALLS)
async def test_a_method_needs_its_scope(
    slack: StandInSlack, bot: TinyBot, scope: str, method: str, args: Json
) -> None:
    assert (await bot.api(method, **args))["ok"]
    slack.scopes.remove(scope)
    refused = await bot.api(method, **args)

    assert (refused["error"], refused["needed"]) == ("missing_scope", scope)
    assert refused["provided"] == ",".join(sorted(slack.scopes))
    assert len(slack.said()) == method.startswith("chat."), "what is refused is not said"


async def test_a_list_of_channels_needs_one_of_several_scopes(slack: StandInSlack, bot: TinyBot) -> None:
    slack.scopes -= {"channels:read", "groups:read"}
    assert (await bot.api("conversations.list"))["ok"]
    slack.scopes.remove("im:read")
    assert (await bot.api("conversations.list"))["needed"] == "channels:read,groups:read,im:read"


async def test_what_needs_no_scope_works_without_any(slack: StandInSlack, bot: TinyBot) -> None:
    trigger_id = await trigger(bot)
    posted = await bot.api("chat.postMessage", **PLACE, blocks=[section(accessory=button())])
    slack.scopes.clear()

    assert (await bot.api("auth.test"))["ok"]
    assert (await bot.api("chat.getPermalink", channel="C0HIRING", message_ts=posted["ts"]))["ok"]
    assert (await bot.api("views.open", trigger_id=trigger_id, view=modal()))["ok"]
    assert (await slack.click("U0ADA", posted["ts"], "go")).ok
    assert await bot.respond(bot.got[-1]["response_url"], text="ok") == (200, "ok")


async def test_a_form_with_a_file_input_needs_the_scope_for_files(slack: StandInSlack, bot: TinyBot) -> None:
    label = {"type": "plain_text", "text": "CV"}
    view = modal("Add", {"type": "input", "label": label, "element": {"type": "file_input"}})
    slack.scopes.remove("files:read")
    refused = await bot.api("views.open", trigger_id=await trigger(bot), view=view)
    assert (refused["error"], refused["needed"]) == ("missing_scope", "files:read")
    slack.scopes.add("files:read")
    assert (await bot.api("views.open", trigger_id=await trigger(bot), view=view))["ok"]


async def test_an_address_is_shown_only_with_its_own_scope(slack: StandInSlack, bot: TinyBot) -> None:
    assert (await bot.api("users.info", user="U0ADA"))["user"]["profile"]["email"]
    slack.scopes.remove("users:read.email")
    assert "email" not in (await bot.api("users.info", user="U0ADA"))["user"]["profile"]


async def test_every_answer_names_the_scopes(slack: StandInSlack, bot: TinyBot) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with bot.http.post(slack.api_url + "auth.test", headers=headers) as answer:
        assert answer.headers["X-OAuth-Scopes"].split(",") == sorted(slack.scopes)


def test_what_the_manifest_asks_for_is_granted() -> None:
    asked = yaml.safe_load(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"]
    assert set(asked) == GRANTED
    assert StandInSlack().scopes == GRANTED
