"""A bot of a few lines, and the blocks and views it sends."""

import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web

from bot.demo.slack.server import StandInSlack

Json = dict[str, Any]
Handler = Callable[[Json], Awaitable[Json | str | None]]


class TinyBot:
    """Checks the signature, keeps what it got, and answers what the test says."""

    def __init__(self, slack: StandInSlack, http: aiohttp.ClientSession) -> None:
        self.slack = slack
        self.http = http
        self.got: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.answer: Handler = saying(None)

    async def serve(self, request: web.Request) -> web.Response:
        raw = await request.read()
        stamp = request.headers["X-Slack-Request-Timestamp"]
        base = f"v0:{stamp}:".encode() + raw
        digest = hmac.new(self.slack.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        assert request.headers["X-Slack-Signature"] == f"v0={digest}"
        assert abs(time.time() - int(stamp)) < 60
        self.headers.append(dict(request.headers))
        payload = self._read(request.content_type, raw)
        self.got.append(payload)
        said = await self.answer(payload)
        if isinstance(said, dict):
            return web.json_response(said, status=self.status)
        return web.Response(text=said or "", status=self.status)

    async def api(self, method: str, token: str | None = None, **args: Any) -> Json:
        headers = {"Authorization": f"Bearer {token or self.slack.bot_token}"}
        async with self.http.post(self.slack.api_url + method, json=args, headers=headers) as answer:
            return dict(await answer.json())

    async def respond(self, url: str, **said: Any) -> tuple[int, str]:
        async with self.http.post(url, json=said) as answer:
            return answer.status, await answer.text()

    @staticmethod
    def _read(content_type: str, raw: bytes) -> Json:
        if content_type == "application/json":
            return dict(json.loads(raw))
        form = {name: values[0] for name, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
        return dict(json.loads(form["payload"])) if "payload" in form else form


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def section(text: str = "hello", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str = "go", text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, **more}


def asking(action_id: str = "name", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": action_id}
    label = {"type": "plain_text", "text": "Name"}
    return {"type": "input", "block_id": f"{action_id}-block", "label": label, "element": element, **more}


def modal(title: str = "Add", *blocks: Json, **more: Any) -> Json:
    submit = {"type": "plain_text", "text": "Save"}
    words = {"type": "plain_text", "text": title}
    return {"type": "modal", "title": words, "submit": submit, "blocks": list(blocks) or [asking()], **more}


async def trigger(bot: TinyBot) -> str:
    await bot.slack.command("U0ADA", "C0HIRING", "/candidate")
    return str(bot.got[-1]["trigger_id"])


async def open_modal(bot: TinyBot, view: Json) -> Json:
    answer = await bot.api("views.open", trigger_id=await trigger(bot), view=view)
    assert answer["ok"], answer
    return dict(answer["view"])


def saying(said: Json | str | None) -> Handler:
    """A handler that answers everything so."""

    async def answer(payload: Json) -> Json | str | None:
        return said

    return answer
