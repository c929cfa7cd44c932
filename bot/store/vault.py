"""Seals secrets so that each opens only in the row it was sealed for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from .base import Row

log = structlog.get_logger()

LOST_KEY = (
    "some of what is stored was sealed with an encryption key that is not in SHORTLIST_ENCRYPTION_KEYS: put that key "
    "behind the others, or connect anew what cannot be opened"
)


class CannotOpen(Exception):
    """A sealed value was sealed with a key that is not configured, or for another row, or was damaged."""


class SealedColumn(NamedTuple):
    """A column whose values are sealed, each for an owner that its row tells; an empty value is none."""

    table: str
    column: str
    owner: Callable[[Row], str]


class Vault:
    """Seals with the first key, opens with any. `owner` names the row: a value copied elsewhere does not open.

    `markings` are what hashes were made with under keys that are not configured any more.
    """

    def __init__(self, keys: Sequence[SecretStr], markings: Sequence[bytes] = ()) -> None:
        self._keys = tuple(keys)
        self._fernet = MultiFernet([Fernet(key.get_secret_value()) for key in keys])
        self._first = Fernet(keys[0].get_secret_value()) if keys else None
        own = [hashlib.blake2b(key.get_secret_value().encode()).digest() for key in keys]
        self._marking = tuple(dict.fromkeys([*own, *markings]))
        self._said = False

    def seal(self, owner: str, secret: str) -> str:
        return self._fernet.encrypt(f"{owner}\0{secret}".encode()).decode()

    def open(self, owner: str, sealed: str, *, stored: bool = True) -> str:
        """Raises `CannotOpen`. What is not `stored` came from outside, and says nothing about our keys."""
        try:
            bound, _, secret = self._fernet.decrypt(sealed.encode()).decode().partition("\0")
        except InvalidToken:
            if stored:
                self.say_lost()
            raise CannotOpen("none of the encryption keys opens this value") from None
        if bound != owner:
            raise CannotOpen("this value was sealed for another row")
        return secret

    def current(self, sealed: str) -> bool:
        """Whether it was sealed with the first key."""
        try:
            return bool(self._first and self._first.decrypt(sealed.encode()))
        except InvalidToken:
            return False

    @property
    def markings(self) -> tuple[bytes, ...]:
        """What hashes are made with: these outlive their keys, or nobody would know again what was hashed."""
        return self._marking

    def knowing(self, markings: Sequence[bytes]) -> Vault:
        """The same keys, and also the markings of earlier ones."""
        return Vault(self._keys, markings)

    def say_lost(self) -> None:
        """Tell whoever runs this, once; people are told where they ask."""
        if not self._said:
            self._said = True
            log.error(LOST_KEY)

    def reseal(self, owner: str, sealed: str) -> str:
        """Seal anew with the first key. Raises `CannotOpen`."""
        return self.seal(owner, self.open(owner, sealed))

    def marks(self, owner: str, text: str) -> tuple[str, ...]:
        """A text as a hash that nobody without a key can guess at: one for each marking, the first for writing down."""
        said = f"{owner}\0{text}".encode()
        return tuple(hashlib.blake2b(said, key=key, digest_size=16).hexdigest() for key in self._marking)


def new_key() -> str:
    return Fernet.generate_key().decode()
