"""Imports of tables: how far each has come, and its rows, sealed until they are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from pydantic import TypeAdapter

from commands.table.importing import (
    ASKED,
    SETTLED,
    TAKEN_UP,
    Failure,
    Import,
    Journal,
    Plan,
    State,
    Taken,
    Wish,
)
from commands.table.sheet import Line
from commands.table.taking_in import DOUBTFUL

from .base import Row, Store, Write
from .import_seals import IMPORTS, ROWS, owner, owner_of_row
from .vault import Vault

DAY = 86_400.0
UNFINISHED = 7 * DAY
"""Seconds for which an import that nobody goes on with is kept."""
BATCH = 200  # rows in one transaction: people's commands write in between
SENDING = "sending"  # the step that says that a write is on its way
LEFT, FAILED, DONE = "left", "failed", "done"

_JOURNAL: TypeAdapter[Journal] = TypeAdapter(Journal)


class Imports:
    """Everything that a person asks for names the workspace and the person."""

    def __init__(
        self, store: Store, vault: Vault, clock: Callable[[], float] = time.time, keep: float = UNFINISHED
    ) -> None:
        self._store, self._vault, self._clock, self._keep = store, vault, clock, keep

    async def claim(
        self, id: str, runner: str, wish: Wish, begin: Callable[[], tuple[str, str, str, Plan]]
    ) -> bool:
        """Whether this runner has to go on with the import, since nobody else does.

        `begin` says for a new one the workspace, the person, the connection and the plan.
        """

        def take(write: Write) -> bool:
            if rows := write.rows(IMPORTS, {"id": id}):
                return self._take(write, rows[0], runner, wish)
            if wish is Wish.START:
                write.put(IMPORTS, self._new(id, runner, *begin()))
            return wish is Wish.START

        return await self._store.write(take)

    def _new(self, id: str, runner: str, team: str, user: str, connection: str, plan: Plan) -> Row:
        return {
            "id": id,
            "team_id": team,
            "user_id": user,
            "connection_id": connection,
            "runner": runner,
            "state": State.RUNNING.value,
            **dict.fromkeys(("filled", "total", "added", "there", "failed"), 0),
            **dict.fromkeys(("room", "ts", "reported"), ""),
            "digest": plan.digest,
            "created": self._clock(),
            "until": self._clock() + self._keep,
            "sealed": self._vault.seal(owner(team, id), plan.model_dump_json()),
        }

    def _take(self, write: Write, row: Row, runner: str, wish: Wish) -> bool:
        state, id = State(str(row["state"])), row["id"]
        if row["runner"] == runner:
            return not (state is State.PAUSED or row["reported"] == DONE)
        if after := TAKEN_UP.get((state, wish)):
            write.change(IMPORTS, {"id": id}, {"state": after.value, "runner": runner})
            return True
        if after := ASKED.get((state, wish)):
            write.change(IMPORTS, {"id": id}, {"state": after.value})
        return False

    async def ask(self, team: str, user: str, id: str, wish: Wish) -> State | None:
        """Tell whoever is at work what the person wishes; return how it stood, None for none of theirs."""

        def change(write: Write) -> State | None:
            rows = write.rows(IMPORTS, {"id": id, "team_id": team, "user_id": user})
            found = State(str(rows[0]["state"])) if rows else None
            if found and (after := ASKED.get((found, wish))):
                write.change(IMPORTS, {"id": id}, {"state": after.value})
            return found

        return await self._store.write(change)

    async def get(self, id: str) -> Import | None:
        rows = await self._store.rows(IMPORTS, {"id": id})
        return self._read(rows[0]) if rows else None

    async def of(self, team: str, user: str, id: str) -> Import | None:
        found = await self.get(id)
        return found if found and (found.team, found.user) == (team, user) else None

    async def state(self, id: str) -> State | None:
        """None once the workspace has left."""
        rows = await self._store.rows(IMPORTS, {"id": id})
        return State(str(rows[0]["state"])) if rows else None

    async def recent(self, team: str, user: str, digest: str) -> Import | None:
        """The latest import of the same file by the same person within a day."""
        rows = await self._store.rows(IMPORTS, {"team_id": team, "user_id": user, "digest": digest})
        latest = max(rows, key=lambda row: float(row["created"] or 0), default=None)
        return self._read(latest) if latest and self._clock() - float(latest["created"] or 0) < DAY else None

    async def said(self, id: str, room: str, ts: str) -> None:
        await self._change(id, {"room": room, "ts": ts})

    async def put_rows(self, team: str, id: str, rows: Sequence[tuple[Line, str]]) -> None:
        """Save rows, sealed, each with the reason why it is nobody, or nothing."""
        until = self._clock() + self._keep
        for at in range(0, len(rows), BATCH):
            batch = [self._row(team, id, *row, until) for row in rows[at : at + BATCH]]

            def save(write: Write, batch: list[Row] = batch) -> None:
                for row in batch:
                    write.put(ROWS, row)

            await self._store.write(save)

    def _row(self, team: str, id: str, line: Line, reason: str, until: float) -> Row:
        return {
            "import_id": id,
            "number": line.number,
            "team_id": team,
            "state": FAILED if reason else LEFT,
            "reason": reason,
            "until": until,
            "sealed": self._vault.seal(owner(team, id, line.number), line.model_dump_json()),
            "journal": "",
        }

    async def filled(self, id: str, total: int, failed: int, head: tuple[str, ...]) -> None:
        """All rows are there; so many of them are nobody."""
        found = await self.get(id)
        if found and found.plan:
            plan = found.plan.model_copy(update={"head": head})
            sealed = self._vault.seal(owner(found.team, id), plan.model_dump_json())
            await self._change(id, {"filled": 1, "total": total, "failed": failed, "sealed": sealed})

    async def rows_left(self, team: str, id: str) -> list[Taken]:
        rows = await self._store.rows(ROWS, {"import_id": id, "team_id": team, "state": LEFT})
        return [
            Taken(line=self._line(row), journal=self._journal(row))
            for row in sorted(rows, key=lambda row: int(row["number"] or 0))
        ]

    async def failures(self, team: str, id: str) -> list[Failure]:
        rows = await self._store.rows(ROWS, {"import_id": id, "team_id": team, "state": FAILED})
        return [
            Failure(line=self._line(row), reason=str(row["reason"]))
            for row in sorted(rows, key=lambda row: int(row["number"] or 0))
        ]

    async def has_row(self, id: str, number: int) -> bool:
        """Not so once its person was forgotten."""
        return bool(await self._store.rows(ROWS, {"import_id": id, "number": number}))

    async def note_steps(self, team: str, id: str, number: int, journal: Journal) -> None:
        sealed = self._vault.seal(owner(team, id, number), _JOURNAL.dump_json(journal).decode())
        where: Row = {"import_id": id, "number": number}

        def save(write: Write) -> None:
            write.change(ROWS, where, {"journal": sealed})

        await self._store.write(save)

    async def row_done(self, id: str, number: int, counted: str, reason: str = "") -> None:
        """A row is done, counted as `added`, `there` or `failed`: once. With a reason it is kept for the report."""
        where: Row = {"import_id": id, "number": number}

        def save(write: Write) -> None:
            rows, row = write.rows(IMPORTS, {"id": id}), write.rows(ROWS, {**where, "state": LEFT})
            if not (rows and row):
                return
            write.change(IMPORTS, {"id": id}, {counted: int(rows[0][counted] or 0) + 1})
            if reason:
                write.change(ROWS, where, {"state": FAILED, "reason": reason, "journal": ""})
            else:
                write.remove(ROWS, where)

        await self._store.write(save)

    async def settle(self, id: str, *, pause: bool = False) -> State | None:
        """Nothing is under way any more: how it stands now. With rows left, one that runs still goes on running.

        With `pause` one that runs is paused, since it cannot go on.
        """

        def change(write: Write) -> State | None:
            rows = write.rows(IMPORTS, {"id": id})
            if not rows:
                return None
            state = State(str(rows[0]["state"]))
            if state is State.RUNNING and pause:
                state = State.PAUSING
            going_on = state is State.RUNNING and bool(write.rows(ROWS, {"import_id": id, "state": LEFT}))
            now = state if going_on else SETTLED.get(state, state)
            write.change(IMPORTS, {"id": id}, {"state": now.value})
            if now in (State.ENDED, State.CANCELLED):
                self._give_up(write, rows[0])
            return now

        return await self._store.write(change)

    def _give_up(self, write: Write, row: Row) -> None:
        """Rows that are not done are dropped; those that were being sent are in doubt."""
        id, doubtful = row["id"], 0
        for each in write.rows(ROWS, {"import_id": id, "state": LEFT}):
            if any(name == SENDING for name, _ in self._journal(each)):
                doubtful += 1
                where: Row = {"import_id": id, "number": each["number"]}
                write.change(ROWS, where, {"state": FAILED, "reason": DOUBTFUL, "journal": ""})
        write.remove(ROWS, {"import_id": id, "state": LEFT})
        write.change(IMPORTS, {"id": id}, {"failed": int(row["failed"] or 0) + doubtful})

    async def reporting(self, id: str, boot: str) -> None:
        """The report is on its way. Whatever is left of the rows stays for a day."""
        until = self._clock() + DAY

        def change(write: Write) -> None:
            write.change(IMPORTS, {"id": id}, {"reported": boot, "until": until})
            write.change(ROWS, {"import_id": id}, {"until": until})

        await self._store.write(change)

    async def reported(self, id: str, *, forget: bool) -> None:
        """It was told how it ended; with `forget` nothing of the people is kept, else the failures for a day."""

        def change(write: Write) -> None:
            write.change(IMPORTS, {"id": id}, {"reported": DONE, **({"sealed": ""} if forget else {})})
            if forget:
                write.remove(ROWS, {"import_id": id})

        await self._store.write(change)

    async def drop(self, id: str) -> None:
        """Forget an import of which nothing was done."""

        def remove(write: Write) -> None:
            write.remove(ROWS, {"import_id": id})
            write.remove(IMPORTS, {"id": id})

        await self._store.write(remove)

    async def sweep(self) -> None:
        """Delete what nobody goes on with or has asked for in time."""

        def remove(write: Write) -> None:
            for table in (IMPORTS, ROWS):
                write.remove_below(table, "until", now)

        now = self._clock()

        await self._store.write(remove)

    async def _change(self, id: str, values: Row) -> None:
        await self._store.write(lambda write: write.change(IMPORTS, {"id": id}, values))

    def _read(self, row: Row) -> Import:
        id, team, sealed = str(row["id"]), str(row["team_id"]), str(row["sealed"])
        return Import(
            id=id,
            team=team,
            user=str(row["user_id"]),
            connection=str(row["connection_id"]),
            state=State(str(row["state"])),
            filled=bool(row["filled"]),
            **{name: int(row[name] or 0) for name in ("total", "added", "there", "failed")},
            room=str(row["room"]),
            ts=str(row["ts"]),
            reported=str(row["reported"]),
            created=float(row["created"] or 0),
            plan=Plan.model_validate_json(self._vault.open(owner(team, id), sealed)) if sealed else None,
        )

    def _line(self, row: Row) -> Line:
        return Line.model_validate_json(self._open(row, "sealed"))

    def _journal(self, row: Row) -> Journal:
        return _JOURNAL.validate_json(self._open(row, "journal")) if row["journal"] else []

    def _open(self, row: Row, column: str) -> str:
        return self._vault.open(owner_of_row(row), str(row[column]))
