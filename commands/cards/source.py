"""Which ATS a card is about: where its records are and what can be done there."""

from __future__ import annotations

from dataclasses import dataclass

from commands.base import ConnectionInfo, Context
from connectors.base import Capability, Connector


@dataclass(frozen=True)
class Source:
    connection: str
    """The connection's id."""
    name: str
    title: str
    site: str
    capabilities: frozenset[Capability]

    @property
    def label(self) -> str:
        """The vendor, and the connection's own name where it says more. Not escaped."""
        return self.title if self.name.casefold() == self.title.casefold() else f"{self.title} ({self.name})"


def source(connection: ConnectionInfo, ats: Connector) -> Source:
    return Source(connection.id, connection.name, ats.title, ats.site, ats.capabilities)


def source_of(context: Context) -> Source:
    return source(context.source, context.ats)
