"""The process in which one CV is read, with little memory and little time.

In: a line of JSON (`Task`), then the file. Out: JSON (`Answer`). Started as `python -m bot.work.sandbox.cv_process`.
"""

from __future__ import annotations

import sys
from typing import BinaryIO

from bot.work.sandbox.confine import limit
from commands.extract import Found
from commands.extract.cv import CannotRead, person_in, text_of
from connectors.models import Record


class Task(Record):
    filename: str
    content_type: str
    region: str | None = None
    own_domains: tuple[str, ...] = ()


class Answer(Record):
    """Either the person, or the name of the error."""

    found: Found | None = None
    error: str | None = None


def read(source: BinaryIO) -> Answer:
    task = Task.model_validate_json(source.readline())
    try:
        text = text_of(source.read(), task.content_type)
    except CannotRead as error:
        return Answer(error=type(error).__name__)
    return Answer(found=person_in(text, task.filename, region=task.region, own_domains=task.own_domains))


if __name__ == "__main__":
    limit()
    sys.stdout.write(read(sys.stdin.buffer).model_dump_json())
