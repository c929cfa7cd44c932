"""What the bot does beside answering: telling channels, watching ATSs, importing, and forgetting people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.settings import Settings
from bot.slack.tables import Tables
from bot.stores import Stores
from bot.work.announce import Announcer
from bot.work.channels.weekly import Weekly
from bot.work.cluster.peers import Peers
from bot.work.command.prepare import Tools
from bot.work.engine.bulk import Bulk
from bot.work.engine.workflows import Handler
from bot.work.forgetting.forget import Forgetting
from bot.work.importing.imports import Importer, Parts
from bot.work.watching.lookout import Lookout, lookout


@dataclass(frozen=True)
class Duties:
    announcer: Announcer
    weekly: Weekly
    importer: Importer
    looks: Lookout
    forgetting: Forgetting

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What is done from a queue, by kind."""
        parts = (self.announcer, self.importer, self.looks, self.forgetting)
        return {kind: handler for part in parts for kind, handler in part.handlers.items()}

    @property
    def sweeps(self) -> Sequence[Callable[[], Awaitable[None]]]:
        """What is done every few minutes."""
        return (self.announcer.look_around, self.weekly.due)


def duties(
    settings: Settings, kept: Stores, tools: Tools, tables: Tables, bulk: Bulk, peers: Peers
) -> Duties:
    known = (kept.subscriptions, kept.cards)
    weekly = Weekly(*known, tools.upload, kept.workspaces.name_of, bulk.put, tools.now)
    announcer = Announcer(
        *known, tools.client, tools.deliver, weekly, bulk.put, tools.now, peers.turn, kept.traces
    )
    erases = (announcer.turn, bulk.records, settings.keep_cards_days)
    return Duties(
        announcer=announcer,
        weekly=weekly,
        importer=Importer(Parts(tools, kept.imports, tables, tools.upload)),
        looks=lookout(settings.watch_seconds, kept.store, kept.vault, tools, bulk.put, peers),
        forgetting=Forgetting(tools, kept.store, kept.vault, kept.cards, *erases),
    )
