"""`/candidate import`: many people at once, out of a table."""

from __future__ import annotations

from commands.base import Block, Command, Context, Interrupt, Opening, Picks, Reply, Request, Values
from commands.cards import blocks, flow, form
from commands.fields import place_field, read_place_field
from commands.table.columns import Columns, Field
from commands.table.sheet import COLUMNS, ROWS
from commands.text.grammar import bounded, via
from commands.text.reading import Reading

TYPES = ("csv", "tsv", "text", "xlsx")
HINT = f"CSV or Excel (.xlsx), 10 MB and {ROWS:,} rows with {COLUMNS} columns at most."


class ImportRequest(Request):
    """`file` is its id in Slack."""

    file: str | None = None
    to: str | None = None

    @property
    def complete(self) -> bool:
        """Its form is always needed: a file cannot be typed."""
        return False


class ColumnsRequest(ImportRequest):
    """The same file with what its columns hold."""

    columns: Columns = ()

    def also(self, picks: Picks) -> tuple[str, ...]:
        """Whoever is in the ATS already gets the tags and the notes of the file."""
        verbs = {Field.TAGS: "tag", Field.NOTE: "note"}
        return tuple(verb for field, verb in verbs.items() if field in self.columns)


def parse(text: str) -> ImportRequest:
    _, connection = via(bounded(text))
    return ImportRequest(via=connection)


async def run(context: Context, request: ImportRequest) -> Reply:
    """Only its form leads on, and what comes after that is bulk work."""
    raise Interrupt(flow.expired_choice())


def draw(request: ImportRequest, opening: Opening, problem: str | None) -> Block:
    table = form.file_input("file", "Table of people", TYPES, hint=HINT)
    known = blocks.section(f"The people in {blocks.bold(opening.text or 'the file of the message')}")
    inputs = [
        known if opening.file else table,
        place_field("Add to", request.to, request.picks, optional=True),
    ]
    return form.modal("Import candidates", "Next", opening, inputs, problem)


def read(values: Values, opening: Opening) -> ImportRequest:
    reading = Reading(values)
    file = opening.file or reading.file("file")
    if file is None:
        reading.errors["file"] = "Attach a CSV or Excel file."
    to, picks = read_place_field(reading, opening, optional=True)
    reading.finish()
    return ImportRequest(file=file, to=to, picks=picks)


IMPORT = Command(
    name="/candidate",
    verb="import",
    usage="/candidate import",
    example="/candidate import",
    summary="Add everybody in a CSV or Excel file, with progress, pause and a list of what failed.",
    request=ImportRequest,
    parse=parse,
    run=run,
    form=draw,
    read_form=read,
    aliases=("upload", "bulk"),
)
