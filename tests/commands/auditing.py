"""The cards of the audit, made of given words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.base import Card, ConnectionInfo
from commands.cards.audit import ROWS, Asked, exported, page
from commands.ports.auditing import Checked, Entry, Sent

if TYPE_CHECKING:
    from .samples import Words

AT = 1_795_253_400.0
OUTCOMES = ("done", "asked", "not allowed", "gave up", "Undecided", "left", "BadCredentials", "begun")


def entry(number: int, outcome: str = "done", actor: str = "U0MIA") -> Entry:
    return Entry(
        number=number,
        at=AT + number,
        actor=actor,
        verb="/candidate note",
        outcome=outcome,
        connection="c1",
        vendor="recruspace",
    )


def auditing(w: Words) -> dict[str, Card]:
    known = {"c1": ConnectionInfo(id="c1", name=w.connection, vendor="recruspace", title=w.title)}
    told = [entry(9 - n, outcome) for n, outcome in enumerate(OUTCOMES)]
    shell = Entry(number=1, at=AT, actor="operator", verb="shortlist connect", outcome="done")
    strange = Entry(
        number=1, at=AT, actor=w.id, verb=w.note, outcome=w.message, connection="c2", vendor=w.title
    )
    whole, broken = Checked(count=1234), Checked(count=9, problems=(w.message, *["entry 4 is missing"] * 6))
    many = [entry(n) for n in range(40, 40 - ROWS - 1, -1)]
    return {
        "audit": page([*told, shell], known, whole, Asked()),
        "audit_with_earlier": page(many, {}, whole, Asked("U0MIA", "note", 7, 41)),
        "audit_broken": page([strange], known, broken, Asked()),
        "audit_of_nothing": page([], known, Checked(count=0), Asked("operator", "tag")),
        "audit_exported": exported(Sent(count=1, of=1)),
        "audit_exported_in_part": exported(Sent(count=50_000, of=60_000)),
        "audit_not_exported": exported(Sent(refused="missing_scope")),
        "audit_nothing_to_export": exported(Sent()),
    }
