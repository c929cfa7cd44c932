"""Nobody's words become markup of ours: no link, no mention, no address but the ones that a card is about."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from ..schemas import things
from .homes import homes
from .samples import Words, cards
from .samples import views as forms

MARK = re.compile(r"<([^<>]*)>")
ATTACKS = (
    "<https://evil.example|Click here>",
    "x><https://evil.example|Click here",
    "&lt;https://evil.example|Click here&gt;",
    "<mailto:eve@evil.example|Your bank>",
    "<@U0ADA>",
    "<#C0HIRING|general>",
    "<!subteam^S1|everybody>",
    "<!date^0^{date}^https://evil.example|now>",
    "<tel:+1|call>",
    "<javascript:alert(1)|x>",
    "*<https://evil.example>*\n> quoted",
    "|Click here>",
    "jane@evil.example|Your bank",
)
SCHEMES = (
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "slack://open",
    "tel:+1",
    "//evil.example",
)


def drawn(words: Words) -> Iterator[Any]:
    for card in cards(words).values():
        yield {"type": "mrkdwn", "text": card.text}
        yield from card.blocks
    yield from {**forms(words), **homes(words)}.values()


def marks(node: Any) -> Iterator[str]:
    """What stands between < and > wherever Slack would read it as its own."""
    for thing in things(node):
        if thing.get("type") == "mrkdwn":
            yield from MARK.findall(str(thing["text"]))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_word_of_somebody_becomes_a_link_or_a_mention(attack: str) -> None:
    plain = Words(link="https://www.linkedin.com/in/jane", email="jane@example.com")
    kept = {"link": plain.link, "email": plain.email, "id": plain.id}
    words = Words(**{**vars(Words.all_of(attack)), **kept})
    usual = {re.sub(r"\d+", "", each) for node in drawn(plain) for each in marks(node)}
    odd = {re.sub(r"\d+", "", each) for node in drawn(words) for each in marks(node)} - usual
    assert [
        each for each in odd if "evil" in _target(each) or each[:1] in "@#" or each.startswith("!sub")
    ] == []
    assert [
        each for each in odd if each.rpartition("|")[2] in ("Click here", "Your bank", "call", "now")
    ] == []


def _target(mark: str) -> str:
    return urlsplit(mark.partition("|")[0].replace("&amp;", "&")).netloc


@pytest.mark.parametrize("scheme", SCHEMES)
def test_only_addresses_of_the_web_are_links(scheme: str) -> None:
    words = Words(link=scheme)
    for node in drawn(words):
        assert [mark for mark in marks(node) if mark.startswith(scheme)] == []
        assert [thing for thing in things(node) if str(thing.get("url", "")).startswith(scheme)] == []
