"""`shortlist demo`: the bot as `serve` runs it, four stand-in ATSs, a stand-in Slack and its page."""

from __future__ import annotations

import asyncio
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import Bot, running
from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.world import World, small_world
from bot.demo.beside import acts
from bot.demo.clock import DemoClock
from bot.demo.conversation import converse
from bot.demo.slack.people import TEAM_ID
from bot.demo.slack.server import StandInSlack
from bot.operate.manifest import manifest
from bot.serve import stopping
from bot.settings import Settings
from bot.store.vault import new_key
from commands.catalogue import COMMANDS

DESCRIPTIONS = {"/candidate": "Add, find, note, tag and move candidates", "/ats": "Connect your ATS"}
FIRST = "recruspace"
"""The default of the demo's workspace."""
WATCH_SECONDS = 3.0
"""How often the bot looks for what changed in the ATSs: whoever tries it out is waiting."""


@dataclass(frozen=True)
class Demo:
    """Everything that runs, for whoever drives it."""

    slack: StandInSlack
    ats: dict[str, StandInAts]
    bot: Bot
    clock: DemoClock


@asynccontextmanager
async def demo(
    folder: Path,
    *,
    port: int = 0,
    world: World | None = None,
    socket_mode: bool = False,
    conversation: bool = False,
) -> AsyncIterator[Demo]:
    """Start it all on free ports of this machine; the state lives in `folder`. With a `conversation`, people have
    been talking in the channels before."""
    async with AsyncExitStack() as stack:
        clock = DemoClock()
        ats = {
            vendor: await stack.enter_async_context(kind(world or small_world(), clock).serve())
            for vendor, kind in STAND_INS.items()
        }
        slack = await stack.enter_async_context(
            StandInSlack(
                commands=slash_commands(),
                port=port,
                panels=lambda: [each.panel() for each in ats.values()],
                clock=clock,
                **installed(),
            )
        )
        settings = demo_settings(slack, list(ats.values()), folder, socket_mode=socket_mode)
        bot = await stack.enter_async_context(running(settings, clock))
        slack.request_url = f"{bot.url}/slack/events"
        slack.others |= acts(ats, clock, bot.sweeps)
        team = TEAM_ID
        for vendor in sorted(ats, key=lambda v: v != FIRST):
            await bot.workspaces.connect(team, vendor, vendor, connection_settings(ats[vendor]))
        if conversation:
            await converse(slack)
        if socket_mode:
            await slack.sockets.arrived()
        yield Demo(slack, ats, bot, clock)


def installed() -> dict[str, Any]:
    """What Slack knows of the app from its manifest: shortcuts, events, and scopes."""
    asked = manifest()
    return {
        "shortcuts": asked["features"]["shortcuts"],
        "events": asked["settings"]["event_subscriptions"]["bot_events"],
        "scopes": asked["oauth_config"]["scopes"]["bot"],
    }


def demo_settings(
    slack: StandInSlack, ats: Sequence[StandInAts], folder: Path, *, socket_mode: bool
) -> Settings:
    """The environment that an operator would set, as values."""
    values: dict[str, Any] = {
        "slack_signing_secret": slack.signing_secret,
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token if socket_mode else "",
        "slack_api_url": slack.api_url,
        "database_url": f"sqlite:///{folder / 'shortlist.db'}",
        "encryption_keys": new_key(),
        "port": 0,
        "log": "warning",
        "watch_seconds": WATCH_SECONDS,
        **{f"{each.vendor}_url": each.url for each in ats},
    }
    return Settings(_env_file=None, **values)


def connection_settings(ats: StandInAts) -> dict[str, str]:
    return dict(ats.settings)


def slash_commands() -> list[dict[str, object]]:
    """What the page offers for completion, from the command table."""
    names = dict.fromkeys(command.name for command in COMMANDS)
    # The menu is what a slash command alone opens: nobody types its verb.
    typed = [c for c in COMMANDS if c.usage != c.name]
    declared = manifest()["features"]["slash_commands"]
    escaped = {each["command"] for each in declared if each["should_escape"]}
    return [
        {
            "command": name,
            "description": DESCRIPTIONS[name],
            "usage_hint": "|".join(c.verb for c in typed if c.name == name),
            "should_escape": name in escaped,
            "verbs": [
                {"verb": c.verb, "usage": c.usage, "example": c.example, "summary": c.summary}
                for c in typed
                if c.name == name
            ],
        }
        for name in names
    ]


async def run(port: int, browser: bool) -> None:
    stop = stopping()
    with tempfile.TemporaryDirectory(prefix="shortlist-demo-") as folder:
        async with demo(Path(folder), port=port, conversation=True) as all_of_it:
            url = all_of_it.slack.url
            opened = browser and await asyncio.to_thread(webbrowser.open, url)
            print(f"The demo is at {url}" + (" (opened in your browser)" if opened else ""), flush=True)
            print("Ctrl-C stops it.", flush=True)
            await stop.wait()
    print("Stopped.", flush=True)
