"""Who and what a demo workspace holds before anybody says a word."""

from dataclasses import dataclass
from typing import Literal

from bot.demo.slack.wire import Json

TEAM_ID = "T0DEMO"
TEAM_NAME = "Demo Company"
TEAM_DOMAIN = "demo-company"
PARTNER_TEAM_ID = "T0ACME"
PARTNER_NAME = "Acme"
APP_ID = "A0DEMO"
BOT_ID = "B0DEMO"
BOT_USER = "U0DEMOBOT"

Role = Literal["admin", "member", "guest", "partner"]
Kind = Literal["public", "private", "shared", "app"]


@dataclass(frozen=True)
class User:
    """A person of the workspace, or of an organisation it shares a channel with."""

    id: str
    real_name: str
    role: Role
    color: str
    email: str

    @property
    def name(self) -> str:
        """The handle: `ada` for Ada Admin."""
        return self.real_name.split()[0].lower()

    @property
    def team_id(self) -> str:
        """The organisation the person belongs to, which for a partner is not the workspace."""
        return PARTNER_TEAM_ID if self.role == "partner" else TEAM_ID

    def for_page(self) -> Json:
        """The page's User object."""
        return {
            "id": self.id,
            "name": self.name,
            "real_name": self.real_name,
            "display_name": self.real_name,
            "initials": "".join(word[0] for word in self.real_name.split()),
            "color": self.color,
            "role": self.role,
        }

    def for_api(self) -> Json:
        """The `user` of `users.info`."""
        profile = {"real_name": self.real_name, "display_name": self.real_name, "team": self.team_id}
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": False,
            "real_name": self.real_name,
            "tz": "Europe/Paris",
            "tz_offset": 3600,
            "profile": {**profile, "email": self.email},
            "is_admin": self.role == "admin",
            "is_owner": self.role == "admin",
            "is_primary_owner": False,
            "is_restricted": self.role == "guest",
            "is_ultra_restricted": False,
            "is_bot": False,
            "is_app_user": False,
            "is_stranger": self.role == "partner",
        }


@dataclass(frozen=True)
class Channel:
    """A conversation; `app` is one person's direct messages with the bot."""

    id: str
    name: str
    kind: Kind
    members: frozenset[str]
    topic: str = ""
    bot_in: bool = True

    def seen_by(self, user: User) -> bool:
        """Whether the person can open the channel: full members see public ones without joining."""
        return user.id in self.members or (self.kind == "public" and user.role in ("admin", "member"))

    def for_page(self, unread: int) -> Json:
        """The page's Channel object."""
        shown = {"id": self.id, "name": self.name, "kind": self.kind, "topic": self.topic, "unread": unread}
        return {**shown, **({"shared_with": PARTNER_NAME} if self.kind == "shared" else {})}

    def for_api(self) -> Json:
        """The `channel` of `conversations.info`."""
        if self.kind == "app":
            (user,) = self.members
            return {"id": self.id, "created": 1, "is_im": True, "is_org_shared": False, "user": user}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "created": 1,
            "creator": "U0ADA",
            "is_channel": True,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.kind == "private",
            "is_archived": False,
            "is_general": False,
            "is_shared": self.kind == "shared",
            "is_ext_shared": self.kind == "shared",
            "is_org_shared": False,
            "is_member": self.bot_in,
            "context_team_id": TEAM_ID,
            "topic": {"value": self.topic, "creator": "U0ADA", "last_set": 1},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(self.members) + self.bot_in,
        }


@dataclass(frozen=True)
class Group:
    """A user group: `@recruiters` reaches all of its members."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]
    disabled: bool = False

    def for_api(self) -> Json:
        """The group as `usergroups.list` tells it."""
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": "",
            "handle": self.handle,
            "is_external": False,
            "date_create": 1,
            "date_update": 1,
            "date_delete": 2 if self.disabled else 0,
            "auto_type": None,
            "created_by": "U0ADA",
            "updated_by": "U0ADA",
            "deleted_by": "U0ADA" if self.disabled else None,
            "user_count": len(self.members),
        }


USERS = (
    User("U0ADA", "Ada Admin", "admin", "#7c3aed", "ada@demo-company.example"),
    User("U0MIA", "Mia Member", "member", "#0f766e", "mia@demo-company.example"),
    User("U0GUS", "Gus Guest", "guest", "#b45309", "gus@freelance.example"),
    User("U0PAT", "Pat Partner", "partner", "#be123c", "pat@acme.example"),
)

CHANNELS = (
    Channel("C0HIRING", "hiring", "public", frozenset({"U0ADA", "U0MIA", "U0GUS"}), "Who we are looking for"),
    Channel("C0ENG", "eng-hiring", "private", frozenset({"U0ADA", "U0MIA"}), "Engineering candidates"),
    Channel("C0ACME", "acme-partners", "shared", frozenset({"U0ADA", "U0MIA", "U0PAT"}), "Shared with Acme"),
    *(Channel(f"D0{user.name.upper()}", user.name, "app", frozenset({user.id})) for user in USERS),
)

GROUPS = (
    Group("S0RECRUIT", "recruiters", "Recruiters", ("U0ADA", "U0MIA")),
    Group("S0LEADS", "hiring-leads", "Hiring leads", ("U0ADA",)),
)
