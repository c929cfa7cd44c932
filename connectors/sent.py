"""Notices that a write has gone through: whatever goes wrong after it in the same breath leaves a doubt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Sent:
    any: bool = False


_noticing: ContextVar[Sent | None] = ContextVar("noticing", default=None)


@contextmanager
def noticing() -> Iterator[Sent]:
    """What is sent in this block, and in tasks that it starts, is noticed."""
    sent = Sent()
    before = _noticing.set(sent)
    try:
        yield sent
    finally:
        _noticing.reset(before)


def notice() -> None:
    """A write was answered with success."""
    if sent := _noticing.get():
        sent.any = True
