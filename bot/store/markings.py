"""What hashes of people and places are made with, kept sealed, so that they are known again after a change of keys."""

from __future__ import annotations

import hashlib

from .base import Row, Store, Write
from .vault import CannotOpen, SealedColumn, Vault

TABLE = "markings"


def _owner(row: Row) -> str:
    return f"marking:{row['id']}"


SEALED = (SealedColumn(TABLE, "sealed", _owner),)


async def remembering(store: Store, vault: Vault) -> Vault:
    """The vault with all markings there ever were; those of its own keys are written down.

    Not if none of those that are there opens: then these keys are not the ones of this database, and perhaps a mistake.
    """
    known = {str(row["id"]): row for row in await store.rows(TABLE, {})}
    kept = [marking for row in known.values() if (marking := _opened(vault, row))]
    if known and not kept:
        vault.say_lost()
        return vault
    fresh = [_row(vault, marking) for marking in vault.markings]
    new = [row for row in fresh if row["id"] not in known]

    def keep(write: Write) -> None:
        for row in new:
            write.put(TABLE, row)

    if new:
        await store.write(keep)
    return vault.knowing(kept)


async def drop_lost(store: Store, vault: Vault) -> int:
    """Delete what no key opens: whoever has its key again has the marking, too, since it comes of the key."""

    def drop(write: Write) -> int:
        lost = [row for row in write.rows(TABLE, {}) if not _opened(vault, row)]
        for row in lost:
            write.remove(TABLE, {"id": row["id"]})
        return len(lost)

    return await store.write(drop)


def _opened(vault: Vault, row: Row) -> bytes | None:
    try:
        return bytes.fromhex(vault.open(_owner(row), str(row["sealed"]), stored=False))
    except CannotOpen:
        return None


def _row(vault: Vault, marking: bytes) -> Row:
    row = {"id": hashlib.blake2b(marking, digest_size=8).hexdigest()}
    return {**row, "sealed": vault.seal(_owner(row), marking.hex())}
