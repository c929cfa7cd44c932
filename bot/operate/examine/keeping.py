"""What is stored: whether it opens, whether each ATS takes its key, and what waits to be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.operate.audit import verify
from bot.operate.examine.slack import Slack
from bot.operate.finding import Finding, bad, doubtful, good
from bot.settings import Settings
from bot.store.base import Row, Store
from bot.store.installations import InstallationTable
from bot.store.resealing import SEALED
from bot.store.vault import CannotOpen, SealedColumn, Vault
from bot.store.workspaces import Workspaces
from bot.work.connections import Connections
from commands.base import ConnectionInfo, Invalid
from commands.ports.deed import State
from connectors.errors import ConnectorError, Misconfigured
from connectors.http import Http, new_client
from connectors.vendors import CONNECTORS

AT_ONCE = 8
"""Calls at the same time: more would look like an attack to whoever is called."""
PATIENCE = 10.0
"""Seconds for one of them."""
MOST = 100
"""Of each that are looked at by a call; `--team` names the others."""
SHOWN = 3
"""Problems of the audit that are told."""


@dataclass(frozen=True)
class Keeping:
    settings: Settings
    store: Store
    vault: Vault
    slack: Slack
    team: str = ""

    async def look(self) -> list[Finding]:
        sealed = [await self._column(column) for column in SEALED]
        found = [each for each in sealed if each] or [good("Encryption keys", "open all that is stored")]
        async with new_client() as client:
            http = Http(client, self.settings.bases)
            connections = [each async for each in self._connections(http)]
        tokens = [each async for each in self._tokens()]
        return [*found, *connections, *tokens, *await self._audit(), *await self._attention()]

    async def _column(self, column: SealedColumn) -> Finding | None:
        rows = [row for row in await self.store.rows(column.table, {}) if row[column.column]]
        lost = sum(not _opens(self.vault, column, row) for row in rows)
        if not lost:
            return None
        said = f"{lost} of {len(rows)} values in {column.table}.{column.column} do not open"
        advice = (
            "Put the key that is missing behind the others in SHORTLIST_ENCRYPTION_KEYS, or connect anew."
        )
        return bad("Encryption keys", said, advice)

    async def _connections(self, http: Http) -> AsyncIterator[Finding]:
        rows = await self.store.rows("connections", {"team_id": self.team} if self.team else {})
        workspaces = Workspaces(self.store, self.vault)
        opened, turn = Connections(workspaces, http), asyncio.Semaphore(AT_ONCE)

        async def look(row: Row) -> Finding:
            async with turn:
                return await self._connection(opened, row)

        for finding in await asyncio.gather(*map(look, rows[:MOST])):
            yield finding
        if not rows:
            yield doubtful("Connections", "no ATS is connected", "An admin types `/ats connect` in Slack.")
        if len(rows) > MOST:
            yield doubtful(
                "Connections", f"{len(rows) - MOST} more were not asked", "`--team T…` asks one workspace."
            )

    async def _connection(self, opened: Connections, row: Row) -> Finding:
        team, name, vendor = str(row["team_id"]), str(row["name"]), str(row["vendor"])
        about, title = f"Connection {name} of {team}", CONNECTORS[vendor].title
        info = ConnectionInfo(id=str(row["id"]), name=name, vendor=vendor, title=title, default=False)
        again = f"An admin types `/ats connect {vendor}` in that workspace."
        try:
            async with asyncio.timeout(PATIENCE):
                await (await opened.connector(team, info)).check()
        except Misconfigured as error:
            return bad(about, f"{title} {_plain(error)}", again)
        except ConnectorError as error:
            return bad(
                about, f"{title} {_plain(error)}", "Try again later; the vendor's status page may say more."
            )
        except TimeoutError:
            return bad(
                about,
                f"{title} did not answer within {PATIENCE:.0f} s",
                "Look whether this machine reaches it.",
            )
        except CannotOpen:
            return bad(about, "its key does not open", again)
        except Invalid as wrong:
            return bad(about, f"its settings are not taken any more: {', '.join(wrong.errors)}", again)
        return good(about, f"{title} takes the key")

    async def _tokens(self) -> AsyncIterator[Finding]:
        """Of the workspaces that installed the app by themselves."""
        where = {"team_id": self.team} if self.team else {}
        rows = [row for row in await self.store.rows("workspaces", where) if row["bot_token"]]
        turn = asyncio.Semaphore(AT_ONCE)

        async def look(team: str) -> Sequence[Finding]:
            async with turn:
                return await self._token(team)

        for findings in await asyncio.gather(*(look(str(row["team_id"])) for row in rows[:MOST])):
            for finding in findings:
                yield finding
        if len(rows) > MOST:
            yield doubtful(
                "Workspaces", f"{len(rows) - MOST} more were not asked", "`--team T…` asks one of them."
            )

    async def _token(self, team: str) -> Sequence[Finding]:
        about = f"Workspace {team}"
        try:
            known = await InstallationTable(self.store, self.vault).find(team)
            async with asyncio.timeout(PATIENCE):
                return await self.slack.token(about, known.token) if known else []
        except CannotOpen:
            return [bad(about, "its token does not open", "Somebody there installs the app again.")]
        except TimeoutError:
            return [bad(about, f"Slack did not answer within {PATIENCE:.0f} s", "Try again later.")]

    async def _audit(self) -> list[Finding]:
        problems = await verify(self.store, self.vault, self.team)
        advice = "`shortlist audit verify` says more; compare with an export that is kept elsewhere."
        return [bad("Audit", each, advice) for each in problems[:SHOWN]] or [
            good("Audit", "no entry was changed")
        ]

    async def _attention(self) -> list[Finding]:
        """What waits for a person."""
        counts = {
            "requests may have been sent or not, and whoever asked has not looked": len(
                await self.store.rows("activity", {"state": State.UNDECIDED})
            ),
            "watches are paused, since their key was refused": len(
                await self.store.rows("watches", {"paused": 1})
            ),
            "imports are paused": len(await self.store.rows("imports", {"state": "paused"})),
        }
        said = [doubtful("Needs somebody", f"{count} {what}") for what, count in counts.items() if count]
        return said or [good("Needs somebody", "nothing waits for a person")]


def _opens(vault: Vault, column: SealedColumn, row: Row) -> bool:
    try:
        vault.open(column.owner(row), str(row[column.column]))
    except CannotOpen:
        return False
    return True


def _plain(error: ConnectorError) -> str:
    """An error of a connector is safe to show: it never holds data."""
    return f"says no: {error.message}"
