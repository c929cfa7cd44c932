"""The tables of the papers, drawn from the commands, the connectors, the settings and the metrics themselves."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import typer.main
from prometheus_client.metrics import MetricWrapperBase
from pydantic import SecretStr
from typer.core import TyperCommand, TyperGroup

from bot.operate import metrics
from bot.settings import Settings
from bot.shell import cli
from commands.base import Command
from commands.catalogue import COMMANDS
from commands.connect import fields
from connectors.base import Capability, Connector, Quirk
from connectors.vendors import CONNECTORS

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
    Capability.KNOW_USER: "Know its users by email",
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


def environment_table() -> str:
    """Each variable, with the text that stands under its field; values that are secret have no default."""
    said = _under_fields(Settings)
    rows = [
        (f"`SHORTLIST_{name.upper()}`", said[name], _default(field.default))
        for name, field in Settings.model_fields.items()
    ]
    return _table(("Variable", "Meaning", "Default"), rows)


def shell_table() -> str:
    group = typer.main.get_command(cli)
    return _table(("Command", "What it does"), _shell(group, "shortlist"))


def metrics_table() -> str:
    """Everything of ours in the registry; a counter's name ends as Prometheus sees it."""
    own = [each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]
    rows = [
        (
            f"`{each._name}{'_total' if each._type == 'counter' else ''}`",
            str(each._type),
            ", ".join(f"`{name}`" for name in each._labelnames) or NO,
            each._documentation,
        )
        for each in own
    ]
    return _table(("Metric", "Kind", "By", "What it is"), rows)


def papers() -> dict[str, dict[str, str]]:
    """What stands between the markers of each name, by file."""
    connectors = tuple(CONNECTORS.values())
    return {
        "docs/commands.md": {"commands": commands_table(COMMANDS)},
        "docs/vendors.md": {
            "settings": settings_table(connectors),
            "capabilities": capabilities_table(connectors),
            "quirks": quirks_list(connectors),
        },
        "docs/running.md": {
            "shell": shell_table(),
            "environment": environment_table(),
            "metrics": metrics_table(),
        },
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


def _under_fields(settings: type[Settings]) -> dict[str, str]:
    """The first paragraph of the text under each field."""
    (room,) = ast.parse(inspect.getsource(settings)).body
    assert isinstance(room, ast.ClassDef)
    said = {}
    for field, text in pairwise(room.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                said[name] = " ".join(words.split("\n\n")[0].split())
    return said


def _default(value: object) -> str:
    shown = (
        ""
        if isinstance(value, (SecretStr, tuple))
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )
    return f"`{shown}`" if shown else NO


def _shell(group: object, before: str) -> list[tuple[str, str]]:
    if not isinstance(group, TyperGroup):
        return []
    rows = []
    for name, command in group.commands.items():
        if isinstance(command, TyperCommand):
            asked = [
                p.opts[0]
                for p in command.params
                if p.param_type_name == "option" and not getattr(p, "hidden", False)
            ]
            options = f" Takes {', '.join(f'`{option}`' for option in asked)}." if asked else ""
            rows.append((f"`{before} {name}`", f"{' '.join((command.help or '').split())}{options}"))
        rows += _shell(command, f"{before} {name}")
    return rows


def main(root: Path) -> None:
    for name, drawn in papers().items():
        path = root / name
        path.write_text(rewritten(path.read_text(), drawn))


if __name__ == "__main__":
    main(Path())
