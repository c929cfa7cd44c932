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


@migrations()
def announcements(db: Database) -> None:
    """Who hears of what, what was posted where, and how much happened in each week: ids, hashes and counts."""
    subscriptions = db.table("subscriptions")
    subscriptions.create(
        {
            "team_id": str,
            "channel_id": str,
            "connection_id": str,
            "kinds": str,
            "filters": str,
            "budget": int,
            "weekly": int,
            "created_by": str,
            "created": float,
            "paused": str,
        },
        pk=("team_id", "channel_id", "connection_id"),
    )
    subscriptions.create_index(["team_id", "connection_id"])
    cards = db.table("cards")
    cards.create(
        {
            "team_id": str,
            "channel_id": str,
            "id": str,
            "connection_id": str,
            "ts": str,
            "level": int,
            "state": str,
            "sending": str,
            "at": float,
            "updated": float,
        },
        pk=("team_id", "channel_id", "id"),
    )
    cards.create_index(["team_id", "channel_id", "level"])
    cards.create_index(["updated"])
    tallies = db.table("tallies")
    tallies.create(
        {
            "team_id": str,
            "channel_id": str,
            "connection_id": str,
            "week": int,
            "id": str,
            "label": str,
            "count": int,
        },
        pk=("team_id", "channel_id", "connection_id", "week", "id"),
    )
    tallies.create_index(["week"])


@migrations()
def watches(db: Database) -> None:
    """When each watched connection is looked at again; what a watch compares with is sealed, beside the plan."""
    db.table("watches").create(
        {
            "team_id": str,
            "connection_id": str,
            "vendor": str,
            "next_at": float,
            "polls": int,
            "failures": int,
            "refusals": int,
            "problem": str,
            "paused": int,
            "last_success": float,
            "saved": str,
            "leased_by": str,
            "leased_until": float,
        },
        pk=("team_id", "connection_id"),
    )
    db.table("watch_memories").create(
        {"team_id": str, "connection_id": str, "sealed": str, "news": str},
        pk=("team_id", "connection_id"),
    )


@migrations()
def imports(db: Database) -> None:
    """Imports under way: counts and states in clear, the rows sealed; a row goes as soon as it is done."""
    table = db.table("imports")
    table.create(
        {
            "id": str,
            "team_id": str,
            "user_id": str,
            "connection_id": str,
            "runner": str,
            "state": str,
            "filled": int,
            "total": int,
            "added": int,
            "there": int,
            "failed": int,
            "digest": str,
            "room": str,
            "ts": str,
            "reported": str,
            "created": float,
            "until": float,
            "sealed": str,
        },
        pk="id",
    )
    table.create_index(["team_id", "user_id", "digest"])
    table.create_index(["until"])
    rows = db.table("import_rows")
    rows.create(
        {
            "import_id": str,
            "number": int,
            "team_id": str,
            "state": str,
            "reason": str,
            "until": float,
            "sealed": str,
            "journal": str,
        },
        pk=("import_id", "number"),
    )
    rows.create_index(["until"])
    rows.create_index(["team_id"])
