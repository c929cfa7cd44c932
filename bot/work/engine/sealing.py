"""What a job holds is nobody's to read in the engine's tables."""

from __future__ import annotations

import json
from typing import Any

from dbos import Serializer

from bot.store.vault import CannotOpen, Vault

LOCKED = {"args": (None,), "kwargs": {}}
"""What a job is called with that was sealed with a key that is not configured."""


class JobFailed(Exception):
    """Stands for an error of an earlier run, of which only the name was kept."""


class Sealed(Serializer):
    """JSON sealed by the vault: what a job holds is nobody's to read in the file."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def name(self) -> str:
        return "shortlist_sealed_json"

    def serialize(self, data: Any) -> str:
        return self._vault.seal(
            "job", json.dumps(data, default=lambda other: {"__error__": type(other).__name__})
        )

    def deserialize(self, serialized_data: str) -> Any:
        try:
            data = json.loads(self._vault.open("job", serialized_data))
        except CannotOpen:
            return LOCKED  # raised here, it would end the job for good
        return JobFailed(data["__error__"]) if isinstance(data, dict) and "__error__" in data else data
