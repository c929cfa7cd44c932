"""Which workspaces have a chain of the audit, as one sealed sum, so that none goes as a whole unnoticed."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .base import Row, Write
from .chain import BROKEN, ChainKey
from .vault import CannotOpen, SealedColumn, Vault

# The sum of a keyed hash for each workspace, and how many they are: to enter one costs the same among a hundred
# thousand, and whoever has no encryption key can make no other set that fits. A chain says within its own sealed key
# that it is entered, see `ChainKey.listed`. Nobody is ever taken out: of a workspace that was forgotten the chain stays.

TABLE, ONE = "audit_registry", "all"
MODULUS = 2**256
WRITTEN = re.compile("[0-9a-f]{64}")

MISSING = "the list of workspaces that have an audit is missing"
LOCKED = "the list of workspaces that have an audit cannot be opened with the present encryption keys"
OTHERS = "the workspaces that have an audit are others than those that were entered"
CHANGED = "the list of workspaces that have an audit was changed"


def owner(row: Row) -> str:
    return f"audit-registry:{row['id']}"


SEALED = (SealedColumn(TABLE, "sealed", owner),)


@dataclass(frozen=True)
class Registry:
    members: int = 0
    total: int = 0
    seal: str = ""

    def having(self, key: ChainKey, team: str) -> Registry:
        return Registry(self.members + 1, (self.total + int(key.seal("workspace", team), 16)) % MODULUS)

    def sealed_by(self, key: ChainKey) -> str:
        return key.seal("registry", f"{self.members}\0{self.total:064x}")

    def intact(self, key: ChainKey) -> bool:
        return hmac.compare_digest(self.seal.encode(), self.sealed_by(key).encode())


def registry_of(row: Row) -> Registry:
    """What our code never writes is read as something that its seal does not fit."""
    members, total = row["members"], str(row["total"])
    if not isinstance(members, int) or not WRITTEN.fullmatch(total):
        return Registry(seal=BROKEN)
    return Registry(members, int(total, 16), str(row["seal"]))


def key_of(row: Row, vault: Vault) -> ChainKey:
    """Raises `CannotOpen`."""
    return ChainKey(vault.open(owner(row), str(row["sealed"])))


def enter(write: Write, vault: Vault, team: str) -> bool:
    """Within the transaction that begins a chain. False if the list cannot be opened: a later entry tries again."""
    found = write.rows(TABLE, {"id": ONE})
    try:
        key = key_of(found[0], vault) if found else ChainKey.fresh()
    except CannotOpen:
        return False
    before = registry_of(found[0]) if found else Registry()
    _put(write, vault, before.having(key, team), key, intact=not found or before.intact(key))
    return True


def begin_anew(write: Write, vault: Vault, teams: Iterable[str]) -> None:
    key, registry = ChainKey.fresh(), Registry()
    for team in teams:
        registry = registry.having(key, team)
    _put(write, vault, registry, key, intact=True)


def problem(row: Row | None, vault: Vault, teams: Iterable[str]) -> str:
    """What is wrong with it, if these are the workspaces whose chains say that they are entered; empty if nothing is."""
    if row is None:
        return MISSING if any(True for _ in teams) else ""
    try:
        key = key_of(row, vault)
    except CannotOpen:
        return LOCKED
    registry, there = registry_of(row), Registry()
    if not registry.intact(key):
        return CHANGED
    for team in teams:
        there = there.having(key, team)
    if registry.members > there.members:
        return f"the audit of {_counted(registry.members - there.members)} is missing as a whole"
    same = (registry.members, registry.total) == (there.members, there.total)
    return "" if same else OTHERS


def _counted(count: int) -> str:
    return "1 workspace" if count == 1 else f"{count:,} workspaces"


def _put(write: Write, vault: Vault, registry: Registry, key: ChainKey, *, intact: bool) -> None:
    row: dict[str, str | int] = {
        "id": ONE,
        "members": registry.members,
        "total": f"{registry.total:064x}",
        "seal": registry.sealed_by(key) if intact else BROKEN,
    }
    write.put(TABLE, {**row, "sealed": vault.seal(owner(row), key.secret)})
