"""A stand-in Slack and four stand-in ATSs: all that surrounds a bot."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.server import Body, Fault
from bot.demo.ats.world import World, small_world
from bot.demo.run import slash_commands
from bot.demo.slack.deliver import Delivery
from bot.demo.slack.server import StandInSlack
from bot.demo.slack.workspace import Message

ADMIN, MEMBER, GUEST, PARTNER = "U0ADA", "U0MIA", "U0GUS", "U0PAT"
HIRING, PRIVATE, SHARED = "C0HIRING", "C0ENG", "C0ACME"


@dataclass(frozen=True)
class Asked:
    """A command that was typed: its ack, and what was said to the person since."""

    slack: StandInSlack
    user: str
    before: frozenset[str]
    delivery: Delivery
    about: str = ""
    """What every answer to it mentions; tells commands apart that were typed together."""

    def answers(self, text: str = "", *, anywhere: bool = False) -> list[Message]:
        """New messages with this text, where the command was typed or `anywhere`."""
        said = self.slack.said(self.user, None if anywhere else self.delivery.errand.channel)
        new = [m for m in said if m.ts not in self.before and m.bot]
        return [m for m in new if text in m.everything and self.about in m.everything]

    async def answer(self, text: str, *, anywhere: bool = False, seconds: float = 40.0) -> Message:
        """The first new message with this text in it, waited for."""
        return (await self.slack.until(lambda: self.answers(text, anywhere=anywhere), seconds))[0]


@dataclass(frozen=True)
class Town:
    slack: StandInSlack
    ats: dict[str, StandInAts]

    async def type(
        self,
        text: str,
        *,
        user: str = MEMBER,
        channel: str = HIRING,
        command: str = "/candidate",
        about: str = "",
    ) -> Asked:
        """Type a slash command; returns once Slack has its ack."""
        before = frozenset(m.ts for m in self.slack.said())
        delivery = await self.slack.command(user, channel, command, text)
        assert delivery is not None
        return Asked(self.slack, user, before, delivery, about)

    async def ask(
        self, text: str, expected: str, *, user: str = MEMBER, command: str = "/candidate"
    ) -> Message:
        """Type a slash command, and return the answer that holds `expected`."""
        asked = await self.type(text, user=user, command=command)
        assert asked.delivery.ok
        return await asked.answer(expected)

    def sent(self, vendor: str, method: str, path: str = "") -> int:
        """How many calls of this kind the ATS has had."""
        return sum(c.method == method and path in c.path for c in self.ats[vendor].calls)

    async def holds(self, vendor: str, text: str) -> Asked:
        """A command that waits for the ATS's answer to its first look."""
        count = self.sent(vendor, "GET")
        self.ats[vendor].force(Fault(method="GET", hang=True))
        asked = await self.type(f"{text} via {vendor}")
        assert asked.delivery.ok
        await self.ats[vendor].until(lambda: self.sent(vendor, "GET") > count)
        return asked

    def row(self, vendor: str, email: str) -> Body:
        """The only record of this address."""
        (row,) = self.rows(vendor, email)
        return row

    def rows(self, vendor: str, email: str) -> list[Body]:
        return [row for row in self.ats[vendor].rows() if row["email"] == email]


@asynccontextmanager
async def town(world: World | None = None) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        ats = {
            vendor: await stack.enter_async_context(kind(world or small_world()).serve())
            for vendor, kind in STAND_INS.items()
        }
        slack = await stack.enter_async_context(StandInSlack(commands=slash_commands()))
        yield Town(slack, ats)
