"""The time of the demo, which people move forward."""

from __future__ import annotations

import time


class DemoClock:
    """Seconds since the epoch, as `time.time()` gives them, and as many more as it was moved."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def forward(self, seconds: float) -> None:
        """Raises `ValueError` for a step back: what was posted would lie in the future."""
        if not seconds > 0:
            raise ValueError("time only goes forward")
        self.ahead += seconds
