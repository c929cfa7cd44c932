"""The routes by which files come in from the page and go out to people and to the app."""

import asyncio
from collections.abc import Callable
from urllib.parse import quote

from aiohttp import web

from bot.demo.slack.clicks import CannotDo
from bot.demo.slack.faults import Faults
from bot.demo.slack.files import File, Files
from bot.demo.slack.scopes import Scopes
from bot.demo.slack.workspace import Workspace, shown_file

FILE_BYTES = 50 * 2**20


class Transfer:
    """Uploads of the page, its downloads, and `url_private` for the app."""

    def __init__(
        self,
        workspace: Workspace,
        files: Files,
        scopes: Scopes,
        faults: Faults,
        known: Callable[[str], bool],
    ) -> None:
        self._workspace = workspace
        self._files = files
        self._scopes = scopes
        self._faults = faults
        self._known = known

    def routes(self) -> list[web.RouteDef]:
        """To be added before the page's own, which take every act."""
        return [
            web.post("/page/upload", self._upload),
            web.get("/page/file/{file}", self._for_person),
            web.get("/files-pri/{team}-{file}/download/{name}", self._for_app),
            web.get("/files-pri/{team}-{file}/{name}", self._for_app),
        ]

    async def _upload(self, request: web.Request) -> web.Response:
        """Multipart: `user` and one `file`."""
        form = await request.post()
        sent = form.get("file")
        if not isinstance(sent, web.FileField):
            return web.json_response({"ok": False, "error": "No file came."}, status=400)
        data = sent.file.read(FILE_BYTES + 1)
        if len(data) > FILE_BYTES:
            return web.json_response({"ok": False, "error": "This demo takes files of 50 MB at most."})
        try:
            file = self._files.keep(str(form.get("user")), sent.filename, data, _stated(sent.content_type))
        except CannotDo as no:
            return web.json_response({"ok": False, "error": str(no)})
        return web.json_response({"ok": True, "file": shown_file(self._files.described(file))})

    async def _for_person(self, request: web.Request) -> web.Response:
        user = self._workspace.users.get(request.query.get("user", ""))
        file = self._files.get(request.match_info["file"])
        if file is None or file.deleted or user is None or not self._files.open_to(user, file.id):
            raise web.HTTPNotFound(text="There is no such file.")
        return _sent(file)

    async def _for_app(self, request: web.Request) -> web.Response:
        """The content for a bearer token with `files:read`; anybody else is led to the page where people sign in."""
        fault = self._faults.next("file")
        await asyncio.sleep(fault.delay)
        if fault.fails:
            return web.Response(text=fault.error or "", status=fault.status, headers=fault.headers)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not (self._known(token) and self._scopes.has("files:read")):
            raise web.HTTPFound(f"/?redir={quote(request.path, safe='')}")
        file = self._files.get(request.match_info["file"])
        if file is None or file.deleted or not self._files.open_to_app(file.id):
            raise web.HTTPNotFound(text="There is no such file.")
        return _sent(file)


def _stated(content_type: str) -> str:
    """Browsers call what they do not know a stream of octets; then the name tells more."""
    return "" if content_type == "application/octet-stream" else content_type


def _sent(file: File) -> web.Response:
    """Always to be saved, never to be opened on the page's own origin."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return web.Response(body=file.data, content_type=file.mimetype, headers=headers)
