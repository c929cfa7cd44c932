"""Looks for garbage seldom: a look over all that a bot has loaded takes a fifth of a second, in which no ack goes out."""

from __future__ import annotations

import gc

SELDOM = (50_000, 10, 10)
"""How much has to be new first, in Python's own counts; a start makes two hundred thousand things that stay."""


def seldom() -> None:
    gc.set_threshold(*SELDOM)


def settle() -> None:
    """Leave all that is there now out of every later look."""
    gc.collect()
    gc.freeze()
