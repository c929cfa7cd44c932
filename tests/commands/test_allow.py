"""Who may do what: how it is typed, how it reads, and that nobody is let in by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.demo.ats.world import SAM
from bot.demo.slack.inputs import Values, state_of
from commands.allow import AllowRequest, Wanted, begin, draw, parse, read, run
from commands.base import Card, Command, Context, Interrupt, Opening, Person, Picks, Request, Usage
from commands.catalogue import COMMANDS, HIDDEN, command
from commands.imports import ColumnsRequest
from commands.permission import TAKES, refusal, taken
from commands.ports.rules import VERBS, Bar, Group, Groups, Rule, Silence
from commands.table.columns import Field
from commands.text.person import AddRequest
from commands.undo import Spot, UndoRequest

from ..connectors.conftest import PairOf
from ..schemas import problems
from .conftest import ADMIN, MIA, MemoryRegistry, Sitting, words
from .samples import Words

OPENING = Opening(command="/ats", verb="allow")
RECRUITERS, LEADS = Group(id="S1", handle="recruiters"), Group(id="S2", handle="leads")
BOTH = Groups(known=(RECRUITERS, LEADS))
ABOUT_CANDIDATES = [c for c in (*COMMANDS, *HIDDEN) if c.name == "/candidate" and c.needs_ats]

pytestmark = pytest.mark.anyio


@dataclass
class MemoryRules:
    kept: dict[str, Rule] = field(default_factory=dict)
    known: Groups = BOTH
    by: str = ""

    async def all(self) -> Mapping[str, Rule]:
        return dict(self.kept)

    async def save(self, rules: Mapping[str, Rule | None], by: str) -> None:
        self.by = by
        for verb, rule in rules.items():
            self.kept.pop(verb, None)
            self.kept |= {verb: rule} if rule else {}

    async def groups(self) -> Groups:
        return self.known


def context(rules: MemoryRules, person: Person = ADMIN) -> Context:
    return Context(job="j1", person=person, channel="C1", registry=MemoryRegistry(), rules=rules)


async def typed(rules: MemoryRules, text: str) -> Card:
    try:
        return (await run(context(rules), parse(text))).card
    except Interrupt as interrupt:
        return interrupt.card


@pytest.mark.parametrize(
    ("text", "verbs", "people", "groups", "handles"),
    [
        ("add <!subteam^S1|@recruiters> <@U7|jane>", ("add",), ("U7",), ("S1",), ()),
        ("<@U7> find, note and tag", ("note", "tag", "find"), ("U7",), (), ()),
        ("all <!subteam^S1>", VERBS, (), ("S1",), ()),
        ("import everybody", ("import",), (), (), ()),
        ("MOVE @Recruiters", ("move",), (), (), ("recruiters",)),
        ("add <@W77|jo> <@W77|jo>", ("add",), ("W77",), (), ()),
    ],
)
def test_verbs_and_names_are_read_in_any_order(
    text: str,
    verbs: tuple[str, ...],
    people: tuple[str, ...],
    groups: tuple[str, ...],
    handles: tuple[str, ...],
) -> None:
    wanted = tuple(Wanted(verb=verb, people=people, groups=groups) for verb in verbs)
    assert parse(text) == AllowRequest(wanted=wanted, handles=handles)


def test_alone_it_opens_the_form() -> None:
    assert not parse("  ").complete


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<@U7>", "Say what: add, note"),
        ("add", "Say who: `everybody`"),
        ("add everybody <@U7>", "either `everybody` or who"),
        ("fire <@U7>", "I do not know “fire”"),
        ("add <!everyone>", "Say `everybody`"),
        ("add @here", "Say `everybody`"),
        ("add jane@example.com", "I do not know"),
        ("add " + " ".join(f"<@U{n}>" for n in range(101)), "100 people"),
    ],
)
def test_what_is_not_understood_changes_nothing_and_says_why(text: str, said: str) -> None:
    with pytest.raises(Usage) as wrong:
        parse(text)
    assert said in wrong.value.problem


@given(text=st.text(max_size=60) | st.text(alphabet="<@!subteam^SU|>1 adeverybody,", max_size=60))
def test_whatever_is_typed_is_a_rule_or_a_problem(text: str) -> None:
    try:
        request = parse(text)
    except Usage:
        return
    assert all(each.verb in VERBS for each in request.wanted)
    named = any(w.people or w.groups for w in request.wanted) or bool(request.handles)
    assert not request.wanted or named or any(word in text.casefold() for word in ("every", "any"))


async def test_a_rule_replaces_the_one_before_and_everybody_takes_it_away() -> None:
    rules = MemoryRules()
    card = await typed(rules, "add find <!subteam^S1|@recruiters> <@U7|jane>")
    assert rules.kept == {verb: Rule(people=("U7",), groups=("S1",)) for verb in ("add", "find")}
    assert rules.by == ADMIN.id
    assert "Add candidates: <!subteam^S1>, <@U7> _(new)_" in words(card)
    assert "Write notes: everybody" in words(card)
    await typed(rules, "add <@U8>")
    assert rules.kept["add"] == Rule(people=("U8",))
    await typed(rules, "all everybody")
    assert rules.kept == {}
    assert "Nothing changed." in words(await typed(rules, "add everyone"))


async def test_a_group_is_known_by_its_name_where_slack_has_not_marked_it() -> None:
    rules = MemoryRules()
    await typed(rules, "add @Leads <@U7>")
    assert rules.kept == {"add": Rule(people=("U7",), groups=("S2",))}


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (BOTH, "no person or user group of that name"),
        (Groups(silence=Silence.SCOPE), "usergroups:read"),
        (Groups(silence=Silence.AWAY), "does not name its user groups at the moment"),
        (Groups(silence=Silence.GONE), "has no user groups"),
    ],
)
async def test_an_unknown_name_leaves_everything_as_it_was(groups: Groups, said: str) -> None:
    rules = MemoryRules({"add": Rule(people=("U7",))}, groups)
    card = await typed(rules, "add @nobody <@U8>")
    assert said in words(card)
    assert "“nobody”" in words(card)
    assert rules.kept == {"add": Rule(people=("U7",))}


RULES = {"add": Rule(people=("U7",), groups=("S1", "S9")), "import": Rule(groups=("S2",))}


def values_of(view: dict[str, Any]) -> Values:
    """What Slack sends when nobody touches the form."""
    return state_of(view["blocks"], {})


async def form_of(rules: MemoryRules) -> dict[str, Any]:
    request = await begin(context(rules), AllowRequest())
    view = draw(request, OPENING, None)
    assert problems(view, "modal") == []
    return view


async def test_the_form_gives_back_what_it_shows() -> None:
    rules = MemoryRules(dict(RULES))
    view = await form_of(rules)
    assert "A group that is gone (S9)" in str(view)
    await run(context(rules), read(values_of(view), OPENING))
    assert rules.kept == RULES


@pytest.mark.parametrize("silence", Silence)
async def test_groups_that_slack_does_not_name_survive_the_form(silence: Silence) -> None:
    rules = MemoryRules(dict(RULES), Groups(silence=silence))
    view = await form_of(rules)
    assert "stay as they are" in str(view)
    await run(context(rules), read(values_of(view), OPENING))
    assert rules.kept == RULES


async def test_a_field_left_empty_is_everybody_and_only_that_verb_changes() -> None:
    rules = MemoryRules(dict(RULES))
    view = await form_of(rules)
    values = values_of(view)
    values["groups_import"]["value"]["selected_options"] = []
    values["people_note"]["value"]["selected_users"] = ["U1"]
    card = (await run(context(rules), read(values, OPENING))).card
    assert rules.kept == {"add": RULES["add"], "note": Rule(people=("U1",))}
    assert "Who may write notes and import candidates is changed." in card.text


def test_every_command_about_candidates_is_sorted() -> None:
    assert {c.verb for c in ABOUT_CANDIDATES} == set(TAKES)
    assert all(set(verbs) <= set(VERBS) for verbs in TAKES.values())


REQUESTS: dict[str, tuple[Request, Picks, set[str]]] = {
    "plain add": (AddRequest(name="J", tags=("x",)), Picks(), {"add"}),
    "add anyway": (AddRequest(name="J"), Picks(anyway=True), {"add", "move"}),
    "add anyway with tags": (AddRequest(name="J", tags=("x",)), Picks(anyway=True), {"add", "move", "tag"}),
    "undo of tags": (UndoRequest(by="U1", until=1, tags=("x",)), Picks(), {"tag"}),
    "undo of a move": (UndoRequest(by="U1", until=1, left=Spot(job="j", stage="s")), Picks(), {"move"}),
    "undo of nothing": (UndoRequest(by="U1", until=1), Picks(), {"move"}),
    "import": (ColumnsRequest(columns=(Field.EMAIL, None)), Picks(), {"import", "add"}),
    "import of tags": (ColumnsRequest(columns=(Field.TAGS,)), Picks(), {"import", "add", "tag"}),
    "import of notes": (ColumnsRequest(columns=(Field.NOTE,)), Picks(), {"import", "add", "note"}),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_what_follows_from_a_request_has_to_be_allowed_too(name: str) -> None:
    request, picks, verbs = REQUESTS[name]
    assert set(taken(_of(name), request, picks)) == verbs


def _of(name: str) -> Command:
    return command("/candidate", next(verb for verb in ("undo", "import", "add") if verb in name))


BARS = st.builds(
    Bar,
    verb=st.sampled_from(VERBS),
    people=st.lists(st.sampled_from(["U7", "U8"]), max_size=2).map(tuple),
    groups=st.lists(st.sampled_from(["S1", "S2"]), max_size=2).map(tuple),
    silence=st.none() | st.sampled_from(Silence),
)
PEOPLE = st.builds(
    Person,
    id=st.just("U1"),
    name=st.just("Mia"),
    admin=st.booleans(),
    guest=st.booleans(),
    stranger=st.booleans(),
    bars=st.lists(BARS, max_size=6).map(tuple),
)


@example(
    person=MIA.model_copy(update={"bars": (Bar(verb="add"),)}),
    asked=command("/candidate", "import"),
    name="plain add",
)
@given(person=PEOPLE, asked=st.sampled_from((*COMMANDS, *HIDDEN)), name=st.sampled_from(sorted(REQUESTS)))
def test_nobody_is_let_in_whom_a_rule_keeps_out(person: Person, asked: Command, name: str) -> None:
    request, picks, verbs = REQUESTS[name]
    fits = isinstance(request, asked.request) and asked.name == "/candidate" and not asked.instant
    needed = set(verbs) if fits else set()
    if asked.name == "/candidate":
        needed |= {asked.verb} & set(VERBS) | ({"find"} if asked.verb == "share" else set())
    if asked.verb == "import":
        needed.add("add")
    kept_out = person.guest or person.stranger or (asked.admin and not person.admin)
    kept_out |= any(bar.verb in needed for bar in person.bars)
    card = refusal(person, asked, request if fits else None, picks if fits else None)
    assert (card is not None) == kept_out
    if card:
        assert problems(list(card.blocks), "message") == []


@pytest.mark.parametrize(
    ("bar", "said"),
    [
        (Bar(verb="add", groups=("S1",), people=("U7",)), "Ask one of: <!subteam^S1>, <@U7>."),
        (Bar(verb="add"), "At present nobody may."),
        (Bar(verb="note", groups=("S1",), silence=Silence.AWAY), "Try again in a minute."),
        (Bar(verb="tag", groups=("S1",), people=("U7",), silence=Silence.SCOPE), "These can: <@U7>."),
        (Bar(verb="move", groups=("S1",), silence=Silence.GONE), "An admin can say anew who may"),
    ],
)
def test_a_refusal_says_who_may_and_what_to_do(bar: Bar, said: str) -> None:
    barred = MIA.model_copy(update={"bars": (bar,)})
    card = refusal(barred, command("/candidate", bar.verb))
    assert card is not None
    assert said in words(card)
    assert "/ats allow` changes who may" not in words(card)
    admin = refusal(barred.model_copy(update={"admin": True}), command("/candidate", bar.verb))
    assert admin is not None
    assert "/ats allow` changes who may" in words(admin)


async def test_whoever_may_not_look_up_is_not_told_who_matches(sitting: Sitting) -> None:
    barred = sitting.context.person.model_copy(update={"bars": (Bar(verb="find"),)})
    quiet = replace(sitting, context=replace(sitting.context, person=barred))
    card = await quiet.types(f'note "{SAM.first} {SAM.last}" hello')
    assert "An email address finds exactly one" in words(card)
    assert "@" not in words(card)
    assert "Note added" in words(await quiet.types("note zoe@example.com hello"))


@pytest.mark.parametrize(
    ("email", "shown"), [(None, "the owner of the API key"), ("mia@demo-company.example", "Mia Member")]
)
async def test_a_move_names_a_user_only_where_slack_gives_an_address(
    sitting: Sitting, pair_of: PairOf, email: str | None, shown: str
) -> None:
    there = sitting.at(await pair_of("eightfold"))
    known = there.context.person.model_copy(update={"email": email})
    asked = replace(there, context=replace(there.context, person=known))
    card = await asked.types('move mina@example.com to "Backend Engineer: Offer"')
    assert f"Eightfold shows it as done by {shown}" in words(card)
    assert any("/core/users" in call.path for call in there.stand_in.calls) == bool(email)


def test_names_in_a_rule_cannot_break_a_card() -> None:
    bar = Bar(verb="add", people=(Words().name, "<!channel>"))
    card = refusal(MIA.model_copy(update={"bars": (bar,)}), command("/candidate", "add"))
    assert card is not None
    assert "<!channel>" not in str(card.blocks)
