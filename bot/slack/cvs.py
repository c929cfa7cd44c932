"""CVs that hang on messages: fetched from Slack, read in a process of their own."""

from __future__ import annotations

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import SlackAway
from bot.slack.files import Cv, Files
from bot.work.sandbox.cv import CvReader
from commands.extract import Found
from commands.extract.errors import CannotRead
from commands.ports.attached import CannotAttach

log = structlog.get_logger()


class Cvs:
    def __init__(self, files: Files, reader: CvReader) -> None:
        self._files, self._reader = files, reader

    async def read(self, client: AsyncWebClient, cv: Cv, country: str | None) -> tuple[Found | None, str]:
        """Whom the CV is about, or a sentence for the form that says why it could not be read."""
        try:
            file = await self._files.fetch(client, cv.id)
            found = await self._reader.read(
                file.content or b"", file.filename, file.content_type, region=country
            )
        except CannotAttach as error:
            return None, f":warning: {error.problem}"
        except CannotRead as error:
            log.info("CV not read", reason=type(error).__name__)
            return None, f":warning: {error.sentence}"
        except SlackAway:
            return None, ":warning: Slack did not hand over the file. Please fill the form in by hand."
        return found, ""
