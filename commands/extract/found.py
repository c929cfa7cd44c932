"""A person as one message or CV tells of them."""

from __future__ import annotations

from connectors.models import Record


class Found(Record):
    """`phone` is E.164; `links` are profiles and portfolios with their scheme, without tracking parameters."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
