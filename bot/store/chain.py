"""How entries of the audit hang together: each hash covers the one before it, and a key of ours seals each hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from .base import Row, Value

# What this protects against, and what not:
#
# - The hash is plain SHA-256 over the line as it is exported, so that whoever holds an export can check it alone.
# - The seal is an HMAC of the hash under a key of the chain, which is kept sealed with the encryption keys. Whoever has
#   the database but no encryption key can change, remove, swap or add nothing unnoticed. The chain's key stays the
#   same when the encryption keys are changed; it is only sealed anew.
# - Whoever has the database and an encryption key can write any history. Whoever puts an older copy of a whole chain
#   back has a true chain, only a shorter one. Against both help copies of hashes elsewhere: the log names number and
#   hash of every entry, and so does every export; `shortlist audit verify --against` compares.
# - A workspace's chain that is deleted as a whole, its last row included, is missed by the list of all chains, which is
#   sealed in the same way: see `registry.py`. Put back an older copy of the whole database, or delete the audit of all
#   workspaces and the list with it, and nothing in the database tells of it; again only copies elsewhere do.

GENESIS = "0" * 64
"""What stands in place of the hash before the first entry."""
LISTED = "\n"
"""Follows a chain's secret once the list of all chains names it. Within the seal nobody can take it away; a blank, since
older versions, which run beside this one during an update, read past that."""
BROKEN = "broken"
"""In place of the seal of a chain that was not as it had been left: a later entry must not heal it."""
MOST_PROBLEMS = 20
SPOKEN = {"team_id": "team"}
"""Columns that an export calls something else."""
COLUMNS = (
    "team_id",
    "number",
    "id",
    "at",
    "actor",
    "verb",
    "connection",
    "vendor",
    "candidate",
    "outcome",
)


def digest(row: Row, previous: str) -> str:
    return hashlib.sha256(_canonical(_said(row, previous)).encode()).hexdigest()


def line(row: Row, previous: str) -> str:
    """An entry as one line of an export; without `hash` and `seal` it is what the hash covers."""
    return _canonical({**_said(row, previous), "hash": row["hash"], "seal": row["seal"]})


def _said(row: Row, previous: str) -> dict[str, Value]:
    return {**{SPOKEN.get(name, name): row[name] for name in COLUMNS}, "previous": previous}


def _canonical(what: dict[str, Value]) -> str:
    # `repr` for what our code never writes: a damaged row has to be found, not stumbled over.
    return json.dumps(what, sort_keys=True, separators=(",", ":"), default=repr)


class ChainKey:
    """The secret of one chain, 32 bytes in hexadecimal."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._key = bytes.fromhex(secret)

    @classmethod
    def fresh(cls) -> ChainKey:
        return cls(secrets.token_hex(32))

    @property
    def listed(self) -> bool:
        return self.secret.endswith(LISTED)

    def listing(self) -> ChainKey:
        """The same key, of a chain that the list names."""
        return self if self.listed else ChainKey(f"{self.secret}{LISTED}")

    def seal(self, what: str, text: str) -> str:
        return hmac.new(self._key, f"{what}\0{text}".encode(), hashlib.sha256).hexdigest()

    def mark(self, connection: str, candidate: str) -> str:
        """A candidate's id as a hash that nobody without the key finds by trying ids; an empty one stays empty."""
        return self.seal("candidate", f"{connection}\0{candidate}")[:32] if candidate else ""


@dataclass(frozen=True)
class Chain:
    """Where a chain stands: its last entry, the last one that was cut off, and the time of the first that is left."""

    team: str
    number: int = 0
    head: str = GENESIS
    cut: int = 0
    anchor: str = GENESIS
    oldest: float = 0.0
    """0 when none is left."""
    seal: str = ""

    def sealed_by(self, key: ChainKey) -> str:
        return key.seal("chain", f"{self.team}\0{self.number}\0{self.head}\0{self.cut}\0{self.anchor}")

    def intact(self, key: ChainKey) -> bool:
        return hmac.compare_digest(self.seal.encode(), self.sealed_by(key).encode())


class Check:
    """Follows one chain from where it begins, entry by entry in order; problems are sentences without a stop.

    Without a key only the hashes are looked at.
    """

    def __init__(self, key: ChainKey | None, chain: Chain) -> None:
        self._key, self._last, self._hash = key, chain.cut, chain.anchor
        self.count = 0
        self.problems: list[str] = []

    @property
    def enough(self) -> bool:
        return len(self.problems) >= MOST_PROBLEMS

    def entry(self, row: Row) -> None:
        if self.enough:
            return
        number = row["number"]
        if not isinstance(number, int) or number <= self._last:
            self.problems.append(f"entry {number} does not belong there")
            return
        follows = number == self._last + 1
        if not follows:
            self.problems.append(_missing(self._last + 1, number - 1))
        # Behind a gap nobody knows the hash before.
        if follows and digest(row, self._hash) != row["hash"]:
            self.problems.append(f"entry {number} was changed")
        elif self._key and self._key.seal("entry", str(row["hash"])) != row["seal"]:
            self.problems.append(f"entry {number} was not written by Shortlist")
        self._last, self._hash = number, str(row["hash"])
        self.count += 1

    def end(self, chain: Chain) -> None:
        """All entries were seen; this is where the chain says that it ends."""
        if self._key and not chain.intact(self._key):
            self.problems.append("what is known of the chain's end was changed")
        if chain.number > self._last:
            self.problems.append(_missing(self._last + 1, chain.number))
        elif (chain.number, chain.head) != (self._last, self._hash):
            self.problems.append(f"the chain should end at entry {chain.number}, and goes on otherwise")


def _missing(first: int, last: int) -> str:
    return f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"
