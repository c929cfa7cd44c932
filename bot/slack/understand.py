"""From an invocation to the command it means, the parsed request, and what was picked on cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from bot.slack.invocation import Invocation, Outdated, Source
from commands.base import Action, Command, Continue, Opening, Picks, Request, Run, Usage
from commands.cards import menu
from commands.catalogue import command, find_command
from commands.fields import merged

T = TypeVar("T", Continue, Opening, Run)


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
    """A form. Raises `Invalid` by block id, and `Outdated` for a form that is not ours."""
    opening = opening_of(invocation.opening)
    asked = command_of(opening)
    if asked.read_form is None:
        raise Outdated("a form that no command has")
    try:
        request = asked.read_form(invocation.values, opening)
    except Usage:
        raise Outdated("a form whose fields cannot be read") from None
    fixed = Picks(connection=opening.connection, candidate=opening.candidate, anyway=opening.anyway)
    return Understood(asked, request, merged(fixed, request.picks))


def asked_for(invocation: Invocation) -> Understood:
    """What somebody asked for, however they did. Raises `Usage`, `Invalid`, `Malformed`."""
    if invocation.source is Source.FORM:
        return submitted(invocation)
    return ran(invocation) if invocation.source is Source.BUTTON else typed(invocation)


def ran(invocation: Invocation) -> Understood:
    """A button or menu of a card that runs a command. Raises `Malformed` for what no card of ours holds."""
    run = runs(invocation)
    if run is None:
        raise Outdated("a button that runs nothing")
    asked = command_of(run)
    try:
        return Understood(asked, asked.parse(run.text), run.picks)
    except Usage:
        raise Outdated("a button that asks for what cannot be read") from None


def runs(invocation: Invocation) -> Run | None:
    """What a button or a menu's entry runs, or None for something that is neither."""
    if invocation.source is not Source.BUTTON:
        return None
    if action_of(invocation) is Action.MENU:
        return menu.run_of(invocation.value)
    return _parsed(Run, invocation.value) if action_of(invocation) is Action.RUN else None


def again(original: Invocation, picks: Picks) -> Understood:
    """A command that goes on with what was picked on its card."""
    meant = asked_for(original)
    return Understood(meant.command, meant.request, picks)


def continues(invocation: Invocation) -> Continue | None:
    """What a button goes on with, or None for something that is not such a button."""
    if invocation.source is not Source.BUTTON or action_of(invocation) not in (
        Action.CHOOSE,
        Action.SEND_AGAIN,
    ):
        return None
    return _parsed(Continue, invocation.value)


def edits(invocation: Invocation) -> Continue:
    """Whose form a button brings back. Raises `Malformed`."""
    return _parsed(Continue, invocation.value)


def corrects(invocation: Invocation) -> str | None:
    """The earlier job whose request a form corrects."""
    return opening_of(invocation.opening).again if invocation.source is Source.FORM else None


def row_of(invocation: Invocation) -> str:
    """The job of the line in Home that a button stands in. Raises `Malformed`."""
    return _parsed(Continue, invocation.value).of


def action_of(invocation: Invocation) -> Action | None:
    name = invocation.action.partition(":")[0]
    return Action(name) if name in list(Action) else None


def opening_of(text: str) -> Opening:
    return _parsed(Opening, text)


def command_of(named: Opening | Run) -> Command:
    try:
        return command(named.command, named.verb)
    except LookupError:
        raise Outdated("a command that does not exist") from None


def _parsed(kind: type[T], text: str) -> T:
    try:
        return kind.model_validate_json(text)
    except ValidationError:
        raise Outdated(f"not a {kind.__name__}") from None
