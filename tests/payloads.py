"""Watches all that a bot sends to the stand-in Slack, and says what Slack would refuse of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from bot.demo.slack import respond, webapi
from bot.demo.slack.acks import Acks
from bot.demo.slack.deliver import Delivery
from bot.demo.slack.limits import suggestion_complaints
from tests.schemas import problems

Json = dict[str, Any]
Taken = tuple[str, str]
"""Where it went, and what it was, as JSON: kept as it was sent, and told from others at little cost."""


class Watch:
    """Takes notes while a test runs, so that looking at a payload delays nobody; `wrong` looks at them afterwards."""

    def __init__(self) -> None:
        self._taken: dict[Taken, None] = {}
        self._seen: set[Taken] = set()

    def note(self, where: str, payload: Json) -> None:
        """One payload, with whatever in it can be wrong."""
        parts = {
            name: payload[name]
            for name in ("blocks", "view", "options", "option_groups")
            if payload.get(name)
        }
        if parts:
            self._taken[where, json.dumps(parts)] = None

    def forget(self) -> None:
        """Leaves out what was noted since the last look."""
        self._taken.clear()

    def wrong(self) -> list[str]:
        """What is wrong with all that was noted since the last look: where it went, the path, the reason."""
        new = [each for each in self._taken if each not in self._seen]
        self._taken.clear()
        self._seen.update(new)
        return [f"{where}: {problem}" for where, text in new for problem in _refused(json.loads(text))]


def watching(patch: pytest.MonkeyPatch) -> Watch:
    """Begins to watch every stand-in Slack: Web API calls, posts to response URLs, and acks."""
    watch = Watch()
    arguments, said, apply = webapi._arguments, respond._said, Acks.apply

    async def watched_arguments(request: web.Request) -> Json:
        args = await arguments(request)
        watch.note(request.match_info["method"], args)
        return args

    async def watched_said(request: web.Request) -> Json | None:
        body = await said(request)
        watch.note("response_url", body or {})
        return body

    def watched_apply(acks: Acks, delivery: Delivery) -> None:
        watch.note(f"ack of {delivery.errand.type}", delivery.json if delivery.ok else {})
        apply(acks, delivery)

    patch.setattr(webapi, "_arguments", watched_arguments)
    patch.setattr(respond, "_said", watched_said)
    patch.setattr(Acks, "apply", watched_apply)
    return watch


def _refused(parts: Json) -> Iterator[str]:
    if "blocks" in parts:
        yield from problems(parts["blocks"], "message")
    if "view" in parts:
        yield from problems(parts["view"], parts["view"]["type"])
    if "options" in parts or "option_groups" in parts:
        yield from suggestion_complaints(parts)
