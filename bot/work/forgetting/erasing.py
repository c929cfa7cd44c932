"""Orders the durable work that forgets a person."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import Field

from connectors.models import Record

FORGET = "forget"
"""The kind of that work."""

Put = Callable[..., Awaitable[None]]
"""`Jobs.put_work`."""


class Order(Record):
    """The payload of `FORGET`; `job` is the request it came from, `asked` when, in seconds since the epoch."""

    team: str
    user: str
    email: str = Field(repr=False)
    job: str
    reference: str
    asked: float


@dataclass(frozen=True)
class WorkspaceErasing:
    """For one job of one person: asked twice, it is begun once."""

    team: str
    user: str
    job: str
    put: Put
    clock: Callable[[], float]

    async def begin(self, email: str) -> str:
        reference = hashlib.blake2b(f"{FORGET}\0{self.job}".encode(), digest_size=4).hexdigest()
        order = Order(
            team=self.team,
            user=self.user,
            email=email,
            job=self.job,
            reference=reference,
            asked=self.clock(),
        )
        await self.put(FORGET, self.job, order.model_dump_json())
        return reference
