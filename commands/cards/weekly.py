"""What a week brought to a hiring channel: counts, and a picture of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from commands.base import Block, Card
from commands.cards import blocks
from commands.cards.announcement import counted, why_button
from commands.ports.rooms import Level
from connectors.models import ChangeKind

MOST = 5
"""How many places are named."""
ALT = 1000
KIND, POOL, JOB, STAGE = "kind:", "pool:", "job:", "stage:"
"""How the labels begin under which a week is counted."""


@dataclass(frozen=True)
class WeekOf:
    """Counts by label, as they are kept; `added` are those of the weeks before and of this one. Only numbers and titles."""

    monday: float
    name: str
    connection: str
    counts: Mapping[str, int]
    added: Sequence[int]

    @property
    def kinds(self) -> dict[ChangeKind, int]:
        return {
            ChangeKind(label.removeprefix(KIND)): n
            for label, n in self.counts.items()
            if label.startswith(KIND)
        }

    def most(self, level: Level) -> list[tuple[str, int]]:
        """Where most people came: stages where it may be said how far people come, else jobs and talent pools."""
        starts = (STAGE,) if level >= Level.PRIVATE and self._has(STAGE) else (POOL, JOB)
        found = [(label.partition(":")[2], n) for label, n in self.counts.items() if label.startswith(starts)]
        return sorted(found, key=lambda each: -each[1])[:MOST]

    def _has(self, start: str) -> bool:
        return any(label.startswith(start) for label in self.counts)


def weekly_card(week: WeekOf, level: Level, picture: str | None = None) -> Card:
    """`picture` is the id of a file in Slack that shows the same."""
    day = blocks.moment(datetime.fromtimestamp(week.monday, UTC), "{date_pretty}")
    fact = f"*The week from {day}* in {blocks.line(week.name)}: {counted(week.kinds, level)}."
    listed = [f"{n}. {blocks.line(title)}: {count}" for n, (title, count) in enumerate(week.most(level), 1)]
    where = [blocks.section("*Where people came to*\n" + "\n".join(listed))] if listed else []
    return blocks.card(
        f"The week in {blocks.line(week.name)}: {counted(week.kinds, level)}.",
        blocks.section(fact),
        where,
        [_picture(picture, described(week, level))] if picture else [],
        blocks.actions(why_button(week.connection)),
    )


def described(week: WeekOf, level: Level) -> str:
    """The picture in words, for whoever cannot see it: every number that is in it."""
    weeks = ", ".join(map(str, week.added))
    most = "; ".join(f"{blocks.shortened(title, 60)} {count}" for title, count in week.most(level))
    right = f" Right, where people came to: {most}." if most else ""
    return f"Left, candidates added in each of the last {len(week.added)} weeks: {weeks}.{right}"


def _picture(file: str, alt: str) -> Block:
    # No markup is read in there, but nothing that looks like a mention shall go out either.
    said = blocks.shortened(alt, ALT).replace("<", "‹").replace(">", "›")
    return {"type": "image", "slack_file": {"id": file}, "alt_text": said}
