"""Reads a filled-in form: each field is parsed on its own, and all problems are said at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from .base import Invalid, Usage, Values
from .cards.form import ACTION

T = TypeVar("T")


class _Option(BaseModel):
    value: str


class _State(BaseModel):
    """The state of an input: text, or the option that was selected."""

    value: str | None = None
    selected_option: _Option | None = None

    @property
    def text(self) -> str:
        return (self.selected_option.value if self.selected_option else self.value or "").strip()


class Reading:
    """One form being read; `finish` says what was wrong."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.errors: dict[str, str] = {}

    def text(self, block_id: str) -> str:
        return _State.model_validate(self._values.get(block_id, {}).get(ACTION, {})).text

    def needed(self, block_id: str, read: Callable[[str], T], missing: str) -> T | None:
        """A field that must be filled in; `missing` says so."""
        if not self.text(block_id):
            self.errors[block_id] = missing
            return None
        return self.optional(block_id, read)

    def optional(self, block_id: str, read: Callable[[str], T]) -> T | None:
        """A field's value; None where it is empty or wrong."""
        text = self.text(block_id)
        if not text:
            return None
        try:
            return read(text)
        except Usage as problem:
            self.errors[block_id] = problem.problem
            return None

    def finish(self) -> None:
        """Raise `Invalid` if a field was wrong."""
        if self.errors:
            raise Invalid(self.errors)
