"""As whom an ATS shows what is written, said before it is sent and after."""

from __future__ import annotations

from commands.base import Block
from commands.cards import blocks
from commands.cards.source import Source

SIGNED = ("add", "note", "tag", "move")
"""The verbs that write, and whose forms say as whom."""


def before(
    verb: str, title: str, *, name: str, account: str = "", is_user: bool | None = None
) -> list[Block]:
    """`account` is what the key belongs to, where that is known; `is_user`: whether the ATS shows the person, if it can."""
    ats = blocks.line(title)
    owner = "the owner of the API key"
    whose = f" The key belongs to {blocks.line(account)}." if account else ""
    if verb == "note":
        said = f"{ats} will show this note as written by {owner}. Your name, {blocks.line(name)}, stands in its text.{whose}"
    elif is_user:
        said = f"{ats} will show this as done by you: it knows a user with your email address."
    else:
        why = ": it knows no user with your email address" if is_user is False else ""
        yet = "" if is_user is None and not account else ", not by you"  # before the ATS was asked, it may be
        said = f"{ats} will show this as done by {owner}{yet}{why}.{whose}"
    return [blocks.context(f":pencil2: {said}")]


def after(source: Source, by: str, *, note: bool = False, is_user: bool = False) -> list[str]:
    """For a receipt, as mrkdwn: who asked, and whom the ATS shows."""
    ats = blocks.line(source.title)
    if note:
        shown = f"{ats} shows the owner of the API key as its author; the name stands in the text"
    elif is_user:
        shown = f"{ats} shows it as done by {blocks.line(by)}"
    else:
        shown = f"{ats} shows it as done by the owner of the API key"
    return [f"By {blocks.line(by)} via Slack", shown]
