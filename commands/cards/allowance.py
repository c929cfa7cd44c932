"""Who may do what, as people see it: the rules, the form that changes them, and the answer to whoever may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from commands.base import Block, Card, Opening
from commands.cards import blocks, form
from commands.ports.rules import VERBS, Bar, Group, Groups, Rule, Silence

ALLOW = "allow"
DOING = {
    "add": "add candidates",
    "note": "write notes",
    "tag": "tag candidates",
    "move": "move candidates",
    "find": "look candidates up",
    "import": "import candidates",
}
SHOWN = 20
"""How many people and groups of a rule a card names."""
OPTIONS = 100
"""Slack's limit for a select."""
NEVER = "Guests and people of other organisations never can. Sharing a card goes with looking up, *Undo* with what it takes back; an import also needs adding."
SILENT = {
    Silence.AWAY: "Slack does not say at the moment who is in {groups}, so I cannot let you {what}. Try again in a minute.",
    Silence.SCOPE: (
        "I cannot see who is in {groups}, so I cannot let you {what}: the app was installed without the permission "
        "`usergroups:read`. An admin can install it again, or name people with `/ats allow`."
    ),
    Silence.GONE: (
        "Slack has no user group {groups} any more, so I cannot let you {what}. "
        "An admin can say anew who may, with `/ats allow`."
    ),
}
UNNAMED = {
    Silence.AWAY: "Slack does not name its user groups at the moment. Those that were chosen stay as they are.",
    Silence.SCOPE: (
        "User groups cannot be chosen: the app was installed without the permission `usergroups:read`. "
        "Those that were chosen stay as they are."
    ),
    Silence.GONE: "This workspace has no user groups. Those that were chosen stay as they are.",
}


def barred(bar: Bar, *, admin: bool) -> Card:
    """For somebody whom a rule keeps out; Slack's silence about a group keeps out as well."""
    what = DOING[bar.verb]
    if bar.silence:
        fact = SILENT[bar.silence].format(groups=_named(Rule(groups=bar.groups)), what=what)
        step = f"These can: {_named(Rule(people=bar.people))}." if bar.people else ""
    else:
        fact = f"You cannot {what} here: not everybody in this workspace may."
        asked = _named(bar)
        step = f"Ask one of: {asked}." if asked else "At present nobody may."
    hint = [blocks.context("You are an admin: `/ats allow` changes who may.")] if admin else []
    said = "\n".join(filter(None, (fact, step)))
    return blocks.card(blocks.spoken(fact), blocks.section(f":no_entry: {said}"), hint)


def allowed(rules: Mapping[str, Rule], changed: Sequence[str]) -> Card:
    """All the rules as they stand now; `changed` are the verbs whose rule is new."""
    fact = (
        f"Who may {' and '.join(DOING[verb] for verb in changed)} is changed."
        if changed
        else "Nothing changed."
    )
    mark = ":white_check_mark: " if changed else ""
    rows = [_row(verb, rules.get(verb), new=verb in changed) for verb in VERBS]
    return blocks.card(
        fact,
        blocks.section(f"{mark}{fact}"),
        blocks.section("\n".join(rows)),
        blocks.context(NEVER),
        blocks.actions(change_button("Change")),
    )


def unknown_groups(names: Sequence[str], silence: Silence | None) -> Card:
    """Names after an @ that are neither people nor user groups, as far as Slack says."""
    shown = ", ".join(f"“{blocks.line(name, 40)}”" for name in names)
    reasons = {
        None: "Slack knows no person or user group of that name.",
        Silence.AWAY: "Slack does not name its user groups at the moment.",
        Silence.SCOPE: "The app was installed without the permission `usergroups:read`.",
        Silence.GONE: "This workspace has no user groups.",
    }
    fact = f"I do not know who {shown} is, so nothing was changed."
    step = f"{reasons[silence]} Pick from the list that Slack offers after @, or use the form."
    return blocks.card(
        fact, blocks.section(f"{fact}\n{step}"), blocks.actions(change_button("Open the form"))
    )


def change_button(label: str) -> Block:
    return blocks.opens(label, Opening(command="/ats", verb=ALLOW), suffix=ALLOW)


def allow_form(
    rules: Mapping[str, Rule], groups: Groups, opening: Opening, problem: str | None = None
) -> Block:
    """A section for each verb. Where Slack does not name its groups there is no field for them: they stay."""
    silent = [blocks.context(f":warning: {UNNAMED[groups.silence]}")] if groups.silence else []
    parts = [block for verb in VERBS for block in _part(verb, rules.get(verb) or Rule(), groups)]
    head = blocks.context("Where nobody is chosen, everybody in the workspace may.", NEVER)
    return form.modal("Who may do what", "Save", opening, [head, *silent, *parts], problem)


def _part(verb: str, rule: Rule, groups: Groups) -> list[Block]:
    what = DOING[verb].capitalize()
    people = form.people(f"people_{verb}", f"{what}: people", rule.people)
    options = [] if groups.silence else _options(rule.groups, groups.known)
    chosen = [each["value"] for each in options if each["value"] in rule.groups]
    picks = form.several(f"groups_{verb}", f"{what}: user groups", options, chosen)
    return [blocks.section(f"*{what}*"), people, *([picks] if options else [])]


def _options(chosen: Sequence[str], known: Sequence[Group]) -> list[Block]:
    """First what is chosen, be it there or not: left out, it would be lost when the form is saved."""
    handles = {group.id: f"@{group.handle}" for group in known}
    names = sorted((handle.casefold(), id) for id, handle in handles.items())
    return [
        {"text": blocks.plain(handles.get(id, f"A group that is gone ({id})"), form.OPTION), "value": id}
        for id in dict.fromkeys((*chosen, *(id for _, id in names)))
    ][:OPTIONS]


def _row(verb: str, rule: Rule | None, *, new: bool) -> str:
    who = "everybody" if rule is None else _named(rule) or "nobody"
    return f"• {DOING[verb].capitalize()}: {f'{who} _(new)_' if new else who}"


def _named(rule: Rule) -> str:
    """Groups, then people, as mentions; nobody is told, since only one person sees them."""
    every = [
        *(f"<!subteam^{blocks.esc(id)}>" for id in rule.groups),
        *(f"<@{blocks.esc(id)}>" for id in rule.people),
    ]
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
