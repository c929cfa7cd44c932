"""Files that people share in Slack, fetched with the bot's token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import BaseModel, ValidationError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.addresses import Addresses
from bot.slack.client import PASSING, Elsewhere, SlackAway, SlackRefused, meaning
from bot.slack.invocation import Id
from commands.ports.attached import CannotAttach
from connectors.errors import Unavailable
from connectors.models import Record, Resume

LARGEST = 10 * 2**20
"""Bytes; what Slack itself takes in a form."""
KINDS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
}

NO_ACCESS = (
    "I cannot open files here: an admin has to give the app the `files:read` scope and install it again."
)
GONE = "The file is no longer in Slack."
TOO_LARGE = "The file is larger than 10 MB, so I left it in Slack."
REFUSALS = {
    "missing_scope": NO_ACCESS,
    "file_not_found": GONE,
    "file_deleted": GONE,
    "access_denied": NO_ACCESS,
}


class Cv(Record):
    """A file that may be a CV, by its id in Slack."""

    id: str
    name: str = "CV"
    mimetype: str = ""


class _File(BaseModel):
    id: Id
    name: str | None = None
    mimetype: str | None = None
    size: int = 0
    url_private_download: str | None = None


def cv_in(message: Mapping[str, Any]) -> Cv | None:
    """The first attachment of a message that can be a CV."""
    files = message.get("files")
    for each in files if isinstance(files, list) else []:
        try:
            file = _File.model_validate(each)
        except ValidationError:
            continue  # a kind of attachment that is no hosted file
        if file.mimetype in KINDS:
            return Cv(id=file.id, name=file.name or "CV", mimetype=file.mimetype or "")
    return None


class Files:
    """Fetches from Slack only: the address comes from Slack's own answer, and its host is checked all the same."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        self._addresses = Addresses(api_url)

    async def fetch(self, client: AsyncWebClient, id: str) -> Resume:
        """Raises `CannotAttach`, and `SlackAway` when it is worth trying again."""
        try:
            answer = await client.files_info(file=id)
        except (SlackApiError, *PASSING) as error:
            found = meaning(error)
            if isinstance(found, SlackRefused):
                raise CannotAttach(REFUSALS.get(found.code, GONE)) from None
            raise found from None
        file = _File.model_validate(answer["file"])
        if file.size > LARGEST:
            raise CannotAttach(TOO_LARGE)
        content = await self._download(file.url_private_download or "", client.token or "")
        kind = file.mimetype or "application/pdf"
        return Resume(filename=file.name or f"cv{KINDS.get(kind, '')}", content_type=kind, content=content)

    async def _download(self, url: str, token: str) -> bytes:
        if not self._addresses.keeps_files(url):
            raise CannotAttach(GONE)
        try:
            headers = {"Authorization": f"Bearer {token}"}
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status >= 500 or response.status == 429:
                    raise SlackAway
                if response.status != 200:
                    raise CannotAttach(GONE)
                content = await response.content.read(LARGEST + 1)
                while len(content) <= LARGEST and (more := await response.content.read(LARGEST)):
                    content += more
        except Elsewhere:  # to a page where a person would sign in
            raise CannotAttach(GONE) from None
        except PASSING:
            raise SlackAway from None
        if len(content) > LARGEST:
            raise CannotAttach(TOO_LARGE)
        return content


class Attachment:
    """A CV by its id in Slack, fetched when an ATS takes it."""

    def __init__(self, files: Files, client: AsyncWebClient, id: str, name: str) -> None:
        self._files, self._client, self._id = files, client, id
        self.name = name

    async def fetch(self) -> Resume:
        try:
            return await self._files.fetch(self._client, self._id)
        except SlackAway:
            raise Unavailable("Slack", "does not hand over the file") from None
