"""What a person can ask, and how the answer looks."""

from __future__ import annotations

from commands.add import ADD
from commands.allow import ALLOW
from commands.ats import DEFAULT, DISCONNECT, STATUS
from commands.audit import AUDIT
from commands.base import Command, Opening, Request, Usage
from commands.connect import CONNECT
from commands.find import FIND
from commands.forget import FORGET
from commands.help import by_word, help_for, menu_for, near
from commands.imports import IMPORT
from commands.move import MOVE
from commands.note import NOTE
from commands.share import SHARE_CARD
from commands.subscribe import SUBSCRIBE, SUBSCRIPTIONS, UNSUBSCRIBE
from commands.tag import TAG
from commands.text.grammar import bounded, shown, unescaped, words
from commands.undo import UNDO
from commands.why import MUTE, WHY

CANDIDATE = (ADD, NOTE, TAG, MOVE, FIND, IMPORT)
ATS = (CONNECT, STATUS, DEFAULT, DISCONNECT, SUBSCRIBE, UNSUBSCRIBE, SUBSCRIPTIONS, ALLOW, AUDIT, FORGET)
MENU = menu_for("/candidate", CANDIDATE)
COMMANDS: tuple[Command, ...] = (
    *CANDIDATE,
    MENU,
    help_for("/candidate", (*CANDIDATE, MENU)),
    *ATS,
    help_for("/ats", ATS),
)
HIDDEN: tuple[Command, ...] = (SHARE_CARD, UNDO, WHY, MUTE)
"""What only buttons of ours ask for: nobody can type it, and no help or manifest names it."""
ALONE = {"/candidate": "menu", "/ats": "help"}
"""What a slash command without any text does."""
FORM_PREFIX = "form:"


def find_command(name: str, text: str) -> tuple[Command, str]:
    """The command that a slash command's text asks for, and what follows the verb; else `Usage`."""
    known = of_name(name)
    verb, rest = (*bounded(text).split(maxsplit=1), "", "")[:2]
    if not verb:
        return command(name, ALONE[name]), ""
    if found := by_word(known, verb.rstrip(":")):
        return found, rest.strip()
    if name == FIND.name and _looks_like_a_person(text):
        return FIND, text.strip()
    raise Usage(_unknown(name, known, verb))


def of_name(name: str) -> list[Command]:
    """Every command of a slash command; `Usage` if it is none of ours."""
    known = [c for c in COMMANDS if c.name == name]
    if not known:
        raise Usage(f"{shown(name)} is not a command of mine.")
    return known


def command(name: str, verb: str) -> Command:
    """The command of exactly this name and verb, be it hidden; `LookupError` if there is none."""
    for each in (*COMMANDS, *HIDDEN):
        if (each.name, each.verb) == (name, verb):
            return each
    raise LookupError("no such command")


def form_command(callback_id: str) -> Command:
    """The command whose form has this callback id; `LookupError` if there is none."""
    name, _, verb = callback_id.removeprefix(FORM_PREFIX).partition(":")
    return command(name, verb)


def draft(asked: Command, opening: Opening) -> tuple[Request, str | None]:
    """What a form begins with, read from the opening's text, and what could not be read of it."""
    try:
        return asked.parse(opening.text), None
    except Usage as problem:
        return asked.parse(""), problem.problem


def _looks_like_a_person(text: str) -> bool:
    first = next(iter(words(unescaped(text))), None)
    return first is not None and (first.quoted or "@" in first.text[1:])


def _unknown(name: str, known: list[Command], verb: str) -> str:
    close = near(known, verb)
    if close:
        return f"I do not know {shown(verb)}. Did you mean `{name} {close}`?"
    hint = " To look somebody up: `/candidate find NAME`." if name == FIND.name else ""
    return f"I do not know {shown(verb)}. `{name} help` shows what I can do.{hint}"
