"""The routes the demo's page calls."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from bot.demo.slack.act import Acts
from bot.demo.slack.clicks import CannotDo
from bot.demo.slack.deliver import Delivery
from bot.demo.slack.people import APP_ID, BOT_USER, TEAM_ID, TEAM_NAME
from bot.demo.slack.windows import Windows
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Happening, SlackError, Workspace

Panels = Callable[[], list[Json]]
Act = Callable[[Json], Awaitable[Json]]

ASSETS = Path(__file__).parent.parent / "page"
PANEL_SECONDS = 0.5
SHOWN = ("message", "deleted", "views", "view_errors", "home", "notice", "clock")


class Page:
    """State, events, and one POST for each thing a person can do.

    `others` are acts beside Slack, by name: the page offers those that there are.
    """

    def __init__(
        self,
        workspace: Workspace,
        windows: Windows,
        acts: Acts,
        panels: Panels,
        menus: tuple[Sequence[Json], Sequence[Json]],
        others: Mapping[str, Act],
    ) -> None:
        self._workspace = workspace
        self._windows = windows
        self._acts = acts
        self._panels = panels
        self._commands, self._shortcuts = menus
        self._others = others
        self._leaving = False
        self._acts_by_name: dict[str, Act] = {
            "message": self._message,
            "command": self._command,
            "action": self._action,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "suggest": self._suggest,
            "read": self._read,
        }

    def routes(self) -> list[web.RouteDef]:
        """All that the page needs, its files included."""
        return [
            web.get("/", self._index),
            web.get("/archives/{channel}/{message}", self._archive),
            web.get("/assets/{name}", self._asset),
            web.get("/page/state", self._state),
            web.get("/page/events", self._events),
            web.post("/page/{act}", self._do),
        ]

    async def leave(self, application: web.Application) -> None:
        """Ends the event streams, which would hold the server open."""
        self._leaving = True
        self._workspace.announce({"type": "delivered"})

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return _file("index.html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return _file(request.match_info["name"])

    async def _archive(self, request: web.Request) -> web.StreamResponse:
        """A permalink opens the page at its message."""
        digits = request.match_info["message"].removeprefix("p")
        raise web.HTTPFound(f"/#{request.match_info['channel']}/{digits[:-6]}.{digits[-6:]}")

    async def _state(self, request: web.Request) -> web.Response:
        # Before it knows anybody, the page asks for the first person.
        user = self._workspace.users.get(request.query.get("user") or next(iter(self._workspace.users)))
        if user is None:
            raise web.HTTPNotFound(text="no such user")
        channels = [one for one in self._workspace.channels.values() if one.seen_by(user)]
        messages: dict[str, list[Json]] = {channel.id: [] for channel in channels}
        for message in self._workspace.said(user=user.id):
            messages[message.channel].append(self._workspace.for_page(message))
        home = self._windows.home(user.id)
        state = {
            "workspace": {"id": TEAM_ID, "name": TEAM_NAME},
            "app": {"id": APP_ID, "name": self._workspace.app_name, "user": BOT_USER},
            "users": [one.for_page() for one in self._workspace.users.values()],
            "groups": [{"id": one.id, "handle": one.handle} for one in self._workspace.groups.values()],
            "channels": [one.for_page(self._workspace.unread.get((user.id, one.id), 0)) for one in channels],
            "messages": messages,
            "commands": list(self._commands),
            "shortcuts": list(self._shortcuts),
            "ats": self._panels(),
            "can": list(self._others),
            "now": self._workspace.clock(),
            "home": home.for_slack() if home else None,
            "views": [view.for_slack() for view in self._windows.stack(user.id)],
        }
        return web.json_response(state)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events until the browser leaves; a change of the ATSs is looked for twice a second."""
        user = request.query.get("user", "")
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        stream = web.StreamResponse(headers=headers)
        await stream.prepare(request)
        shown: dict[str, Json] | None = None
        with self._workspace.listening() as queue, suppress(ConnectionError):
            while not (self._leaving or _left(request)):
                panels = {panel["vendor"]: panel for panel in self._panels()}
                if panels != shown:
                    before, shown = shown or {}, panels
                    changed = [panel for vendor, panel in panels.items() if panel != before.get(vendor)]
                    await _send(stream, {"type": "ats", "ats": changed})
                with suppress(TimeoutError):
                    async with asyncio.timeout(PANEL_SECONDS):
                        await _forward(stream, queue, user)
        return stream

    async def _do(self, request: web.Request) -> web.Response:
        name = request.match_info["act"]
        act = self._acts_by_name.get(name) or self._others.get(name)
        if act is None:
            raise web.HTTPNotFound
        try:
            done = await act(await request.json())
        except (CannotDo, SlackError) as no:
            return web.json_response({"ok": False, "error": str(no)})
        except (KeyError, ValueError, TypeError) as bad:
            return web.json_response(
                {"ok": False, "error": f"not understood: {type(bad).__name__}"}, status=400
            )
        if name in self._others:  # then the ATSs have changed, or the time
            self._workspace.announce({"type": "clock", "now": self._workspace.clock()})
            self._workspace.announce({"type": "delivered"}, frozenset())
        return web.json_response({"ok": True, **done})

    async def _message(self, said: Json) -> Json:
        message = self._acts.say(said["user"], said["channel"], said["text"], said.get("files") or ())
        await self._acts.tell_of(message)
        return {"message": self._workspace.for_page(message)}

    async def _command(self, said: Json) -> Json:
        return _told(await self._acts.command(said["user"], said["channel"], said["command"], said["text"]))

    async def _action(self, said: Json) -> Json:
        if said.get("view_id"):
            act = self._acts.act_in_view(said["user"], said["view_id"], said["action"], said.get("values"))
        else:
            act = self._acts.act_on_message(
                said["user"], said["channel"], said["ts"], said["action"], said.get("values")
            )
        return _told(await act)

    async def _submit(self, said: Json) -> Json:
        return _told(await self._acts.submit(said["user"], said["view_id"], said["values"]))

    async def _close(self, said: Json) -> Json:
        return {"told": len(await self._acts.close(said["user"], said["view_id"]))}

    async def _shortcut(self, said: Json) -> Json:
        place = (said.get("channel"), said.get("ts"))
        return _told(await self._acts.shortcut(said["user"], said["callback_id"], *place))

    async def _suggest(self, said: Json) -> Json:
        where = {"view_id": said.get("view_id"), "channel_id": said.get("channel"), "ts": said.get("ts")}
        where["block_id"] = said.get("block_id")
        if said.get("view_id") and said.get("values"):
            self._acts.type_into(said["user"], said["view_id"], said["values"])
        return await self._acts.suggest(said["user"], said["action_id"], said["value"], **where)

    async def _read(self, said: Json) -> Json:
        await self._acts.read(said["user"], said["channel"], said.get("tab", "home"))
        return {}


def _told(delivery: Delivery | None) -> Json:
    """How the bot took it, for the page's developer to see."""
    return {"status": delivery.status, "seconds": round(delivery.seconds, 3)} if delivery else {}


def _left(request: web.Request) -> bool:
    """A browser that goes says nothing; its connection is closed."""
    return request.transport is None or request.transport.is_closing()


async def _forward(stream: web.StreamResponse, queue: asyncio.Queue[Happening], user: str) -> None:
    """Sends on what this person may see, until a delivery ended: then the ATSs may have changed."""
    while (happening := await queue.get()).body["type"] != "delivered":
        if happening.body["type"] in SHOWN and (happening.to is None or user in happening.to):
            await _send(stream, happening.body)


async def _send(stream: web.StreamResponse, body: Json) -> None:
    await stream.write(f"data: {json.dumps(body)}\n\n".encode())


def _file(name: str) -> web.StreamResponse:
    if name.startswith("."):
        raise web.HTTPNotFound(text="no such file")
    return web.FileResponse(ASSETS / name, headers={"Cache-Control": "no-store"})
