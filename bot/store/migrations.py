"""How the database came to its present shape, step by step; a step that was released is never edited."""

from __future__ import annotations

from .schema import Index, Step, Table

STEPS: tuple[Step, ...] = (
    Step(
        "workspaces_and_connections",
        creates=(
            Table(
                "workspaces",
                "team_id enterprise_id name bot_token bot_id bot_user_id installed_at",
                key="team_id",
            ),
            Table("connections", "id team_id name vendor settings is_default:int created_at", key="id"),
            Table(
                "channels",
                "team_id channel_id connection_id",
                key="team_id channel_id",
                refers={"connection_id": ("connections", "id")},
            ),
        ),
        indexes=(Index("connections", "team_id name", unique=True),),
    ),
    # A row without a token is a workspace of an organisation that installed the app as a whole.
    Step(
        "installations",
        creates=(Table("once", "id until:float", key="id"),),
        columns={"workspaces": "refresh_token expires_at:float refreshing_until:float installed_by"},
        indexes=(Index("workspaces", "enterprise_id"), Index("once", "until")),
    ),
    # What each person asked for last, for Home; what could tell of somebody is sealed.
    Step(
        "activity",
        creates=(
            Table(
                "activity",
                "job team_id user_id command verb connection_id state outcome reference"
                " next_try:float created:float updated:float sealed",
                key="job",
            ),
        ),
        indexes=(Index("activity", "team_id user_id"), Index("activity", "updated")),
    ),
    # Who hears of what, what was posted where, and how much happened in each week: ids, hashes and counts.
    Step(
        "announcements",
        creates=(
            Table(
                "subscriptions",
                "team_id channel_id connection_id kinds filters budget:int weekly:int"
                " created_by created:float paused",
                key="team_id channel_id connection_id",
            ),
            Table(
                "cards",
                "team_id channel_id id connection_id ts level:int state sending at:float updated:float",
                key="team_id channel_id id",
            ),
            Table(
                "tallies",
                "team_id channel_id connection_id week:int id label count:int",
                key="team_id channel_id connection_id week id",
            ),
        ),
        indexes=(
            Index("subscriptions", "team_id connection_id"),
            Index("cards", "team_id channel_id level"),
            Index("cards", "updated"),
            Index("tallies", "week"),
        ),
    ),
    # When each watched connection is looked at again; what a watch compares with is sealed, beside the plan.
    Step(
        "watches",
        creates=(
            Table(
                "watches",
                "team_id connection_id vendor next_at:float polls:int failures:int refusals:int problem"
                " paused:int last_success:float saved leased_by leased_until:float",
                key="team_id connection_id",
            ),
            Table("watch_memories", "team_id connection_id sealed news", key="team_id connection_id"),
        ),
    ),
    # Imports under way: counts and states in clear, the rows sealed; a row goes as soon as it is done.
    Step(
        "imports",
        creates=(
            Table(
                "imports",
                "id team_id user_id connection_id runner state filled:int total:int added:int there:int"
                " failed:int digest room ts reported created:float until:float sealed",
                key="id",
            ),
            Table(
                "import_rows",
                "import_id number:int team_id state reason until:float sealed journal",
                key="import_id number",
            ),
        ),
        indexes=(
            Index("imports", "team_id user_id digest"),
            Index("imports", "until"),
            Index("import_rows", "until"),
            Index("import_rows", "team_id"),
        ),
    ),
    # What hashes are made with, sealed; and where something of whom was posted, by such hashes.
    Step(
        "markings_and_traces",
        creates=(
            Table("markings", "id sealed", key="id"),
            Table("traces", "team_id channel_id ts mark kind at:float", key="team_id channel_id ts mark"),
        ),
        indexes=(Index("traces", "team_id mark"), Index("traces", "at")),
    ),
    # Who did what and how it ended, one chain for each workspace: ids and hashes; the key of each chain is sealed.
    Step(
        "audit",
        creates=(
            Table(
                "audit",
                "team_id number:int id at:float actor verb connection vendor candidate outcome hash seal",
                key="team_id number",
            ),
            Table(
                "audit_chains",
                "team_id number:int head cut:int anchor oldest:float seal sealed",
                key="team_id",
            ),
        ),
        indexes=(
            Index("audit", "team_id id", unique=True),
            Index("audit", "team_id candidate"),
            Index("audit_chains", "oldest"),
        ),
    ),
    # Who may use which verb: ids of people and of user groups.
    Step(
        "permissions",
        creates=(
            Table(
                "permissions",
                "team_id verb people user_groups changed_by changed:float",
                key="team_id verb",
            ),
        ),
    ),
    # Who asked about whom, by hashes, for as long as it is not done.
    Step(
        "lines",
        creates=(
            Table("lines", "job team_id about connection_id number:int entered:float until:float", key="job"),
        ),
        indexes=(Index("lines", "team_id about connection_id number"), Index("lines", "entered")),
    ),
    # Which workspaces have a chain, as a count and a sum; the chains that are there are entered when a bot starts.
    Step(
        "audit_registry",
        creates=(Table("audit_registry", "id members:int total seal sealed", key="id"),),
    ),
)
"""A new step stands at the end. Its name is what a database remembers, so it never changes either."""
