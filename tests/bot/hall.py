"""A Slack with one channel, in memory: it remembers what was sent, and can break off before or after a call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import SlackRefused
from bot.slack.deliver import Deliver
from bot.slack.upload import Upload
from bot.store.base import Store
from bot.store.cards import CardTable
from bot.store.subscriptions import SubscriptionTable
from bot.store.vault import Vault
from bot.work.announce import Announcer
from bot.work.channels.announcement import ANNOUNCE, Announcement
from bot.work.channels.weekly import Weekly
from bot.work.engine.steps import Do
from commands.base import Card, ConnectionInfo
from commands.ports.rooms import Level
from connectors.models import Change, JobChange

TEAM, CHANNEL = "T1", "C1"
CONNECTION = ConnectionInfo(id="c1", name="Recruspace", vendor="recruspace", title="Recruspace")
MAY_SAY = {
    Level.SHARED: {"title"},
    Level.PUBLIC: {"title", "name"},
    Level.PRIVATE: {"title", "name", "stage", "tag"},
}
"""The kinds of words that the design allows in each room."""


class Crash(BaseException):
    """The process dies."""


@dataclass
class Said:
    """A message as it stands now."""

    ts: str
    payload: str
    thread: str | None = None

    @property
    def kinds(self) -> set[str]:
        return set(re.findall(r"(title|name|stage|tag|email|phone|link)\d+x", self.payload))


@dataclass
class Hall:
    """One channel. `fails` are what the next calls that write end with: a word of Slack's, a status, a crash."""

    level: Level = Level.PRIVATE
    member: bool = True
    archived: bool = False
    said: dict[str, Said] = field(default_factory=dict)
    sent: list[tuple[str, Said, Level]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    looks: int = 0
    takes_files: bool = True
    pictures: list[tuple[bytes, str]] = field(default_factory=list)
    fails: list[str] = field(default_factory=list)

    async def conversations_info(self, *, channel: str) -> dict[str, Any]:
        self.looks += 1
        shared, private = self.level is Level.SHARED, self.level is Level.PRIVATE
        state = {"is_member": self.member, "is_archived": self.archived}
        return {"channel": {"id": channel, "is_ext_shared": shared, "is_private": private, **state}}

    async def conversations_open(self, *, users: str) -> dict[str, Any]:
        return {"channel": {"id": f"D{users}"}}

    async def chat_postMessage(self, **sent: Any) -> dict[str, Any]:  # noqa: N802 the name is Slack's
        if sent["channel"] != CHANNEL:
            self.told.append(_payload(sent))
            return {"ts": "1.0"}
        return self._write("post", f"{len(self.sent) + 1}.0", sent, sent.get("thread_ts"))

    async def chat_update(self, **sent: Any) -> dict[str, Any]:
        if sent["ts"] not in self.said:
            raise _refused("message_not_found")
        return self._write("update", sent["ts"], sent, self.said[sent["ts"]].thread)

    def _write(self, how: str, ts: str, sent: Mapping[str, Any], thread: str | None) -> dict[str, Any]:
        fails = self.fails.pop(0) if self.fails else ""
        if not fails or fails.startswith("late"):
            said = Said(ts, _payload(sent), thread)
            self.said[ts] = said
            self.sent.append((how, said, self.level))
        if fails in ("crash", "late crash"):
            raise Crash
        if fails == "late timeout":
            raise TimeoutError
        if fails:
            raise _refused(fails)
        return {"ts": ts}

    @property
    def cards(self) -> list[Said]:
        """What stands in the channel itself."""
        return [each for each in self.said.values() if each.thread is None]

    @property
    def posts(self) -> int:
        """How many messages were sent to the channel itself."""
        return sum(how == "post" and said.thread is None for how, said, _ in self.sent)

    def below(self, card: Said) -> list[Said]:
        return [each for each in self.said.values() if each.thread == card.ts]


def _payload(sent: Mapping[str, Any]) -> str:
    return json.dumps({"text": sent["text"], "blocks": sent["blocks"]}, ensure_ascii=False)


def _refused(word: str) -> SlackApiError:
    class Answer(dict[str, Any]):
        status_code = 429 if word == "ratelimited" else 200
        headers: Mapping[str, str] = {}

    return SlackApiError("refused", Answer(ok=False, error=word))  # type: ignore[no-untyped-call]


class NoSteps:
    """Steps that wait for nothing."""

    async def once(self, name: str, do: Do) -> str:
        return await do()

    async def sleep(self, seconds: float) -> None:
        return

    async def ready(self) -> None:
        """Nobody shares this work."""


class Direct(Deliver):
    """Speaks to people without a session."""

    def __init__(self) -> None:
        """Nothing is opened."""

    async def direct(self, client: AsyncWebClient, user: str, card: Card) -> str:
        await client.chat_postMessage(channel=f"D{user}", text=card.text, blocks=list(card.blocks))
        return f"D{user}:1.0"


class Pictures(Upload):
    """Keeps pictures in memory, or refuses them."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def keep(self, client: AsyncWebClient, name: str, content: bytes, alt: str) -> str:
        if not self._hall.takes_files:
            raise SlackRefused("missing_scope")
        self._hall.pictures.append((content, alt))
        return f"F{len(self._hall.pictures)}"


@dataclass
class Office:
    """An announcer over a store, and the work that it hands over; `restart` is another process on the same files."""

    hall: Hall
    store: Store
    vault: Vault
    clock: float = 1_000_000_800.0
    work: list[tuple[float, str, str]] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.subscriptions = SubscriptionTable(self.store, self.vault, lambda: self.clock)
        self.cards = CardTable(self.store, self.vault, lambda: self.clock)
        self.restart()

    def restart(self) -> None:
        async def client(team: str) -> Any:
            return self.hall

        async def name(team: str, connection: str) -> str | None:
            return CONNECTION.name

        upload = Pictures(self.hall)
        self.weekly = Weekly(self.subscriptions, self.cards, upload, name, self._put, lambda: self.clock)
        self.announcer = Announcer(
            self.subscriptions, self.cards, client, Direct(), self.weekly, self._put, lambda: self.clock
        )

    async def _put(self, kind: str, id: str, payload: str, *, delay: float = 0.0) -> None:
        if id not in self.done:
            self.done.add(id)
            self.work.append((self.clock + delay, kind, payload))

    async def happens(
        self, change: Change | JobChange, reference: str = "", *, actor: str | None = None, at: float = 0.0
    ) -> None:
        said = Announcement(
            team=TEAM,
            connection=CONNECTION,
            change=change,
            reference=reference or f"event{len(self.done)}",
            actor=actor,
            at=at or self.clock,
        )
        await self._put(ANNOUNCE, said.reference, said.model_dump_json())
        await self.works()

    async def works(self) -> None:
        """Do all that is due; what dies is begun anew by the process that comes next."""
        while due := [each for each in self.work if each[0] <= self.clock]:
            _, kind, payload = due[0]
            try:
                await self.announcer.handlers[kind](payload, NoSteps())
            except Crash:
                self.restart()
                continue
            self.work.remove(due[0])


def words_of(said: Sequence[Said]) -> str:
    return "\n".join(each.payload for each in said)
