"""The process in which one CV is read, with little memory and little time.

In: a line of JSON (`Task`), then the file. Out: JSON (`Answer`). Started as `python -m bot.work.cv_process`.
"""

from __future__ import annotations

import resource
import sys
from typing import BinaryIO

from commands.cv import CannotRead, person_in, text_of
from commands.extract import Found
from connectors.models import Record

MEMORY = 1 << 30
SECONDS = 8
FILES = 64


class Task(Record):
    filename: str
    content_type: str
    region: str | None = None
    own_domains: tuple[str, ...] = ()


class Answer(Record):
    """Either the person, or the name of the error."""

    found: Found | None = None
    error: str | None = None


def limit() -> None:
    """Bound memory, time and files before anything of the file is looked at; a core dump would hold a CV."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


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
