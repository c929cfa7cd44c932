"""From an invocation to the command it means, the parsed request, and what was picked on cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from bot.slack.invocation import Invocation, Malformed, Source
from commands import command, find_command
from commands.base import Action, Command, Continue, Opening, Picks, Request, Usage

T = TypeVar("T", Continue, Opening)


@dataclass(frozen=True)
class Understood:
    command: Command
    request: Request
    picks: Picks


def typed(invocation: Invocation) -> Understood:
    """A slash command. Raises `Usage`."""
    asked, rest = find_command(invocation.command, invocation.text)
    try:
        return Understood(asked, asked.parse(rest), Picks())
    except Usage as wrong:
        raise Usage(wrong.problem, asked) from None  # the card then shows how this one is written


def submitted(invocation: Invocation) -> Understood:
    """A form. Raises `Invalid` by block id, and `Malformed` for a form that is not ours."""
    opening = opening_of(invocation.opening)
    asked = command_of(opening)
    if asked.read_form is None:
        raise Malformed("a form that no command has")
    picks = Picks(connection=opening.connection, candidate=opening.candidate)
    return Understood(asked, asked.read_form(invocation.values, opening), picks)


def again(original: Invocation, picks: Picks) -> Understood:
    """A command that goes on with what was picked on its card."""
    meant = submitted(original) if original.source is Source.FORM else typed(original)
    return Understood(meant.command, meant.request, picks)


def continues(invocation: Invocation) -> Continue | None:
    """What a button goes on with, or None for something that is not such a button."""
    if invocation.source is not Source.BUTTON or action_of(invocation) not in (
        Action.CHOOSE,
        Action.SEND_AGAIN,
    ):
        return None
    return _parsed(Continue, invocation.value)


def action_of(invocation: Invocation) -> Action | None:
    name = invocation.action.partition(":")[0]
    return Action(name) if name in list(Action) else None


def opening_of(text: str) -> Opening:
    return _parsed(Opening, text)


def command_of(opening: Opening) -> Command:
    try:
        return command(opening.command, opening.verb)
    except LookupError:
        raise Malformed("a command that does not exist") from None


def _parsed(kind: type[T], text: str) -> T:
    try:
        return kind.model_validate_json(text)
    except ValidationError:
        raise Malformed(f"not a {kind.__name__}") from None
