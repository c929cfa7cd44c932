"""`shortlist connect`: what `/ats connect` does, for operators and scripts; no running bot is needed."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog

from bot.settings import Settings
from bot.store.audit import Happened, append
from bot.store.base import Write
from bot.store.open import open_store
from bot.store.vault import CannotOpen, Vault
from bot.store.workspaces import Workspaces
from bot.work.command.answer import DONE
from bot.work.connections import Connections, WorkspaceOffice
from commands.auditing import OPERATOR
from commands.cards.trouble import sentence
from commands.connect import problems
from connectors import CONNECTORS, Http, new_client
from connectors.errors import ConnectorError

log = structlog.get_logger()


@dataclass(frozen=True)
class Said:
    """How it went: a sentence, or the problems that stopped it."""

    sentence: str = ""
    problems: list[str] = field(default_factory=list)


async def connect(settings: Settings, team: str, vendor: str, name: str, given: Mapping[str, str]) -> Said:
    """Verify by a live call, then save. Nothing is saved unless the ATS took the key."""
    if vendor not in CONNECTORS:
        return Said(problems=[f"No ATS is called “{vendor}”. There are: {', '.join(CONNECTORS)}."])
    if wrong := _wrong(vendor, given):
        return Said(problems=wrong)
    store, vault = await open_store(settings.database_url), Vault(settings.encryption_keys)
    try:
        async with new_client() as client:
            workspaces = Workspaces(store, vault)
            office = WorkspaceOffice(
                team, workspaces=workspaces, connections=Connections(workspaces, Http(client, settings.bases))
            )
            account = await office.try_settings(vendor, given)
            info = await workspaces.connect(
                team, vendor, name, given, partial(_note, vault, team, vendor, DONE)
            )
    except ConnectorError as error:
        await store.write(partial(_note, vault, team, vendor, type(error).__name__))
        return Said(problems=[sentence(error)])
    finally:
        await store.close()
    default = " It is the default of this workspace." if info.default else ""
    return Said(f"Connected {info.title} as {account.name}; people say `via {info.name}`.{default}")


def _note(vault: Vault, team: str, vendor: str, outcome: str, write: Write, connection: str = "") -> None:
    """An audit whose key is lost is told of by `shortlist audit verify`, and must not stop who connects anew."""
    happened = Happened(
        id=f"{team}:shell:{secrets.token_hex(8)}",
        team=team,
        actor=OPERATOR,
        verb="shortlist connect",
        outcome=outcome,
        at=time.time(),
        connection=connection,
        vendor=vendor,
    )
    try:
        append(write, vault, happened)
    except CannotOpen:
        log.error("audit entry not written", **happened.model_dump(exclude={"candidate"}))


def _wrong(vendor: str, given: Mapping[str, str]) -> list[str]:
    known = CONNECTORS[vendor].Settings
    strange = [name for name in given if name not in known.model_fields]
    if strange:
        return [
            f"{CONNECTORS[vendor].title} has no field “{strange[0]}”. It has: {', '.join(known.model_fields)}."
        ]
    return [f"{name}: {said}" for name, said in problems(known, given).items()]
