"""`shortlist connect`: what `/ats connect` does, for operators and scripts; no running bot is needed."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.settings import Settings
from bot.store.audit import Happened, append
from bot.store.base import Write
from bot.store.open import open_store
from bot.store.vault import CannotOpen, Vault
from bot.store.workspaces import Workspaces
from bot.work.command.answer import DONE
from bot.work.connections import Connections, WorkspaceRegistry
from commands.base import Usage
from commands.cards.trouble import sentence
from commands.connect import problems, vendor_called
from commands.ports.auditing import OPERATOR
from commands.text.connection_name import connection_name
from commands.text.grammar import shown
from connectors.errors import ConnectorError
from connectors.http import Http, new_client
from connectors.vendors import CONNECTORS

TEAM = re.compile(r"[TE][A-Z0-9]{1,30}")
WHERE = (
    "It begins with T (or E, for an organisation), in capital letters and digits: Slack in a browser shows it "
    "in the address, app.slack.com/client/T…"
)
KEY_SEEN = (
    "The key comes as one line on standard input, not from --set: there it is now in the shell's history. "
    "Take it out of there, or have the ATS give you another."
)
UNAUDITED = (
    " The audit has no entry of this, since its key does not open: `shortlist audit verify` says more."
)


@dataclass(frozen=True)
class Said:
    """How it went: a sentence, or the problems that stopped it."""

    sentence: str = ""
    problems: list[str] = field(default_factory=list)


def mistaken(team: str, set_: Mapping[str, str]) -> list[str]:
    """What is wrong before any key is read."""
    if not TEAM.fullmatch(team):
        return [f"{shown(team)} is not the id of a workspace. {WHERE}"]
    return [KEY_SEEN] if "key" in set_ else []


async def connect(settings: Settings, team: str, ats: str, name: str, given: Mapping[str, str]) -> Said:
    """Verify by a live call, then save. Nothing is saved unless the ATS took the key."""
    vendor = vendor_called(ats)
    if vendor is None:
        return Said(problems=[f"No ATS is called {shown(ats)}. There are: {', '.join(CONNECTORS)}."])
    if wrong := [*mistaken(team, {}), *_wrong(vendor, given)]:
        return Said(problems=wrong)
    try:
        name = connection_name(name or vendor)
    except Usage as wrong_name:
        return Said(problems=[f"--name: {wrong_name.problem}"])
    return await _verified(settings, team, vendor, name, given)


async def _verified(settings: Settings, team: str, vendor: str, name: str, given: Mapping[str, str]) -> Said:
    missed: list[str] = []
    store, vault = await open_store(settings.database_url), Vault(settings.encryption_keys)
    try:
        async with new_client() as client:
            workspaces = Workspaces(store, vault)
            registry = WorkspaceRegistry(
                team, workspaces=workspaces, connections=Connections(workspaces, Http(client, settings.bases))
            )
            account = await registry.try_settings(vendor, given)
            info = await workspaces.connect(
                team, vendor, name, given, partial(_note, vault, missed, team, vendor, DONE)
            )
    except ConnectorError as error:
        await store.write(partial(_note, vault, missed, team, vendor, type(error).__name__))
        return Said(problems=[sentence(error)])
    finally:
        await store.close()
    default = " It is the default of this workspace." if info.default else ""
    said = f"Connected {info.title} as {account.name}; people say `via {info.name}`.{default}"
    return Said(said + "".join(missed[:1]))


def _note(
    vault: Vault,
    missed: list[str],
    team: str,
    vendor: str,
    outcome: str,
    write: Write,
    connection: str = "",
) -> None:
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
        missed.append(UNAUDITED)


def _wrong(vendor: str, given: Mapping[str, str]) -> list[str]:
    known = CONNECTORS[vendor].Settings
    strange = [name for name in given if name not in known.model_fields]
    if strange:
        return [
            f"{CONNECTORS[vendor].title} has no field “{strange[0]}”. It has: {', '.join(known.model_fields)}."
        ]
    return [f"{name}: {said}" for name, said in problems(known, given).items()]
