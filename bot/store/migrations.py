"""How the database came to its present shape, step by step; a step that was released is never edited."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("shortlist")


@migrations()
def workspaces_and_connections(db: Database) -> None:
    db.table("workspaces").create(
        {
            "team_id": str,
            "enterprise_id": str,
            "name": str,
            "bot_token": str,
            "bot_id": str,
            "bot_user_id": str,
            "installed_at": str,
        },
        pk="team_id",
    )
    db.table("connections").create(
        {
            "id": str,
            "team_id": str,
            "name": str,
            "vendor": str,
            "settings": str,
            "is_default": int,
            "created_at": str,
        },
        pk="id",
    )
    db.table("connections").create_index(["team_id", "name"], unique=True)
    db.table("channels").create(
        {"team_id": str, "channel_id": str, "connection_id": str},
        pk=("team_id", "channel_id"),
        foreign_keys=[("connection_id", "connections", "id")],
    )


@migrations()
def installations(db: Database) -> None:
    """A row without a token is a workspace of an organisation that installed the app as a whole."""
    workspaces = db.table("workspaces")
    workspaces.add_column("refresh_token", str)
    workspaces.add_column("expires_at", float)
    workspaces.add_column("refreshing_until", float)
    workspaces.add_column("installed_by", str)
    workspaces.create_index(["enterprise_id"])
    db.table("once").create({"id": str, "until": float}, pk="id")
    db.table("once").create_index(["until"])


@migrations()
def activity(db: Database) -> None:
    """What each person asked for last, for Home; what could tell of somebody is sealed."""
    table = db.table("activity")
    table.create(
        {
            "job": str,
            "team_id": str,
            "user_id": str,
            "command": str,
            "verb": str,
            "connection_id": str,
            "state": str,
            "outcome": str,
            "reference": str,
            "next_try": float,
            "created": float,
            "updated": float,
            "sealed": str,
        },
        pk="job",
    )
    table.create_index(["team_id", "user_id"])
    table.create_index(["updated"])
