"""What may count only once: an event that Slack repeats, a link that somebody follows twice."""

from __future__ import annotations

from .base import Write


def first_time(write: Write, id: str, *, now: float, keep: float) -> bool:
    """Whether this id is new, within the transaction of what depends on it; remembered for `keep` seconds."""
    write.remove_below("once", "until", now)
    if write.rows("once", {"id": id}):
        return False
    write.put("once", {"id": id, "until": now + keep})
    return True
