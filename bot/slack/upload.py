"""Sends a file of ours to somebody, in the three calls that Slack wants."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.addresses import Addresses
from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning


class Upload:
    """The address for the content comes from Slack's own answer, and its host is checked all the same."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        self._addresses = Addresses(api_url)

    async def send(self, client: AsyncWebClient, room: str, name: str, content: bytes, comment: str) -> str:
        """Return its id in Slack. Raises `SlackAway` when nothing was posted yet, else `SlackRefused`."""
        try:
            place = await client.files_getUploadURLExternal(filename=name, length=len(content))
        except (SlackApiError, *PASSING) as error:
            raise meaning(error) from None
        await self._put(str(place["upload_url"]), content)
        try:
            await client.files_completeUploadExternal(
                files=[{"id": str(place["file_id"]), "title": name}], channel_id=room, initial_comment=comment
            )
        except (SlackApiError, *PASSING) as error:
            found = meaning(error)
            # Whether it is there, nobody can tell: sent again, it may be there twice.
            raise found if isinstance(found, SlackRefused) else SlackRefused("unclear") from None
        return str(place["file_id"])

    async def keep(self, client: AsyncWebClient, name: str, content: bytes, alt: str) -> str:
        """Store a picture that a message can then show, and return its id. Raises `SlackAway`, `SlackRefused`."""
        try:
            place = await client.files_getUploadURLExternal(filename=name, length=len(content), alt_txt=alt)
            await self._put(str(place["upload_url"]), content)
            await client.files_completeUploadExternal(files=[{"id": str(place["file_id"]), "title": name}])
        except (SlackApiError, *PASSING) as error:
            raise meaning(error) from None
        return str(place["file_id"])

    async def _put(self, url: str, content: bytes) -> None:
        if not self._addresses.keeps_files(url):
            raise SlackRefused("foreign_upload_url")
        try:
            async with self._session.post(url, data=content, allow_redirects=False) as response:
                if response.status != 200:
                    raise SlackAway
        except PASSING:
            raise SlackAway from None
