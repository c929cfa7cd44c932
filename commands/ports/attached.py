"""A file that goes with a command."""

from __future__ import annotations

from typing import Protocol

from connectors.models import Resume


class CannotAttach(Exception):
    """A file cannot be had; `problem` is a sentence for the person."""

    def __init__(self, problem: str) -> None:
        super().__init__("a file cannot be had")
        self.problem = problem


class Attached(Protocol):
    """A CV that goes with a command."""

    @property
    def name(self) -> str: ...

    async def fetch(self) -> Resume:
        """Raises `CannotAttach`, and `Unavailable` when it is worth trying again."""
        ...
