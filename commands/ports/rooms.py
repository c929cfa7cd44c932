"""Who else reads along in a conversation, and how much of a candidate they may see there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Protocol

from connectors.models import Candidate, Placement, Record


class Level(IntEnum):
    """How much may be said in a room; a lower one says less."""

    SHARED = 0
    """Role and link: people of other organisations read along."""
    PUBLIC = 1
    """Name, and the job or talent pool: everybody in the workspace can read along."""
    PRIVATE = 2
    """Stage and tags as well: only those who were invited."""
    DIRECT = 3
    """All: only the person and the bot."""


class Room(Record):
    """A conversation, as Slack describes it at this moment."""

    id: str
    shared: bool
    private: bool
    direct: bool
    member: bool
    """Whether the bot is in there."""

    @property
    def level(self) -> Level:
        """What the most open thing about it allows."""
        if self.shared:
            return Level.SHARED
        if self.direct:
            return Level.DIRECT
        return Level.PRIVATE if self.private else Level.PUBLIC


class Posted(Record):
    """What became of a message: the room as it was then, or why it was not posted."""

    room: Room | None = None
    done: bool = False
    refused: str = ""
    """Slack's word for why not."""
    unclear: bool = False
    """Nobody can tell whether it is there."""


class Rooms(Protocol):
    """Slack's conversations. Raises `Unavailable` while Slack does not answer."""

    async def room(self, id: str) -> Posted:
        """Look without posting: `room`, or `refused`."""
        ...

    async def post(
        self,
        id: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        level: Level,
        about: Candidate | None = None,
    ) -> Posted:
        """Post unless the bot is not in the room, or the room allows less than `level` by now.

        `about` is whom it tells of, whatever it shows of them: so that it can be taken back one day.
        """
        ...


def seen_in(candidate: Candidate, level: Level) -> Candidate:
    """The candidate with only what people in such a room may see; without a name and an id if that is not theirs."""
    placed = candidate.placements
    if level is Level.DIRECT:
        return candidate
    if level is Level.PRIVATE:
        kept = {"name": candidate.name, "id": candidate.id, "tags": candidate.tags, "placements": placed}
    elif level is Level.PUBLIC:
        kept = {"name": candidate.name, "id": candidate.id, "placements": _only_where(placed)}
    else:
        kept = {"name": "", "id": "", "placements": _only_where(placed)}
    return Candidate.model_validate({**kept, "url": candidate.url})


def _only_where(placed: tuple[Placement, ...]) -> tuple[Placement, ...]:
    """The jobs and talent pools, without how far somebody has come there."""
    return tuple(Placement(kind=p.kind, destination_id=p.destination_id, title=p.title) for p in placed)
