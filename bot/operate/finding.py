"""What a look at an installation has found, in a sentence that an operator can act on."""

from __future__ import annotations

from enum import StrEnum

from connectors.models import Record


class Health(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"
    """It works, but not as well as it could, or not for long."""
    BAD = "bad"


MARKS = {Health.GOOD: "✓", Health.DOUBTFUL: "!", Health.BAD: "✗"}


class Finding(Record):
    """`about` is what was looked at. No sentence holds a secret, or anything about a person."""

    about: str
    health: Health
    said: str
    advice: str = ""

    @property
    def line(self) -> str:
        return f"{MARKS[self.health]} {self.about}: {self.said}" + (
            f" → {self.advice}" if self.advice else ""
        )


def good(about: str, said: str) -> Finding:
    return Finding(about=about, health=Health.GOOD, said=said)


def doubtful(about: str, said: str, advice: str = "") -> Finding:
    return Finding(about=about, health=Health.DOUBTFUL, said=said, advice=advice)


def bad(about: str, said: str, advice: str) -> Finding:
    return Finding(about=about, health=Health.BAD, said=said, advice=advice)
