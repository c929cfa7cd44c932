"""The second form of an import: what each column holds, how the first rows read, who is there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commands.base import Block, Invalid, Values
from commands.cards import blocks, form
from commands.cards.receipt import place_name
from commands.table.columns import LABELS, SEVERAL, Columns, Field, Table
from commands.table.intake import Entry, Problem, importable
from commands.table.sheet import Line
from commands.text.reading import Reading
from connectors.models import Destination, Record

CALLBACK = "import:columns"
COLUMN = "column_"
AGAIN = "again"
LEFT_OUT = "leave_out"
SHOWN_COLUMNS = 40
PREVIEW = 3
TITLE = "Import candidates"
LENGTHS = (200, 30)
"""Characters of a title that the metadata keeps; the fewer where so many would not fit."""


class Draft(Record):
    """The form's private metadata: the file and what was chosen before. Ids, and titles of the ATS."""

    connection: str
    file: str
    filename: str
    digest: str
    to: Destination | None = None
    channel: str | None = None
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looked:
    """How many addresses were looked up in the ATS, and how many of them it has. `done`: nobody looks any more."""

    checked: int = 0
    found: int = 0
    done: bool = False


@dataclass(frozen=True)
class Before:
    """An earlier import of the same file by the same person."""

    when: datetime
    added: int
    under_way: bool


@dataclass(frozen=True)
class Preview:
    """All that the form shows."""

    draft: Draft
    table: Table
    columns: Columns
    entries: Sequence[Entry]
    filename: str
    title: str
    """The ATS, and the connection's own name where it says more. Not escaped."""
    looked: Looked = Looked()
    before: Before | None = None


def mapping(shown: Preview) -> Block:
    number = importable(shown.entries)
    people = f"{number:,} {'person' if number == 1 else 'people'}"
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": _metadata(shown.draft),
        "title": blocks.plain(TITLE, form.TITLE),
        "submit": blocks.plain(f"Import {people}", form.TITLE),
        "close": blocks.plain("Cancel", form.TITLE),
        "blocks": [
            blocks.section(_summary(shown, number)),
            *_again(shown.before),
            blocks.section(
                "*The first rows*\n" + "\n".join(_row(shown, line) for line in shown.table.rows[:PREVIEW])
            ),
            blocks.divider(),
            *(_column(shown, at) for at in offered(shown.table, shown.columns)),
        ],
    }


def offered(table: Table, columns: Columns) -> list[int]:
    """The columns that can be chosen for: what was recognised, then what is not empty, as far as a form goes."""
    known = [at for at, field in enumerate(columns) if field]
    others = [at for at, field in enumerate(columns) if not field and (table.head[at] or table.cells(at))]
    return sorted([*known, *others][:SHOWN_COLUMNS])


def read_columns(values: Values, width: int) -> Columns:
    """What was chosen for each column; raises `Invalid` where two are the same, or none is the email address."""
    reading = Reading(values)
    columns = chosen_columns(values, width)
    for at, field in enumerate(columns):
        if field and field not in SEVERAL and field in columns[:at]:
            reading.errors[f"{COLUMN}{at}"] = f"Another column is the {LABELS[field].lower()} already."
    if Field.EMAIL not in columns:
        first = next((id for id in values if id.startswith(COLUMN)), "")
        reading.errors[first] = "Say which column is the email address."
    if AGAIN in values and not reading.several(AGAIN):
        reading.errors[AGAIN] = "Say that you want to import it once more."
    reading.finish()
    return columns


def chosen_columns(values: Values, width: int) -> Columns:
    """What stands in the selects, be it right or wrong."""
    reading = Reading(values)
    known: Mapping[str, Field] = {field.value: field for field in Field}
    return tuple(known.get(reading.text(f"{COLUMN}{at}")) for at in range(width))


def nobody(values: Values) -> Invalid:
    """For a table of which nobody can be imported."""
    first = next((id for id in values if id.startswith(COLUMN)), "")
    return Invalid({first: "Nobody can be imported like this: look at what each column holds."})


def _metadata(draft: Draft) -> str:
    texts = (blocks.value_of(_cut(draft, length)) for length in LENGTHS)
    return next((text for text in texts if len(text) <= form.METADATA), "")


def _cut(draft: Draft, length: int) -> Draft:
    to, name = draft.to, blocks.shortened(draft.filename, length)
    if to:
        titles = {"title": to.title, "job_title": to.job_title}
        to = to.model_copy(update={k: blocks.shortened(v, length) for k, v in titles.items() if v})
    return draft.model_copy(update={"to": to, "filename": name})


def _summary(shown: Preview, number: int) -> str:
    where = f" to {place_name(shown.draft.to)}" if shown.draft.to else ""
    sheet = f" (the sheet {blocks.bold(shown.table.title)})" if shown.table.others else ""
    rows = len(shown.entries)
    lines = [
        f"{blocks.bold(shown.filename, 60)}{sheet}: {rows:,} {'row' if rows == 1 else 'rows'}. "
        f"*{number:,}* can be imported into {blocks.line(shown.title)}{where}."
    ]
    problems = Counter(entry.problem for entry in shown.entries if entry.problem)
    lines += [f":warning: {_problem(problem, count)}" for problem, count in problems.most_common()]
    return "\n".join([*lines, _there(shown, number)])


def _problem(problem: Problem, count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}: {problem.value}"


def _there(shown: Preview, number: int) -> str:
    looked, title = shown.looked, blocks.line(shown.title)
    if not looked.done:
        return f":hourglass_flowing_sand: Looking who is in {title} already…"
    if looked.checked >= number:
        return f":busts_in_silhouette: {looked.found:,} of them are in {title} already."
    if not looked.checked:
        return f":busts_in_silhouette: I could not look who is in {title} already; the import does."
    return (
        f":busts_in_silhouette: Of the first {looked.checked:,}, {looked.found:,} are in {title} already. "
        "The import looks for each."
    )


def _again(before: Before | None) -> list[Block]:
    if before is None:
        return []
    state = (
        "is being imported right now"
        if before.under_way
        else f"was imported by you: {before.added:,} were added"
    )
    said = f":warning: *This file {state}* ({blocks.moment(before.when)})."
    option = {"text": blocks.plain("Import it once more", form.OPTION), "value": AGAIN}
    element: Block = {"type": "checkboxes", "action_id": form.ACTION, "options": [option]}
    asked: Block = {
        "type": "input",
        "block_id": AGAIN,
        "label": blocks.plain("The same file again?", 100),
        "element": element,
        "optional": True,
    }
    return [blocks.section(said), asked]


def _row(shown: Preview, line: Line) -> str:
    entry = next(each for each in shown.entries if each.number == line.number)
    if entry.person is None:
        return f":warning: Row {line.number}: {entry.problem.value if entry.problem else ''}"
    person = entry.person
    cells = dict(zip(shown.columns, line.cells, strict=False))
    parts = [
        blocks.bold(person.name, 60),
        blocks.line(person.email, 80),
        *([blocks.line(cells[Field.PHONE], 30)] if cells.get(Field.PHONE) else []),
        *(blocks.line(link, 60) for link in person.links[:2]),
        *([blocks.listed([f"#{tag}" for tag in entry.tags], 100)] if entry.tags else []),
        *([f"“{blocks.line(entry.note, 60)}”"] if entry.note else []),
    ]
    return f"{line.number}. {' · '.join(parts)}"


def _column(shown: Preview, at: int) -> Block:
    options = [_option(LABELS[field], field.value) for field in Field]
    options.append(_option("Leave it out", LEFT_OUT))
    field = shown.columns[at]
    first = next(each for each in options if each["value"] == (field.value if field else LEFT_OUT))
    sample = next(iter(shown.table.cells(at)), "")
    block: Block = {
        "type": "input",
        "block_id": f"{COLUMN}{at}",
        "label": blocks.plain(_tame(shown.table.name(at)), 100),
        "dispatch_action": True,
        "element": {
            "type": "static_select",
            "action_id": form.ACTION,
            "options": options,
            "initial_option": first,
        },
    }
    return block | ({"hint": blocks.plain(f"Such as: {_tame(sample)}", 80)} if sample else {})


def _tame(text: str) -> str:
    """Words of a file in a label, which takes no mrkdwn: on one line, and never the shape of a mention."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())


def _option(label: str, value: str) -> Block:
    return {"text": blocks.plain(label, form.OPTION), "value": value}
