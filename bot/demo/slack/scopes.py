"""Which OAuth scopes the app was granted, and which one each Web API method needs."""

from collections.abc import Callable, Iterable, Mapping

from bot.demo.slack.people import Kind
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import SlackError, Workspace

_TALKING = {"commands", "chat:write", "im:write"}
_LOOKING = {"files:read", "files:write", "channels:read", "groups:read", "im:read"}
_WHO = {"users:read", "users:read.email", "usergroups:read"}
GRANTED = frozenset(_TALKING | _LOOKING | _WHO)
"""What an app installed from our manifest has; the test of the manifest holds the two together."""

NEEDED: Mapping[str, str] = {
    "users.info": "users:read",
    "users.lookupByEmail": "users:read.email",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "conversations.open": "im:write",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "files.info": "files:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
}
"""One scope a method; those that are not here need none, or look at the channel."""

_READING: Mapping[Kind, str] = {
    "public": "channels:read",
    "shared": "channels:read",
    "private": "groups:read",
    "app": "im:read",
}
_OF_A_CHANNEL = ("conversations.info", "conversations.members")
_OF_ANY_CHANNEL = ("conversations.list",)


class Scopes:
    """`granted` is asked anew each time: a test takes a scope away, and gives it back."""

    def __init__(self, workspace: Workspace, granted: Callable[[], Iterable[str]]) -> None:
        self._workspace = workspace
        self._granted = granted

    @property
    def provided(self) -> str:
        """All of them as Slack writes them: `chat:write,commands`."""
        return ",".join(sorted(self._granted()))

    def has(self, scope: str) -> bool:
        """Whether the app was granted it."""
        return scope in self._granted()

    def require(self, *any_of: str) -> None:
        """Raises SlackError `missing_scope`, with `needed` and `provided`, when there is none of these."""
        if not any(map(self.has, any_of)):
            raise SlackError("missing_scope", needed=",".join(any_of), provided=self.provided)

    def check(self, method: str, args: Json) -> None:
        """Raises SlackError `missing_scope` when the app may not call the method so."""
        if method in NEEDED:
            self.require(NEEDED[method])
        if method in _OF_A_CHANNEL:
            channel = self._workspace.channels.get(str(args.get("channel")))
            self.require(*([_READING[channel.kind]] if channel else self._any_channel()))
        if method in _OF_ANY_CHANNEL:
            self.require(*self._any_channel())
        if method.startswith("views.") and _asks_for_files(args.get("view")):
            self.require("files:read")

    @staticmethod
    def _any_channel() -> list[str]:
        return list(dict.fromkeys(_READING.values()))


def _asks_for_files(view: object) -> bool:
    """Slack's page on `file_input` asks for `files:read`; with which code it refuses, it does not say."""
    blocks = view.get("blocks") if isinstance(view, dict) else None
    inputs = [block.get("element") for block in blocks or () if isinstance(block, dict)]
    return any(isinstance(one, dict) and one.get("type") == "file_input" for one in inputs)
