"""What a step of the journal leaves behind: a value or an error, as text that comes back after a restart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from connectors import errors
from connectors.errors import ConnectorError, RateLimited
from connectors.models import Record


class Undecided(ConnectorError):
    """A write was on its way when something broke, and the ATS cannot tell whether it arrived."""


class _Outcome(Record):
    """What a step leaves behind: a value as JSON, or the error by name."""

    value: str | None = None
    error: str = ""
    vendor: str = ""
    message: str = ""
    uncertain: bool = False
    retry_after: float = 0.0


async def outcome(shape: Any, do: Callable[[], Awaitable[Any]]) -> str:
    """Run, and put either end into text: an error must come back after a restart as well."""
    try:
        value = _adapter(shape).dump_json(await do()).decode()
    except ConnectorError as error:
        wait = error.retry_after if isinstance(error, RateLimited) else 0.0
        failed = _Outcome(
            error=type(error).__name__,
            vendor=error.vendor,
            message=error.message,
            uncertain=error.uncertain,
            retry_after=wait,
        )
        return failed.model_dump_json()
    return _Outcome(value=value).model_dump_json()


def value_of(text: str, shape: Any) -> Any:
    """The value that was left behind; raises the error that was."""
    left = _Outcome.model_validate_json(text)
    if left.value is not None:
        return _adapter(shape).validate_json(left.value)
    raise _error(left)


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _error(left: _Outcome) -> ConnectorError:
    kind = Undecided if left.error == Undecided.__name__ else getattr(errors, left.error)
    error: ConnectorError = kind(left.vendor, left.message, uncertain=left.uncertain)
    if isinstance(error, RateLimited):
        error.retry_after = left.retry_after
    return error
