"""Modals and Homes behave as in Slack."""

import pytest

from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import Clock, Json, TinyBot, asking, button, modal, open_modal, saying, trigger

pytestmark = pytest.mark.anyio


async def test_a_trigger_is_good_once_and_for_three_seconds(bot: TinyBot, clock: Clock) -> None:
    first = await trigger(bot)
    assert (await bot.api("views.open", trigger_id=first, view=modal()))["ok"]
    assert (await bot.api("views.open", trigger_id=first, view=modal()))["error"] == "exchanged_trigger_id"
    second = await trigger(bot)
    clock.now += 3.1
    assert (await bot.api("views.open", trigger_id=second, view=modal()))["error"] == "expired_trigger_id"
    assert (await bot.api("views.open", trigger_id="no", view=modal()))["error"] == "invalid_trigger_id"


async def test_three_modals_are_the_most_that_stand_on_each_other(slack: StandInSlack, bot: TinyBot) -> None:
    more = {"type": "actions", "elements": [button("more")]}
    root = await open_modal(bot, modal("1", more))
    pushed = []
    for title in ("2", "3", "4"):
        top = slack.modal("U0ADA")
        assert top is not None
        await slack.click("U0ADA", top, "more")
        trigger_id = bot.got[-1]["trigger_id"]
        pushed.append(await bot.api("views.push", trigger_id=trigger_id, view=modal(title, more)))

    assert [answer["ok"] for answer in pushed] == [True, True, False]
    assert pushed[2]["error"] == "push_limit_reached"
    assert pushed[1]["view"]["root_view_id"] == root["id"]
    assert pushed[1]["view"]["previous_view_id"] == pushed[0]["view"]["id"]
    assert len(slack.windows.stack("U0ADA")) == 3


async def test_pushing_needs_a_trigger_of_a_modal(bot: TinyBot) -> None:
    await open_modal(bot, modal())
    answer = await bot.api("views.push", trigger_id=await trigger(bot), view=modal())
    assert answer["error"] == "invalid_trigger_id"


async def test_an_update_keeps_what_was_typed_and_minds_the_hash(slack: StandInSlack, bot: TinyBot) -> None:
    fetch = {"type": "actions", "elements": [button("fetch")]}
    opened = await open_modal(bot, modal("Add", asking(), fetch))
    await slack.click("U0ADA", opened["id"], "fetch", values={"name": "Jo"})
    change = {"view_id": opened["id"], "hash": opened["hash"]}
    updated = await bot.api("views.update", **change, view=modal("Change", asking(), asking("more")))
    conflict = await bot.api("views.update", **change, view=modal())

    assert bot.got[-1]["view"]["state"]["values"]["name-block"]["name"]["value"] == "Jo"
    assert updated["view"]["state"]["values"]["name-block"]["name"]["value"] == "Jo"
    assert updated["view"]["state"]["values"]["more-block"]["more"] == {
        "type": "plain_text_input",
        "value": None,
    }
    assert conflict["error"] == "hash_conflict"
    assert (await bot.api("views.update", view_id="V1", view=modal()))["error"] == "not_found"


async def test_a_submitted_modal_carries_its_values_and_closes(slack: StandInSlack, bot: TinyBot) -> None:
    opened = await open_modal(bot, modal(callback_id="add", private_metadata="{}"))
    await slack.submit("U0ADA", opened["id"], {"name": "Jo"})

    sent = bot.got[-1]
    assert sent["type"] == "view_submission"
    assert sent["view"]["state"]["values"] == {
        "name-block": {"name": {"type": "plain_text_input", "value": "Jo"}}
    }
    assert (sent["view"]["callback_id"], sent["view"]["private_metadata"]) == ("add", "{}")
    assert (sent["view"]["hash"], sent["response_urls"]) == (opened["hash"], [])
    assert slack.modal("U0ADA") is None


async def test_a_required_field_is_asked_for_before_the_bot_hears(slack: StandInSlack, bot: TinyBot) -> None:
    opened = await open_modal(bot, modal())
    before = len(bot.got)

    assert await slack.submit("U0ADA", opened["id"], {"name": ""}) is None
    assert slack.errors(opened["id"]) == {"name-block": "Please complete this required field."}
    assert len(bot.got) == before


async def test_the_ack_of_a_form_shows_errors_changes_stacks_or_clears(
    slack: StandInSlack, bot: TinyBot
) -> None:
    opened = await open_modal(bot, modal())
    answers: list[tuple[Json, list[str]]] = [
        ({"response_action": "errors", "errors": {"name-block": "No such name"}}, ["Add"]),
        ({"response_action": "update", "view": modal("Again")}, ["Again"]),
        ({"response_action": "push", "view": modal("More")}, ["Again", "More"]),
        ({"response_action": "clear"}, []),
    ]
    seen = []
    for answer, _ in answers:
        bot.answer = saying(answer)
        await slack.submit("U0ADA", opened["id"], {"name": "Jo"})
        seen.append([view.body["title"]["text"] for view in slack.windows.stack("U0ADA")])

    assert seen == [titles for _, titles in answers]
    assert slack.errors(opened["id"]) == {"name-block": "No such name"}


async def test_a_form_answered_badly_stays_open(slack: StandInSlack, bot: TinyBot) -> None:
    opened = await open_modal(bot, modal())
    bot.answer = saying({"response_action": "errors", "errors": {"nowhere": "?"}})
    await slack.submit("U0ADA", opened["id"], {"name": "Jo"})
    bot.status = 500
    await slack.submit("U0ADA", opened["id"], {"name": "Jo"})

    assert slack.modal("U0ADA") is not None
    assert slack.notices("U0ADA") == ["We had some trouble connecting. Try again?"] * 2


async def test_a_closed_modal_is_told_only_when_asked(slack: StandInSlack, bot: TinyBot) -> None:
    quiet = await open_modal(bot, modal())
    await slack.close("U0ADA", quiet["id"])
    loud = await open_modal(bot, modal(notify_on_close=True))
    await slack.close("U0ADA", loud["id"])

    closed = [payload for payload in bot.got if payload.get("type") == "view_closed"]
    assert [(payload["view"]["id"], payload["is_cleared"]) for payload in closed] == [(loud["id"], False)]


async def test_a_menu_that_searches_asks_the_bot(slack: StandInSlack, bot: TinyBot) -> None:
    menu = {"type": "external_select", "action_id": "to", "min_query_length": 0}
    label = {"type": "plain_text", "text": "To"}
    opened = await open_modal(bot, modal("Move", {"type": "input", "label": label, "element": menu}))
    option = {"text": {"type": "plain_text", "text": "Backend"}, "value": "1"}
    bot.answer = saying({"options": [option]})

    assert await slack.suggest("U0ADA", opened["id"], "to", "back") == {"options": [option]}
    asked = bot.got[-1]
    assert (asked["type"], asked["action_id"], asked["value"]) == ("block_suggestion", "to", "back")
    assert asked["view"]["id"] == opened["id"]
    bot.answer = saying({"options": [option] * 101})
    assert await slack.suggest("U0ADA", opened["id"], "to", "back") == {"options": []}


async def test_a_home_is_published_and_opened(slack: StandInSlack, bot: TinyBot) -> None:
    await slack.open_home("U0MIA")
    assert bot.got[0]["event"]["type"] == "app_home_opened"
    assert bot.got[0]["event"]["user"] == "U0MIA"
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button()]}]}
    published = await bot.api("views.publish", user_id="U0MIA", view=home)
    await slack.click("U0MIA", published["view"]["id"], "go")

    assert bot.got[-1]["container"] == {"type": "view", "view_id": published["view"]["id"]}
    stale = await bot.api("views.publish", user_id="U0MIA", view=home, hash="old")
    assert stale["error"] == "hash_conflict"
