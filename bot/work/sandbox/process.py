"""Runs a program of ours on a file that may be hostile, as a process that can harm nobody."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from pydantic import BaseModel

from commands.extract.errors import CannotRead

PIECE = 1 << 16


class TooSlow(CannotRead):
    sentence = "Reading this file takes too long, so I gave up on it."


class Sandbox:
    """At most `at_once` files are read at a time; a process that is over its `deadline` (seconds) is killed.

    A file waits `patience` seconds for others before it is given up. The program is given a line of JSON, then the
    file; what it says is cut a little beyond `answer_limit` bytes.
    """

    def __init__(
        self, command: Sequence[str], *, at_once: int, deadline: float, patience: float, answer_limit: int
    ) -> None:
        self._command = tuple(command)
        self._room = asyncio.Semaphore(at_once)
        self._deadline, self._patience, self._answer_limit = deadline, patience, answer_limit

    async def ask(self, task: BaseModel, content: bytes) -> bytes:
        """What the program says. Raises `TooSlow`."""
        async with self._turn():
            return await self._run(task.model_dump_json().encode() + b"\n" + content)

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
                return await _conversation(process, sent, self._answer_limit)
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


async def _conversation(process: Process, sent: bytes, limit: int) -> bytes:
    """Write and read at the same time: either side may be slow; what answers at length is not ours any more."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_write(process, sent))
        return await _answer(process, limit)


async def _write(process: Process, sent: bytes) -> None:
    if process.stdin is None:
        return
    # A process that has died is noticed by its answer, which is missing.
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(sent)
        await process.stdin.drain()
    process.stdin.close()


async def _answer(process: Process, limit: int) -> bytes:
    pieces, length = list[bytes](), 0
    while process.stdout and length <= limit and (piece := await process.stdout.read(PIECE)):
        pieces.append(piece)
        length += len(piece)
    return b"".join(pieces)
