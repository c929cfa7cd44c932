"""One job on its way into the engine's tables."""

from __future__ import annotations

from dataclasses import dataclass

from dbos import EnqueueOptions

VERSION = "1"
"""DBOS leaves work of another version lying; so this is raised only together with a plan for open work."""


WORKFLOW, WORK = "perform", "work"
QUEUE, BULK = "interactive", "bulk-"
"""Work that nobody waits for has a queue for each kind, so that a long import holds no announcement up."""


@dataclass(frozen=True)
class Put:
    """One job on its way to the disk."""

    id: str
    workflow: str
    queue: str
    args: tuple[str, ...]
    delay: float = 0.0


def options_of(put: Put) -> EnqueueOptions:
    options: EnqueueOptions = {
        "workflow_name": put.workflow,
        "queue_name": put.queue,
        "workflow_id": put.id,
        "app_version": VERSION,
    }
    return {**options, "delay_seconds": put.delay} if put.delay > 0 else options
