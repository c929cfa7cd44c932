"""The bot and all that surrounds it, with an ATS full of hostile words."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from pydantic import SecretStr

from bot.app import Bot, running
from bot.demo.ats import STAND_INS
from bot.demo.ats.world import Job, Person, World, small_world
from bot.demo.run import connection_settings, demo_settings, installed, slash_commands
from bot.demo.slack.people import TEAM_ID, Channel, Role, User
from bot.demo.slack.server import StandInSlack
from tests.bot.town import ADMIN, HIRING, Town
from tests.fuzz.words import NASTY

ROLES: tuple[Role, ...] = ("member",) * 14 + ("admin", "admin", "guest", "partner")
LONGEST = 200
"""Characters of a name that a stand-in ATS takes."""


@dataclass
class Scene:
    town: Town
    bot: Bot
    _serial: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def slack(self) -> StandInSlack:
        return self.town.slack

    def newcomer(self, random: Random) -> User:
        """Somebody who was never seen before, so that every answer to them is an answer to what they did."""
        number, role = next(self._serial), random.choice(ROLES)
        user = User(f"U0F{number:06X}", f"Fay Number{number}", role, "#000000", f"fay{number}@x.example")
        workspace = self.slack.workspace
        workspace.users[user.id] = user
        workspace.channels[f"D0F{number:06X}"] = Channel(
            f"D0F{number:06X}", f"fay{number}", "app", frozenset({user.id})
        )
        room = workspace.channels[HIRING]
        workspace.channels[HIRING] = replace(room, members=room.members | {user.id})
        return user

    def leave(self, user: User) -> None:
        """The stand-in looks through all people for each message: whoever was answered goes."""
        workspace = self.slack.workspace
        del workspace.users[user.id], workspace.channels[f"D{user.id[1:]}"]
        room = workspace.channels[HIRING]
        workspace.channels[HIRING] = replace(room, members=room.members - {user.id})

    async def mend(self) -> None:
        """Connect again what an admin has disconnected, and let everybody do what an admin has kept from them."""
        known = {each.name for each in await self.bot.workspaces.connections(TEAM_ID)}
        for vendor, each in self.town.ats.items():
            if vendor not in known:
                await self.bot.workspaces.connect(TEAM_ID, vendor, vendor, connection_settings(each))
        await self.town.type("allow all everybody", user=ADMIN, command="/ats")


def hostile_world() -> World:
    """The small one, and people, pools, jobs, stages and tags whose names are attacks."""
    usable = [text.strip()[:LONGEST] for text in NASTY if text.strip().isprintable() and text.strip()]
    small = small_world()
    people = tuple(
        Person(
            2_000 + n,
            "Eve",
            text,
            f"eve{n}@example.com",
            pool="backend",
            tags=(text[:40],),
            links=("javascript:alert(1)", f"https://evil.example/{n}?a=<!channel>|x"),
        )
        for n, text in enumerate(usable)
    )
    pools = small.pools | {f"evil{n}": text for n, text in enumerate(usable[:6])}
    jobs = (*small.jobs, Job("evil", usable[5], ("New", usable[6], usable[7])))
    return World(pools, jobs, (*small.people, *people))


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """One bot for one workspace that others may install, too."""
    async with AsyncExitStack() as stack:
        ats = {
            vendor: await stack.enter_async_context(kind(hostile_world()).serve())
            for vendor, kind in STAND_INS.items()
        }
        slack = await stack.enter_async_context(StandInSlack(commands=slash_commands(), **installed()))
        settings = demo_settings(slack, list(ats.values()), folder, socket_mode=False)
        installs = {
            "slack_client_id": slack.installs.client_id,
            "slack_client_secret": SecretStr(slack.installs.client_secret),
            "watch_seconds": 600.0,
        }
        bot = await stack.enter_async_context(running(settings.model_copy(update=installs)))
        slack.request_url = f"{bot.url}/slack/events"
        slack.installs.redirect_url = f"{bot.url}/slack/oauth_redirect"
        all_of_it = Scene(Town(slack, ats), bot)
        await all_of_it.mend()
        yield all_of_it
