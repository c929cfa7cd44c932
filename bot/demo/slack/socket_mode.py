"""Socket Mode: envelopes over a websocket, each acknowledged by its id."""

import asyncio
import json
import secrets
import uuid

from aiohttp import WSMsgType, web

from bot.demo.slack.payloads import Errand
from bot.demo.slack.people import APP_ID
from bot.demo.slack.wire import Json, as_object


class Sockets:
    """The bot's open sockets; envelopes go to the newest."""

    def __init__(self) -> None:
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._arrival = asyncio.Event()

    @property
    def connected(self) -> bool:
        """True while a bot listens here."""
        return bool(self._open)

    async def arrived(self) -> None:
        """Returns once a bot is connected."""
        await self._arrival.wait()

    def ticket(self) -> str:
        """A ticket for one connection, as `apps.connections.open` gives it."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """`/socket/{ticket}`."""
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(self._hello())
        self._open.append(socket)
        self._arrival.set()
        try:
            async for received in socket:
                if received.type is WSMsgType.TEXT:
                    self._acknowledge(as_object(received.data) or {})
        finally:
            self._leave(socket)
        return socket

    async def ask(self, errand: Errand, seconds: float) -> tuple[int, str]:
        """Sends one envelope; (200, payload of the ack as JSON text) or (0, why)."""
        envelope_id = str(uuid.uuid4())
        envelope: Json = {"envelope_id": envelope_id, "type": errand.kind, "payload": errand.payload}
        envelope["accepts_response_payload"] = errand.kind != "events_api"
        if errand.kind == "events_api":
            envelope |= {"retry_attempt": errand.retry, "retry_reason": "timeout" if errand.retry else ""}
        acked: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = acked
        try:
            async with asyncio.timeout(seconds):
                await self._open[-1].send_json(envelope)
                ack = await acked
        except (TimeoutError, ConnectionError) as problem:
            return 0, type(problem).__name__
        finally:
            del self._waiting[envelope_id]
        payload = ack.get("payload")
        return 200, json.dumps(payload) if payload else ""

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tells every bot to connect anew, and closes."""
        for socket in list(self._open):
            if reason != "dropped":
                await socket.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": "demo"}}
                )
            await socket.close()

    def _hello(self) -> Json:
        debug = {"host": "demo", "build_number": 1, "approximate_connection_time": 18060}
        told = {"num_connections": len(self._open) + 1, "debug_info": debug}
        return {"type": "hello", "connection_info": {"app_id": APP_ID}, **told}

    def _acknowledge(self, ack: Json) -> None:
        waiting = self._waiting.get(str(ack.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(ack)

    def _leave(self, socket: web.WebSocketResponse) -> None:
        self._open.remove(socket)
        if not self._open:
            self._arrival.clear()
