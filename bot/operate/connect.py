"""`shortlist connect`: what `/ats connect` does, for operators and scripts; no running bot is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings import Settings
from bot.store.sqlite import SqliteStore
from bot.store.vault import Vault
from bot.store.workspaces import Workspaces
from bot.work.connections import Connections, WorkspaceOffice
from commands.cards.trouble import sentence
from commands.connect import problems
from connectors import CONNECTORS, Http, new_client
from connectors.errors import ConnectorError


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
    store = SqliteStore(settings.database_path)
    try:
        async with new_client() as client:
            workspaces = Workspaces(store, Vault(settings.encryption_keys))
            office = WorkspaceOffice(
                team, workspaces=workspaces, connections=Connections(workspaces, Http(client, settings.bases))
            )
            account = await office.try_settings(vendor, given)
            info = await office.connect(vendor, name, given)
    except ConnectorError as error:
        return Said(problems=[sentence(error)])
    finally:
        await store.close()
    default = " It is the default of this workspace." if info.default else ""
    return Said(f"Connected {info.title} as {account.name}; people say `via {info.name}`.{default}")


def _wrong(vendor: str, given: Mapping[str, str]) -> list[str]:
    known = CONNECTORS[vendor].Settings
    strange = [name for name in given if name not in known.model_fields]
    if strange:
        return [
            f"{CONNECTORS[vendor].title} has no field “{strange[0]}”. It has: {', '.join(known.model_fields)}."
        ]
    return [f"{name}: {said}" for name, said in problems(known, given).items()]
