"""Something that happened in an ATS, on its way to the channels that want to hear of it."""

from __future__ import annotations

import time

from pydantic import Field

from commands.base import ConnectionInfo
from connectors.models import Change, JobChange, Record

ANNOUNCE, POST, ROLLUP, WEEKLY = "announce", "post", "rollup", "weekly"
"""The kinds of durable work: find the channels, tell one of them, bring an hour's digest up to date, sum up a week."""


class Announcement(Record):
    """The payload of `Jobs.put_work(ANNOUNCE, id, …)`. The same `reference` is the same event, and is shown once."""

    team: str
    connection: ConnectionInfo
    change: Change | JobChange = Field(repr=False)
    reference: str
    actor: str | None = None
    """The name of whoever did it through the bot; unknown for what was done in the ATS."""
    at: float = Field(default_factory=time.time)
    """When this was read, in seconds since the epoch: what is older never covers what is newer."""


class Post(Record):
    """The payload of `POST`: one channel hears of one event."""

    channel: str
    announcement: Announcement = Field(repr=False)


class Hour(Record):
    """The payload of `ROLLUP`: the digest of one hour in one channel."""

    team: str
    channel: str
    connection: str
    hour: int
    """Hours since the epoch."""


class Week(Record):
    """The payload of `WEEKLY`."""

    team: str
    channel: str
    connection: str
    week: int
    """Weeks since the epoch, each from Monday to Sunday: the one that is over."""
