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
