"""Puts the watch together from what the process has open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.store.base import Store
from bot.store.vault import Vault
from bot.store.watches import Watches
from bot.work.cluster.peers import Peers
from bot.work.command.prepare import Tools
from bot.work.engine.workflows import Handler
from bot.work.watch import Watch
from bot.work.watching.poll import Poll, PutWork
from bot.work.watching.reconnect import RECONNECT, Reconnecting
from connectors.vendors import CONNECTORS


@dataclass(frozen=True)
class Lookout:
    """`run` the watch in the background; `handlers` do what it leaves to the engine."""

    watch: Watch
    handlers: Mapping[str, Handler]


def lookout(
    every: float, store: Store, vault: Vault, tools: Tools, put_work: PutWork, peers: Peers
) -> Lookout:
    """`every` is the time between two looks at one connection, in seconds."""
    listened = tools.subscriptions

    async def listeners(team: str, connection: str) -> list[str]:
        return [each.by for each in await listened.of_connection(team, connection)]

    watches = Watches(store, vault, peers.id)
    poll = Poll(watches, tools.workspaces, tools.connections, put_work, every, tools.now)
    watch = Watch(listened, watches, poll, tuple(CONNECTORS), clock=tools.now)
    listened.tell(watch.stir)
    peers.on_takeover(watches.release)
    peers.on_peer_lost(watch.begin_anew)
    reconnecting = Reconnecting(tools.client, tools.deliver, listeners)
    return Lookout(watch, {RECONNECT: reconnecting.tell})
