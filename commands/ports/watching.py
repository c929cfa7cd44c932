"""How the watch of a connection fares, for whoever asks."""

from __future__ import annotations

from enum import StrEnum

from connectors.models import Record


class Problem(StrEnum):
    """Why a watch does not work, by who must act."""

    AWAY = "away"
    """Time will help."""
    REFUSED = "refused"
    """An admin has to connect it again."""
    UNSUPPORTED = "unsupported"
    LOCKED = "locked"
    """Whoever runs Shortlist has to give it the encryption key."""
    ODD = "odd"
    """We have to act: it is in the log."""


class WatchState(Record):
    """`worked` is when it last did, `next_at` when it tries again, in seconds since the epoch."""

    worked: float | None = None
    next_at: float = 0.0
    problem: Problem | None = None
    paused: bool = False
    """Whether it waits until the connection is saved anew."""
