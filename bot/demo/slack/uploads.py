"""How the app sends a file: an address to put it at, the content, then where it goes."""

import secrets

from aiohttp import web

from bot.demo.slack.files import File, Files
from bot.demo.slack.people import BOT_USER, User
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Message, SlackError, Workspace

MOST_BYTES = 50 * 2**20
MOST_ALT = 1000


class Uploads:
    """`files.getUploadURLExternal`, the upload itself, and `files.completeUploadExternal`."""

    def __init__(self, workspace: Workspace, files: Files, url: str) -> None:
        self._workspace = workspace
        self._files = files
        self._url = url
        self._awaited: dict[str, tuple[File, int]] = {}
        """The files that were asked for, by the ticket in their address, with their length; empty until they come."""

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/upload/v1/{ticket}", self._put)]

    def begin(self, args: Json) -> Json:
        """`files.getUploadURLExternal`."""
        name, length = args.get("filename"), str(args.get("length", ""))
        if not (isinstance(name, str) and name and length.isdigit() and int(length)):
            raise SlackError("invalid_arguments")
        if int(length) > MOST_BYTES:
            raise SlackError("file_upload_size_restricted")
        alt = str(args.get("alt_txt") or "")
        if len(alt) > MOST_ALT:
            raise SlackError("alt_txt_too_large")
        bot = User(BOT_USER, self._workspace.app_name, "member", "", "")
        file, ticket = self._files.reserve(bot, name, alt), secrets.token_urlsafe(16)
        self._awaited[ticket] = (file, int(length))
        return {"upload_url": f"{self._url}/upload/v1/{ticket}", "file_id": file.id}

    def complete(self, args: Json) -> Json:
        """`files.completeUploadExternal`: nobody sees a file before."""
        given = args.get("files")
        if not isinstance(given, list) or not given:
            raise SlackError("invalid_arguments")
        found = [self._files.get(str(one.get("id"))) for one in given if isinstance(one, dict)]
        files = [self._files.described(file) for file in found if file and file.data]
        if len(files) != len(given):
            raise SlackError("file_not_found")
        if channel := args.get("channel_id"):
            self._post(str(channel), args, tuple(files))
        return {"files": files}

    def _post(self, channel: str, args: Json, files: tuple[Json, ...]) -> None:
        room = self._workspace.channels.get(channel)
        if room is None:
            raise SlackError("channel_not_found")
        if not room.bot_in:
            raise SlackError("not_in_channel")
        text, thread = str(args.get("initial_comment") or ""), args.get("thread_ts")
        ts = self._workspace.now_ts()
        self._workspace.put(Message(ts, room.id, text, thread_ts=thread, files=files))

    async def _put(self, request: web.Request) -> web.Response:
        """The content, raw; the address is good once."""
        file, length = self._awaited.pop(request.match_info["ticket"], (None, 0))
        data = await request.read()
        if file is None or len(data) != length:
            raise web.HTTPBadRequest(text="Bad upload")
        self._files.fill(file, data)
        return web.Response(text=f"OK - {length}")
