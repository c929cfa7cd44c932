"""The cards about forgetting a person, made of given words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.base import Card, Continue, Picks
from commands.cards.erasing import KINDS, asks, begun, receipt, removed
from commands.ports.erasing import AtsRecord, NotRemoved, Proof

if TYPE_CHECKING:
    from .samples import Words


def proof(w: Words, **more: object) -> Proof:
    given = {
        "reference": "5140eb8c",
        "workspace": "T1",
        "asked_by": "U2",
        "asked_at": "2026-11-21T09:30:00+00:00",
        "ended_at": "2026-11-21T09:30:04+00:00",
        "person": "ab12" * 8,
        "removed": dict.fromkeys(KINDS, 0),
        "stays": ("What people wrote themselves stays.", "The audit keeps a hash."),
    }
    return Proof.model_validate({**given, **more})


def erasing(w: Words) -> dict[str, Card]:
    counts = {kind: number for number, kind in enumerate(KINDS)}
    record = AtsRecord(title=w.title, url=w.link, candidate_hash="cd34" * 8)
    refused = [
        NotRemoved(kind="cards", channel="C1", message="1.0", why=why)
        for why in ("is_archived", "edit_window_closed", *["away"] * 8)
    ]
    rest = {"not_removed": refused, "under_way": 2, "not_asked": (w.title,), "untouched": (record, record)}
    return {
        "forget_asks": asks(w.email, Continue(of="T1:1", picks=Picks(anyway=True))),
        "forget_begun": begun("5140eb8c"),
        "forget_removed": removed(),
        "forget_receipt": receipt(proof(w, removed=counts, untouched=(record,)), file_sent=True),
        "forget_receipt_of_nobody": receipt(proof(w), file_sent=False),
        "forget_receipt_with_a_rest": receipt(
            proof(w, removed={**counts, "cards": 1}, **rest), file_sent=True
        ),
    }
