"""Who may do what: rules that an admin makes, kept at every way in, and as whom the ATS shows what is written."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.ats.eightfold import StandInEightfold
from bot.demo.ats.server import Fault
from bot.demo.run import Demo
from bot.demo.slack.people import TEAM_ID, Group
from bot.demo.slack.workspace import Message, View
from bot.slack.groups import KEPT, SILENT, UserGroups
from bot.slack.people import People
from bot.store.open import open_store
from bot.store.permissions import RuleTable
from commands.ports.rules import VERBS, Rule, Silence
from tests.bot.importing import CSV, Gate, asked, begun, mapped, table
from tests.bot.test_live_forms import block, choose_ats, form, labels, search
from tests.bot.town import ADMIN, GUEST, HIRING, MEMBER, Asked, Town

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"
RECRUITERS = "S0RECRUIT"
NO = "You cannot"


@pytest.fixture
async def rules(here: Demo, folder: Path) -> AsyncIterator[RuleTable]:
    """The table that the bot looks into; it is empty again afterwards."""
    store = await asyncio.to_thread(asyncio.run, open_store(f"sqlite:///{folder / 'shortlist.db'}"))
    made = RuleTable(store)
    yield made
    await made.save(TEAM_ID, dict.fromkeys(VERBS), ADMIN)
    await store.close()


@pytest.fixture(autouse=True)
def as_before(nearby: Town) -> Iterator[None]:
    """User groups, scopes and forms are put back."""
    workspace = nearby.slack.workspace
    groups, scopes = dict(workspace.groups), set(nearby.slack.scopes)
    yield
    workspace.groups.clear()
    workspace.groups.update(groups)
    nearby.slack.scopes.clear()
    nearby.slack.scopes.update(scopes)
    nearby.slack.faults.clear()
    workspace.stacks.clear()


async def allow(town: Town, text: str, said: str = "is changed", *, user: str = ADMIN) -> Message:
    return await town.ask(f"allow {text}", said, user=user, command="/ats")


async def only(rules: RuleTable, *people: str, verbs: tuple[str, ...] = VERBS) -> None:
    """These verbs are for these people; whoever is in the groups is asked anew."""
    await rules.save(TEAM_ID, dict.fromkeys(verbs, Rule(people=people)), ADMIN)


async def test_a_group_and_a_person_are_typed_as_one_mentions_them(nearby: Town, rules: RuleTable) -> None:
    card = await allow(nearby, "note tag @hiring-leads @ada")
    assert "Write notes: <!subteam^S0LEADS>, <@U0ADA> _(new)_" in card.everything
    kept = Rule(people=(ADMIN,), groups=("S0LEADS",))
    assert await rules.all(TEAM_ID) == {"note": kept, "tag": kept}
    refused = await nearby.ask(f"note {ZOE} not from me", "You cannot write notes here")
    assert "Ask one of: <!subteam^S0LEADS>, <@U0ADA>." in refused.everything
    assert refused.ephemeral_to == MEMBER
    assert "not from me" not in str(nearby.row("recruspace", ZOE))
    await nearby.ask(f"note {ZOE} from a lead", "Note added", user=ADMIN)
    await allow(nearby, "all everybody")
    await nearby.ask(f"note {ZOE} from anybody", "Note added")


async def test_only_admins_say_who_may_do_what(nearby: Town, rules: RuleTable) -> None:
    await allow(nearby, "add @mia", "Only workspace admins can say who may do what.", user=MEMBER)
    await nearby.ask("allow", "Only workspace admins can say", command="/ats")
    assert nearby.slack.modal(MEMBER) is None
    assert await rules.all(TEAM_ID) == {}


async def test_the_form_shows_the_rules_and_changes_them(nearby: Town, rules: RuleTable) -> None:
    await only(rules, MEMBER, verbs=("import",))
    await nearby.type("allow", user=ADMIN, command="/ats")
    view = await nearby.slack.opened(ADMIN, "Who may do what")
    shown = {b["block_id"]: b["element"] for b in view.body["blocks"] if b["type"] == "input"}
    assert shown["people_import"]["initial_users"] == [MEMBER]
    assert [o["text"]["text"] for o in shown["groups_add"]["options"]] == ["@hiring-leads", "@recruiters"]
    await nearby.slack.submit(
        ADMIN, view.id, {"people_find": [ADMIN], "groups_add": [RECRUITERS], "people_import": []}
    )
    await nearby.slack.heard(ADMIN, "Who may add candidates and look candidates up and import candidates")
    assert await rules.all(TEAM_ID) == {"add": Rule(groups=(RECRUITERS,)), "find": Rule(people=(ADMIN,))}


async def test_without_the_scope_the_form_says_so_and_loses_nothing(nearby: Town, rules: RuleTable) -> None:
    await rules.save(TEAM_ID, {"add": Rule(groups=(RECRUITERS,))}, ADMIN)
    nearby.slack.scopes.discard("usergroups:read")
    await nearby.type("allow", user=ADMIN, command="/ats")
    view = await nearby.slack.opened(ADMIN, "Who may do what")
    assert "without the permission `usergroups:read`" in str(view.body)
    await nearby.slack.submit(ADMIN, view.id, {"people_note": [ADMIN]})
    await nearby.slack.heard(ADMIN, "Who may write notes is changed.")
    assert await rules.all(TEAM_ID) == {"add": Rule(groups=(RECRUITERS,)), "note": Rule(people=(ADMIN,))}


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("scope", "the app was installed without the permission `usergroups:read`"),
        ("away", "Slack does not say at the moment who is in <!subteam^S0RECRUIT>"),
        ("gone", "Slack has no user group <!subteam^S0RECRUIT> any more"),
        ("disabled", "Slack has no user group <!subteam^S0RECRUIT> any more"),
    ],
)
async def test_when_slack_cannot_tell_nobody_is_let_in(
    nearby: Town, rules: RuleTable, trouble: str, said: str
) -> None:
    slack = nearby.slack
    await allow(nearby, "note @recruiters")
    if trouble == "scope":
        slack.scopes.discard("usergroups:read")
    elif trouble == "away":
        slack.force("usergroups.users.list", status=503)
    else:
        group = slack.workspace.groups.pop(RECRUITERS)
        slack.workspace.groups |= {RECRUITERS: replace(group, disabled=True)} if trouble == "disabled" else {}
    await nearby.ask(f"note {ZOE} unsure {trouble}", said)
    assert f"unsure {trouble}" not in str(nearby.row("recruspace", ZOE))


async def test_a_button_of_a_card_is_refused_when_the_rules_have_changed(
    nearby: Town, rules: RuleTable
) -> None:
    card = await nearby.ask(f"find {ZOE} via welcomekit", "Ødegård")
    await only(rules, ADMIN)
    for label, verb in (("Note", "write notes"), ("Tag", "tag candidates"), ("Move", "move candidates")):
        await nearby.slack.click(MEMBER, card, label)
        await nearby.slack.heard(MEMBER, f"{NO} {verb} here")
        assert nearby.slack.modal(MEMBER) is None


async def test_undo_takes_what_writing_took(nearby: Town, rules: RuleTable) -> None:
    card = await nearby.ask(f"tag {ZOE} undoable via eightfold", "is tagged")
    await only(rules, ADMIN, verbs=("tag",))
    await nearby.slack.click(MEMBER, card, "Undo")
    await nearby.slack.heard(MEMBER, f"{NO} tag candidates")
    assert "undoable" in nearby.row("eightfold", ZOE)["tags"]


async def test_who_may_not_look_up_is_offered_nobody_while_typing(nearby: Town, rules: RuleTable) -> None:
    view = await form(nearby, "note zoe@example.com", "Add a note")
    assert "Zoë Ødegård" in labels(await search(nearby, view, "who", "zoe"))
    await only(rules, ADMIN, verbs=("find",))
    assert labels(await search(nearby, view, "who", "zoe")) == ["“zoe” as typed"]
    await only(rules, ADMIN, verbs=("note",))
    assert await search(nearby, view, "who", "zoe") == []


async def test_a_form_tells_nothing_of_an_address_once_its_verb_is_closed(
    nearby: Town, rules: RuleTable
) -> None:
    view = await form(nearby, "add Jo", "Add a candidate")
    await only(rules, ADMIN, verbs=("add",))
    await types(nearby, view, "email", "noor@example.com")
    await nearby.ask(f"find {ZOE} via talynce", "Ødegård")  # by then the form would have looked
    await only(rules, MEMBER, verbs=("add",))
    await types(nearby, view, "email", ZOE)
    await nearby.slack.until(lambda: "is already in" in str(nearby.slack.modal(MEMBER).body), 10)  # type: ignore[union-attr]
    shown = [str(args["view"]) for args in nearby.slack.called("views.update") if args["view_id"] == view.id]
    assert not any("الهاشمي" in each for each in shown)


async def types(town: Town, view: View, name: str, text: str) -> None:
    action = {"type": "email_text_input", "action_id": "value", "block_id": block(view, name), "value": text}
    await town.slack.acts.act_in_view(MEMBER, view.id, action)


async def test_an_import_takes_what_is_in_its_columns(nearby: Town, rules: RuleTable) -> None:
    view = await mapped(nearby, table(2, "barred"))
    await only(rules, ADMIN, verbs=("tag",))
    await nearby.slack.submit(MEMBER, view.id, {})
    assert f"{NO} tag candidates" in str(nearby.slack.modal(MEMBER))


async def test_an_import_form_is_refused_when_the_rules_have_changed(nearby: Town, rules: RuleTable) -> None:
    view, place = await asked(nearby, "talynce")
    await only(rules, ADMIN, verbs=("add",))
    await nearby.slack.submit(MEMBER, view.id, {"file": [("people.csv", table(1, "shut"), CSV)], **place})
    await nearby.slack.until(lambda: f"{NO} add candidates" in str(nearby.slack.modal(MEMBER)))


async def test_an_import_is_stopped_by_its_person_at_any_time_and_resumed_only_by_whoever_may(
    nearby: Town, rules: RuleTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    await begun(nearby, await mapped(nearby, table(2, "stopped")))
    message = await nearby.slack.heard(MEMBER, "Importing", seconds=15)
    await only(rules, ADMIN, verbs=("import",))
    await nearby.slack.click(MEMBER, message, "Pause")
    gate.let(2)
    message = await nearby.slack.heard(MEMBER, "Resume", seconds=15)
    await nearby.slack.click(MEMBER, message, "Resume")
    await nearby.slack.heard(MEMBER, f"{NO} import candidates")
    await nearby.slack.click(MEMBER, message, "Cancel")
    await nearby.slack.heard(MEMBER, "Cancelled the import of *2 people*", seconds=15)


async def test_home_offers_only_what_is_open(nearby: Town, rules: RuleTable) -> None:
    await rules.save(TEAM_ID, {verb: Rule(people=(ADMIN,)) for verb in ("add", "tag", "move")}, ADMIN)
    await nearby.slack.open_home(MEMBER)

    def drawn() -> list[str]:
        home = nearby.slack.home(MEMBER)
        return (
            [
                e["text"]["text"]
                for b in home.body["blocks"]
                for e in b.get("elements", ())
                if "action_id" in e
            ]
            if home
            else []
        )

    await nearby.slack.until(lambda: drawn()[:2] == ["Find candidate", "Note"])
    await only(rules, ADMIN)
    await nearby.slack.open_home(MEMBER)
    await nearby.slack.until(lambda: "Nothing of it is open to you" in str(nearby.slack.home(MEMBER)))


# As whom the ATS shows it.


async def test_a_note_form_says_as_whom_it_will_appear(nearby: Town, rules: RuleTable) -> None:
    view = await form(nearby, f"note {ZOE}", "Add a note")
    assert "Your name, Mia Member, stands in its text." in str(view.body)
    said = "Recruspace will show this note as written by the owner of the API key."
    await nearby.slack.until(lambda: said in str(nearby.slack.modal(MEMBER)))
    await choose_ats(nearby, view, "eightfold")
    key = "The key belongs to api.user@example.com in"
    await nearby.slack.until(lambda: key in str(nearby.slack.modal(MEMBER)))
    card = await nearby.ask(f"note {ZOE} hello", "Note added")
    assert "Recruspace shows the owner of the API key as its author; the name stands in the text" in str(
        card.blocks
    )


@pytest.mark.parametrize(("user", "known"), [(MEMBER, True), (ADMIN, False)])
async def test_a_move_is_shown_as_done_by_the_user_of_that_address(
    nearby: Town, rules: RuleTable, user: str, known: bool
) -> None:
    eightfold = nearby.ats["eightfold"]
    assert isinstance(eightfold, StandInEightfold)
    await nearby.type("move mina@example.com via eightfold", user=user)
    await nearby.slack.opened(user, "Move")
    said = "as done by you" if known else "it knows no user with your email address"
    await nearby.slack.until(lambda: said in str(nearby.slack.modal(user)))
    stage = "Interview" if known else "Offer"
    card = await nearby.ask(
        f'move mina@example.com to "Backend Engineer: {stage}" via eightfold', "was moved", user=user
    )
    body = next(c for c in reversed(eightfold.calls) if c.path.endswith("/application/stages")).body
    assert (b"mia@demo-company.example" in body) == known
    shown = "Mia Member" if known else "the owner of the API key"
    assert f"Eightfold shows it as done by {shown}" in str(card.blocks)


async def test_a_move_goes_on_where_the_key_may_not_read_the_users(nearby: Town, rules: RuleTable) -> None:
    eightfold = nearby.ats["eightfold"]
    await allow(nearby, "all everybody", "Nothing changed.")
    eightfold.force(*[Fault(path="/api/v2/core/users", status=403)] * 4)
    try:
        text = 'move ada.okafor@example.com to "Backend Engineer: Offer" via eightfold'
        card = await nearby.ask(text, "was moved")
    finally:
        eightfold.relent()
    assert "Eightfold shows it as done by the owner of the API key" in str(card.blocks)


# Whatever the rules and whoever asks: no way in lets somebody act who is not allowed.

Say = Callable[[Town, str], Awaitable[str]]
"""Act as this person; return what the bot made of it, in a word that a `Way` knows."""


@dataclass(frozen=True)
class Scene:
    """Rules, who asks, and what was prepared while everything was open: a card, a form, a message."""

    town: Town
    user: str
    card: Message
    form: View
    message: Message
    mark: str

    async def typed(self, text: str) -> Asked:
        return await self.town.type(text, user=self.user)

    async def answered(self, *wanted: str) -> str:
        """The first new thing that the person sees with one of these texts in it: a message, or a form."""
        before = self.mark

        def found() -> str | None:
            said = [m.everything for m in self.town.slack.said(self.user) if m.bot and m.ts > before]
            top = self.town.slack.modal(self.user)
            shown = [*said, *([str(top.body)] if top and top.id != self.form.id else [])]
            return next((word for word in wanted for each in shown if word in each), None)

        return await self.town.slack.until(found, 15)


REFUSED = (NO, "Guests cannot", "Slack does not say")


@dataclass(frozen=True)
class Way:
    """A way in: what it takes, what is done, and the word that says that it was let through."""

    takes: tuple[str, ...]
    act: Callable[[Scene], Awaitable[object]]
    through: str


def typed(text: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text}, "value": f"text:{text}"}


def button(label: str) -> Callable[[Scene], Awaitable[object]]:
    return lambda s: s.town.slack.click(s.user, s.card, label)


def entry(label: str) -> Callable[[Scene], Awaitable[object]]:
    return lambda s: s.town.slack.choose(s.user, s.card, "menu", label)


def shortcut(name: str, *, on_message: bool = True) -> Callable[[Scene], Awaitable[object]]:
    return lambda s: s.town.slack.shortcut(
        s.user, name, HIRING if on_message else None, s.message.ts if on_message else None
    )


WAYS: Mapping[str, Way] = {
    "types find": Way(("find",), lambda s: s.typed(f"find {ZOE} via talynce"), "Ødegård"),
    "types note": Way(("note",), lambda s: s.typed(f"note {ZOE} {s.mark} via talynce"), "Note added"),
    "types tag": Way(("tag",), lambda s: s.typed(f"tag {ZOE} t{s.mark[-6:]} via talynce"), "is tagged"),
    "types move": Way(("move",), lambda s: s.typed(f"move {ZOE} to x{s.mark} via talynce"), "Nothing in"),
    "types add": Way(
        ("add",), lambda s: s.typed(f"add Al Bo a{s.mark}@example.com via talynce"), "was added"
    ),
    "types import": Way(("import", "add"), lambda s: s.typed("import"), "Table of people"),
    "opens a form by typing": Way(("tag",), lambda s: s.typed(f"tag {ZOE}"), "Add tags"),
    "clicks Note": Way(("note",), button("Note"), "Add a note"),
    "clicks Tag": Way(("tag",), button("Tag"), "Add tags"),
    "clicks Move": Way(("move",), button("Move"), "Move a candidate"),
    "shares": Way(("find",), entry("Share to this channel"), "will see."),
    "refreshes": Way(("find",), entry("Refresh"), "Ødegård"),
    "shortcut add": Way(("add",), shortcut("add_candidate"), "Add a candidate"),
    "shortcut note": Way(("note",), shortcut("add_note"), "Add a note"),
    "shortcut tag": Way(("tag",), shortcut("tag_candidate"), "Add tags"),
    "shortcut move": Way(("move",), shortcut("move_candidate"), "Move a candidate"),
    "shortcut find": Way(("find",), shortcut("find_candidate", on_message=False), "Find a candidate"),
    "shortcut import": Way(("import", "add"), shortcut("import_candidates"), "people.csv"),
    "sends a form": Way(
        ("note",),
        lambda s: s.town.slack.submit(
            s.user, s.form.id, {block(s.form, "text"): f"sent {s.mark}", block(s.form, "who"): typed(ZOE)}
        ),
        "Note added",
    ),
}


@pytest.fixture(scope="module")
async def found(nearby: Town) -> Message:
    """A card, found once: an ATS takes only so many calls a minute."""
    return await nearby.ask(f"find {ZOE} via talynce", "Ødegård")


async def prepared(town: Town, user: str, card: Message) -> Scene:
    """A card that everybody in the channel sees, and a form that was open before the rules came."""
    await town.slack.shortcut(user, "add_note")
    top = town.slack.modal(user)
    workspace = town.slack.workspace
    shown = workspace.put(replace(card, ts=workspace.now_ts(), ephemeral_to=None))
    file = ("people.csv", table(1, "never"), "text/csv")
    message = town.slack.upload(MEMBER, HIRING, f"Zoë, {ZOE}", [file])
    opened = top or View("none", user, {"blocks": []}, "", {}, "none")
    return Scene(town, user, shown, opened, message, workspace.now_ts())


def drawn(rng: random.Random, town: Town) -> tuple[str, dict[str, Rule | None]]:
    """A person, and a rule for some of the verbs, with groups of their own."""
    rules: dict[str, Rule | None] = dict.fromkeys(VERBS)
    for verb in rng.sample(VERBS, rng.randint(1, len(VERBS))):
        group = f"S{rng.randrange(16**9):09X}"
        members = tuple(each for each in (ADMIN, MEMBER, GUEST) if rng.random() < 0.5)
        people = tuple(each for each in (ADMIN, MEMBER, GUEST) if rng.random() < 0.3)
        town.slack.workspace.groups[group] = Group(group, verb, verb, members)
        rules[verb] = Rule(people=people, groups=(group,) if rng.random() < 0.7 else ())
    return rng.choice((ADMIN, MEMBER, MEMBER, GUEST)), rules


def may(town: Town, user: str, rule: Rule | None) -> bool:
    members = (
        {each for id in rule.groups for each in town.slack.workspace.groups[id].members} if rule else set()
    )
    return rule is None or user in rule.people or user in members


def written(town: Town) -> int:
    return sum(len(each.writes) for each in town.ats.values())


@pytest.mark.parametrize("name", WAYS)
async def test_no_way_in_lets_somebody_act_who_is_not_allowed(
    nearby: Town, rules: RuleTable, found: Message, name: str
) -> None:
    way, rng = WAYS[name], random.Random(name)
    for _ in range(3):
        user, made = drawn(rng, nearby)
        if user == GUEST and name == "sends a form":
            user = MEMBER  # for a guest there is no form to send
        await rules.save(TEAM_ID, dict.fromkeys(VERBS), ADMIN)
        scene = await prepared(nearby, user, found)
        await rules.save(TEAM_ID, made, ADMIN)
        before = written(nearby)
        await way.act(scene)
        became = await scene.answered(way.through, *REFUSED)
        allowed = user != GUEST and all(may(nearby, user, made[verb]) for verb in way.takes)
        assert (became == way.through) == allowed, (user, made, became)
        assert allowed or written(nearby) == before
        nearby.slack.workspace.stacks.clear()


# What is asked of Slack, and how long it is believed.


@dataclass
class Roll:
    """Slack's user groups, in memory; counts how often it is asked, and can be slow."""

    members: dict[str, list[str]]
    asked: int = 0
    hangs: bool = False

    async def usergroups_users_list(self, *, usergroup: str, team_id: str) -> dict[str, Any]:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        return {"users": self.members[f"{team_id}:{usergroup}"]}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def client(roll: Roll) -> AsyncWebClient:
    return roll  # type: ignore[return-value]  # the one method that is used


async def test_membership_is_believed_for_a_while_and_never_in_another_workspace() -> None:
    roll, clock = Roll({"T1:S1": ["U1"], "T2:S1": ["U2"]}), Clock()
    groups = UserGroups(clock)
    for _ in range(3):
        assert await groups.members(client(roll), "T1", "S1") == frozenset({"U1"})
    assert await groups.members(client(roll), "T2", "S1") == frozenset({"U2"})
    assert roll.asked == 2
    roll.members["T1:S1"] = []
    clock.now += KEPT
    assert await groups.members(client(roll), "T1", "S1") == frozenset()
    groups.forget("T2")
    roll.members["T2:S1"] = ["U3"]
    assert await groups.members(client(roll), "T2", "S1") == frozenset({"U3"})
    assert await groups.members(client(roll), "T1", "S1") == frozenset()
    assert roll.asked == 4


async def test_a_slow_slack_is_not_waited_for_and_soon_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.groups.PATIENCE", 0.01)
    roll, clock = Roll({"T1:S1": ["U1"]}, hangs=True), Clock()
    groups = UserGroups(clock)
    assert await groups.members(client(roll), "T1", "S1") is Silence.AWAY
    assert await groups.members(client(roll), "T1", "S1") is Silence.AWAY
    assert roll.asked == 1
    roll.hangs, clock.now = False, clock.now + SILENT
    assert await groups.members(client(roll), "T1", "S1") == frozenset({"U1"})


async def test_a_workspace_that_leaves_takes_its_rules_along(here: Demo, rules: RuleTable) -> None:
    await rules.save("T0GONE", {"add": Rule(people=("U1",))}, "U1")
    await rules.save(TEAM_ID, {"add": Rule(people=(ADMIN,))}, ADMIN)
    await here.bot.workspaces.forget("T0GONE", "Ev0GONE", 2e9)
    assert await rules.all("T0GONE") == {}
    assert await rules.all(TEAM_ID) == {"add": Rule(people=(ADMIN,))}


async def test_a_row_that_names_nobody_lets_nobody_in(rules: RuleTable) -> None:
    await rules.save(TEAM_ID, {"add": Rule()}, ADMIN)
    people = People(rules, UserGroups())
    bars = await people._bars(client(Roll({})), TEAM_ID, MEMBER)
    assert [bar.verb for bar in bars] == ["add"]
