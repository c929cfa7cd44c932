"""Reads CVs in processes of their own, so that no file can stall or crash the bot."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from bot.work.sandbox.messages import CvAnswer, CvTask
from bot.work.sandbox.process import Sandbox, TooSlow
from commands.extract import Found
from commands.extract.errors import CannotRead, Encrypted, NotADocument, TooLarge, Unreadable

LIMIT = 10_000_000
"""Bytes of a file; Slack's own limit for files in forms is the same."""
AT_ONCE = 2
DEADLINE = 30.0
"""Seconds for a process that may compute for eight of them (`confine.py`): a busy machine lets it wait."""
PATIENCE = 30.0
"""Seconds that a CV waits for others before it is given up."""
ANSWER_LIMIT = 100_000
COMMAND = (sys.executable, "-m", "bot.work.sandbox.cv_process")
ERRORS: dict[str, type[CannotRead]] = {
    error.__name__: error for error in (Unreadable, Encrypted, TooLarge, NotADocument)
}


class CvReader:
    """At most `at_once` files are read at a time; a process that is over its `deadline` (seconds) is killed."""

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        deadline: float = DEADLINE,
        patience: float = PATIENCE,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._sandbox = Sandbox(
            command, at_once=at_once, deadline=deadline, patience=patience, answer_limit=ANSWER_LIMIT
        )

    async def read(
        self,
        content: bytes,
        filename: str,
        content_type: str,
        *,
        region: str | None = None,
        own_domains: Iterable[str] = (),
    ) -> Found:
        """The person whom a CV is about. Raises `CannotRead`, whose `sentence` is for people."""
        if len(content) > LIMIT:
            raise TooLarge
        task = CvTask(
            filename=filename[:255], content_type=content_type, region=region, own_domains=tuple(own_domains)
        )
        return _understood(await self._sandbox.ask(task, content))


def _understood(said: bytes) -> Found:
    """A process that crashed, or ran out of memory, has said nothing or half of it."""
    try:
        answer = CvAnswer.model_validate_json(said)
    except ValidationError:
        raise Unreadable from None
    if answer.found is None:
        raise ERRORS.get(answer.error or "", Unreadable)
    return answer.found


__all__ = ["CvReader", "TooSlow"]
