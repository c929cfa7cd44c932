"""The audit of one workspace, as `/ats audit` sees it."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.slack.upload import Upload
from bot.store.audit import number_of, whole_of
from bot.store.base import Row
from bot.store.history import History
from commands.ports.auditing import Checked, Entry, Sent, Wanted
from connectors.errors import Unavailable

MOST = 50_000
"""Entries in one file, about 25 MB; `shortlist audit export` has no such bound."""
NAME = "shortlist-audit.jsonl"
COMMENT = (
    "The audit of this workspace, one entry a line. The `hash` of each covers the line itself and the hash before it: "
    "keep the file somewhere else, and nobody can change what it says."
)


class WorkspaceBook:
    """For one person, who is sent what they ask for."""

    def __init__(
        self, team: str, user: str, history: History, client: AsyncWebClient, upload: Upload
    ) -> None:
        self._team, self._user = team, user
        self._history, self._client, self._upload = history, client, upload

    async def latest(self, wanted: Wanted, most: int) -> Sequence[Entry]:
        def fits(row: Row) -> bool:
            by = wanted.actor in (None, row["actor"])
            return by and wanted.verb in (None, str(row["verb"]).rpartition(" ")[2])

        rows = await self._history.latest(self._team, fits, most, before=wanted.before, since=wanted.since)
        return [_entry(row) for row in rows]

    async def checked(self) -> Checked:
        return await self._history.whole(self._team)

    async def send(self) -> Sent:
        lines = [each async for each in self._history.lines(self._team, most=MOST)]
        chain = await self._history.chain(self._team)
        if not lines:
            return Sent()
        content = "".join(f"{each}\n" for each in lines).encode()
        try:
            room = str((await self._client.conversations_open(users=self._user))["channel"]["id"])
            await self._upload.send(self._client, room, NAME, content, COMMENT)
        except (SlackApiError, *PASSING) as error:
            return _refused(meaning(error))
        except (SlackAway, SlackRefused) as error:
            return _refused(error)
        return Sent(count=len(lines), of=max(len(lines), chain.number - chain.cut))


def _refused(error: SlackAway | SlackRefused) -> Sent:
    if isinstance(error, SlackAway):
        raise Unavailable("Slack", "does not take the file")
    return Sent(refused=error.code)


def _entry(row: Row) -> Entry:
    texts = {name: str(row[name]) for name in ("actor", "verb", "outcome", "connection", "vendor")}
    return Entry(number=whole_of(row["number"]), at=number_of(row["at"]), **texts)
