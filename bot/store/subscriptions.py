"""Who hears of what: the subscriptions of each workspace."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from commands.ports.subscription import Filters, Subscription
from connectors.models import ChangeKind

from .base import Row, Store, Write
from .vault import CannotOpen, SealedColumn, Vault

TABLE = "subscriptions"


class SubscriptionTable:
    """Everything asks for the workspace. Filters are sealed: a stage or a tag may say something of somebody."""

    def __init__(self, store: Store, vault: Vault, clock: Callable[[], float] = time.time) -> None:
        self._store, self._vault, self._clock = store, vault, clock
        self._told: list[Callable[[], None]] = []

    def tell(self, changed: Callable[[], None]) -> None:
        """Call this whenever somebody begins or stops to listen."""
        self._told.append(changed)

    async def watched(self) -> list[tuple[str, str]]:
        """The connections that somebody listens to: workspace and connection id."""
        rows = await self._store.rows(TABLE, {"paused": ""})
        return sorted({(str(row["team_id"]), str(row["connection_id"])) for row in rows})

    async def weekly(self) -> list[tuple[str, Subscription]]:
        """Those who want to be told of each week, with their workspaces."""
        rows = await self._store.rows(TABLE, {"paused": "", "weekly": 1})
        return [(str(row["team_id"]), self._subscription(row)) for row in rows]

    async def everywhere(self) -> list[tuple[str, Subscription]]:
        """Those of all workspaces that hear of something at present."""
        rows = await self._store.rows(TABLE, {"paused": ""})
        return [(str(row["team_id"]), self._subscription(row)) for row in rows]

    async def all(self, team: str) -> list[Subscription]:
        return await self._found({"team_id": team})

    async def of_channel(self, team: str, channel: str) -> list[Subscription]:
        return await self._found({"team_id": team, "channel_id": channel})

    async def of_connection(self, team: str, connection: str) -> list[Subscription]:
        """Those that hear of it at present."""
        return await self._found({"team_id": team, "connection_id": connection, "paused": ""})

    async def one(self, team: str, channel: str, connection: str) -> Subscription | None:
        found = await self._found({"team_id": team, "channel_id": channel, "connection_id": connection})
        return found[0] if found else None

    async def save(self, team: str, subscription: Subscription) -> None:
        row = self._row(team, subscription)
        await self._store.write(lambda write: write.put(TABLE, row))
        self._changed()

    async def remove(self, team: str, subscriptions: Sequence[Subscription]) -> None:
        def forget(write: Write) -> None:
            for each in subscriptions:
                write.remove(TABLE, _where(team, each))

        await self._store.write(forget)
        self._changed()

    async def pause(self, team: str, subscription: Subscription, why: str) -> bool:
        """Post nothing there any more; whether this is news, so that somebody has to be told."""

        def stop(write: Write) -> bool:
            rows = write.rows(TABLE, {**_where(team, subscription), "paused": ""})
            write.change(TABLE, {**_where(team, subscription), "paused": ""}, {"paused": why})
            return bool(rows)

        return await self._store.write(stop)

    def _changed(self) -> None:
        for changed in self._told:
            changed()

    async def _found(self, where: Row) -> list[Subscription]:
        rows = await self._store.rows(TABLE, where)
        ordered = sorted(rows, key=lambda row: (str(row["channel_id"]), float(row["created"] or 0)))
        return [self._subscription(row) for row in ordered]

    def _row(self, team: str, subscription: Subscription) -> Row:
        filters = subscription.filters.model_dump_json(exclude_defaults=True)
        where = _where(team, subscription)
        return {
            **where,
            "kinds": ",".join(subscription.kinds),
            "filters": self._vault.seal(_owner(where), filters),
            "budget": subscription.budget,
            "weekly": int(subscription.weekly),
            "created_by": subscription.by,
            "created": self._clock(),
            "paused": subscription.paused,
        }

    def _subscription(self, row: Row) -> Subscription:
        channel = str(row["channel_id"])
        filters, paused = Filters(), str(row["paused"] or "")
        try:
            text = self._vault.open(_owner(row), str(row["filters"]))
            filters = Filters.model_validate_json(text)
        except CannotOpen:
            paused = paused or "locked"  # without its filters it would tell a channel too much
        return Subscription(
            channel=channel,
            connection=str(row["connection_id"]),
            kinds=tuple(ChangeKind(each) for each in str(row["kinds"]).split(",") if each),
            filters=filters,
            budget=int(row["budget"] or 0),
            weekly=bool(row["weekly"]),
            by=str(row["created_by"]),
            paused=paused,
        )


class WorkspaceSubscriptions:
    """One workspace's subscriptions, as commands see them."""

    def __init__(self, team: str, table: SubscriptionTable) -> None:
        self._team, self._table = team, table

    async def all(self) -> list[Subscription]:
        return await self._table.all(self._team)

    async def of(self, channel: str) -> list[Subscription]:
        return await self._table.of_channel(self._team, channel)

    async def save(self, subscription: Subscription) -> None:
        await self._table.save(self._team, subscription)

    async def remove(self, subscriptions: Sequence[Subscription]) -> None:
        await self._table.remove(self._team, subscriptions)


def _where(team: str, subscription: Subscription) -> dict[str, str]:
    return {
        "team_id": team,
        "channel_id": subscription.channel,
        "connection_id": subscription.connection,
    }


def _owner(row: Row) -> str:
    return f"subscription:{row['team_id']}:{row['channel_id']}:{row['connection_id']}"


SEALED = (SealedColumn(TABLE, "filters", _owner),)
