"""Opens and reads forms as the bot does."""

from commands.base import Block, Command, Opening, Request, Values
from commands.catalogue import command, draft


def open_form(opening: Opening) -> Block:
    asked = command(opening.command, opening.verb)
    assert asked.form
    request, problem = draft(asked, opening)
    return asked.form(request, opening, problem)


def read_form(values: Values, opening: Opening) -> tuple[Command, Request]:
    asked = command(opening.command, opening.verb)
    assert asked.read_form
    return asked, asked.read_form(values, opening)
