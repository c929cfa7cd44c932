"""The page does what Slack's own does with files, forms and menus, whatever app stands behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import FilePayload, Locator, Page, expect

from bot.demo.slack.server import StandInSlack
from tests.demo.page.window import ADA, GUS, HIRING, PARTNERS, PAT
from tests.demo.slack.tiny_bot import Json, TinyBot, asking, button, modal, saying, section

pytestmark = pytest.mark.anyio

CV = FilePayload(name="Jane CV.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 Jane")
PICTURE = FilePayload(name="jane.png", mimeType="image/png", buffer=b"PNG")
SHORTCUTS: list[Json] = [{"callback_id": "add", "name": "Add candidate", "type": "message"}]
COMMANDS: list[Json] = [{"command": "/open", "description": "Open the form", "usage_hint": "", "verbs": []}]


class Desk:
    """Somebody before the page, and an app of a few lines behind it."""

    def __init__(self, page: Page, slack: StandInSlack, bot: TinyBot) -> None:
        self.page, self.slack, self.bot = page, slack, bot

    def by(self, hook: str) -> Locator:
        return self.page.locator(f'[data-test="{hook}"]')

    def input(self, name: str) -> Locator:
        return self.by(f"field-{name}-block").locator("input, textarea")

    async def sit(self, user: str = ADA, channel: str = HIRING) -> None:
        await self.page.goto(f"{self.slack.url}/?user={user}&channel={channel}")
        await expect(self.page.locator(f"body[data-ready={user}]")).to_be_attached()

    async def say(self, text: str) -> None:
        await self.by("composer").fill(text)
        await self.by("composer").press("Enter")

    async def open(self, view: Json) -> Json:
        """The form, opened by a command typed on the page."""
        await self.say("/open")
        await self.heard("/open")
        opened = await self.bot.api("views.open", trigger_id=self.bot.got[-1]["trigger_id"], view=view)
        assert opened["ok"], opened
        await expect(self.by("modal-title")).to_have_text(view["title"]["text"])
        return dict(opened["view"])

    async def change(self, opened: Json, *blocks: Json) -> None:
        changed = await self.bot.api("views.update", view_id=opened["id"], view=modal("Changed", *blocks))
        assert changed["ok"], changed
        await expect(self.by("modal-title")).to_have_text("Changed")

    async def heard(self, what: str, times: int = 1) -> Json:
        """The latest delivery of this type or command, once there are so many."""

        def fitting() -> list[Json]:
            return [one for one in self.bot.got if what in (one.get("type"), one.get("command"))]

        await self.slack.until(lambda: len(fitting()) >= times)
        assert len(fitting()) == times
        return fitting()[-1]


@pytest.fixture
async def desk(tab: Page) -> AsyncIterator[Desk]:
    slack = StandInSlack(commands=COMMANDS, shortcuts=SHORTCUTS)
    async with slack, aiohttp.ClientSession() as http:
        bot = TinyBot(slack, http)
        application = web.Application()
        application.router.add_post("/slack/events", bot.serve)
        runner = web.AppRunner(application, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        desk = Desk(tab, slack, bot)
        await desk.sit()
        yield desk
        await tab.goto("about:blank")
        await runner.cleanup()


def field(kind: str, action_id: str = "name", **more: Any) -> Json:
    label = {"type": "plain_text", "text": action_id.title()}
    element = {"type": kind, "action_id": action_id, **more}
    dispatch = {"dispatch_action": True} if "dispatch_action_config" in more else {}
    return {"type": "input", "block_id": f"{action_id}-block", "label": label, "element": element, **dispatch}


def options(*names: str) -> list[Json]:
    return [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in names]


def values(payload: Json) -> Json:
    return dict(payload["view"]["state"]["values"])


async def dropped(target: Locator, name: str, text: str) -> None:
    """Drops a file on it, as a person does from another window."""
    script = """(node, [name, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([text], name, {type: "application/pdf"}));
        for (const kind of ["dragover", "drop"])
            node.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: data}));
    }"""
    await target.evaluate(script, [name, text])


async def test_a_file_is_attached_sent_saved_and_acted_upon(desk: Desk) -> None:
    await desk.by("attach-input").set_input_files(CV)
    await expect(desk.by("file-picked")).to_contain_text("Jane CV.pdf")
    await expect(desk.by("file-picked")).to_contain_text("PDF · 13 bytes")
    await desk.say("A strong one for @shortlist")
    await expect(desk.by("file-picked")).to_have_count(0)
    message = desk.by("message").last
    await expect(message).to_contain_text("A strong one for @Shortlist")

    async with desk.page.expect_download() as saving:
        await message.locator('[data-test="file"]').click()
    saved = await saving.value
    assert saved.suggested_filename == "Jane CV.pdf"
    assert (await saved.path()).read_bytes() == CV["buffer"]

    await message.hover()
    await message.locator('[data-test="more-actions"]').click()
    await desk.by("shortcut").click()
    shortcut = await desk.heard("message_action")
    assert [file["name"] for file in shortcut["message"]["files"]] == ["Jane CV.pdf"]


async def test_the_keyboard_attaches_and_removes(desk: Desk) -> None:
    await desk.by("composer").focus()
    async with desk.page.expect_file_chooser() as choosing:
        await desk.page.keyboard.press("Control+u")
    await (await choosing.value).set_files([CV, PICTURE])
    await expect(desk.by("file-picked")).to_have_count(2)
    await expect(desk.by("composer")).to_be_focused()
    await desk.by("file-remove").nth(1).press("Enter")
    await desk.by("composer").press("Enter")

    await expect(desk.by("message").last.locator('[data-test="file"]')).to_have_count(1)
    assert desk.slack.said()[-1].text == ""


async def test_files_are_dropped_on_the_channel_and_kept_with_its_draft(desk: Desk) -> None:
    await dropped(desk.by("composer"), "dropped.pdf", "x")
    await expect(desk.by("file-picked")).to_contain_text("dropped.pdf")
    await desk.by("channel-eng-hiring").click()
    await expect(desk.by("file-picked")).to_have_count(0)
    await desk.by("channel-hiring").click()
    await expect(desk.by("file-picked")).to_contain_text("dropped.pdf")
    await desk.say("/open")
    await expect(desk.by("file-note")).to_contain_text("A command takes no files")
    await expect(desk.by("composer")).to_have_value("/open")


async def test_a_deleted_file_leaves_a_mark(desk: Desk) -> None:
    said = desk.slack.upload(GUS, HIRING, "", [("old.pdf", b"x", "")])
    await expect(desk.by("file")).to_contain_text("old.pdf")
    desk.slack.files.delete(said.files[0]["id"])
    await expect(desk.by("file")).to_have_text("This file was deleted.")


async def test_a_file_field_takes_what_it_asks_for(desk: Desk) -> None:
    await desk.open(modal("Add", field("file_input", "cv", filetypes=["pdf"], max_files=1)))
    cv = desk.input("cv")
    await cv.set_input_files(PICTURE)
    await expect(desk.by("modal").locator('[data-test="file-note"]')).to_contain_text("PDF only")
    await desk.by("submit").click()
    await expect(desk.by("field-error")).to_have_text("Please complete this required field.")
    await cv.set_input_files(CV)
    await expect(desk.by("modal").locator('[data-test="file-picked"]')).to_contain_text("Jane CV.pdf")
    await dropped(cv, "second.pdf", "x")
    await expect(desk.by("modal").locator('[data-test="file-note"]')).to_contain_text("One file at most")
    await desk.by("submit").click()

    await expect(desk.by("modal")).to_have_count(0)
    (file,) = values(await desk.heard("view_submission"))["cv-block"]["cv"]["files"]
    assert (file["name"], file["size"], file["mode"]) == ("Jane CV.pdf", 13, "hosted")


async def test_what_is_typed_outlasts_an_update_and_only_new_fields_start_anew(desk: Desk) -> None:
    opened = await desk.open(modal("Add", asking("name"), asking("email")))
    await desk.input("name").press_sequentially("Ja")
    await desk.change(
        opened,
        section("Found somebody"),
        field("plain_text_input", "name", initial_value="From the ATS"),
        field("plain_text_input", "email", initial_value="from@ats.example"),
        field("plain_text_input", "phone", initial_value="+44 20 7946 0100"),
    )
    await expect(desk.input("name")).to_be_focused()
    await desk.page.keyboard.type("ne")
    await expect(desk.input("name")).to_have_value("Jane")
    await expect(desk.input("email")).to_have_value("")
    await expect(desk.input("phone")).to_have_value("+44 20 7946 0100")
    await desk.input("email").fill("jane@example.com")
    await desk.by("submit").click()

    sent = values(await desk.heard("view_submission"))
    held = {block: next(iter(inputs.values()))["value"] for block, inputs in sent.items()}
    assert held == {
        "name-block": "Jane",
        "email-block": "jane@example.com",
        "phone-block": "+44 20 7946 0100",
    }


async def test_a_field_whose_kind_changes_starts_anew(desk: Desk) -> None:
    opened = await desk.open(modal("Add", asking("to")))
    await desk.input("to").fill("Backend")
    await desk.change(opened, field("multi_static_select", "to", options=options("Backend", "Design")))
    await desk.by("select").click()
    await desk.by("option").first.click()
    await desk.by("modal-title").click()
    await desk.by("submit").click()
    sent = values(await desk.heard("view_submission"))
    assert sent["to-block"]["to"]["selected_options"] == options("Backend")


async def test_typing_is_told_after_a_pause_with_all_that_stands_in_the_form(desk: Desk) -> None:
    told = {"trigger_actions_on": ["on_character_entered"]}
    email = field("email_text_input", "email", dispatch_action_config=told)
    await desk.open(modal("Add", asking("name"), email))
    await desk.input("name").fill("Jane")
    await desk.input("email").press_sequentially("jane@example.com", delay=5)

    click = await desk.heard("block_actions")
    (action,) = click["actions"]
    assert (action["action_id"], action["value"]) == ("email", "jane@example.com")
    assert values(click)["name-block"]["name"]["value"] == "Jane"
    assert values(click)["email-block"]["email"]["value"] == "jane@example.com"


async def test_a_pause_that_ends_after_the_form_is_closed_tells_nothing(desk: Desk) -> None:
    told = {"trigger_actions_on": ["on_character_entered"]}
    form = modal("Add", field("plain_text_input", "name", dispatch_action_config=told))
    await desk.open(form)
    await desk.input("name").press_sequentially("J")
    await desk.page.keyboard.press("Escape")
    await expect(desk.by("modal")).to_have_count(0)
    desk.bot.got.clear()
    # The pause of the second form ends after that of the first.
    await desk.open(form)
    await desk.input("name").press_sequentially("K")
    assert (await desk.heard("block_actions"))["actions"][0]["value"] == "K"
    await expect(desk.by("notice")).to_have_count(0)


async def test_a_hint_stands_below_a_conversation_until_the_app_has_a_part_in_it(desk: Desk) -> None:
    await expect(desk.by("first-hint")).to_contain_text("Nothing in #hiring yet")
    desk.slack.say(GUS, HIRING, "Jane is great")
    await expect(desk.by("first-hint")).to_contain_text("pick “Add candidate”")
    await desk.bot.api("chat.postMessage", channel=HIRING, text="Jane was added")
    await expect(desk.by("first-hint")).to_be_hidden()


async def test_a_hint_can_be_sent_away(desk: Desk) -> None:
    desk.slack.say(GUS, HIRING, "Jane is great")
    await desk.by("hint-dismiss").click()
    await expect(desk.by("first-hint")).to_be_hidden()
    await expect(desk.by("composer")).to_be_focused()


async def test_menus_of_a_form_tell_at_once_with_all_that_stands_in_it(desk: Desk) -> None:
    menu = {"type": "static_select", "action_id": "ats", "options": options("Talynce", "Eightfold")}
    tags = {"type": "multi_static_select", "action_id": "tags", "options": options("Go", "Rust", "C")}
    await desk.open(
        modal(
            "Add",
            asking("name"),
            section("Where", block_id="w", accessory=menu),
            section("Tags", accessory=tags),
        )
    )
    await desk.input("name").fill("Jane")
    await desk.page.locator('[data-action-id="ats"]').click()
    await desk.by("option").filter(has_text="Eightfold").click()
    click = await desk.heard("block_actions")
    assert click["actions"][0]["selected_option"]["value"] == "eightfold"
    assert values(click)["w"]["ats"]["selected_option"]["value"] == "eightfold"
    assert values(click)["name-block"]["name"]["value"] == "Jane"

    search = desk.page.locator('input[data-action-id="tags"]')
    for count, name in enumerate(("Rust", "Go"), 2):
        await search.fill(name)
        await desk.by("option").filter(has_text=name).click()
        click = await desk.heard("block_actions", count)
    assert [one["value"] for one in click["actions"][0]["selected_options"]] == ["rust", "go"]


async def test_a_menu_that_searches_asks_once_the_typing_pauses(desk: Desk) -> None:
    async def answer(payload: Json) -> Json | str | None:
        groups = [{"label": {"type": "plain_text", "text": "Pools"}, "options": options("Backend", "Backup")}]
        return {"option_groups": groups} if payload.get("type") == "block_suggestion" else None

    desk.bot.answer = answer
    await desk.open(modal("Move", field("multi_external_select", "to", min_query_length=2)))
    search = desk.by("select")
    await search.press_sequentially("b", delay=5)
    await expect(desk.by("listbox")).to_contain_text("Type at least 2 characters")
    await search.press_sequentially("ack", delay=5)
    await expect(desk.by("listbox")).to_contain_text("Pools")
    assert (await desk.heard("block_suggestion"))["value"] == "back"
    await desk.by("option").filter(has_text="Backup").click()
    await search.press("Escape")
    await desk.by("submit").click()
    sent = values(await desk.heard("view_submission"))["to-block"]["to"]
    assert [one["value"] for one in sent["selected_options"]] == ["backup"]


async def test_a_refused_form_shows_its_errors_and_keeps_what_was_typed(desk: Desk) -> None:
    await desk.open(modal("Add", asking("name"), asking("email", optional=True)))
    await desk.input("name").fill("Jane")
    desk.bot.answer = saying({"response_action": "errors", "errors": {"email-block": "That is taken"}})
    await desk.by("submit").click()
    await expect(desk.by("field-email-block").locator('[data-test="field-error"]')).to_have_text(
        "That is taken"
    )
    await expect(desk.input("email")).to_be_focused()
    await expect(desk.input("name")).to_have_value("Jane")


async def test_forms_stack_and_come_back_as_they_were(desk: Desk) -> None:
    await desk.open(modal("First", asking("name"), {"type": "actions", "elements": [button("more", "More")]}))
    await desk.input("name").fill("Jane")
    await desk.by("button").filter(has_text="More").click()
    click = await desk.heard("block_actions")
    await desk.bot.api("views.push", trigger_id=click["trigger_id"], view=modal("Second", asking("city")))
    await expect(desk.by("modal-title")).to_have_text("Second")
    await desk.by("modal-back").click()
    await expect(desk.by("modal-title")).to_have_text("First")
    await expect(desk.input("name")).to_have_value("Jane")
    await desk.sit()
    await expect(desk.input("name")).to_have_value("Jane")
    await desk.by("modal-x").click()
    await expect(desk.by("modal")).to_have_count(0)


async def test_the_home_is_drawn_used_and_drawn_again(desk: Desk) -> None:
    blocks = [section("3 connections"), {"type": "actions", "elements": [button("refresh", "Refresh")]}]
    await desk.bot.api("views.publish", user_id=ADA, view={"type": "home", "blocks": blocks})
    await desk.page.locator("[data-channel-id=D0ADA]").click()
    await desk.by("tab-home").click()
    await expect(desk.by("home")).to_contain_text("3 connections")
    opening = await desk.heard("event_callback", 2)
    assert (opening["event"]["type"], opening["event"]["tab"]) == ("app_home_opened", "home")
    await desk.by("home").locator('[data-test="button"]').click()
    assert (await desk.heard("block_actions"))["view"]["type"] == "home"
    await desk.bot.api("views.publish", user_id=ADA, view={"type": "home", "blocks": [section("All well")]})
    await expect(desk.by("home")).to_contain_text("All well")


@pytest.mark.parametrize(("user", "seen"), [(GUS, ["hiring", "gus"]), (PAT, ["acme-partners", "pat"])])
async def test_guests_and_partners_see_only_their_channels(desk: Desk, user: str, seen: list[str]) -> None:
    await desk.sit(user)
    channels = desk.page.locator('[data-test^="channel-"]')
    names = [await channel.get_attribute("data-test") for channel in await channels.all()]
    assert [str(name).removeprefix("channel-") for name in names] == seen


async def test_a_shared_channel_says_so_and_marks_who_comes_from_outside(desk: Desk) -> None:
    desk.slack.say(PAT, PARTNERS, "Hello from Acme")
    await desk.sit(ADA, PARTNERS)
    await expect(desk.page.get_by_text("Shared", exact=True)).to_be_visible()
    await expect(desk.by("message").last).to_contain_text("External")
