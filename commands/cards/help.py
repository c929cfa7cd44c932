"""Help, generated from the command table."""

from __future__ import annotations

from collections.abc import Sequence

from commands.base import Card, Command, Opening
from commands.cards import blocks

MENU = ("add", "find", "note", "tag", "move", "import")


def help_card(name: str, commands: Sequence[Command], problem: str | None = None) -> Card:
    """Every verb of one slash command: what it does and how it reads."""
    title = f"What `{name}` can do"
    said = [blocks.section(f":warning: {blocks.esc(problem)}")] if problem else []
    rows = [blocks.section("\n".join(_entry(each) for each in commands))]
    ending = "Add `via NAME` at the end to say which ATS." if any(c.needs_ats for c in commands) else ""
    admin = "Verbs with :key: need a workspace admin." if any(c.admin for c in commands) else ""
    hints = [blocks.context(*filter(None, (ending, admin)))] if ending or admin else []
    return blocks.card(title.replace("`", ""), said, blocks.section(f"*{title}*"), rows, hints)


def verb_card(command: Command) -> Card:
    """One verb: usage, an example, other words for it."""
    lines = [
        f"*{command.summary}*",
        f"`{_code(command.usage)}`",
        f"For example: `{_code(command.example)}`",
        *([f"Also: {', '.join(f'`{alias}`' for alias in command.aliases)}"] if command.aliases else []),
        *([":key: Needs a workspace admin."] if command.admin else []),
    ]
    return blocks.card(f"{command.name} {command.verb}: {command.summary}", blocks.section("\n".join(lines)))


def menu_card(commands: Sequence[Command]) -> Card:
    """What `/candidate` alone opens: a button for each form."""
    verbs = {each.verb: each for each in commands}
    offered = [verbs[verb] for verb in MENU if verb in verbs]
    buttons = [
        blocks.opens(
            each.verb.capitalize(),
            Opening(command=each.name, verb=each.verb),
            suffix=each.verb,
            style="primary" if each.verb == "add" else "",
        )
        for each in offered
    ]
    return blocks.card(
        "What would you like to do?",
        blocks.section("*What would you like to do?*"),
        blocks.actions(*buttons),
        blocks.context("Or type it: `/candidate help` shows how."),
    )


def _entry(command: Command) -> str:
    key = " :key:" if command.admin else ""
    return f"`{_code(command.usage)}`{key}\n{command.summary}"


def _code(text: str) -> str:
    return blocks.esc(text)
