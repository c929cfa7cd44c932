"""The process in which one CV is read, with little memory and little time.

In: a line of JSON (`CvTask`), then the file. Out: JSON (`CvAnswer`). Started as `python -m bot.work.sandbox.cv_process`.
"""

from __future__ import annotations

import sys
from typing import BinaryIO

from bot.work.sandbox.confine import limit
from bot.work.sandbox.messages import CvAnswer, CvTask
from commands.extract.cv import person_in
from commands.extract.documents import text_of
from commands.extract.errors import CannotRead


def read(source: BinaryIO) -> CvAnswer:
    task = CvTask.model_validate_json(source.readline())
    try:
        text = text_of(source.read(), task.content_type)
    except CannotRead as error:
        return CvAnswer(error=type(error).__name__)
    return CvAnswer(found=person_in(text, task.filename, region=task.region, own_domains=task.own_domains))


if __name__ == "__main__":
    limit()
    sys.stdout.write(read(sys.stdin.buffer).model_dump_json())
