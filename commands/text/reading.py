"""Reads a filled-in form: each field is parsed on its own, and all problems are said at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from commands.base import Invalid, Opening, Usage, Values
from commands.cards.form import ACTION
from commands.cards.live import ATS, name_of
from commands.text.chosen import Chosen, chosen, id_for

T = TypeVar("T")


class _Label(BaseModel):
    text: str = ""


class _Option(BaseModel):
    value: str
    text: _Label = _Label()


class _File(BaseModel):
    id: str


class _State(BaseModel):
    """The state of an input: text, the option that was selected, or the files that were attached."""

    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] = []
    files: list[_File] = []
    selected_conversation: str | None = None
    selected_users: list[str] = []

    @property
    def text(self) -> str:
        chosen = self.selected_option.value if self.selected_option else self.selected_conversation
        return (chosen or self.value or "").strip()


class Reading:
    """One form being read; `finish` says what was wrong. Raises `Usage` for fields of no form of ours."""

    def __init__(self, values: Values) -> None:
        try:
            self._states = {
                name_of(id): _State.model_validate(each.get(ACTION, {})) for id, each in values.items()
            }
        except ValidationError:
            raise Usage("This form cannot be read.") from None
        self._ids = {name_of(id): id for id in values}
        self.errors: dict[str, str] = {}

    def text(self, block_id: str) -> str:
        return self._states.get(block_id, _State()).text

    def chosen(self, block_id: str, connection: str | None, missing: str = "") -> Chosen:
        """What was picked in a searching select; `missing` says that something has to be."""
        option = self._states.get(block_id, _State()).selected_option
        what = chosen(self.text(block_id), option.text.text if option else "")
        try:
            id_for(what, connection, block_id)
        except Invalid as elsewhere:
            self.errors |= elsewhere.errors
        if missing and not (what.id or what.text):
            self.errors[block_id] = missing
        return what

    def several(self, block_id: str) -> list[str]:
        """The texts picked in a select of many."""
        options = self._states.get(block_id, _State()).selected_options
        return [chosen(each.value, each.text.text).text for each in options]

    def people(self, block_id: str) -> tuple[str, ...]:
        """The ids of the people picked in a select of many."""
        return tuple(self._states.get(block_id, _State()).selected_users)

    def file(self, block_id: str) -> str | None:
        """The id of the first file of a file input."""
        return next((each.id for each in self._states.get(block_id, _State()).files), None)

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

    def connection(self, opening: Opening) -> str | None:
        """The ATS that the form is for: the one selected in it, else the one it was opened for."""
        return self.text(ATS) or opening.connection

    def finish(self) -> None:
        """Raise `Invalid` if a field was wrong."""
        if self.errors:
            raise Invalid({self._ids.get(name, name): said for name, said in self.errors.items()})
