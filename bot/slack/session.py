"""One open form: what it began with, what was learned since, and how it is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from commands.base import Block, Command, ConnectionInfo, Opening, Request
from commands.cards import authorship, learned
from commands.cards.live import live
from commands.text.person import AddRequest
from connectors.base import Connector
from connectors.models import Candidate
from connectors.vendors import CONNECTORS

PERSONAL = ("name", "email", "phone", "links")
"""The fields that differ from person to person."""


@dataclass
class Session:
    """One open form. `shown` is what each field began with, `touched` the fields that a person has changed."""

    command: Command
    request: Request
    opening: Opening
    client: AsyncWebClient
    team: str
    user: str
    connections: Sequence[ConnectionInfo] = ()
    view_id: str = ""
    generations: dict[str, int] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    email: str = ""
    known: dict[str, Candidate] = field(default_factory=dict)
    """Who has this address, by connection id."""
    news: str = ""
    """A sentence about what is going on, such as a CV being read."""
    people: Sequence[AddRequest] = ()
    """The people of a message, where there are several."""
    who: str = "0"
    """Which of them, by number, or all."""
    author: str = ""
    """Who sends it, by their name in Slack; `address` is their email there, where the app may see it."""
    address: str = ""
    account: str = ""
    """What the key of the ATS belongs to, once that is known."""
    is_user: bool | None = None
    """Whether the ATS will show the person as a user of its own, where it can."""
    problem: str | None = None
    """Why it comes back, where it does."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def draw(self) -> Block:
        if self.command.form is None:
            raise LookupError("this command has no form")
        chosen = self.opening.connection
        opening = self.opening.model_copy(update={"anyway": chosen in self.known})
        view = self.command.form(self.request, opening, self.problem)
        if self.who == learned.ALL:
            view = view | {"blocks": [b for b in view["blocks"] if b.get("block_id") not in PERSONAL]}
        title = next((CONNECTORS[c.vendor] for c in self.connections if c.id == chosen), None)
        notes = [
            *learned.several(self.people, self.who),
            *learned.attached(self.opening.filename, title),
            *learned.news(self.news),
            *learned.duplicates(self.known, self.connections, opening),
            *(self._signed(title) if title else []),
        ]
        needs = self.command.needs_ats and not self.opening.candidate
        return live(
            view,
            notes=notes,
            connections=self.connections if needs else (),
            chosen=chosen,
            generations=self.generations,
            listening=self.command.verb == "add",
        )

    @property
    def chosen(self) -> ConnectionInfo | None:
        """The connection that the form is for at present."""
        return next((each for each in self.connections if each.id == self.opening.connection), None)

    def _signed(self, ats: type[Connector]) -> list[Block]:
        """As whom the ATS will show what is sent."""
        verb = self.command.verb
        if verb not in authorship.SIGNED:
            return []
        return authorship.before(
            verb, ats.title, name=self.author, account=self.account, is_user=self.is_user
        )
