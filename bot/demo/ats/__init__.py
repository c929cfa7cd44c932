"""Stand-in ATSs: each speaks its vendor's wire format over real HTTP."""

from .eightfold import StandInEightfold
from .recruspace import StandInRecruspace
from .server import StandInAts
from .talynce import StandInTalynce
from .welcomekit import StandInWelcomeKit

STAND_INS: dict[str, type[StandInAts]] = {
    s.vendor: s for s in (StandInRecruspace, StandInEightfold, StandInTalynce, StandInWelcomeKit)
}

__all__ = ["STAND_INS", "StandInAts"]
