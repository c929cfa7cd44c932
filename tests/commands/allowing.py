"""Every card and form about who may do what and as whom it is shown, made of given words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commands.base import Card, Opening
from commands.cards import allowance, authorship, blocks, flow
from commands.cards.form import modal
from commands.cards.source import Source
from commands.ports.rules import Bar, Group, Groups, Rule, Silence
from connectors.base import Capability

if TYPE_CHECKING:
    from .samples import Words

RULES = {"add": Rule(people=("U7",), groups=("S1", "S9")), "import": Rule(groups=("S2",))}
GROUPS = Groups(known=(Group(id="S1", handle="recruiters"), Group(id="S2", handle="hiring-leads")))
OPENING = Opening(command="/ats", verb="allow")


def allowing(w: Words) -> dict[str, Card]:
    source = Source("c1", w.connection, w.title, "https://ats.example.com", frozenset(Capability))
    bar = Bar(verb="add", people=("U7", w.id), groups=("S1",))
    silent = {
        f"barred_{each}": allowance.barred(bar.model_copy(update={"silence": each}), admin=False)
        for each in Silence
    }
    return {
        "barred": allowance.barred(bar, admin=False),
        "barred_admin": allowance.barred(bar, admin=True),
        "barred_nobody": allowance.barred(Bar(verb="find"), admin=False),
        **silent,
        "allowed": allowance.allowed(RULES, ["add", "import"]),
        "allowed_as_before": allowance.allowed(RULES, []),
        "unknown_groups": allowance.unknown_groups([w.name], None),
        "only_one": flow.only_one(w.name, source),
    }


def allowing_views(w: Words) -> dict[str, Any]:
    texts = {
        "note": authorship.before("note", w.title, name=w.author, account=w.account),
        "move": authorship.before("move", w.title, name=w.author, is_user=True),
        "unknown": authorship.before("move", w.title, name=w.author, is_user=False),
        "soon": authorship.before("tag", w.title, name=w.author),
    }
    said = [block for shown in texts.values() for block in shown]
    return {
        "form_allow": allowance.allow_form(RULES, GROUPS, OPENING),
        "form_allow_without_groups": allowance.allow_form(RULES, Groups(silence=Silence.SCOPE), OPENING),
        "form_authors": modal("Authors", "Send", OPENING, [*said, blocks.divider()]),
    }
