"""What is said to and by the processes that read files; by itself, so that the bot loads no parser."""

from __future__ import annotations

from commands.extract import Found
from commands.table.sheet import Sheet
from connectors.models import Record


class CvTask(Record):
    filename: str
    content_type: str
    region: str | None = None
    own_domains: tuple[str, ...] = ()


class CvAnswer(Record):
    """Either the person, or the name of the error."""

    found: Found | None = None
    error: str | None = None


class SheetTask(Record):
    """A table says all about itself."""


class SheetAnswer(Record):
    """Either the table, or the name of the error."""

    sheet: Sheet | None = None
    error: str | None = None
