"""Secrets open only where they were sealed, and only with a key that is configured."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from bot.store.vault import CannotOpen, Vault, new_key

OLD, NEW = SecretStr(new_key()), SecretStr(new_key())


def test_what_is_sealed_can_be_opened_and_not_read() -> None:
    sealed = Vault([OLD]).seal("row", "the key")
    assert "the key" not in sealed
    assert Vault([OLD]).open("row", sealed) == "the key"


@pytest.mark.parametrize("secret", ["", "ключ", "a\0b", "x" * 100_000])
def test_any_text_can_be_sealed(secret: str) -> None:
    vault = Vault([OLD])
    assert vault.open("row", vault.seal("row", secret)) == secret


def test_a_value_copied_to_another_row_does_not_open() -> None:
    vault = Vault([OLD])
    with pytest.raises(CannotOpen, match="another row"):
        vault.open("connection:T2:a", vault.seal("connection:T1:a", "the key"))


def test_keys_are_changed_by_putting_the_new_one_first() -> None:
    sealed = Vault([OLD]).seal("row", "the key")
    both = Vault([NEW, OLD])
    assert both.open("row", sealed) == "the key"
    fresh = both.reseal("row", sealed)
    assert Vault([NEW]).open("row", fresh) == "the key"
    with pytest.raises(CannotOpen):
        Vault([OLD]).open("row", fresh)


@pytest.mark.parametrize(
    "damage",
    [
        lambda s: s[:-4],
        lambda s: "",
        lambda s: s[:20] + ("B" if s[20] == "A" else "A") + s[21:],
        lambda s: "é",
    ],
)
def test_a_damaged_value_does_not_open(damage: Callable[[str], str]) -> None:
    vault = Vault([OLD])
    with pytest.raises(CannotOpen) as caught:
        vault.open("row", damage(vault.seal("row", "the key")))
    assert "the key" not in str(caught.value)


def test_a_lost_key_is_said_without_the_secret() -> None:
    with pytest.raises(CannotOpen, match="none of the encryption keys"):
        Vault([NEW]).open("row", Vault([OLD]).seal("row", "the key"))
