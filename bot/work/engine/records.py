"""What the durable engine holds: of whom it speaks, with which keys it is sealed, and how it is deleted early."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOSClient, WorkflowStatus

from bot.operate.log import frames
from bot.store.vault import Vault
from bot.work.engine.arrivals import Arrivals
from bot.work.engine.inbox import Fits, beside, forget_in, older_in
from bot.work.engine.jobs_file import open_file
from bot.work.engine.jobs_server import open_server
from bot.work.engine.sealing import LOCKED, Sealed

PAGE = 100
"""Jobs that are read or deleted at once."""
OPEN = ("ENQUEUED", "PENDING", "DELAYED")
DEEP = 6
SCHEMA = "dbos"
"""Where the engine's tables are on a server."""
LATER = 60.0
"""Seconds until the next attempt where the database did not take one."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Held:
    """A job that is kept; `open` while it is not done."""

    id: str
    open: bool


class Records:
    """Reads in threads: there may be tens of thousands of jobs.

    What waits in the inbox is asked for first: a job that begins meanwhile is then in both, and never in neither.
    """

    def __init__(self, client: DBOSClient) -> None:
        self._client = client
        self._arrivals: Arrivals | None = None
        self._left: asyncio.Queue[str] = asyncio.Queue()

    def arrive_through(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals

    def leaves(self, team: str) -> None:
        """A workspace has left: its jobs are deleted soon."""
        self._left.put_nowait(team)

    async def erasing(self) -> None:
        """Run this in the background: it deletes what is left of whoever `leaves`."""
        while True:
            team = await self._left.get()
            try:
                await self.erase(team)
            except Exception as error:  # noqa: BLE001 each database has errors of its own
                kind, where = type(error).__name__, frames(error)
                log.warning("jobs of a workspace not deleted yet", team=team, error=kind, where=where)
                self._left.put_nowait(team)
                await asyncio.sleep(LATER)

    async def about(self, team: str, words: Sequence[str]) -> list[Held]:
        """The jobs of a workspace in which one of these words stands, in whatever they were given or found out."""
        arrived = self._arrivals.texts() if self._arrivals else {}
        mine = {id: text for id, text in arrived.items() if _arrived_of(team)(id, text)}
        waiting = [Held(id, open=True) for id, text in mine.items() if speaks([text], words)]
        return _once(waiting, await asyncio.to_thread(_speaking, self._client, team, tuple(words)))

    async def waive(self, team: str, fits: Callable[[str, str], bool]) -> set[str]:
        """Jobs of a workspace that have not begun, and fit by id and invocation, never will; return their ids."""
        ours = _arrived_of(team)

        def chosen(id: str, text: str | None) -> bool:
            return text is not None and ours(id, text) and fits(id, text)

        return await self._arrivals.forget(chosen) if self._arrivals else set()

    async def standing(self, ids: Sequence[str]) -> list[Held]:
        """Those of them that are still kept."""
        arrived = self._arrivals.ids if self._arrivals else set()
        waiting = [Held(id, open=True) for id in ids if id in arrived]
        return _once(waiting, await asyncio.to_thread(self._standing, tuple(ids)))

    async def delete(self, ids: Sequence[str]) -> None:
        """Only what has ended: what runs would write itself down again."""
        if self._arrivals and ids:
            # First: one that has begun may still be there, and would run again if the engine knew it no more.
            ended = frozenset(ids)
            await self._arrivals.forget(lambda job, _: job in ended)
        await asyncio.to_thread(_delete, self._client, ids)

    async def cancel(self, ids: Sequence[str]) -> None:
        await asyncio.to_thread(_cancel, self._client, ids)

    async def erase(self, team: str) -> int:
        """Delete all jobs of a workspace that has left; return how many there were."""
        arrived = await self._arrivals.forget(_arrived_of(team)) if self._arrivals else set()
        return len(arrived | await asyncio.to_thread(_erase, self._client, team))

    def _standing(self, ids: Sequence[str]) -> list[Held]:
        found: list[WorkflowStatus] = []
        for at in range(0, len(ids), PAGE):
            page = list(ids[at : at + PAGE])
            found += self._client.list_workflows(workflow_ids=page, load_input=False, load_output=False)
        return [_held(job) for job in found]


def erase(place: Path | str, vault: Vault, teams: Iterable[str]) -> int:
    """The same from another process than the one that works. Blocks for as long as it reads."""
    gone: set[str] = set()
    with client_on(place, Sealed(vault)) as client:
        for team in teams:
            gone |= forget_in(beside(place), vault, _arrived_of(team)) if isinstance(place, Path) else set()
            gone |= _erase(client, team) if client else set()
    return len(gone)


def _erase(client: DBOSClient, team: str) -> set[str]:
    """Delete all jobs of a workspace; what is under way is stopped. Return their ids."""
    held = [_held(job) for job in _all(client) if _of_team(job.workflow_id, job.input, team)]
    _cancel(client, [each.id for each in held if each.open])
    _delete(client, [each.id for each in held])
    return {each.id for each in held}


def _once(first: Sequence[Held], then: Sequence[Held]) -> list[Held]:
    """What is in both is as the second says."""
    return list({each.id: each for each in (*first, *then)}.values())


def _speaking(client: DBOSClient, team: str, words: Sequence[str]) -> list[Held]:
    jobs = (job for job in _all(client) if _of_team(job.workflow_id, job.input, team))
    return [_held(job) for job in jobs if speaks(_values(client, job), words)]


def _values(client: DBOSClient, job: WorkflowStatus) -> list[Any]:
    return [
        job.input,
        job.output,
        *(step["output"] for step in client.list_workflow_steps(job.workflow_id)),
    ]


def _held(job: WorkflowStatus) -> Held:
    return Held(job.workflow_id, job.status in OPEN)


def _cancel(client: DBOSClient, ids: Sequence[str]) -> None:
    for at in range(0, len(ids), PAGE):
        client.cancel_workflows(list(ids[at : at + PAGE]))


def _delete(client: DBOSClient, ids: Sequence[str]) -> None:
    for at in range(0, len(ids), PAGE):
        client.delete_workflows(list(ids[at : at + PAGE]))


class _Listening(Sealed):
    """Tells of every sealed text before it is opened."""

    def __init__(self, vault: Vault, seen: Callable[[str], None]) -> None:
        super().__init__(vault)
        self._seen = seen

    def deserialize(self, serialized_data: str) -> Any:
        self._seen(serialized_data)
        return super().deserialize(serialized_data)


def older_keys(place: Path | str, vault: Vault) -> int:
    """How many jobs hold something that is not sealed with the first key; blocks for as long as it reads."""
    older: list[bool] = []
    count = older_in(beside(place), vault) if isinstance(place, Path) else 0
    with client_on(
        place, _Listening(vault, lambda sealed: older.append(not vault.current(sealed)))
    ) as client:
        if client is None:
            return count
        for job in _all(client, load=False):
            older.clear()
            client.list_workflows(workflow_ids=[job.workflow_id])
            client.list_workflow_steps(job.workflow_id)
            count += any(older)
    return count


@contextmanager
def client_on(place: Path | str, sealed: Sealed) -> Iterator[DBOSClient | None]:
    """A look at the engine's tables from another process; None where no bot has run yet."""
    if isinstance(place, Path) and not place.exists():
        yield None
        return
    database = open_file(place) if isinstance(place, Path) else open_server(place)
    try:
        schema = None if isinstance(place, Path) else SCHEMA
        if not sa.inspect(database.reading).has_table("workflow_status", schema):
            yield None
            return
        client = DBOSClient(
            system_database_engine=database.reading,
            serializer=sealed,
            application_name="shortlist",
            lazy=True,
        )
        try:
            yield client
        finally:
            client.destroy()
    finally:
        database.close()


def speaks(values: object, words: Sequence[str]) -> bool:
    """Whether one of the words stands in these values as it is, not as a part of another one; in JSON within, too."""
    wanted = "|".join(re.escape(word.casefold()) for word in words)
    pattern = re.compile(rf"(?<![\w.+%-])(?:{wanted})(?![\w-])")
    return any(pattern.search(text.casefold()) for text in _texts(values, DEEP))


def _texts(value: object, deep: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from _within(value, deep)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name)
            yield from _texts(each, deep)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each, deep)


def _within(text: str, deep: int) -> Iterator[str]:
    """JSON in a text writes many letters otherwise than they are."""
    if not (deep and text.startswith(("{", "[", '"')) and "\\" in text):
        return
    try:
        inside = json.loads(text)
    except ValueError:
        return
    yield from _texts(inside, deep - 1)


def _all(client: DBOSClient, *, load: bool = True) -> Iterator[WorkflowStatus]:
    """Every job there is now. The list of ids comes first: pages would shift while jobs come and go."""
    listed = client.list_workflows(load_input=False, load_output=False)
    ids = [job.workflow_id for job in listed]
    for at in range(0, len(ids), PAGE):
        page = ids[at : at + PAGE]
        yield from client.list_workflows(workflow_ids=page, load_input=load, load_output=load)


def _of_team(id: str, given: object, team: str) -> bool:
    """Work that nobody typed has its workspace in what it was given."""
    return id.startswith(f"{team}:") or (given != LOCKED and _names(given, team))


def _arrived_of(team: str) -> Fits:
    return lambda job, text: _of_team(job, {"args": [text]}, team)


def _names(given: object, team: str) -> bool:
    payload = given["args"][-1] if isinstance(given, Mapping) and given.get("args") else None
    try:
        said = json.loads(payload) if isinstance(payload, str) else None
    except ValueError:
        return False
    return team in _teams(said) if isinstance(said, Mapping) else False


def _teams(said: Mapping[str, object]) -> set[object]:
    inner = said.get("announcement")
    return {said.get("team"), inner.get("team") if isinstance(inner, Mapping) else None}
