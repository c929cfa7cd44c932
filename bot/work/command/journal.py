"""What a job has asked and written, kept so that no write is sent twice or lost unnoticed."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.work.command.outcome import Undecided as Undecided
from bot.work.command.outcome import outcome, value_of
from bot.work.engine.steps import Mark, Steps
from connectors.base import Capability
from connectors.errors import ConnectorError, NotFound, Refused, StillProcessing, Unavailable, Unsupported
from connectors.sent import noticing

T = TypeVar("T")

READ_DEADLINE = 15.0
"""Seconds after which a person is told that the ATS is slow, rather than left waiting."""

SETTLES = 24.0
"""Seconds for which a write that is not there may still be on its way: an ATS can be slower than our patience."""


class Journal:
    """What this job has written so far, over all its attempts.

    It is filled only from steps, so a job that is taken up again builds the same one. `patience` is how many seconds
    a read may take; work that nobody waits for has no such limit.
    """

    def __init__(self, steps: Steps, *, patience: float | None = READ_DEADLINE) -> None:
        self.steps = steps
        self._patience = patience
        self._mark = Mark()
        self._known: dict[str, Any] = {}
        self._done: dict[str, Any] = {}
        self._uncertain: dict[str, float] = {}
        """What may have been written, and since when nobody knows; begun anew when the job is taken up again."""
        self.about = ""
        """The candidate that the latest call was about, by the ATS's id, if it was about one."""

    @property
    def in_doubt(self) -> bool:
        """Whether something may have been written of which nobody knows yet."""
        return bool(self._uncertain)

    async def read(
        self, name: str, about: Sequence[object], shape: Any, call: Callable[[], Awaitable[T]]
    ) -> T:
        """Ask once: a later attempt decides by the same answer, so it does not take its own writes for others'."""
        key = _key(name, about)
        if key not in self._known:

            async def do() -> T:
                try:
                    async with asyncio.timeout(self._patience):
                        return await call()
                except TimeoutError:
                    raise Unavailable("The ATS", "no answer in time") from None

            self._known[key] = value_of(await self.steps.once(name, lambda: outcome(shape, do)), shape)
        return self._known[key]  # type: ignore[no-any-return]

    async def write(
        self,
        capability: Capability,
        about: Sequence[object],
        shape: Any,
        send: Callable[[], Awaitable[T]],
        look: Callable[[], Awaitable[T | None]] | None,
    ) -> T:
        """Send once. After a crash or an unclear answer `look` first; without `look` sending again does no harm.

        What is not there yet is looked for until the doubt has settled, and only then sent again.
        """
        key = _key(capability, about)
        if key in self._done:
            return self._done[key]  # type: ignore[no-any-return]
        begun = await self.steps.once("sending", self._mark.leave)

        async def do() -> T:
            unclear = key in self._uncertain or begun != self._mark.text
            found = await self._found(key, look) if unclear and look else None
            return await _sent(send, doubtful=unclear and look is None) if found is None else found

        try:
            value: T = value_of(await self.steps.once(capability.value, lambda: outcome(shape, do)), shape)
        except ConnectorError as error:
            self._doubt(key) if error.uncertain else self._uncertain.pop(key, None)
            raise
        self._uncertain.pop(key, None)
        self._done[key] = value
        return value

    async def _found(self, key: str, look: Callable[[], Awaitable[T | None]]) -> T | None:
        """What an earlier attempt wrote; None when it has had its time to arrive, and did not."""
        self._doubt(key)
        found = await _look(look)
        if found is None and time.monotonic() - self._uncertain[key] < SETTLES:
            raise StillProcessing("The ATS", "does not show yet what was being sent", uncertain=True)
        return found

    def _doubt(self, key: str) -> None:
        self._uncertain.setdefault(key, time.monotonic())


async def _sent(send: Callable[[], Awaitable[T]], *, doubtful: bool) -> T:
    """A failure leaves a doubt when an earlier attempt is `doubtful`, or when a part of this one went through."""
    with noticing() as sent:
        try:
            return await send()
        except ConnectorError as error:
            # A plain refusal says that this part was not done; nobody being there says nothing of the kind.
            partly = sent.any and (isinstance(error, NotFound) or not isinstance(error, Refused))
            error.uncertain = error.uncertain or partly or doubtful
            raise


async def _look(look: Callable[[], Awaitable[T | None]]) -> T | None:
    try:
        return await look()
    except Unsupported as error:
        raise Undecided(error.vendor, "cannot tell whether this was saved") from None
    except ConnectorError as error:
        error.uncertain = True  # the doubt lasts until somebody could look
        raise


def _key(name: str, about: Sequence[object]) -> str:
    parts = [part.model_dump_json() if isinstance(part, BaseModel) else repr(part) for part in about]
    return f"{name}:{hashlib.blake2b(chr(0).join(parts).encode(), digest_size=16).hexdigest()}"
