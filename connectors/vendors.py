"""Every ATS that Shortlist speaks to; `ADDING.md` says how another one comes in."""

from .base import Connector
from .eightfold import Eightfold
from .recruspace import Recruspace
from .talynce import Talynce
from .welcomekit import WelcomeKit

CONNECTORS: dict[str, type[Connector]] = {c.vendor: c for c in (Recruspace, Eightfold, Talynce, WelcomeKit)}
