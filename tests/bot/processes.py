"""Processes of the bot: made by a warm one (`warm.py`), or started from nothing, which takes two seconds more."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Process:
    """`ends` returns its exit code."""

    def __init__(
        self,
        pid: int,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader,
        ends: Coroutine[None, None, int],
    ) -> None:
        self.pid, self.stdout, self.stderr = pid, stdout, stderr
        self._ended = asyncio.create_task(ends)

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


async def cold(
    command: Sequence[str], words: Sequence[str], env: Mapping[str, str], folder: Path, stdin: bytes = b""
) -> Process:
    """Run a command with these words."""
    pipe = asyncio.subprocess.PIPE
    begun = await asyncio.create_subprocess_exec(
        *command, *words, stdin=pipe, stdout=pipe, stderr=pipe, env=env, cwd=folder
    )
    assert begun.stdin
    assert begun.stdout
    assert begun.stderr
    begun.stdin.write(stdin)
    begun.stdin.close()
    return Process(begun.pid, begun.stdout, begun.stderr, begun.wait())


async def warm(
    module: str,
    words: Sequence[str],
    env: Mapping[str, str],
    folder: Path,
    stdin: bytes = b"",
    *,
    prepares: str = "",
) -> Process:
    """Run a module with these words; what `prepares` is prepared before the bot is loaded."""
    given, given_to = os.pipe()
    os.write(given_to, stdin)
    os.close(given_to)
    ours, theirs = zip(*(os.pipe() for _ in range(3)), strict=True)
    asked = {"words": [module, *words], "env": dict(env), "folder": str(folder)}
    socket.send_fds(_warm(prepares)[0], [json.dumps(asked).encode()], [given, *theirs])
    for file in (given, *theirs):
        os.close(file)
    out, err, told = [await _reader(file) for file in ours]
    return Process(int(await told.readline()), out, err, _told(told))


async def _told(code: asyncio.StreamReader) -> int:
    return int(await code.read() or -signal.SIGKILL)


async def _reader(file: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(file, "rb", 0)
    )
    return reader


@cache
def _warm(prepares: str) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """A warm process, one for each process of a test run, and the way to it; it ends with its socket."""
    ours, theirs = socket.socketpair()
    with theirs:
        words = [sys.executable, "-m", "tests.bot.warm", str(theirs.fileno()), prepares]
        return ours, subprocess.Popen(words, cwd=ROOT, pass_fds=[theirs.fileno()])
