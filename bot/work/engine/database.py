"""Where the engine keeps its work, whichever kind of database that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa


@dataclass(frozen=True)
class Database:
    """`pool` is how many connections the engine has of its own, made with `connect_args`.

    What has to be on disk before an interaction is acknowledged goes through `writing`, everything else of ours
    through `reading`.
    """

    url: str
    pool: int
    writing: sa.Engine
    reading: sa.Engine
    connect_args: Mapping[str, str | int] = field(default_factory=dict)
    own: sa.Engine | None = None
    """What the engine has in place of connections that it makes itself."""
    in_order: str = ""
    """A question for the ids of all jobs in the order in which they came, if their times may not say it."""

    def close(self) -> None:
        for engine in {self.writing, self.reading, *filter(None, [self.own])}:
            engine.dispose()
