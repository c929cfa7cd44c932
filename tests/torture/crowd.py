"""People who type, fill in forms and click, each at random, and write down what they asked for."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import Context, ContextVar
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from bot.demo.slack.clicks import CannotDo
from bot.demo.slack.deliver import Delivery
from bot.demo.slack.oauth import acting_in
from bot.demo.slack.payloads import Errand
from bot.demo.slack.workspace import Message, SlackError
from bot.slack.invocation import Invocation
from tests.torture.city import REGULARS, ROOM, City, Typist, regular
from tests.torture.ledger import CHECK, Asked, Came, Ledger
from tests.torture.said import Said, mark_of

PLACES = {
    "recruspace": ("Backend talent", "Design talent"),
    "eightfold": ("Backend Engineer", "Backend Engineer: Offer"),
    "talynce": ("Backend Engineer", "Backend Engineer: Offer"),
    "welcomekit": ("Backend Engineer", "Backend Engineer: Offer"),
}
"""Where people are added to and moved to."""
KINDS = {"note": 34, "tag": 20, "add": 16, "move": 10, "find": 8, "nobody": 4, "form": 8}
"""How often what is asked for."""
TWICE = 0.05
"""How often Slack delivers something three times."""
AGAIN = 0.5
"""How often somebody clicks *Send again*."""
_asking: ContextVar[Asked | None] = ContextVar("asking", default=None)


class Crowd:
    """`doors` is open while there is a bot that takes deliveries."""

    def __init__(self, city: City, ledger: Ledger, chance: random.Random) -> None:
        self._city, self._ledger, self._chance = city, ledger, chance
        self.doors = asyncio.Event()
        self.deliveries = self.repeated = self.clicks = self.checks = 0
        self.slowest = 0.0
        self._clicking: set[asyncio.Task[None]] = set()
        self._numbers = count()

    async def types(self, typist: Typist, gap: float) -> None:
        """For ever."""
        with acting_in(typist.team):
            while True:
                await asyncio.sleep(self._chance.expovariate(1 / gap))
                await self.doors.wait()
                kind = self._chance.choices([*KINDS], [*KINDS.values()])[0]
                name = self._chance.choice(sorted(typist.accounts))
                await self._asks(typist, kind, name)

    async def settles(self) -> None:
        """Let go of who was about to click."""
        for task in self._clicking:
            task.cancel()
        await asyncio.gather(*self._clicking, return_exceptions=True)

    def hears(self, message: Message, came: Came) -> None:
        """Take a card down; some who read that it may have to be sent again do so."""
        heard = self._ledger.hears(message, replace(came, ack_of=_asking.get()))
        if heard and heard[1] in (Said.UNDECIDED, Said.GAVE_UP) and self._chance.random() < AGAIN:
            task = asyncio.create_task(self._sends_again(message, heard[0]), context=Context())
            self._clicking.add(task)
            task.add_done_callback(self._clicking.discard)

    def sends(self, errand: Errand) -> None:
        """Something is on its way to the bot: what answers it is about what is just asked for."""
        if asked := _asking.get():
            self._ledger.answered_at(asked, _address(errand.payload), _reference(errand.payload))

    async def _asks(self, typist: Typist, kind: str, name: str) -> None:
        way = "form" if kind == "form" else "typed"
        account = typist.accounts[name]
        about = self._about(kind, account)
        if about is None:
            return
        real = "note" if kind == "form" else kind
        who = (typist.user, typist.team.id, ROOM)
        asked = Asked(mark_of(next(self._numbers)), real, way, account, about, *who)
        if kind == "add":
            asked.about = f"{asked.mark}@example.com"
        asked.place = PLACES[name][1].rpartition(": ")[2]
        if kind == "form":
            await self._fills_in(typist, asked, name)
            return
        self._ledger.enter(asked)
        text = f"{self._text(asked, name)} via {name}"
        await self._delivered(asked, lambda: self._city.slack.command(typist.user, ROOM, "/candidate", text))

    def _about(self, kind: str, account: str) -> str | None:
        """An address; None when nobody is left about whom nothing was asked."""
        if kind in ("move", "find"):
            crowd = self._city.crowds[account]
            return f"{crowd.pop()}@example.net" if crowd else None
        return regular(self._chance.randrange(REGULARS))

    def _text(self, asked: Asked, name: str) -> str:
        mark, who = asked.mark, asked.about
        return {
            "note": f"note {who} Strong on Go {mark}",
            "tag": f"tag {who} {mark}",
            "add": f'add Jane {mark.capitalize()} {who} to "{PLACES[name][0]}"',
            "move": f'move {who} to "{PLACES[name][1]}"',
            "find": f"find {who}",
            "nobody": f"note {mark}@example.org Nobody has this address",
        }[asked.kind]

    async def _fills_in(self, typist: Typist, asked: Asked, name: str) -> None:
        slack = self._city.slack
        with _asks_for(replace(asked, kind="opening", references=[], heard=[], cards=[], unfit=[])):
            opened = await slack.command(typist.user, ROOM, "/candidate", f"note {asked.about} via {name}")
        view = slack.modal(typist.user)
        if not (opened and opened.ok and view):
            return
        self._ledger.enter(asked)
        values = {"text": f"Strong on Go {asked.mark}"}
        await self._delivered(asked, lambda: slack.submit(typist.user, view.id, values))
        if slack.modal(typist.user):
            await slack.close(typist.user, view.id)

    async def _delivered(self, asked: Asked, deliver: Callable[[], Awaitable[Delivery | None]]) -> None:
        asked.sent_at = time.monotonic()
        with _asks_for(asked):
            try:
                delivery = await deliver()
            except (CannotDo, SlackError):  # the form, or the card, has gone meanwhile
                return
            if delivery is None:
                return
            self._known(asked, delivery)
            if self._chance.random() < TWICE:
                self.repeated += 2
                for again in await self._city.slack.repeat(delivery, 2):
                    self._known(asked, again)

    def _known(self, asked: Asked, delivery: Delivery) -> None:
        self.deliveries += 1
        asked.acked |= delivery.ok
        asked.acked_at = asked.acked_at or (time.monotonic() if delivery.ok else 0.0)
        if delivery.ok:
            self.slowest = max(self.slowest, delivery.seconds)

    async def _sends_again(self, message: Message, asked: Asked) -> None:
        await asyncio.sleep(self._chance.uniform(0.1, 1.0))
        await self.doors.wait()
        user = message.ephemeral_to or next(
            iter(self._city.slack.workspace.channels[message.channel].members)
        )
        typist = next(each for each in self._city.typists if each.user == user)
        await self._checks(typist, message, asked)
        asked.again += 1
        asked.clicked_in.add(message.channel)
        try:
            with acting_in(typist.team), _asks_for(asked):
                await self._city.slack.click(user, message, "Send again")
        except (CannotDo, SlackError, LookupError):  # another answer has taken the card's place
            asked.again -= 1
            return
        self.clicks += 1

    async def _checks(self, typist: Typist, message: Message, asked: Asked) -> None:
        """A look at the record in the ATS first, where the card offers it: Slack opens it, and the bot has nothing to say."""
        name = f"Check in {self._city.accounts[asked.account].title}"
        with suppress(CannotDo, SlackError, LookupError), acting_in(typist.team):
            with _asks_for(replace(asked, kind=CHECK, references=[])):
                await self._city.slack.click(typist.user, message, name)
            self.checks += 1


@contextmanager
def _asks_for(asked: Asked) -> Iterator[None]:
    """What this task delivers meanwhile is for that, and so is what an ack says."""
    before = _asking.set(asked)
    try:
        yield
    finally:
        _asking.reset(before)


def _address(payload: Mapping[str, Any]) -> str:
    return urlsplit(str(payload.get("response_url") or "")).path.rpartition("/")[2]


def _reference(payload: Mapping[str, Any]) -> str:
    """The reference of the job, as the bot makes it: the same for every click of one person on a *Send again*."""
    from bot.slack.listeners import _one_click
    from bot.slack.understand import continues

    said = Invocation.from_slack(payload)
    on = continues(said)
    return (_one_click(on.of, said) if on and on.once else said).reference
