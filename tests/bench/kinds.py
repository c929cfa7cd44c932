"""How long the ack of each kind of interaction takes while every ATS needs five seconds to answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from unittest.mock import patch

from bot.demo.ats import STAND_INS
from bot.demo.ats.server import Fault
from bot.demo.ats.world import small_world
from bot.demo.run import slash_commands
from bot.demo.slack.act import Acts
from bot.demo.slack.deliver import Delivery
from bot.demo.slack.payloads import Errand
from bot.demo.slack.server import StandInSlack
from bot.demo.slack.workspace import Message, View
from commands.cards.live import name_of
from tests.bench.load import at
from tests.bench.servers import of_slack, process

MEMBER, HIRING, ZOE = "U0MIA", "C0HIRING", "zoe@example.com"
SLOW = Fault(status=503, delay=5.0)
TIMES = 100
SEARCH = "search in a select (its answer)"
CONTROL = "the same command, to bare aiohttp meanwhile"
MOST = 50.0
"""Milliseconds within which 99 of 100 acks are wanted."""


@dataclass(frozen=True)
class Kind:
    """`bounded` is false where Slack wants an answer rather than an ack, so that it waits for the ATS a moment, and for the control."""

    name: str
    p50: float
    p99: float
    count: int
    bounded: bool = True

    @property
    def passed(self) -> bool:
        return self.p99 < MOST


class Person:
    """Uses the bot; `took` holds each ack's milliseconds."""

    def __init__(self, slack: StandInSlack) -> None:
        self.slack = slack
        self.took: list[float] = []

    async def command(self) -> None:
        await self.slack.command(MEMBER, HIRING, "/candidate", f"note {ZOE} Strong on Go via recruspace")

    async def shortcut(self) -> None:
        message = self.slack.say(
            MEMBER, HIRING, f"Please look at Lena Vogel, lena@example.com, {len(self.took)}"
        )
        await self.slack.shortcut(MEMBER, "add_candidate", HIRING, message.ts)
        await self._close()

    async def click(self, card: Message, name: str) -> None:
        await self.slack.click(MEMBER, card, name)
        await self._close()

    async def choose(self, card: Message) -> None:
        await self.slack.choose(MEMBER, card, "menu", "Refresh")

    async def submit(self, card: Message) -> None:
        before = list(self.took)
        await self.slack.click(MEMBER, card, "Note")
        view = await self.slack.opened(MEMBER)
        self.took[:] = before  # only the submission counts
        await self.slack.submit(MEMBER, view.id, {_block(view, "text"): "Strong on Go"})
        await self._close()

    async def suggest(self) -> None:
        before = list(self.took)
        await self.slack.command(MEMBER, HIRING, "/candidate", "move via recruspace")
        view = await self.slack.opened(MEMBER)
        self.took[:] = before
        await self.slack.suggest(MEMBER, view, "value", f"zo{len(before)}", block_id=_block(view, "who"))
        await self._close()

    async def _close(self) -> None:
        while view := self.slack.modal(MEMBER):
            took = list(self.took)
            await self.slack.close(MEMBER, view.id)
            self.took[:] = took


def _block(view: View, name: str) -> str:
    ids = (str(block.get("block_id", "")) for block in view.body["blocks"])
    return next(id for id in ids if name_of(id) == name)


async def kinds() -> list[Kind]:
    async with _person() as (person, slow):
        await person.slack.command(MEMBER, HIRING, "/candidate", f"find {ZOE} via recruspace")
        card = await person.slack.heard(MEMBER, "Ødegård", seconds=20)
        slow()
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "slash command that queues": person.command,
            "button that opens a form": lambda: person.click(card, "Note"),
            "menu of a card that queues": lambda: person.choose(card),
            "submission of a form": lambda: person.submit(card),
            "message shortcut": person.shortcut,
        }
        found = [await _timed(person, name, act) for name, act in acts.items()]
        found.append(await _timed(person, SEARCH, person.suggest, bounded=False, times=5))
        async with process("raw", of_slack(person.slack)) as limit:
            person.slack.request_url = limit.line
            return [*found, await _timed(person, CONTROL, person.command, bounded=False)]


async def _timed(
    person: Person, name: str, act: Callable[[], Awaitable[None]], *, bounded: bool = True, times: int = TIMES
) -> Kind:
    person.took.clear()
    for _ in range(times):
        await act()
    took = sorted(person.took)
    return Kind(name, at(took, 0.5), at(took, 0.99), len(took), bounded)


@asynccontextmanager
async def _person() -> AsyncIterator[tuple[Person, Callable[[], None]]]:
    """Somebody in a workspace that is connected to all ATSs, and what makes these slow."""
    async with AsyncExitStack() as stack:
        ats = [await stack.enter_async_context(kind(small_world()).serve()) for kind in STAND_INS.values()]
        slack = await stack.enter_async_context(StandInSlack(commands=slash_commands()))
        bases = {f"SHORTLIST_{each.vendor.upper()}_URL": each.url for each in ats}
        bot = await stack.enter_async_context(process("shortlist", {**of_slack(slack), **bases}))
        slack.request_url = bot.line
        person = Person(slack)
        carry = Acts.carry

        async def timed(acts: Acts, errand: Errand) -> Delivery:
            delivery = await carry(acts, errand)
            assert delivery.ok, f"{errand.type}: {delivery.status}"
            person.took.append(delivery.seconds * 1000)
            return delivery

        stack.enter_context(patch.object(Acts, "carry", timed))

        def slow() -> None:
            for each in ats:
                each.force(*[SLOW] * 5000)

        yield person, slow
