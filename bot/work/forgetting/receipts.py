"""Sends whoever asked for it the receipt of a person's erasure: a card, and the proof as a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.slack.deliver import Deliver
from bot.slack.upload import Upload
from bot.work.engine.steps import Steps
from commands.cards.erasing import receipt
from commands.ports.erasing import Proof

log = structlog.get_logger()

PAUSES = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds between attempts while Slack takes nothing."""
COMMENT = "The proof that somebody was forgotten. It names nobody: the person is a hash that only this Shortlist can make."
SENT, AWAY = "sent", "away"
STAYS = (
    "Answers that only one person saw cannot be taken back: Slack lets no app delete them. They go when Slack is reloaded.",
    "What people wrote or attached themselves stays, and so does what was posted more than {days:g} days ago.",
    "For an hour nothing is announced about this person, since it may be old news; what their ATS tells of later is.",
    "While a channel hears from an ATS, the id by which that ATS knows the person is kept, or they would be announced as "
    "new. The audit keeps a hash of it.",
)

Client = Callable[[str], Awaitable[AsyncWebClient | None]]


class Receipts:
    """`days` is how long messages are known."""

    def __init__(self, client: Client, deliver: Deliver, upload: Upload, days: float) -> None:
        self._client, self._deliver, self._upload = client, deliver, upload
        self.stays = tuple(each.format(days=days) for each in STAYS)

    async def send(self, proof: Proof, steps: Steps) -> str:
        """Return how the card fared: sent, or why not."""

        async def file() -> str:
            return await self._file(proof)

        sent = await self._insist("proof", file, steps) == SENT

        async def card() -> str:
            return await self._card(proof, file_sent=sent)

        return await self._insist("receipt", card, steps)

    async def _insist(self, name: str, do: Callable[[], Awaitable[str]], steps: Steps) -> str:
        async def once() -> str:
            return await do()

        for pause in (*PAUSES, None):
            way = await steps.once(name, once)
            if way != AWAY or pause is None:
                break
            await steps.sleep(pause)
        if way != SENT:
            log.warning("a receipt was not sent", what=name, slack=way)
        return way

    async def _file(self, proof: Proof) -> str:
        if (client := await self._client(proof.workspace)) is None:
            return "left"
        content = proof.model_dump_json(indent=2).encode() + b"\n"
        try:
            room = str((await client.conversations_open(users=proof.asked_by))["channel"]["id"])
            await self._upload.send(client, room, f"forgotten-{proof.reference}.json", content, COMMENT)
        except SlackAway:
            return AWAY
        except SlackRefused as refused:
            return refused.code
        except (SlackApiError, *PASSING) as error:
            return _way(error)
        return SENT

    async def _card(self, proof: Proof, *, file_sent: bool) -> str:
        if (client := await self._client(proof.workspace)) is None:
            return "left"
        try:
            await self._deliver.direct(client, proof.asked_by, receipt(proof, file_sent=file_sent))
        except (SlackApiError, *PASSING) as error:
            return _way(error)
        return SENT


def _way(error: Exception) -> str:
    found = meaning(error)
    return AWAY if isinstance(found, SlackAway) else found.code
