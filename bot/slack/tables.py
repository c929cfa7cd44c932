"""Tables that people share in Slack: fetched, then read in a process of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel, ValidationError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.files import Files
from bot.slack.invocation import Id
from bot.work.sandbox.sheets import SheetReader
from commands.table.columns import Table
from connectors.models import Record

KINDS = frozenset(
    {
        "text/csv",
        "text/tab-separated-values",
        "application/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
ENDINGS = frozenset({".csv", ".tsv", ".xlsx"})


class Attached(Record):
    """A file that may be a table, by its id in Slack."""

    id: str
    name: str


class _File(BaseModel):
    id: Id
    name: str | None = None
    mimetype: str | None = None


@dataclass(frozen=True)
class Read:
    """A table, and what tells its file from any other: equal files have equal digests."""

    filename: str
    digest: str
    table: Table


def table_in(message: Mapping[str, Any]) -> Attached | None:
    """The first attachment of a message that can be a table."""
    files = message.get("files")
    for each in files if isinstance(files, list) else []:
        try:
            file = _File.model_validate(each)
        except ValidationError:
            continue  # a kind of attachment that is no hosted file
        name = file.name or "table"
        if file.mimetype in KINDS or PurePath(name).suffix.casefold() in ENDINGS:
            return Attached(id=file.id, name=name)
    return None


class Tables:
    def __init__(self, files: Files, reader: SheetReader) -> None:
        self._files, self._reader = files, reader

    async def read(self, client: AsyncWebClient, id: str) -> Read:
        """Raises `CannotAttach` and `CannotRead`, which have a sentence for people, and `SlackAway`."""
        file = await self._files.fetch(client, id)
        content = file.content or b""
        table = Table(await self._reader.read(content))
        return Read(file.filename, hashlib.blake2b(content, digest_size=16).hexdigest(), table)
