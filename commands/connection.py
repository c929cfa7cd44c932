"""Decides which connection a command uses."""

from __future__ import annotations

from collections.abc import Sequence

from commands.base import ConnectionInfo, Interrupt, Person, Request
from commands.cards import flow
from commands.cards.connection import Vendor
from connectors.vendors import CONNECTORS

VENDORS: tuple[Vendor, ...] = tuple(Vendor(c.vendor, c.title) for c in CONNECTORS.values())


def settle(
    request: Request, connections: Sequence[ConnectionInfo], channel: str | None, person: Person
) -> tuple[Request, ConnectionInfo]:
    """The connection of a command, and the request as it is then to be read; `Interrupt` if it takes a decision.

    What `via` names, else the channel's default, else the workspace's, else the only one.
    """
    if not connections:
        raise Interrupt(flow.no_connection(VENDORS, admin=person.admin))
    if not request.via:
        return request, _usual(connections, channel)
    named = called(connections, request.via)
    if named:
        return request, named
    if request.literally:
        return request.literally, _usual(connections, channel)
    raise Interrupt(flow.unknown_connection(request.via, connections))


def called(connections: Sequence[ConnectionInfo], name: str) -> ConnectionInfo | None:
    """The connection of that name; a vendor's name serves when it has only one connection."""
    wanted = " ".join(name.split()).casefold()
    exact = [c for c in connections if c.name.casefold() == wanted]
    vendors = [c for c in connections if wanted in (c.vendor.casefold(), c.title.casefold())]
    found = exact or (vendors if len(vendors) == 1 else [])
    return found[0] if found else None


def called_or_ask(connections: Sequence[ConnectionInfo], name: str) -> ConnectionInfo:
    """The connection of that name, or `Interrupt` with those that there are."""
    found = called(connections, name)
    if found is None:
        raise Interrupt(flow.unknown_connection(name, connections))
    return found


def _usual(connections: Sequence[ConnectionInfo], channel: str | None) -> ConnectionInfo:
    of_channel = [c for c in connections if channel and channel in c.channels]
    of_workspace = [c for c in connections if c.default]
    only = list(connections) if len(connections) == 1 else []
    found = of_channel or of_workspace or only
    if not found:
        raise Interrupt(flow.no_default(connections))
    return found[0]
