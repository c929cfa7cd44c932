"""Every card and form of an import, made of given words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from commands.base import Card, Opening
from commands.cards.mapping import Before, Draft, Looked, Preview, mapping
from commands.cards.progress import Shown, failed_rows, not_begun, progress, result
from commands.imports import IMPORT, ImportRequest
from commands.table.columns import Field, Table
from commands.table.importing import Failure, Import, Plan, State
from commands.table.intake import Problem, entries
from commands.table.sheet import Line, Sheet
from connectors.models import Destination, Kind

if TYPE_CHECKING:
    from .samples import Words

WHEN = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
COLUMNS = (Field.NAME, Field.EMAIL, Field.TAGS, Field.NOTE, None)


def place(w: Words) -> Destination:
    return Destination(id=w.id, kind=Kind.POOL, title=w.pool)


def job(w: Words, state: State, **more: Any) -> Import:
    plan = Plan(file="F1", filename=w.name, digest="d", columns=COLUMNS, to=place(w), author=w.author)
    given = {"filled": True, "total": 1200, "added": 610, "there": 40, "failed": 14, **more}
    return Import(
        id="T1:V1:1", team="T1", user="U1", connection="c1", state=state, room="D1", ts="1.2", reported="",
        created=0.0, plan=plan, **given,
    )  # fmt: skip


def importing(w: Words) -> dict[str, Card]:
    title = f"{w.title} ({w.connection})"
    reasons = [(w.message, 9), (Problem.NO_EMAIL.value, 5), *((f"{w.message} {n}", 1) for n in range(9))]
    line = Line(number=7, cells=(w.name, w.email))
    failures = [Failure(line=line, reason=w.message), Failure(line=line, reason=Problem.BAD_EMAIL.value)]
    return {
        "import_reading": progress(Shown(job(w, State.RUNNING, filled=False, total=0), title)),
        "import_running": progress(Shown(job(w, State.RUNNING), title, rate=52.4)),
        "import_waiting": progress(Shown(job(w, State.RUNNING), title, news=w.message)),
        "import_pausing": progress(Shown(job(w, State.PAUSING), title)),
        "import_paused": progress(Shown(job(w, State.PAUSED), title, news=w.message)),
        "import_ended": result(Shown(job(w, State.ENDED, added=1160, failed=0), title)),
        "import_ended_with_file": result(Shown(job(w, State.ENDED, added=1146), title, reasons=reasons)),
        "import_ended_without_file": result(
            Shown(job(w, State.ENDED, added=1146), title, reasons=reasons[:2], file_sent=False)
        ),
        "import_cancelled": result(Shown(job(w, State.CANCELLED), title)),
        "import_failed_rows": failed_rows(failures * 15, w.name),
        "import_not_begun": not_begun(w.name, w.message),
    }


def preview(w: Words, looked: Looked, before: Before | None = None) -> Preview:
    rows = (
        (w.name, w.email, f"{w.tag}, senior", w.note, ""),
        (w.name, "nowhere", "", "", w.phone),
        (f"Kim {w.name}", "kim@example.com", "", "", ""),
        ("Lea Roy", "kim@example.com"),
    )
    head = Line(number=1, cells=("Name", "Email", w.tag, w.note, ""))
    lines = tuple(Line(number=at, cells=cells) for at, cells in enumerate(rows, start=2))
    table = Table(Sheet(lines=(head, *lines), title=w.pool, others=1))
    draft = Draft(connection="c1", file="F1", filename=w.name[:100], digest="d", to=place(w))
    columns = (*COLUMNS, *[None] * 20)[: len(table.head)]
    return Preview(
        draft, table, columns, entries(table, columns, ()), w.name, w.title, looked=looked, before=before
    )


def import_views(w: Words) -> dict[str, dict[str, Any]]:
    assert IMPORT.form
    opening = Opening(command="/candidate", verb="import", channel="C1")
    of_message = opening.model_copy(update={"file": "F1", "text": w.name[:100]})
    again = Before(WHEN, 610, under_way=False)
    return {
        "form_import": IMPORT.form(ImportRequest(to=w.pool), opening, w.message),
        "form_import_of_message": IMPORT.form(ImportRequest(), of_message, None),
        "form_columns": mapping(preview(w, Looked())),
        "form_columns_looked": mapping(preview(w, Looked(2, 1, done=True))),
        "form_columns_looked_in_part": mapping(preview(w, Looked(1, 1, done=True))),
        "form_columns_again": mapping(preview(w, Looked(done=True), again)),
        "form_columns_under_way": mapping(preview(w, Looked(done=True), Before(WHEN, 3, under_way=True))),
    }
