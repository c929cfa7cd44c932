"""Seals secrets so that each opens only in the row it was sealed for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr


class CannotOpen(Exception):
    """A sealed value was sealed with a key that is not configured, or for another row, or was damaged."""


class Vault:
    """Seals with the first key, opens with any. `owner` names the row: a value copied elsewhere does not open."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        self._fernet = MultiFernet([Fernet(key.get_secret_value()) for key in keys])
        self._marking = [hashlib.blake2b(key.get_secret_value().encode()).digest() for key in keys]

    def seal(self, owner: str, secret: str) -> str:
        return self._fernet.encrypt(f"{owner}\0{secret}".encode()).decode()

    def open(self, owner: str, sealed: str) -> str:
        try:
            bound, _, secret = self._fernet.decrypt(sealed.encode()).decode().partition("\0")
        except InvalidToken:
            raise CannotOpen("none of the encryption keys opens this value") from None
        if bound != owner:
            raise CannotOpen("this value was sealed for another row")
        return secret

    def reseal(self, owner: str, sealed: str) -> str:
        """Seal anew with the first key."""
        return self.seal(owner, self.open(owner, sealed))

    def marks(self, owner: str, text: str) -> tuple[str, ...]:
        """A text as a hash that nobody without a key can guess at: one for each key, the first for writing down."""
        said = f"{owner}\0{text}".encode()
        return tuple(hashlib.blake2b(said, key=key, digest_size=16).hexdigest() for key in self._marking)


def new_key() -> str:
    return Fernet.generate_key().decode()
