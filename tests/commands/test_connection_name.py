"""What a connection may be called, wherever it is named."""

import pytest

from commands.base import Invalid, Opening, Usage
from commands.connect import CONNECT, LOOKS_LIKE_KEY, NAME, ConnectRequest, parse, read
from commands.text.connection_name import connection_name

OPENING = Opening(command="/ats", verb="connect", vendor="recruspace")


def filled(name: str) -> dict[str, dict[str, dict[str, str]]]:
    return {NAME: {"value": {"value": name}}, "key": {"value": {"value": "good"}}}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Main \t registry\n", "Main registry"),
        ('a "b" c', "a b c"),
        ("„Ost“ «West» `Nord`", "Ost West Nord"),
        ("‘Main’", "Main"),
        ("O'Brien Recruiting", "O'Brien Recruiting"),
        ("n" * 60, "n" * 60),
        ("none of them", "none of them"),
    ],
)
def test_a_name_is_kept_as_it_can_be_typed_after_via(typed: str, kept: str) -> None:
    assert connection_name(typed) == kept
    assert read(filled(typed), OPENING).name == kept


@pytest.mark.parametrize(
    ("typed", "said"), [('"“', "1 to 60"), ("n" * 61, "has 61."), ("None", "another"), ("HERE", "another")]
)
def test_a_name_that_cannot_be_used_is_said_to_be_so_everywhere(typed: str, said: str) -> None:
    with pytest.raises(Usage, match=said):
        connection_name(typed)
    with pytest.raises(Invalid) as wrong:
        read(filled(typed), OPENING)
    assert said in wrong.value.errors[NAME]


@pytest.mark.parametrize("word", ["rs-demo-key-oops", "sk0abcdefghijk", "AbCdEf123456789"])
def test_a_key_behind_the_command_is_not_shown_as_a_name(word: str) -> None:
    asked = parse(f"recruspace {word}")
    assert (asked.name, asked.warning) == ("", LOOKS_LIKE_KEY)
    assert word not in repr(asked)
    assert CONNECT.form is not None
    drawn = str(CONNECT.form(asked, OPENING, None))
    assert word not in drawn
    assert "That looks like a key" in drawn


@pytest.mark.parametrize("name", ["Recruiting France", "welcomekit-france", "Main2", '"sk0abcdefghijk"'])
def test_a_name_behind_the_command_is_shown_in_the_form(name: str) -> None:
    assert parse(f"recruspace {name}") == ConnectRequest(vendor="recruspace", name=name.strip('"'))
