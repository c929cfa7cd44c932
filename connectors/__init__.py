"""Every ATS that Shortlist speaks to; `ADDING.md` says how another one comes in."""

from .base import AccountSettings, Capability, Connector, Quirk
from .eightfold import Eightfold
from .http import Http, new_client
from .recruspace import Recruspace
from .talynce import Talynce
from .welcomekit import WelcomeKit

CONNECTORS: dict[str, type[Connector]] = {c.vendor: c for c in (Recruspace, Eightfold, Talynce, WelcomeKit)}

__all__ = ["CONNECTORS", "AccountSettings", "Capability", "Connector", "Http", "Quirk", "new_client"]
