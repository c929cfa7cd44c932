"""What one run has seen, as a document keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass
class Figures:
    """What one run has seen."""

    seed: str
    database: str = ""
    kills: int = 0
    stops: int = 0
    ills: list[str] = field(default_factory=list)
    """Starts after which it did not listen in time, ends at a SIGTERM that took too long or had another code than 0."""
    commands: int = 0
    acked: int = 0
    in_flight: int = 0
    """Commands whose ack did not come: killed, refused, or too late."""
    deliveries: int = 0
    repeated: int = 0
    clicks: int = 0
    checks: int = 0
    slowest_ack: float = 0.0
    met: dict[str, int] = field(default_factory=dict)
    mishaps: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    effects: int = 0
    doubled_answers: int = 0
    wrong: list[str] = field(default_factory=list)
    died: list[str] = field(default_factory=list)
    stuck: int = 0
    starting: float = 0.0
    """Seconds in all from a start to the moment at which it listened."""
    draining: float = 0.0
    seconds: float = 0.0

    @property
    def balanced(self) -> bool:
        return not (self.wrong or self.died or self.stuck)


def as_json(figures: Figures) -> dict[str, object]:
    return asdict(figures)
