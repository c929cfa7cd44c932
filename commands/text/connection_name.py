"""What a connection may be called, in a form as in a shell: people type it after “via”."""

from __future__ import annotations

from commands.base import Usage
from commands.text.grammar import shown

NAME_LIMIT = 60
MARKS = '"“”„‟«»‹›`'
"""None of these can stand inside the quotation in which a name of several words is typed."""
SINGLE = "'‘’‚‛"
RESERVED = ("none", "here")
"""Words of `/ats default`."""


def connection_name(text: str) -> str:
    """The name as it is kept: white space folded, without quotation marks. Raises `Usage`."""
    bare = "".join(" " if mark in MARKS or not mark.isprintable() else mark for mark in text)
    name = " ".join(bare.split()).strip(SINGLE).strip()
    if not 1 <= len(name) <= NAME_LIMIT:
        raise Usage(f"A connection's name has 1 to {NAME_LIMIT} characters; this one has {len(name):,}.")
    if name.casefold() in RESERVED:
        raise Usage(f"{shown(name)} means something else in `/ats default`: please choose another name.")
    return name
