"""Every ATS that Shortlist speaks to. `ADDING.md` says how another one comes in."""

from .base import AccountSettings, Capability, Connector, Quirk
from .http import Http, new_client
from .recruspace import Recruspace

CONNECTORS: dict[str, type[Connector]] = {c.vendor: c for c in (Recruspace,)}

__all__ = ["CONNECTORS", "AccountSettings", "Capability", "Connector", "Http", "Quirk", "new_client"]
