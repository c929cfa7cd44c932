"""`/response/{token}`: where the bot answers an interaction after its ack."""

import asyncio
import json
from dataclasses import replace

from aiohttp import web

from bot.demo.slack.chat import composed
from bot.demo.slack.faults import Fault, Faults
from bot.demo.slack.passes import count_response, response_url
from bot.demo.slack.wire import Json, as_object
from bot.demo.slack.workspace import Message, ResponseUrl, SlackError, Workspace

_STATUS = {"expired_url": 404, "used_url": 404}


class Responses:
    """Posts, replacements, and deletions by response URL, five of them in thirty minutes."""

    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self.posts: list[Json] = []
        self._faults = faults
        self._workspace = workspace

    async def serve(self, request: web.Request) -> web.Response:
        """Answers `ok` or a code: 404 when the URL is no longer good, 400 for a bad message."""
        fault = self._faults.next("response_url")
        await asyncio.sleep(fault.delay)
        if fault.fails and not fault.late:
            return _forced(fault)
        token = request.match_info["token"]
        said = await _said(request)
        if said is None:
            return web.Response(text="invalid_payload", status=400)
        try:
            self._apply(response_url(self._workspace, token), said)
        except SlackError as no:
            status = _STATUS.get(no.error, 400)
            return web.Response(text="\n".join([no.error, *no.messages]), status=status)
        count_response(self._workspace, token)
        self.posts.append(said)
        self._workspace.announce({"type": "call", "method": "response_url"}, frozenset())
        return _forced(fault) if fault.fails else web.Response(text="ok")

    def answer(self, where: ResponseUrl, said: Json) -> Message:
        """A new message, only for the person unless `response_type` is `in_channel`; an ack's words too."""
        alone = said.get("response_type") != "in_channel"
        to = where.user if alone else None
        return self._workspace.put(composed(self._workspace, where.channel, said, ephemeral_to=to))

    def _apply(self, where: ResponseUrl, said: Json) -> None:
        original = self._workspace.messages.get((where.channel, where.original or ""))
        if said.get("delete_original") is True:
            if original is not None:
                self._workspace.remove(original.channel, original.ts)
            return
        # A command has no message to replace: what it answers is always new.
        if said.get("replace_original") is not True or original is None:
            self.answer(where, said)
            return
        new = composed(self._workspace, where.channel, said, ephemeral_to=original.ephemeral_to)
        self._workspace.put(replace(new, ts=original.ts, thread_ts=original.thread_ts))


def _forced(fault: Fault) -> web.Response:
    return web.Response(text=fault.error or "internal_error", status=fault.status, headers=fault.headers)


async def _said(request: web.Request) -> Json | None:
    if request.content_type != "application/json":
        form = await request.post()
        return as_object(str(form.get("payload", "")))
    try:
        body = await request.json()
    except json.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None
