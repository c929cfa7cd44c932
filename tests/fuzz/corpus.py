"""Every kind of payload that Slack sends, recorded while people use all that the bot has."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from bot.demo.ats.server import Fault
from bot.demo.slack import payloads
from bot.demo.slack.clicks import completed
from bot.demo.slack.deliver import Courier, Delivery
from bot.demo.slack.inputs import INPUTS, Values, elements, options_of, state_of
from bot.demo.slack.limits import checked_blocks, checked_view
from bot.demo.slack.payloads import Errand
from bot.demo.slack.people import TEAM_ID
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Message, SlackError, View
from bot.slack.shortcuts import VERBS
from bot.work import perform
from commands.catalogue import COMMANDS
from tests.bot.importing import begun, mapped, message, table
from tests.bot.town import ADMIN, HIRING, MEMBER, Asked, Town
from tests.fuzz.scene import Scene

ZOE = "zoe@example.com"
CV = b"%PDF-1.4 nothing to read here"
SEARCHED = ("zoe", "designer", "py")
ENDING = ("disconnect", "allow")
"""Verbs whose examples would keep others from what comes after."""
FILLED: dict[str, Json] = {
    "plain_text_input": {"value": "jane.roe@example.com"},
    "email_text_input": {"value": "jane.roe@example.com"},
    "external_select": {
        "selected_option": {"text": {"type": "plain_text", "text": "Zoe"}, "value": f"text:{ZOE}"}
    },
    "multi_external_select": {
        "selected_options": [{"text": {"type": "plain_text", "text": "go"}, "value": "text:go"}]
    },
    "conversations_select": {"selected_conversation": HIRING},
    "file_input": {"files": [{"id": "F0CV", "name": "people.csv", "mimetype": "text/csv"}]},
}
"""What a person puts into an input that has no options of its own."""


@dataclass(frozen=True)
class Sample:
    """A payload as Slack sends it. `name` tells its kind from others; equal kinds are kept once."""

    name: str
    errand: Errand


async def corpus(here: Scene) -> list[Sample]:
    """Use everything once, then make of each card and form that was shown what a person could do with it."""
    carried: list[Errand] = []
    carry = Courier.carry

    async def noting(self: Courier, errand: Errand) -> Delivery:
        carried.append(errand)
        return await carry(self, errand)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Courier, "carry", noting)
        patch.setattr(perform, "PAUSES", (0.01,) * 3)
        patch.setattr(perform, "AFTER_DOUBT", 0.0)
        patch.setattr("bot.work.command.journal.SETTLES", 0.0)
        await _everything(here.town)
    found = [*carried, *_clicks(here.town), *_forms(here.town), *_told()]
    named = {name_of(each): each for each in found}
    return [Sample(name, named[name]) for name in sorted(named)]


def name_of(errand: Errand) -> str:
    """The type, and what tells apart which code of ours it comes to."""
    said = errand.payload
    if errand.type == "slash_command":
        return " ".join(["slash_command", said["command"], *said["text"].split()[:1]])
    if errand.type == "block_actions":
        action = said["actions"][0]
        place = said.get("view", {}).get("type", "message")
        what = _verb(action.get("value") or (action.get("selected_option") or {}).get("value", ""))
        known = action["action_id"].partition(":")[0]
        return f"block_actions {place} {known} {action['type']} {what}".rstrip()
    if errand.type in ("view_submission", "view_closed"):
        return f"{errand.type} {said['view']['callback_id']}"
    if errand.type == "block_suggestion":
        return f"block_suggestion {said['block_id'].partition('~')[0]}"
    event = said.get("event", {})
    return f"{errand.type} {said.get('callback_id') or event.get('type', '')}".rstrip()


def _verb(value: str) -> str:
    """The first verb, or what comes before the first bar, in a value of ours."""
    known = [c.verb for c in COMMANDS] + ["share", "undo", "why", "mute", "show", "pause", "resume", "cancel"]
    return next((verb for verb in known if f'"{verb}"' in value or value.startswith(f"{verb}|")), "")


async def _everything(town: Town) -> None:
    await _typed(town)
    await _from_messages(town)
    while view := town.slack.modal(MEMBER):
        await town.slack.close(MEMBER, view.id)
    await asyncio.gather(_questions(town), _troubles(town), _announced(town), _imported(town))
    await town.slack.open_home(MEMBER)
    await town.slack.open_home(ADMIN)
    await town.slack.until(lambda: town.slack.home(MEMBER) and town.slack.home(ADMIN))


async def _typed(town: Town) -> None:
    examples = [(c.name, c.example.removeprefix(c.name).strip()) for c in COMMANDS if c.verb not in ENDING]
    bare = [(c.name, c.verb) for c in COMMANDS] + [("/candidate", ""), ("/ats", ""), ("/candidate", "nota")]
    for name, text in (*examples, *bare):
        asked = await town.type(text, user=ADMIN, command=name)
        await town.slack.until(partial(_answered, town, asked), 15)
        while view := town.slack.modal(ADMIN):
            await _searched(town, ADMIN, view)
            await town.slack.close(ADMIN, view.id)


def _answered(town: Town, asked: Asked) -> bool:
    return bool(asked.answers(anywhere=True) or town.slack.modal(ADMIN))


async def _searched(town: Town, user: str, view: View) -> None:
    """Type into each field that searches."""
    for block, element in elements(view.body["blocks"]):
        for text in SEARCHED if "external" in element["type"] else ():
            await town.slack.suggest(user, view, element["action_id"], text, block_id=block["block_id"])


async def _from_messages(town: Town) -> None:
    slack = town.slack
    plain = slack.say(
        MEMBER,
        HIRING,
        "Meet Jane Roe, jane.roe@example.com, +33 6 12 34 56 78 #go, and Al Roe al@roe.example",
    )
    files = [("cv.pdf", CV, "application/pdf"), ("people.csv", table(2, "few"), "text/csv")]
    attached = slack.upload(MEMBER, HIRING, "A CV", files)
    for callback in (*VERBS, "import_candidates"):
        for said in (plain, attached):
            at = (
                (None, None)
                if callback.endswith("_candidate") and callback[0] in "nf"
                else (said.channel, said.ts)
            )
            await slack.shortcut(MEMBER, callback, *at)
            await slack.opened(MEMBER) if slack.modal(MEMBER) else None


async def _questions(town: Town) -> None:
    """Cards that ask, and those that act."""
    await town.ask('note "Sam Rivera" Chosen among two', "Choose")
    card = await town.ask(f"find {ZOE} via eightfold", "Ødegård")
    await town.slack.choose(MEMBER, card, "menu", "Share to this channel")
    await town.slack.heard(MEMBER, "will see.")
    await town.ask(f"tag {ZOE} fuzzed via eightfold", "Undo")
    await town.ask('move nobody@example.com to "Nowhere"', "Add candidate")
    await town.ask(f'add Zoë Ødegård {ZOE} to "Alumni"', "Nothing was added")
    await town.ask(f'move {ZOE} to "Backnd talent"', "Backend talent")


async def _troubles(town: Town) -> None:
    """What can go wrong with a write: refused, and of unknown fate."""
    town.ats["recruspace"].force(Fault(400, {"tag": ["no"]}, method="POST", path="add-tag"))
    await town.ask(f"tag {ZOE} refused", "Edit and send again")
    town.ats["recruspace"].force(Fault(method="POST", path="add-note", done=True, reset=True))
    await town.ask(f"note {ZOE} Perhaps there", "Send again")


async def _announced(town: Town) -> None:
    await town.ask("subscribe here added moved tagged noted weekly", "", user=ADMIN, command="/ats")
    await town.ask('add Ann Nounced ann@example.com to "Alumni"', "was added")
    await town.slack.until(lambda: any(_open_to_all(each) for each in town.slack.said(channel=HIRING)), 15)


def _open_to_all(one: Message) -> bool:
    return one.bot and one.ephemeral_to is None and "Ann" in one.everything


async def _imported(town: Town) -> None:
    view = await mapped(town, table(3, "fuzz") + b",,nowhere,,,\n")
    await begun(town, view)
    await message(town, "people* from *people.csv*")


def _clicks(town: Town) -> Iterator[Errand]:
    """A click on everything in every message of the bot, also in those that look different by now."""
    workspace = town.slack.workspace
    for said in [*_earlier(town), *workspace.said()]:
        user = workspace.users[said.ephemeral_to or MEMBER]
        channel = workspace.channels[said.channel]
        for action in _actions(list(said.blocks or ())) if said.bot else ():
            payload = payloads.message_click(user, channel, said, action, {}, "0.0.t", "url")
            yield Errand("interactive", payload, user.id, "Shortlist", channel.id)


def _earlier(town: Town) -> Iterator[Message]:
    for method, given in town.slack.calls:
        if method in ("chat.postMessage", "chat.update") and given.get("blocks"):
            blocks = checked_blocks(given["blocks"])
            yield Message("1.000001", town.slack.workspace.dm(MEMBER).id, "", None, blocks)


def _actions(blocks: list[Json]) -> Iterator[Json]:
    """Each button, each entry of a menu, and the first option of each select."""
    for block, element in elements(blocks):
        named = {"action_id": element["action_id"], "block_id": block["block_id"]}
        if element["type"] == "overflow":
            yield from (completed(blocks, {**named, "selected_option": o}) for o in element["options"])
        elif kind := INPUTS.get(element["type"]):
            yield completed(blocks, {**named, kind.field: _chosen(element)[kind.field]})
        else:
            yield completed(blocks, named)


def _chosen(element: Json) -> Json:
    kind = INPUTS[element["type"]]
    if options := options_of(element):
        return {kind.field: options[:1] if kind.many else options[0]}
    return FILLED.get(element["type"], {kind.field: [] if kind.many else None})


def _forms(town: Town) -> Iterator[Errand]:
    """Each form and Home that was shown: used, submitted as it was filled in, and closed."""
    workspace = town.slack.workspace
    for body in _shown(town):
        user = workspace.users[ADMIN if "connect" in str(body.get("callback_id")) else MEMBER]
        view = View(workspace.new_id("V"), user.id, body, "1.a", _filled(body["blocks"]), "V0ROOT")
        for action in _actions(body["blocks"]):
            yield Errand(
                "interactive", payloads.view_click(user, view, action, "0.0.t"), user.id, "Shortlist"
            )
        if body["type"] == "modal" and body.get("submit"):
            sent = payloads.view_submission(user, view, "0.0.t", [])
            yield Errand("interactive", sent, user.id, "Shortlist", view_id=view.id)
        closed = payloads.view_closed(user, view, cleared=False)
        yield Errand("interactive", closed, user.id, "Shortlist")


def _shown(town: Town) -> Iterator[Json]:
    for method, given in town.slack.calls:
        if method.startswith("views."):
            try:
                yield checked_view(given["view"])
            except SlackError:
                continue  # the schema's test says so elsewhere


def _filled(blocks: list[Json]) -> Values:
    values = state_of(blocks, {})
    for block, element in elements(blocks):
        held = values.get(block["block_id"], {}).get(element["action_id"])
        kind = INPUTS.get(element["type"])
        if held and kind and not held[kind.field]:
            held |= _chosen(element)
    return values


def _told() -> Iterable[Errand]:
    """What Slack tells by itself; the workspace that leaves is another one."""
    events: tuple[Json, ...] = (
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U0ADA"], "bot": ["U0DEMOBOT"]}},
        {"type": "app_home_opened", "user": MEMBER, "channel": "D0MIA", "tab": "messages"},
        {"type": "message", "channel": HIRING, "user": MEMBER, "text": "hello", "ts": "1.1"},
        {"type": "member_joined_channel", "user": "U0DEMOBOT", "channel": HIRING, "team": TEAM_ID},
    )
    for inner in events:
        payload = payloads.event(inner, "Ev0FUZZ", shared=False)
        if inner["type"] in ("app_uninstalled", "tokens_revoked"):
            payload |= {"team_id": "T0OTHER"}
        yield Errand("events_api", payload, MEMBER, inner["type"])
    yield Errand("events_api", {"type": "url_verification", "token": "x", "challenge": "3eZbrw1"}, "", "")
    yield Errand("events_api", {"type": "ssl_check", "ssl_check": "1", "token": "x"}, "", "")
