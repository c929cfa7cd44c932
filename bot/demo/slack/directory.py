"""Web API methods that say who and where: users, conversations, the bot itself."""

from bot.demo.slack.people import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    PARTNER_TEAM_ID,
    TEAM_ID,
    TEAM_NAME,
    Channel,
    User,
)
from bot.demo.slack.scopes import Scopes
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import SlackError, Workspace

_YES = (True, "true", "1", 1)
"""How a form says that a flag is set."""


class Directory:
    """The methods, each from arguments to answer."""

    def __init__(self, workspace: Workspace, scopes: Scopes, url: str) -> None:
        self._workspace = workspace
        self._scopes = scopes
        self._url = url

    def auth_test(self, args: Json) -> Json:
        """`auth.test`."""
        team = {"url": f"{self._url}/", "team": TEAM_NAME, "team_id": TEAM_ID}
        name = self._workspace.app_name.lower()
        return {**team, "user": name, "user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False}

    def users_info(self, args: Json) -> Json:
        """`users.info`."""
        if args.get("user") == BOT_USER:
            return {"user": self._bot()}
        user = self._workspace.users.get(str(args.get("user")))
        if user is None:
            raise SlackError("user_not_found")
        return {"user": self._told(user)}

    def users_lookup(self, args: Json) -> Json:
        """`users.lookupByEmail`."""
        for user in self._workspace.users.values():
            if user.email == args.get("email"):
                return {"user": self._told(user)}
        raise SlackError("users_not_found")

    def usergroups_list(self, args: Json) -> Json:
        """`usergroups.list`: those that are disabled only for whoever asks for them."""
        every = args.get("include_disabled") in _YES
        groups = [one for one in self._workspace.groups.values() if every or not one.disabled]
        shown = [one.for_api() for one in groups]
        if args.get("include_users") in _YES:
            shown = [one.for_api() | {"users": list(one.members)} for one in groups]
        return {"usergroups": shown}

    def usergroups_users(self, args: Json) -> Json:
        """`usergroups.users.list`."""
        if not args.get("usergroup"):
            raise SlackError("missing_argument")
        group = self._workspace.groups.get(str(args["usergroup"]))
        if group is None or (group.disabled and args.get("include_disabled") not in _YES):
            raise SlackError("no_such_subteam")
        return {"users": list(group.members)}

    def conversations_info(self, args: Json) -> Json:
        """`conversations.info`; a private channel without the bot does not exist for it."""
        channel = self._known(args.get("channel"))
        shown = channel.for_api()
        if channel.kind == "shared":
            shown |= {"connected_team_ids": [PARTNER_TEAM_ID], "shared_team_ids": [TEAM_ID, PARTNER_TEAM_ID]}
        return {"channel": shown}

    def conversations_members(self, args: Json) -> Json:
        """`conversations.members`, always in one page."""
        channel = self._known(args.get("channel"))
        members = sorted(channel.members) + ([BOT_USER] if channel.bot_in else [])
        return {"members": members, "response_metadata": {"next_cursor": ""}}

    def conversations_list(self, args: Json) -> Json:
        """`conversations.list`: what the bot may know of, in one page."""
        rooms = [one for one in self._workspace.channels.values() if one.kind != "app"]
        shown = [one.for_api() for one in rooms if one.bot_in or one.kind != "private"]
        return {"channels": shown, "response_metadata": {"next_cursor": ""}}

    def conversations_open(self, args: Json) -> Json:
        """`conversations.open` with one person."""
        users = [user for user in str(args.get("users", "")).split(",") if user]
        if len(users) != 1:
            raise SlackError("method_not_supported_for_channel_type" if users else "users_list_not_supplied")
        if users[0] not in self._workspace.users:
            raise SlackError("user_not_found")
        return {"channel": {"id": self._workspace.dm(users[0]).id}, "no_op": True, "already_open": True}

    def _told(self, user: User) -> Json:
        """A person's address is a scope of its own."""
        shown = user.for_api()
        if not self._scopes.has("users:read.email"):
            del shown["profile"]["email"]
        return shown

    def _known(self, channel_id: object) -> Channel:
        channel = self._workspace.channels.get(str(channel_id))
        if channel is None or (channel.kind == "private" and not channel.bot_in):
            raise SlackError("channel_not_found")
        return channel

    def _bot(self) -> Json:
        name = self._workspace.app_name
        profile = {"real_name": name, "display_name": name, "bot_id": BOT_ID, "api_app_id": APP_ID}
        who = {"id": BOT_USER, "team_id": TEAM_ID, "name": name.lower(), "real_name": name, "is_bot": True}
        return {**who, "is_admin": False, "is_owner": False, "is_restricted": False, "profile": profile}
