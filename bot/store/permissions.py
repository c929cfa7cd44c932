"""Who may use which verb: the rules of each workspace, in ids of people and user groups."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from commands.ports.rules import Rule

from .base import Store, Write

TABLE = "permissions"


class RuleTable:
    """Everything asks for the workspace. A row that names nobody keeps everybody out: only no row lets everybody in."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = store, clock

    async def all(self, team: str) -> dict[str, Rule]:
        """By verb; a verb that is not there is everybody's."""
        rows = await self._store.rows(TABLE, {"team_id": team})
        return {
            str(row["verb"]): Rule(people=_ids(row["people"]), groups=_ids(row["user_groups"]))
            for row in rows
        }

    async def save(self, team: str, rules: Mapping[str, Rule | None], by: str) -> None:
        """All of them or none; None takes a rule away."""
        now = self._clock()

        def keep(write: Write) -> None:
            for verb, rule in rules.items():
                key = {"team_id": team, "verb": verb}
                write.remove(TABLE, key)
                if rule is not None:
                    ids = {"people": ",".join(rule.people), "user_groups": ",".join(rule.groups)}
                    write.put(TABLE, {**key, **ids, "changed_by": by, "changed": now})

        await self._store.write(keep)


def _ids(value: object) -> tuple[str, ...]:
    return tuple(id for id in str(value or "").split(",") if id)
