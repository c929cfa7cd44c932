"""`/ats status`, `disconnect` and `default`: the workspace's connections."""

from __future__ import annotations

import asyncio
import re

from commands.base import (
    Command,
    ConnectionInfo,
    ConnectionRegistry,
    Context,
    Interrupt,
    Reply,
    Request,
    Usage,
)
from commands.cards import blocks, flow
from commands.cards.connection import Health, default_card, disconnected_card, no_default_card, status_card
from commands.connection import VENDORS, called, called_or_ask
from commands.text.grammar import NAME_LIMIT, bounded, fitting, shown, unescaped, words
from connectors.errors import ConnectorError

NONE = "none"
"""In place of a connection's name: the channel has no default of its own any more."""
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]{1,30})(?:\|[^<>]{0,100})?>")


class StatusRequest(Request):
    pass


class DisconnectRequest(Request):
    connection: str


class DefaultRequest(Request):
    """`channel` is a channel's id; `here` means the channel in which the command is given; see also `NONE`."""

    connection: str
    channel: str | None = None
    here: bool = False


def parse_status(text: str) -> StatusRequest:
    return StatusRequest()


async def run_status(context: Context, request: StatusRequest) -> Reply:
    connections = await context.registry.connections()
    if not connections:
        return Reply(flow.no_connection(VENDORS, admin=context.person.admin))
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_health(context.registry, each)) for each in connections]
    return Reply(status_card([task.result() for task in asked]))


async def _health(registry: ConnectionRegistry, connection: ConnectionInfo) -> Health:
    watch = await registry.watch(connection)
    try:
        return Health(connection, await registry.account(connection), watch=watch)
    except ConnectorError as error:
        return Health(connection, None, blocks.esc(flow.sentence(error)), watch)


def parse_disconnect(text: str) -> DisconnectRequest:
    return DisconnectRequest(connection=_name(unescaped(bounded(text)), "Say which connection to remove."))


async def run_disconnect(context: Context, request: DisconnectRequest) -> Reply:
    connection = await _meant(context, request.connection)
    await context.registry.disconnect(connection)
    return Reply(disconnected_card(connection), about=connection)


def parse_default(text: str) -> DefaultRequest:
    """NAME, then nothing, `here`, or a channel as Slack sends it."""
    text = bounded(text).strip()
    channel = _CHANNEL.search(text)
    if channel and channel.end() == len(text):
        return DefaultRequest(connection=_named(text[: channel.start()]), channel=channel[1])
    found = words(unescaped(text))
    last = found[-1] if found and not found[-1].quoted else None
    if last and last.text.startswith(("#", "<#")):
        raise Usage(
            f"Pick the channel from the list that Slack offers after #; {shown(last.text)} says only its name."
        )
    here = last is not None and last.text.casefold() == "here"
    rest = found[:-1] if here else found
    return DefaultRequest(connection=_named(" ".join(word.text for word in rest)), here=here)


def _named(text: str) -> str:
    return _name(text, "Say which connection is to be the default.")


def _name(text: str, problem: str) -> str:
    name = " ".join(word.text for word in words(text)).strip()
    if not name:
        raise Usage(problem)
    return fitting(name, NAME_LIMIT, "connection's name")


async def run_default(context: Context, request: DefaultRequest) -> Reply:
    channel = context.channel if request.here else request.channel
    if request.here and channel is None:
        raise Interrupt(flow.not_here("There is no channel here: name one with #."))
    connection = await _default(context, request.connection)
    if connection:
        await context.registry.set_default(connection, channel)
        return Reply(default_card(connection, channel), about=connection)
    if channel is None:
        raise Interrupt(flow.not_here("Say whose choice to take back: `here`, or a channel with #."))
    await context.registry.clear_default(channel)
    return Reply(no_default_card(channel))


async def _default(context: Context, name: str) -> ConnectionInfo | None:
    """The connection that is to be the default; None where a choice is taken back."""
    connections = await context.registry.connections()
    if name.casefold() == NONE and called(connections, name) is None:
        return None
    return await _meant(context, name)


async def _meant(context: Context, name: str) -> ConnectionInfo:
    """The connection that a button named by its id, else the one of that name."""
    connections = await context.registry.connections()
    if context.picks.connection is None:
        return called_or_ask(connections, name)
    picked = next((c for c in connections if c.id == context.picks.connection), None)
    if picked is None:
        raise Interrupt(flow.unknown_connection(name, connections))
    return picked


STATUS = Command(
    name="/ats",
    verb="status",
    usage="/ats status",
    example="/ats status",
    summary="Show the connected ATSs and whether they answer.",
    request=StatusRequest,
    parse=parse_status,
    run=run_status,
    needs_ats=False,
    writes=False,
    aliases=("list", "connections"),
)
DEFAULT = Command(
    name="/ats",
    verb="default",
    usage="/ats default NAME|none [here | #channel]",
    example="/ats default Recruspace here",
    summary="Choose which ATS is used when nobody says `via`.",
    request=DefaultRequest,
    parse=parse_default,
    run=run_default,
    admin=True,
    needs_ats=False,
)
DISCONNECT = Command(
    name="/ats",
    verb="disconnect",
    usage="/ats disconnect NAME",
    example="/ats disconnect Recruspace",
    summary="Remove a connection and delete its key here.",
    request=DisconnectRequest,
    parse=parse_disconnect,
    run=run_disconnect,
    admin=True,
    needs_ats=False,
    aliases=("remove",),
)
