"""The buttons of an import's message: pause, resume, cancel, and what failed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pydantic import ValidationError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.deliver import Deliver
from bot.slack.invocation import Invocation, Outdated
from bot.slack.people import People
from bot.store.imports import Imports
from bot.work.importing.imports import IMPORT, Order
from commands.base import Card
from commands.cards import flow
from commands.cards.progress import failed_rows
from commands.imports import IMPORT as IMPORT_VERB
from commands.permission import refusal
from commands.table.importing import Asked, State, Wish

Put = Callable[[str, str, str], Awaitable[None]]
"""Hands over durable work: its kind, its id, its payload."""

FREE = (Wish.PAUSE, Wish.CANCEL)
"""What stops an import is open to its person, whatever the rules have become."""


class ImportButtons:
    """What is wished is written down before the click is acknowledged."""

    def __init__(self, imports: Imports, people: People, deliver: Deliver, put: Put) -> None:
        self._imports, self._people, self._deliver, self._put = imports, people, deliver, put

    async def clicked(self, client: AsyncWebClient, invocation: Invocation) -> None:
        """Raises `Outdated`."""
        try:
            asked = Asked.model_validate_json(invocation.value)
        except ValidationError:
            raise Outdated("a button of no import") from None
        team, user = invocation.team, invocation.user
        if asked.wish not in FREE and (refused := await self._refused(client, invocation)):
            await self._deliver.say(client, invocation, refused, replace=False)
            return
        if asked.wish is Wish.SHOW:
            await self._show(client, invocation, asked)
            return
        found = await self._imports.ask(team, user, asked.id, asked.wish)
        if found is State.PAUSED:
            order = Order(id=asked.id, runner=invocation.id, wish=asked.wish, team=team, user=user)
            await self._put(IMPORT, invocation.id, order.model_dump_json())
        if found is None:
            await self._deliver.say(client, invocation, flow.expired_choice(), replace=False)

    async def _refused(self, client: AsyncWebClient, invocation: Invocation) -> Card | None:
        """The rules may have changed since the import began. Raises slack_sdk's errors."""
        return refusal(await self._people.person(client, invocation.team, invocation.user), IMPORT_VERB)

    async def _show(self, client: AsyncWebClient, invocation: Invocation, asked: Asked) -> None:
        job = await self._imports.of(invocation.team, invocation.user, asked.id)
        failures = await self._imports.failures(invocation.team, asked.id) if job else []
        name = job.plan.filename if job and job.plan else ""
        card = failed_rows(failures, name) if failures else flow.expired_choice()
        await self._deliver.say(client, invocation, card, replace=False)
