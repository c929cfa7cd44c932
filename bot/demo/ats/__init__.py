"""Stand-in ATSs: each speaks its vendor's wire format over real HTTP."""

from .recruspace import StandInRecruspace
from .server import StandInAts

STAND_INS: dict[str, type[StandInAts]] = {s.vendor: s for s in (StandInRecruspace,)}

__all__ = ["STAND_INS", "StandInAts"]
