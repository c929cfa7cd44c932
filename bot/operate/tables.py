"""The tables of the README, drawn from the commands and the connectors themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from commands import COMMANDS
from commands.base import Command
from commands.connect import fields
from connectors import CONNECTORS
from connectors.base import Capability, Connector, Quirk

YES, NO = "yes", "—"
WORDS = {
    Capability.FIND: "Find people by name, email or id",
    Capability.CANDIDATE: "Show one person",
    Capability.ADD_CANDIDATE: "Add a candidate",
    Capability.ADD_NOTE: "Write a note",
    Capability.NOTES: "Read notes",
    Capability.ADD_TAGS: "Add tags",
    Capability.REMOVE_TAGS: "Remove tags",
    Capability.DESTINATIONS: "List where people can be moved",
    Capability.MOVE: "Move a candidate",
    Capability.CREATE_POOL: "Create a talent pool",
    Capability.ATTACH_RESUME: "Attach a CV",
    Capability.CHANGES: "Tell what is new",
}
FIELDS = {
    "first_name": "first name",
    "last_name": "last name",
    "email": "email",
    "phone": "phone",
    "links": "links",
    "to": "pool or job",
}
"""The fields of a new candidate, in the order in which they are named."""


def commands_table(commands: Iterable[Command]) -> str:
    rows = [(f"`{c.usage}`", _said(c), f"`{c.example}`") for c in commands]
    return _table(("Type", "What it does", "For example"), rows)


def capabilities_table(connectors: Sequence[type[Connector]]) -> str:
    """Rows are abilities, columns are vendors."""
    rows = [(words, *(_cell(each, ability) for each in connectors)) for ability, words in WORDS.items()]
    rows += [
        ("A new candidate needs", *(_fields(each.required) for each in connectors)),
        ("Also keeps", *(_fields(each.keeps) for each in connectors)),
    ]
    return _table(("", *(each.title for each in connectors)), rows)


def settings_table(connectors: Iterable[type[Connector]]) -> str:
    """What `connect` asks for; fields for operators alone are left out."""
    rows = [(f"`{each.vendor}`", each.title, *_asked(each)) for each in connectors]
    return _table(("Name", "ATS", "Needs", "May have"), rows)


def quirks_list(connectors: Iterable[type[Connector]]) -> str:
    parts = [f"**{each.title}**\n\n" + "\n".join(map(_quirk, each.quirks)) for each in connectors]
    return "\n\n".join(parts)


def sections() -> dict[str, str]:
    """What stands between the markers of each name."""
    connectors = tuple(CONNECTORS.values())
    return {
        "commands": commands_table(COMMANDS),
        "settings": settings_table(connectors),
        "capabilities": capabilities_table(connectors),
        "quirks": quirks_list(connectors),
    }


def rewritten(text: str, drawn: Mapping[str, str]) -> str:
    """The text with everything between `<!-- name -->` and `<!-- /name -->` drawn anew; `LookupError` without them."""
    for name, content in drawn.items():
        before, start, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- /{name} -->")
        if not end:
            raise LookupError(f"there is no section called {name}")
        text = f"{before}{start}\n{content}\n\n{end}{after}"
    return text


def _said(command: Command) -> str:
    others = ", ".join(f"`{alias}`" for alias in command.aliases)
    admins = " For workspace admins." if command.admin else ""
    return f"{command.summary}{admins}" + (f" Also {others}." if others else "")


def _cell(connector: type[Connector], ability: Capability) -> str:
    if ability not in connector.capabilities:
        return NO
    if ability is Capability.ATTACH_RESUME:
        return "by file" if connector.resume_by_file else "by link"
    return YES


def _fields(names: Iterable[str]) -> str:
    held = set(names)
    return ", ".join(words for name, words in FIELDS.items() if name in held) or NO


def _asked(connector: type[Connector]) -> tuple[str, str]:
    """Required and optional fields, each with the title that the form shows."""
    shown = [
        (f"`{name}` ({field.title})", field.is_required())
        for name, field in fields(connector.Settings).items()
    ]
    needed = [words for words, required in shown if required]
    return ", ".join(needed), ", ".join(words for words, required in shown if not required)


def _quirk(quirk: Quirk) -> str:
    return f"- {quirk.text} ([seen {quirk.seen}]({quirk.source}))"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(_row(line) for line in (head, ["---"] * len(head), *rows))


def _row(cells: Iterable[str]) -> str:
    safe = [cell.replace("|", "\\|") for cell in cells]  # a bar ends a cell, even inside backquotes
    return f"| {' | '.join(safe)} |"


def main(path: Path) -> None:
    path.write_text(rewritten(path.read_text(), sections()))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "README.md"))
