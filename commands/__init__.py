"""What a person can ask, and how the answer looks."""

from __future__ import annotations

from .add import ADD
from .ats import DEFAULT, DISCONNECT, STATUS
from .base import Block, Command, Opening, Request, Usage, Values
from .connect import CONNECT
from .find import FIND
from .grammar import bounded, shown, unescaped, words
from .help import by_word, help_for, menu_for, near
from .move import MOVE
from .note import NOTE
from .tag import TAG

CANDIDATE = (ADD, NOTE, TAG, MOVE, FIND)
ATS = (CONNECT, STATUS, DEFAULT, DISCONNECT)
MENU = menu_for("/candidate", CANDIDATE)
COMMANDS: tuple[Command, ...] = (
    *CANDIDATE,
    MENU,
    help_for("/candidate", (*CANDIDATE, MENU)),
    *ATS,
    help_for("/ats", ATS),
)
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
    """The command of exactly this name and verb; `LookupError` if there is none."""
    for each in COMMANDS:
        if (each.name, each.verb) == (name, verb):
            return each
    raise LookupError("no such command")


def form_command(callback_id: str) -> Command:
    """The command whose form has this callback id; `LookupError` if there is none."""
    name, _, verb = callback_id.removeprefix(FORM_PREFIX).partition(":")
    return command(name, verb)


def open_form(opening: Opening) -> Block:
    """The form that a button opens, filled in with the opening's text as far as that can be read."""
    asked = command(opening.command, opening.verb)
    if asked.form is None:
        raise LookupError("this command has no form")
    try:
        draft = asked.parse(opening.text)
    except Usage as problem:
        return asked.form(asked.parse(""), opening, problem.problem)
    return asked.form(draft, opening, None)


def read_form(values: Values, opening: Opening) -> tuple[Command, Request]:
    """What a filled-in form asks for; `Invalid` if fields need another look."""
    asked = command(opening.command, opening.verb)
    if asked.read_form is None:
        raise LookupError("this command has no form")
    return asked, asked.read_form(values, opening)


def _looks_like_a_person(text: str) -> bool:
    first = words(unescaped(text))[0]
    return first.quoted or "@" in first.text[1:]


def _unknown(name: str, known: list[Command], verb: str) -> str:
    close = near(known, verb)
    if close:
        return f"I do not know {shown(verb)}. Did you mean `{name} {close}`?"
    hint = " To look somebody up: `/candidate find NAME`." if name == FIND.name else ""
    return f"I do not know {shown(verb)}. `{name} help` shows what I can do.{hint}"
