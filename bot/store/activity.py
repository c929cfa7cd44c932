"""What each person asked for last and how it stands, without what it said; kept for a week."""

from __future__ import annotations

import time
from collections.abc import Callable

from pydantic import Field

from commands.base import Picks
from commands.ports.deed import Deed, State
from connectors.models import Record

from .base import Row, Store, Write
from .vault import CannotOpen, SealedColumn, Vault

RETENTION = 7 * 86_400.0
"""Seconds since a row was last changed."""
SHOWN = 20
"""How many of a person's rows Home shows."""
TABLE = "activity"


class _Sealed(Record):
    """What only the person of the row may read: ids of the ATS, and words of its own about a refusal."""

    picks: Picks = Picks()
    reason: str = Field("", repr=False)


class Activity:
    """One row for each job and all that continued it. Everything asks for the workspace and the person."""

    def __init__(
        self, store: Store, vault: Vault, clock: Callable[[], float] = time.time, keep: float = RETENTION
    ) -> None:
        self._store, self._vault, self._clock, self._keep = store, vault, clock, keep

    async def record(self, team: str, user: str, deed: Deed) -> None:
        """Say how a job stands; when it was asked for stays as it was."""

        def save(write: Write) -> None:
            known = write.rows(TABLE, {"job": deed.job})
            if not known or _is_of(known[0], team, user):
                write.put(TABLE, self._row(team, user, deed, known[0] if known else None))

        await self._store.write(save)

    async def begin(self, team: str, user: str, deed: Deed) -> None:
        """Say that a job runs. One that is taken up after a crash stands as it stood before."""

        def save(write: Write) -> None:
            known = write.rows(TABLE, {"job": deed.job})
            if not known:
                write.put(TABLE, self._row(team, user, deed, None))
            elif _is_of(known[0], team, user) and known[0]["reference"] != deed.reference:
                write.put(TABLE, self._row(team, user, deed, known[0]))

        await self._store.write(save)

    async def last(self, team: str, user: str) -> list[Deed]:
        """The latest first; what was dismissed is left out."""
        rows = await self._store.rows(TABLE, {"team_id": team, "user_id": user})
        shown = [row for row in rows if row["state"] != State.DISMISSED]
        latest = sorted(shown, key=lambda row: float(row["created"] or 0), reverse=True)[:SHOWN]
        return [deed for row in latest if (deed := self._deed(row))]

    async def one(self, team: str, user: str, job: str) -> Deed | None:
        rows = await self._store.rows(TABLE, {"team_id": team, "user_id": user, "job": job})
        return self._deed(rows[0]) if rows else None

    async def dismiss(self, team: str, user: str, job: str) -> None:
        """It is settled: the person has seen it, or has asked for it in another way."""
        values: Row = {"state": State.DISMISSED, "updated": self._clock()}

        def settle(write: Write) -> None:
            write.change(TABLE, {"team_id": team, "user_id": user, "job": job}, values)

        await self._store.write(settle)

    async def drop(self, team: str, user: str, job: str) -> None:
        """Forget something that changed nothing, such as a search that was answered."""

        def remove(write: Write) -> None:
            write.remove(TABLE, {"team_id": team, "user_id": user, "job": job})

        await self._store.write(remove)

    async def sweep(self) -> None:
        """Delete what nobody has to remember any more."""
        bound = self._clock() - self._keep

        def remove(write: Write) -> None:
            write.remove_below(TABLE, "updated", bound)

        await self._store.write(remove)

    def _row(self, team: str, user: str, deed: Deed, known: Row | None) -> Row:
        kept = _Sealed(picks=deed.picks, reason=deed.reason).model_dump_json(exclude_defaults=True)
        return {
            "job": deed.job,
            "team_id": team,
            "user_id": user,
            "command": deed.command,
            "verb": deed.verb,
            "connection_id": deed.picks.connection,
            "state": deed.state.value,
            "outcome": deed.outcome,
            "reference": deed.reference,
            "next_try": deed.next_try,
            "created": known["created"] if known else deed.created,
            "updated": self._clock(),
            "sealed": self._vault.seal(_owner(team, user, deed.job), kept),
        }

    def _deed(self, row: Row) -> Deed | None:
        """None for a row whose key is no longer there: it says nothing that one could act on."""
        try:
            text = self._vault.open(_owner_of(row), str(row["sealed"]))
        except CannotOpen:
            return None
        sealed = _Sealed.model_validate_json(text)
        return Deed(
            job=str(row["job"]),
            command=str(row["command"]),
            verb=str(row["verb"]),
            state=State(str(row["state"])),
            reference=str(row["reference"]),
            created=float(row["created"] or 0),
            updated=float(row["updated"] or 0),
            outcome=str(row["outcome"]),
            reason=sealed.reason,
            next_try=None if row["next_try"] is None else float(row["next_try"]),
            picks=sealed.picks,
        )


def _is_of(row: Row, team: str, user: str) -> bool:
    return (row["team_id"], row["user_id"]) == (team, user)


def _owner(team: str, user: str, job: str) -> str:
    return f"activity:{team}:{user}:{job}"


def _owner_of(row: Row) -> str:
    return _owner(str(row["team_id"]), str(row["user_id"]), str(row["job"]))


SEALED = (SealedColumn(TABLE, "sealed", _owner_of),)
