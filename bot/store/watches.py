"""How far each watch has come: a small row to plan by, and beside it what only the watch itself may read."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from commands.ports.watching import Problem, WatchState
from connectors.models import Cursor, Record

from .base import Row, Store, Value, Write
from .vault import SealedColumn, Vault

PLAN, MEMORY = "watches", "watch_memories"

Save = Callable[[Write], None]


class Watching(Record):
    """When a connection is looked at again and how it went so far. Times are seconds since the epoch.

    `problem` is a word of ours. `saved` is another text whenever the connection was saved anew.
    """

    team: str
    connection: str
    vendor: str
    next_at: float
    polls: int = 0
    failures: int = 0
    refusals: int = 0
    problem: str = ""
    paused: bool = False
    last_success: float | None = None
    saved: str = ""
    leased_by: str = ""
    leased_until: float = 0.0

    def free_for(self, owner: str, now: float) -> bool:
        return self.leased_by == owner or self.leased_until <= now


class Memory(Record):
    """What is compared with. `account` tells settings apart without telling them; `batch` counts what was news."""

    account: str
    generation: str
    batch: int = 0
    cursor: Cursor = Field(repr=False)
    jobs: dict[str, str] | None = None
    """Titles of jobs by id; None until they could be read."""


class Recalled(Record):
    """What a watch knows when it looks again; nothing at its first look.

    `unsent` is the news of the latest batch, while not all of it is known to be handed over.
    """

    memory: Memory | None = None
    unsent: str = Field("", repr=False)


class Watches:
    """`owner` is the id of this process: what it had leased before it died is its own again at once."""

    def __init__(self, store: Store, vault: Vault, owner: str) -> None:
        self._store, self._vault, self._owner = store, vault, owner

    async def all(self) -> list[Watching]:
        return [_watching(row) for row in await self._store.rows(PLAN, {})]

    async def one(self, team: str, connection: str) -> Watching | None:
        rows = await self._store.rows(PLAN, _key(team, connection))
        return _watching(rows[0]) if rows else None

    async def begin(self, team: str, connection: str, next_at: float) -> Watching | None:
        """Plan the first look, unless there is a plan; None for a connection that is gone."""

        def plan(write: Write) -> Watching | None:
            known = write.rows(PLAN, _key(team, connection))
            real = write.rows("connections", {"team_id": team, "id": connection})
            if known or not real:
                return _watching(known[0]) if known else None
            vendor = str(real[0]["vendor"])
            begun = Watching(team=team, connection=connection, vendor=vendor, next_at=next_at)
            write.put(PLAN, _row(begun))
            return begun

        return await self._store.write(plan)

    async def take(self, team: str, connection: str, now: float, until: float) -> Watching | None:
        """Lease it, and return it as it stands; None when it is gone, or another process has it."""
        known = await self.one(team, connection)
        if known is None or (known.leased_by == self._owner and known.leased_until >= until):
            return known

        def lease(write: Write) -> Watching | None:
            rows = write.rows(PLAN, _key(team, connection))
            if not rows or not (standing := _watching(rows[0])).free_for(self._owner, now):
                return None
            mine: dict[str, Value] = {"leased_by": self._owner, "leased_until": until}
            write.change(PLAN, _key(team, connection), mine)
            return standing.model_copy(update=mine)

        return await self._store.write(lease)

    async def recall(self, team: str, connection: str) -> Recalled:
        """Raises `CannotOpen`."""
        rows = await self._store.rows(MEMORY, _key(team, connection))
        if not rows:
            return Recalled()
        kept = self._vault.open(_owner("watch", team, connection), str(rows[0]["sealed"]))
        news = str(rows[0]["news"] or "")
        return Recalled(
            memory=Memory.model_validate_json(kept),
            unsent=self._vault.open(_owner("news", team, connection), news) if news else "",
        )

    async def sent(self, team: str, connection: str) -> None:
        """All of it is handed over: nothing of it is kept here."""
        await self._store.write(lambda write: write.change(MEMORY, _key(team, connection), {"news": ""}))

    async def plan(self, watching: Watching) -> bool:
        """Say how it went and when to look again; False if it is gone, or another's."""
        return await self._save(watching, lambda write: None)

    async def remember(self, watching: Watching, memory: Memory, news: str, settings: str) -> bool:
        """Save the plan, how far the watch has come, and what it found: all of it, or nothing.

        False, too, if the connection does not hold these sealed `settings` any more: it may be another account.
        """

        def save(write: Write) -> None:
            row = _key(watching.team, watching.connection)
            kept = self._seal("watch", watching, memory.model_dump_json())
            found = self._seal("news", watching, news) if news else ""
            write.put(MEMORY, {**row, "sealed": kept, "news": found})

        return await self._save(watching, save, settings)

    async def release(self, owner: str) -> None:
        """Let others have what a dead process had leased."""
        await self._store.write(lambda write: write.change(PLAN, {"leased_by": owner}, {"leased_until": 0.0}))

    async def forget(self, team: str, connection: str) -> None:
        def remove(write: Write) -> None:
            for table in (MEMORY, PLAN):
                write.remove(table, _key(team, connection))

        await self._store.write(remove)

    async def _save(self, watching: Watching, more: Save, settings: str | None = None) -> bool:
        key = _key(watching.team, watching.connection)

        def save(write: Write) -> bool:
            mine = bool(write.rows(PLAN, {**key, "leased_by": self._owner}))
            where: Row = {"team_id": watching.team, "id": watching.connection, "settings": settings}
            same = settings is None or bool(write.rows("connections", where))
            if mine and same:
                write.change(PLAN, key, _row(watching))
                more(write)
            return mine and same

        return await self._store.write(save)

    def _seal(self, what: str, watching: Watching, text: str) -> str:
        return self._vault.seal(_owner(what, watching.team, watching.connection), text)


async def state_of(store: Store, team: str, connection: str) -> WatchState | None:
    """How a watch fares; None where nothing is watched."""
    rows = await store.rows(PLAN, _key(team, connection))
    if not rows:
        return None
    now = _watching(rows[0])
    problem = Problem(now.problem) if now.problem else None
    return WatchState(worked=now.last_success, next_at=now.next_at, problem=problem, paused=now.paused)


def _watching(row: Row) -> Watching:
    known = {name: value for name, value in row.items() if name not in ("team_id", "connection_id")}
    ids = {"team": row["team_id"], "connection": row["connection_id"]}
    return Watching.model_validate({**known, **ids})


def _row(watching: Watching) -> Row:
    known: dict[str, Value] = watching.model_dump(exclude={"team", "connection"})
    return {**_key(watching.team, watching.connection), **known}


def _key(team: str, connection: str) -> dict[str, Value]:
    return {"team_id": team, "connection_id": connection}


def _owner(what: str, team: str, connection: str) -> str:
    return f"{what}:{team}:{connection}"


def _of(what: str) -> Callable[[Row], str]:
    return lambda row: _owner(what, str(row["team_id"]), str(row["connection_id"]))


SEALED = (SealedColumn(MEMORY, "sealed", _of("watch")), SealedColumn(MEMORY, "news", _of("news")))
