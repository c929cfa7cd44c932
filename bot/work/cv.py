"""Reads CVs in processes of their own, so that no file can stall or crash the bot."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

from pydantic import ValidationError

from bot.work.cv_process import Answer, Task
from commands.cv import CannotRead, Encrypted, NotADocument, TooLarge, Unreadable
from commands.extract import Found

LIMIT = 10_000_000
"""Bytes of a file; Slack's own limit for files in forms is the same."""
AT_ONCE = 2
DEADLINE = 5.0
PATIENCE = 20.0
"""Seconds that a CV waits for others before it is given up."""
ANSWER_LIMIT = 100_000
COMMAND = (sys.executable, "-m", "bot.work.cv_process")
ERRORS: dict[str, type[CannotRead]] = {
    error.__name__: error for error in (Unreadable, Encrypted, TooLarge, NotADocument)
}


class TooSlow(CannotRead):
    sentence = "Reading this file takes too long, so I gave up on it."


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
        self._room = asyncio.Semaphore(at_once)
        self._deadline, self._patience = deadline, patience
        self._command = tuple(command)

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
        task = Task(
            filename=filename[:255], content_type=content_type, region=region, own_domains=tuple(own_domains)
        )
        async with self._turn():
            said = await self._run(task.model_dump_json().encode() + b"\n" + content)
        return _understood(said)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience):
                await self._room.acquire()
        except TimeoutError:
            raise TooSlow from None
        try:
            yield
        finally:
            self._room.release()

    async def _run(self, sent: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._deadline), _process(self._command) as process:
                return await _conversation(process, sent)
        except TimeoutError:
            raise TooSlow from None


@asynccontextmanager
async def _process(command: Sequence[str]) -> AsyncIterator[Process]:
    """A process that inherits no secret: its environment says only where the code is."""
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUTF8": "1"}
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def _conversation(process: Process, sent: bytes) -> bytes:
    """Write and read at the same time: either side may be slow; what answers at length is not ours any more."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_write(process, sent))
        return await _answer(process)


async def _write(process: Process, sent: bytes) -> None:
    if process.stdin is None:
        return
    # A process that has died is noticed by its answer, which is missing.
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(sent)
        await process.stdin.drain()
    process.stdin.close()


async def _answer(process: Process) -> bytes:
    said = b""
    while process.stdout and len(said) <= ANSWER_LIMIT and (piece := await process.stdout.read(ANSWER_LIMIT)):
        said += piece
    return said


def _understood(said: bytes) -> Found:
    """A process that crashed, or ran out of memory, has said nothing or half of it."""
    try:
        answer = Answer.model_validate_json(said)
    except ValidationError:
        raise Unreadable from None
    if answer.found is None:
        raise ERRORS.get(answer.error or "", Unreadable)
    return answer.found
