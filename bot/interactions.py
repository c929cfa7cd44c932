"""What people type, click and fill in, and what answers them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.slack.corrections import Corrections
from bot.slack.cvs import Cvs
from bot.slack.forms import Forms
from bot.slack.home import Home
from bot.slack.imports import ImportForms
from bot.slack.listeners import Listeners
from bot.slack.shortcuts import Shortcuts
from bot.slack.suggestions import Suggestions
from bot.slack.tables import Tables
from bot.stores import Stores
from bot.work.background import Background
from bot.work.cluster.sharing import Sharing
from bot.work.command.line import Lines
from bot.work.command.prepare import Tools
from bot.work.connections import WorkspaceRegistry
from bot.work.engine.bulk import Bulk
from bot.work.jobs import Jobs
from bot.work.lookups import Lookups
from bot.work.sandbox.cv import CvReader


@dataclass(frozen=True)
class Interactions:
    lookups: Lookups
    forms: Forms
    home: Home
    imports: ImportForms

    @property
    def memories(self) -> Sequence[Callable[[str], None]]:
        """What each of them has in mind of a workspace, to be forgotten when it leaves."""
        return (self.lookups.forget, self.forms.forget, self.home.forget, self.imports.forget)


@dataclass(frozen=True)
class _Entrance:
    """The inbox; the lines know in which order it was asked, though work may begin in another."""

    jobs: Jobs
    lines: Lines

    async def put(self, id: str, invocation: str) -> None:
        self.lines.comes(id, invocation)
        await self.jobs.put(id, invocation)


def open_interactions(
    app: AsyncApp,
    kept: Stores,
    tools: Tools,
    tables: Tables,
    jobs: Jobs,
    bulk: Bulk,
    background: Background,
    sharing: Sharing,
    lasts: timedelta,
) -> Interactions:
    """Have the app answer people. Bolt asks one listener after the other: what is used most comes first."""
    registry = partial(WorkspaceRegistry, workspaces=kept.workspaces, connections=tools.connections)
    lookups = Lookups(tools.connections, background.start)
    forms = Forms(tools.people, registry, lookups, background.start, sharing)
    home = Home(tools.client, tools.people, registry, kept.activity, background.start, keep=lasts)
    imports = ImportForms(forms, tools, tables, kept.imports, bulk.put)
    corrections = Corrections(jobs, kept.activity, forms, tools.deliver)
    Listeners(
        _Entrance(jobs, tools.lines), tools.deliver, registry, forms, home, corrections, imports
    ).register(app)
    Suggestions(lookups, tools.people, registry).register(app)
    read_cv = Cvs(tools.files, CvReader()).read
    Shortcuts(forms, tools.people, tools.deliver, read_cv, imports.from_message).register(app)
    home.register(app)
    return Interactions(lookups, forms, home, imports)
