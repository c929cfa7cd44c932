"""`/ats allow`: say for each verb who may use it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from commands.base import Block, Command, Context, Interrupt, Opening, Reply, Request, Usage, Values
from commands.cards import allowance
from commands.ports.rules import VERBS, Groups, Rule, RuleBook
from commands.text.grammar import bounded, shown
from commands.text.reading import Reading
from connectors.models import Record

MOST = 100
"""How many people, and how many groups, one rule names."""
EVERYBODY = ("everybody", "everyone", "anybody")
ALL = ("all", "everything")
BETWEEN = ("and", "to", "for", "&amp;", "+")
CROWDS = ("@everyone", "@channel", "@here")
_MENTION = re.compile(
    r"<@(?P<person>[UW][A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>"
    r"|<!subteam\^(?P<group>S[A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>"
)
NO_VERB = f"Say what: {', '.join(VERBS)}, or all of them with `all`."
NOBODY = "Say who: `everybody`, or people and user groups after @."
CROWD = "Say `everybody`: that is everybody who works in this workspace."


class Wanted(Record):
    """A new rule for a verb; without `groups` those that it names stay."""

    verb: str
    people: tuple[str, ...] = ()
    groups: tuple[str, ...] | None = ()


class AllowRequest(Request):
    """`handles` are names after an @ that Slack has not turned into ids; `rules` and `groups` fill the form."""

    wanted: tuple[Wanted, ...] = ()
    handles: tuple[str, ...] = ()
    rules: Mapping[str, Rule] = {}
    groups: Groups = Groups()

    @property
    def complete(self) -> bool:
        return bool(self.wanted)


def parse(text: str) -> AllowRequest:
    """Verbs, and people or groups after an @, or `everybody`: in any order."""
    text = bounded(text).strip()
    if not text:
        return AllowRequest()
    found = list(_MENTION.finditer(text))
    people = _distinct([each["person"] for each in found if each["person"]])
    groups = _distinct([each["group"] for each in found if each["group"]])
    said = [word for each in _MENTION.sub(" ", text).split() if (word := each.strip(",;:").casefold())]
    verbs, handles, everybody = _sorted(said)
    named = bool(people or groups or handles)
    if not verbs:
        raise Usage(NO_VERB)
    if named == everybody:
        raise Usage("Say either `everybody` or who." if named else NOBODY)
    wanted = tuple(Wanted(verb=verb, people=people, groups=groups) for verb in VERBS if verb in verbs)
    return AllowRequest(wanted=wanted, handles=handles)


def _sorted(said: Sequence[str]) -> tuple[set[str], tuple[str, ...], bool]:
    """The verbs, the names after an @, and whether everybody is meant. Raises `Usage` for any other word."""
    verbs, handles, everybody = set[str](), list[str](), False
    for word in said:
        if word in VERBS or word in ALL:
            verbs |= set(VERBS) if word in ALL else {word}
        elif word in EVERYBODY:
            everybody = True
        elif word in CROWDS or word.startswith("<!"):
            raise Usage(CROWD)
        elif word.startswith("@") and len(word) > 1:
            handles.append(word[1:])
        elif word not in BETWEEN:
            raise Usage(f"I do not know {shown(word)}. {NO_VERB} {NOBODY}")
    return verbs, _distinct(handles), everybody


def _distinct(found: Sequence[str]) -> tuple[str, ...]:
    if len(found) > MOST:
        raise Usage(
            f"{MOST} people and {MOST} user groups are the most a rule can name. A user group holds more."
        )
    return tuple(dict.fromkeys(found))


async def begin(context: Context, request: AllowRequest) -> AllowRequest:
    """The form shows the rules as they are now."""
    book = book_of(context)
    return request.model_copy(update={"rules": await book.all(), "groups": await book.groups()})


async def run(context: Context, request: AllowRequest) -> Reply:
    book = book_of(context)
    before = await book.all()
    more = await _by_handle(book, request.handles)
    after = {each.verb: _rule(each, before.get(each.verb), more) for each in request.wanted}
    changed = {verb: rule for verb, rule in after.items() if rule != before.get(verb)}
    await book.save(changed, context.person.id)
    now = {verb: rule for verb, rule in {**before, **changed}.items() if rule is not None}
    return Reply(allowance.allowed(now, [verb for verb in VERBS if verb in changed]))


def book_of(context: Context) -> RuleBook:
    if context.rules is None:
        raise LookupError("this command was given no rules")
    return context.rules


def _rule(wanted: Wanted, before: Rule | None, more: Sequence[str]) -> Rule | None:
    """None is everybody."""
    kept = (before or Rule()).groups if wanted.groups is None else wanted.groups
    rule = Rule(people=wanted.people, groups=_distinct([*kept, *more]))
    return rule if rule.people or rule.groups else None


async def _by_handle(book: RuleBook, handles: Sequence[str]) -> list[str]:
    """The groups of these names; `Interrupt` when one of them is none, so that no rule says less than was meant."""
    if not handles:
        return []
    groups = await book.groups()
    ids = {group.handle.casefold(): group.id for group in groups.known}
    if unknown := [each for each in handles if each not in ids]:
        raise Interrupt(allowance.unknown_groups(unknown, groups.silence))
    return [ids[each] for each in handles]


def draw(request: AllowRequest, opening: Opening, problem: str | None) -> Block:
    return allowance.allow_form(request.rules, request.groups, opening, problem)


def read(values: Values, opening: Opening) -> AllowRequest:
    reading = Reading(values)
    wanted = tuple(
        Wanted(
            verb=verb,
            people=reading.people(f"people_{verb}"),
            groups=tuple(reading.several(f"groups_{verb}")) if f"groups_{verb}" in values else None,
        )
        for verb in VERBS
        if f"people_{verb}" in values
    )
    reading.finish()
    return AllowRequest(wanted=wanted)


ALLOW = Command(
    name="/ats",
    verb=allowance.ALLOW,
    usage="/ats allow [VERB… everybody | @PEOPLE @GROUPS]",
    example="/ats allow add move @recruiters @jane",
    summary="Say who may add, note, tag, move, find or import; alone it shows who may.",
    request=AllowRequest,
    parse=parse,
    run=run,
    begin=begin,
    form=draw,
    read_form=read,
    admin=True,
    needs_ats=False,
)
