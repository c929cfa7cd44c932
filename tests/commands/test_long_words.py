"""However long and odd a text is, it is read in no time: nobody else is answered meanwhile."""

import time
from collections.abc import Callable

import pytest

from bot.work.forgetting.subjects import subjects_of
from commands.base import Usage
from commands.cards import blocks
from commands.catalogue import COMMANDS, find_command
from commands.extract import message_text, people_in
from commands.text.chosen import chosen
from commands.text.recognise import tidy_address
from connectors.markdown import as_typed
from connectors.public import is_public

LENGTH = 40_000
"""Characters of the longest message that Slack takes."""
ENOUGH = 1.0
"""Seconds of work, several times what the slowest of these takes; what goes back and forth takes a minute."""
PIECES = (
    "x", "a@", "a.", "1", "1 ", " ", "\n", "<", "(", "#", "+1", "-", "a-", "@", "a@b.", "https://", "https://a/",
    "A", "Aa ", "é", "字", "*", "|", '"', "'", "“", "\\", "&", "&amp;", "<@", "<!", "_", "`", "/", ":", "\t", "a\n",
    " a", "0x", "12/", "[[", "](", "\u202e", ".", ",", "=*", "%", "a|b", "www.", "J ", "to ", "via ", '{"', "a@b.co ",
    "Jane Doe, ", "<mailto:a@b.co|a@b.co> ", "<https://linkedin.com/in/a|a> ", "+33 6 12 34 56 78 ",
)  # fmt: skip
"""What long texts are made of that make programs go back and forth."""


def typed(text: str) -> None:
    for command in COMMANDS:
        try:
            find_command(command.name, f"{command.verb} {text}")[0].parse(text)
        except Usage:
            continue


def from_message(text: str) -> None:
    raw = {"text": text, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}
    people_in(message_text(raw), region="FR")


def shown(text: str) -> None:
    blocks.card(
        blocks.bold(text), blocks.section(blocks.line(text)), blocks.context(blocks.listed([text] * 9))
    )
    blocks.cut(blocks.esc(text), 100)
    blocks.mailto(text[:300])


READERS: dict[str, Callable[[str], object]] = {
    "a command": typed,
    "a message": from_message,
    "a card": shown,
    "what a card tells of": lambda text: subjects_of({"text": text, "blocks": [{"value": text}]}),
    "an address": tidy_address,
    "an option": lambda text: chosen(text, text),
    "a note for an ATS": as_typed,
    "the address of a CV": is_public,
}


@pytest.mark.parametrize("reader", READERS)
def test_a_long_text_is_read_at_once(reader: str) -> None:
    slow = {}
    for piece in PIECES:
        text = (piece * LENGTH)[:LENGTH]
        began = time.thread_time()
        READERS[reader](text)
        slow[piece] = time.thread_time() - began
    assert {piece: round(took, 2) for piece, took in slow.items() if took > ENOUGH} == {}
