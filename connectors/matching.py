"""Vendors search loosely; this decides what really matches."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from .models import Candidate, Destination, same_email


def is_address(query: str) -> bool:
    """Whether a query is a whole email address, to be matched to the letter."""
    name, at, host = query.strip().partition("@")
    return bool(name and at and "." in host.strip("."))


def matching(candidates: Iterable[Candidate], query: str) -> list[Candidate]:
    """Keep whom the query means: an address exactly, else everybody who has each of its words."""
    people = {c.id: c for c in candidates}.values()
    if is_address(query):
        return [c for c in people if same_email(c.email, query)]
    words = plain(query).split()
    return [c for c in people if words and all(w in plain(f"{c.name} {c.email or ''}") for w in words)]


def titled(destinations: Iterable[Destination], query: str) -> list[Destination]:
    """Keep the destinations whose label holds the query; an empty query keeps all."""
    wanted = plain(query).strip()
    return [d for d in destinations if wanted in plain(d.label)]


def plain(text: str) -> str:
    """Lower case and without accents, so that `zoe` finds `Zoë`."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))
