"""Slack's Web API: `/api/METHOD`, answered as Slack answers, or as a test forces it to."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.demo.slack.chat import Chat
from bot.demo.slack.directory import Directory
from bot.demo.slack.faults import Faults
from bot.demo.slack.files import Files
from bot.demo.slack.limits import checked_view
from bot.demo.slack.oauth import HOME, Installs, Team, translated
from bot.demo.slack.passes import spend_trigger
from bot.demo.slack.scopes import Scopes
from bot.demo.slack.socket_mode import Sockets
from bot.demo.slack.uploads import Uploads
from bot.demo.slack.windows import Windows
from bot.demo.slack.wire import Json, as_object, unpacked
from bot.demo.slack.workspace import SlackError, Workspace

Method = Callable[[Json], Json]


class Views:
    """`views.*`, each from arguments to answer."""

    def __init__(self, workspace: Workspace, windows: Windows) -> None:
        self._workspace = workspace
        self._windows = windows

    def open(self, args: Json) -> Json:
        """`views.open`."""
        body = checked_view(args.get("view"), "modal")
        return {
            "view": self._windows.open(
                spend_trigger(self._workspace, args.get("trigger_id")), body
            ).for_slack()
        }

    def push(self, args: Json) -> Json:
        """`views.push`: only from within a modal."""
        body = checked_view(args.get("view"), "modal")
        trigger = spend_trigger(self._workspace, args.get("trigger_id"))
        if trigger.modal is None:
            raise SlackError("invalid_trigger_id")
        return {"view": self._windows.push(trigger.user, body).for_slack()}

    def update(self, args: Json) -> Json:
        """`views.update`, by `view_id` or `external_id`."""
        body = checked_view(args.get("view"))
        view_id = args.get("view_id") or self._windows.by_external_id(args.get("external_id"))
        return {"view": self._windows.update(str(view_id), body, args.get("hash")).for_slack()}

    def publish(self, args: Json) -> Json:
        """`views.publish`."""
        body = checked_view(args.get("view"), "home")
        user = self._workspace.users.get(str(args.get("user_id")))
        if user is None:
            raise SlackError("invalid_arguments", ["[ERROR] user not found [json-pointer:/user_id]"])
        return {"view": self._windows.publish(user.id, body, args.get("hash")).for_slack()}


class WebApi:
    """Checks the token, finds the method, keeps a record of every call."""

    def __init__(
        self,
        workspace: Workspace,
        windows: Windows,
        sockets: Sockets,
        faults: Faults,
        scopes: Scopes,
        files: Files,
        url: str,
        tokens: tuple[str, str],
        installs: Installs,
        uploads: Uploads,
    ) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.tokens: list[tuple[str, str]] = []
        self._installs = installs
        self._bot_token, self._app_token = tokens
        self._workspace = workspace
        self._sockets = sockets
        self._url = url
        self._faults = faults
        self._scopes = scopes
        self._files = files
        self._methods = {
            **_talking(workspace, scopes, url),
            **_windowed(Views(workspace, windows)),
            "files.info": files.info,
            "files.delete": files.remove,
            "files.getUploadURLExternal": uploads.begin,
            "files.completeUploadExternal": uploads.complete,
            "apps.connections.open": self._connections_open,
        }

    async def serve(self, request: web.Request) -> web.Response:
        """`/api/{method}`."""
        method = request.match_info["method"]
        args = await _arguments(request)
        token = str(args.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer "))
        self.calls.append((method, args))
        self.tokens.append((method, token))
        fault = self._faults.next(method)
        await asyncio.sleep(fault.delay)
        answer = self._answer(method, token, args) if fault.late or not fault.fails else {}
        self._workspace.announce({"type": "call", "method": method}, frozenset())
        if fault.fails:
            answer = {"ok": False, "error": fault.error or "internal_error"}
        headers = {"X-OAuth-Scopes": self._scopes.provided, **fault.headers}
        return web.json_response(answer, status=fault.status, headers=headers)

    def is_of_bot(self, token: str) -> bool:
        """Whether it is the token of an installed bot."""
        return token == self._bot_token or token in self._installs.grants

    def _answer(self, method: str, token: str, args: Json) -> Json:
        try:
            if method == "oauth.v2.access":
                return {"ok": True, **self._installs.access(args, token)}
            team = self._check(method, token)
            if method == "auth.revoke":
                return {"ok": True, **self._installs.revoke(token)}
            self._scopes.check(method, args)
            self._files.check(args.get("blocks"))
            return translated({"ok": True, **self._methods[method](args)}, team.id)
        except SlackError as no:
            details = {"response_metadata": {"messages": no.messages}} if no.messages else {}
            return {"ok": False, "error": no.error, **no.more, **details}

    def _check(self, method: str, token: str) -> Team:
        """The workspace for which the token speaks."""
        if method == "api.test":
            return HOME
        if method not in (*self._methods, "auth.revoke"):
            raise SlackError("unknown_method")
        if not token:
            raise SlackError("not_authed")
        team = HOME if token in (self._bot_token, self._app_token) else self._installs.speaks_for(token)
        if team is None:
            raise SlackError("invalid_auth")
        if (token == self._app_token) != (method == "apps.connections.open"):
            raise SlackError("not_allowed_token_type")
        return team

    def _connections_open(self, args: Json) -> Json:
        return {"url": f"ws{self._url.removeprefix('http')}/socket/{self._sockets.ticket()}"}


async def _arguments(request: web.Request) -> Json:
    """Query, form, and JSON body together; JSON texts within a query or a form are opened."""
    opened = ("blocks", "view", "metadata", "attachments", "files")
    given = {**request.query, **(await request.post())}
    args: Json = {name: unpacked(value) if name in opened else value for name, value in given.items()}
    if request.content_type == "application/json":
        return args | (as_object(await request.text()) or {})
    return args


def _talking(workspace: Workspace, scopes: Scopes, url: str) -> dict[str, Method]:
    chat, directory = Chat(workspace, url), Directory(workspace, scopes, url)
    return {
        "api.test": lambda args: {"args": args},
        "auth.test": directory.auth_test,
        "users.info": directory.users_info,
        "users.lookupByEmail": directory.users_lookup,
        "usergroups.list": directory.usergroups_list,
        "usergroups.users.list": directory.usergroups_users,
        "conversations.info": directory.conversations_info,
        "conversations.list": directory.conversations_list,
        "conversations.open": directory.conversations_open,
        "conversations.members": directory.conversations_members,
        "chat.postMessage": chat.post_message,
        "chat.postEphemeral": chat.post_ephemeral,
        "chat.update": chat.update,
        "chat.delete": chat.delete,
        "chat.getPermalink": chat.permalink,
    }


def _windowed(views: Views) -> dict[str, Method]:
    return {
        "views.open": views.open,
        "views.push": views.push,
        "views.update": views.update,
        "views.publish": views.publish,
    }
