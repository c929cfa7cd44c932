"""`help`, and what a slash command alone opens: both are drawn from the command table."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from commands.base import Command, Context, Reply, Request
from commands.cards.help import help_card, menu_card, verb_card
from commands.text.grammar import bounded, shown


class HelpRequest(Request):
    verb: str | None = None


def parse(text: str) -> HelpRequest:
    return HelpRequest(verb=next(iter(bounded(text).split()), None))


def help_for(name: str, commands: Sequence[Command]) -> Command:
    """The help of one slash command."""

    async def run(context: Context, request: HelpRequest) -> Reply:
        if request.verb is None:
            return Reply(help_card(name, [*commands, made]))
        found = by_word([*commands, made], request.verb)
        problem = f"{shown(request.verb)} is not one of them."
        return Reply(verb_card(found) if found else help_card(name, [*commands, made], problem))

    made = Command(
        name=name,
        verb="help",
        usage=f"{name} help [VERB]",
        example=f"{name} help {commands[0].verb}",
        summary="Show what can be done and how.",
        request=HelpRequest,
        parse=parse,
        run=run,
        needs_ats=False,
        instant=True,
    )
    return made


def menu_for(name: str, commands: Sequence[Command]) -> Command:
    """What the slash command alone does: offer the forms."""

    async def run(context: Context, request: Request) -> Reply:
        return Reply(menu_card(commands))

    return Command(
        name=name,
        verb="menu",
        usage=name,
        example=name,
        summary="Open a menu of what can be done.",
        request=Request,
        parse=lambda text: Request(),
        run=run,
        needs_ats=False,
        instant=True,
    )


def by_word(commands: Sequence[Command], word: str) -> Command | None:
    """The command whose verb or alias this is."""
    wanted = word.casefold()
    return next((c for c in commands if wanted in (c.verb, *c.aliases)), None)


def near(commands: Sequence[Command], word: str) -> str | None:
    """The verb that somebody probably meant."""
    known = {name: c.verb for c in commands for name in (c.verb, *c.aliases)}
    close = get_close_matches(word.casefold()[:40], known, n=1)
    return known[close[0]] if close else None
