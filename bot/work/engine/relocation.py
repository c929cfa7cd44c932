"""Takes jobs that wait from one of the engine's databases to another one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowStatus

from bot.store.vault import Vault
from bot.work.engine.inbox import beside, left_in
from bot.work.engine.jobs_file import open_file
from bot.work.engine.jobs_server import open_server
from bot.work.engine.put import QUEUE, VERSION, WORKFLOW
from bot.work.engine.records import OPEN, client_on
from bot.work.engine.sealing import LOCKED, Sealed


class UnderWay(Exception):
    """So many jobs have done a part of their work; what they did is written down only where they began."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class Locked(Exception):
    """Some jobs were sealed with a key that is not configured."""


@dataclass(frozen=True)
class Waiting:
    """A job that has not begun; `due` is in seconds since the epoch."""

    id: str
    workflow: str
    queue: str
    args: tuple[str, ...] = field(repr=False)
    due: float = 0.0


def kept(place: Path | str, vault: Vault) -> int:
    """How many jobs there are, done or not."""
    with client_on(place, Sealed(vault)) as client:
        return len(client.list_workflows(load_input=False, load_output=False)) if client else 0


def waiting(place: Path | str, vault: Vault) -> list[Waiting]:
    """The jobs that have not begun, the oldest first. Raises `UnderWay` and `Locked`."""
    known = _known(place, vault)
    ids = {job.id for job in known}
    return known + [job for job in _arrived(place, vault) if job.id not in ids]


def _arrived(place: Path | str, vault: Vault) -> list[Waiting]:
    """What was acknowledged, and never came to the engine."""
    left, locked = left_in(beside(place), vault) if isinstance(place, Path) else ([], 0)
    if locked:
        raise Locked
    return [Waiting(each.id, WORKFLOW, QUEUE, (each.invocation,)) for each in left]


def _known(place: Path | str, vault: Vault) -> list[Waiting]:
    with client_on(place, Sealed(vault)) as client:
        if client is None:
            return []
        jobs = client.list_workflows(status=list(OPEN), load_output=False)
        begun = [job for job in jobs if client.list_workflow_steps(job.workflow_id)]
    if begun:
        raise UnderWay(len(begun))
    if any(job.input and job.input["args"] == LOCKED["args"] for job in jobs):
        raise Locked
    return [_waiting(job) for job in jobs]


def hand_over(jobs: Sequence[Waiting], place: Path | str, vault: Vault) -> None:
    """Put them all there, or none of them, under the ids that they had."""
    database = open_file(place) if isinstance(place, Path) else open_server(place)
    try:
        DBOS.migrate(database.url)
        client = DBOSClient(
            system_database_engine=database.reading,
            serializer=Sealed(vault),
            application_name="shortlist",
            lazy=True,
        )
        with database.writing.begin() as connection:
            for job in jobs:
                client.enqueue_in_transaction(connection, _options(job), *job.args)
        client.destroy()
    finally:
        database.close()


def take_back(jobs: Sequence[Waiting], place: Path | str, vault: Vault) -> None:
    """Delete what was handed over."""
    with client_on(place, Sealed(vault)) as client:
        if client:
            client.delete_workflows([job.id for job in jobs])


def _waiting(job: WorkflowStatus) -> Waiting:
    given = job.input or {"args": (), "kwargs": {}}
    due = (job.delay_until_epoch_ms or 0) / 1000
    return Waiting(job.workflow_id, job.name, job.queue_name or QUEUE, tuple(map(str, given["args"])), due)


def _options(job: Waiting) -> EnqueueOptions:
    options: EnqueueOptions = {
        "workflow_name": job.workflow,
        "queue_name": job.queue,
        "workflow_id": job.id,
        "app_version": VERSION,
    }
    left = job.due - time.time()
    return {**options, "delay_seconds": left} if left > 0 else options
