"""Failures a test asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERY = "*"


@dataclass
class Fault:
    """What a method does instead of its work; `late`: after its work, so that only the answer is lost."""

    error: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    times: int = 1
    late: bool = False

    @property
    def fails(self) -> bool:
        """False when the call is only slow."""
        return self.error is not None or self.status != 200


class Faults:
    """The faults that wait for calls, by method; `*` is any method, `response_url` and `file` what is no method."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = {}

    def force(self, method: str, fault: Fault) -> None:
        """The next calls of the method meet the fault; several queue up."""
        self._waiting.setdefault(method, []).append(fault)

    def clear(self) -> None:
        """All is well again."""
        self._waiting.clear()

    def next(self, method: str) -> Fault:
        """What this call meets: nothing, mostly."""
        waiting = self._waiting.get(method) or (self._waiting.get(EVERY) if "." in method else None)
        if not waiting:
            return Fault()
        waiting[0].times -= 1
        return waiting[0] if waiting[0].times > 0 else waiting.pop(0)
