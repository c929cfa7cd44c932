"""`shortlist forget --workspace`: deletes all that is kept of a workspace."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.settings import Settings
from bot.store.open import open_store
from bot.store.vault import Vault
from bot.store.workspaces import Workspaces
from bot.work.engine.records import erase

NOTHING = "Nothing is kept of {team}."
WHAT = {
    "connections": "ATS connections, with their keys",
    "workspaces": "installations, with their tokens",
    "channels": "channels with an ATS of their own",
    "subscriptions": "subscriptions of channels",
    "cards": "messages in hiring channels that were known",
    "traces": "other messages that were known",
    "activity": "lines of Home",
    "imports": "imports",
    "import_rows": "rows of imports",
    "watches": "watches",
    "watch_memories": "what watches compare with",
    "tallies": "counts of weeks",
    "jobs": "requests",
}
"""What the rows of each table are; of others the table's own name is said."""


@dataclass(frozen=True)
class Erased:
    """Who is gone, and how many there were of each thing."""

    teams: Sequence[str] = ()
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        counted = [f"{count:,} {WHAT.get(table, table)}" for table, count in self.counts.items()]
        teams = " and ".join(self.teams)
        if not counted:
            return [NOTHING.format(team=teams)]
        return [
            f"Deleted of {teams}:",
            *(f"- {each}" for each in counted),
            "Messages in Slack stay; a bot that runs has forgotten the rest as soon as it looks.",
        ]


async def forget(settings: Settings, team: str) -> Erased:
    """Rows first, so that nothing of the workspace is begun anew, then the jobs that are kept or wait."""
    vault = Vault(settings.encryption_keys)
    store = await open_store(settings.database_url)
    try:
        workspaces = Workspaces(store, vault)
        teams, counts = await workspaces.erase(team, secrets.token_hex(8), time.time())
    finally:
        await store.close()
    jobs = await asyncio.to_thread(erase, settings.engine_place, vault, teams)
    return Erased(teams, {**counts, **({"jobs": jobs} if jobs else {})})
