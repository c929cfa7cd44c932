"""Commands with a context: the real connector, its stand-in over HTTP, and a registry in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.demo.ats import StandInAts
from commands.base import Card, ConnectionInfo, Context, Interrupt, Person, Picks, Reply, Request
from commands.catalogue import command, find_command
from commands.ports.watching import WatchState
from connectors.errors import BadCredentials, ConnectorError
from connectors.models import Account
from connectors.vendors import CONNECTORS

from ..connectors.conftest import Pair, PairOf
from ..connectors.conftest import pair_of as pair_of
from ..connectors.conftest import retries_do_not_wait as retries_do_not_wait
from ..schemas import problems, things

MIA = Person(id="U1", name="Mia Member")
ADMIN = Person(id="U2", name="Ada Admin", admin=True)


@dataclass
class MemoryRegistry:
    """Keeps connections; `broken` are the errors that asking for an account raises, by connection name."""

    known: list[ConnectionInfo] = field(default_factory=list)
    broken: dict[str, ConnectorError] = field(default_factory=dict)
    saved: dict[str, Mapping[str, str]] = field(default_factory=dict)
    watched: dict[str, WatchState] = field(default_factory=dict)

    async def connections(self) -> list[ConnectionInfo]:
        return list(self.known)

    async def account(self, connection: ConnectionInfo) -> Account:
        if connection.name in self.broken:
            raise self.broken[connection.name]
        return Account(name=f"the account of {connection.name}")

    async def watch(self, connection: ConnectionInfo) -> WatchState | None:
        return self.watched.get(connection.name)

    async def connect(self, vendor: str, name: str, settings: Mapping[str, str]) -> ConnectionInfo:
        made = ConnectionInfo(
            id=f"c{len(self.known) + 1}",
            name=name,
            vendor=vendor,
            title=CONNECTORS[vendor].title,
            default=not self.known,
        )
        self.known = [*(c for c in self.known if c.name != name), made]
        self.saved[name] = settings
        return made

    async def disconnect(self, connection: ConnectionInfo) -> None:
        self.known.remove(connection)

    async def set_default(self, connection: ConnectionInfo, channel: str | None) -> None:
        change: dict[str, Any] = {"channels": (channel,)} if channel else {"default": True}
        self.known = [c.model_copy(update=change) if c == connection else c for c in self.known]

    async def clear_default(self, channel: str) -> None:
        self.known = [
            c.model_copy(update={"channels": tuple(each for each in c.channels if each != channel)})
            for c in self.known
        ]

    async def try_settings(self, vendor: str, settings: Mapping[str, str]) -> Account:
        if settings["key"] != "good":
            raise BadCredentials(CONNECTORS[vendor].title, "the key was refused")
        return Account(name="Acme")


@dataclass
class Sitting:
    """Somebody with a context who types, clicks and fills in forms."""

    context: Context
    stand_in: StandInAts
    registry: MemoryRegistry

    async def types(self, text: str, **picks: Any) -> Card:
        """The card that a `/candidate` command ends with."""
        found, rest = find_command("/candidate", text)
        return await self.runs(found.verb, found.parse(rest), **picks)

    async def runs(self, verb: str, request: Request, name: str = "/candidate", **picks: Any) -> Card:
        context = replace(self.context, picks=Picks(**picks))
        try:
            reply: Reply = await command(name, verb).run(context, request)
        except Interrupt as interrupt:
            return _checked(interrupt.card)
        return _checked(reply.card)

    def at(self, pair: Pair) -> Sitting:
        """The same person with the context of another ATS."""
        ats = pair.ats
        connection = ConnectionInfo(id="c9", name=ats.title, vendor=ats.vendor, title=ats.title)
        return replace(
            self,
            context=replace(self.context, connection=connection, connector=ats),
            stand_in=pair.stand_in,
        )

    def row(self, email: str) -> dict[str, Any]:
        return next(row for row in self.stand_in.rows() if row["email"] == email)

    def rows(self, email: str) -> list[dict[str, Any]]:
        return [row for row in self.stand_in.rows() if row["email"] == email]


def _checked(card: Card) -> Card:
    assert problems(list(card.blocks), "message") == []
    return card


def words(card: Card) -> str:
    """All that a card says."""
    texts = [t["text"] for t in things(list(card.blocks)) if t.get("type") in ("mrkdwn", "plain_text")]
    return "\n".join(texts)


def values(card: Card, action: str) -> list[dict[str, Any]]:
    """What the buttons of one action carry."""
    found = [t for t in things(list(card.blocks)) if str(t.get("action_id", "")).split(":")[0] == action]
    return [json.loads(button.get("value", "{}")) for button in found]


@pytest.fixture
def registry() -> MemoryRegistry:
    return MemoryRegistry()


@pytest.fixture
async def sitting(pair_of: PairOf, registry: MemoryRegistry) -> Sitting:
    pair: Pair = await pair_of("recruspace")
    connection = ConnectionInfo(id="c1", name="Recruspace", vendor="recruspace", title="Recruspace")
    context = Context(
        job="T1:123.456",
        person=MIA,
        channel="C1",
        registry=registry,
        permalink="https://acme.slack.example/p1",
        connection=connection,
        connector=pair.ats,
    )
    return Sitting(context, pair.stand_in, registry)
