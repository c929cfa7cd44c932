"""All that is kept, table by table, each for as long as the operator says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.settings import Settings
from bot.store.activity import Activity
from bot.store.audit import Audit
from bot.store.base import Store
from bot.store.cards import CardTable
from bot.store.history import History
from bot.store.imports import Imports
from bot.store.installations import InstallationTable
from bot.store.lines import LineTable
from bot.store.permissions import RuleTable
from bot.store.subscriptions import SubscriptionTable
from bot.store.traces import Traces
from bot.store.vault import Vault
from bot.store.workspaces import Workspaces
from bot.work.command.ledger import Ledger

DAY = 86_400.0


@dataclass(frozen=True)
class Stores:
    store: Store
    vault: Vault
    installations: InstallationTable
    workspaces: Workspaces
    rules: RuleTable
    activity: Activity
    subscriptions: SubscriptionTable
    cards: CardTable
    traces: Traces
    imports: Imports
    ledger: Ledger
    lines: LineTable

    @property
    def sweeps(self) -> Sequence[Callable[[], Awaitable[None]]]:
        """What deletes what nobody has to remember any more."""
        kept = (self.activity, self.cards, self.traces, self.imports, self.ledger, self.lines)
        return [each.sweep for each in kept]


def open_tables(store: Store, vault: Vault, settings: Settings, clock: Callable[[], float]) -> Stores:
    """`clock` is for what the people of a demo see pass; what is swept goes by the time of the machine."""
    return Stores(
        store=store,
        vault=vault,
        installations=InstallationTable(store, vault),
        workspaces=Workspaces(store, vault),
        rules=RuleTable(store),
        activity=Activity(store, vault, keep=settings.keep_activity_days * DAY),
        subscriptions=SubscriptionTable(store, vault),
        cards=CardTable(store, vault, keep=settings.keep_cards_days * DAY),
        traces=Traces(store, vault, keep=settings.keep_cards_days * DAY),
        imports=Imports(store, vault, keep=settings.keep_imports_days * DAY),
        ledger=Ledger(Audit(store, vault, settings.keep_audit_days, clock), History(store, vault)),
        lines=LineTable(store, vault),
    )
