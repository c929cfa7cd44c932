"""A conversation in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commands.base import Card
from commands.ports.rooms import Level, Posted, Room
from connectors.models import Candidate

PUBLIC_ROOM = Room(id="C1", shared=False, private=False, direct=False, member=True)


@dataclass
class Talk:
    """`now` is the room as Slack would describe it; `answer` is what a look or a post gives instead."""

    now: Room = PUBLIC_ROOM
    answer: Posted | None = None
    posted: list[Card] = field(default_factory=list)

    async def room(self, id: str) -> Posted:
        return self.answer or Posted(room=self.now)

    async def post(
        self,
        id: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        level: Level,
        about: Candidate | None = None,
    ) -> Posted:
        if self.answer or not self.now.member or self.now.level < level:
            return self.answer or Posted(room=self.now)
        self.posted.append(Card(text, [dict(block) for block in blocks]))
        return Posted(room=self.now, done=True)
