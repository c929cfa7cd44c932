"""For which rows the parts of imports are sealed."""

from __future__ import annotations

from .base import Row
from .vault import SealedColumn

IMPORTS, ROWS = "imports", "import_rows"


def owner(team: str, id: str, number: int | None = None) -> str:
    return f"import:{team}:{id}" + ("" if number is None else f":{number}")


def owner_of_row(row: Row) -> str:
    return owner(str(row["team_id"]), str(row["import_id"]), int(row["number"] or 0))


SEALED = (
    SealedColumn(IMPORTS, "sealed", lambda row: owner(str(row["team_id"]), str(row["id"]))),
    SealedColumn(ROWS, "sealed", owner_of_row),
    SealedColumn(ROWS, "journal", owner_of_row),
)
