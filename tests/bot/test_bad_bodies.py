"""What is not from Slack, or not what Slack sends, is refused with 401 or 400; it never breaks anything."""

import copy
import io
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.demo.run import Demo
from bot.demo.slack.deliver import signed
from tests.bot.town import MEMBER, Town

pytestmark = pytest.mark.anyio

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
Json = dict[str, Any]


class Sender:
    """Posts bodies to the bot as whoever knows the secret could."""

    def __init__(self, here: Demo, session: aiohttp.ClientSession) -> None:
        self.url = f"{here.bot.url}/slack/events"
        self.secret = here.slack.signing_secret
        self._session = session

    async def send(self, body: bytes, kind: str = FORM, *, headers: dict[str, str] | None = None) -> int:
        marks = signed(self.secret, body, int(time.time())) if headers is None else headers
        sent = io.BytesIO(body)
        async with self._session.post(self.url, data=sent, headers={"Content-Type": kind, **marks}) as answer:
            return answer.status

    async def payload(self, payload: object) -> int:
        return await self.send(urlencode({"payload": json.dumps(payload)}).encode())


@pytest.fixture(scope="module")
async def sender(here: Demo) -> AsyncIterator[Sender]:
    async with aiohttp.ClientSession() as session:
        yield Sender(here, session)


COMMAND = {
    "team_id": "T0DEMO",
    "user_id": MEMBER,
    "channel_id": "C0HIRING",
    "command": "/candidate",
    "text": "help",
    "trigger_id": "1.2.3",
    "response_url": "http://nowhere.invalid/x",
}
CLICK: Json = {
    "type": "block_actions",
    "team": {"id": "T0DEMO", "domain": "demo"},
    "user": {"id": MEMBER, "team_id": "T0DEMO"},
    "channel": {"id": "C0HIRING", "name": "hiring"},
    "container": {"type": "message", "message_ts": "1.1", "channel_id": "C0HIRING"},
    "trigger_id": "1.2.4",
    "response_url": "http://nowhere.invalid/x",
    "actions": [{"type": "button", "block_id": "b", "action_id": "link:x", "value": "v"}],
}
SUBMISSION: Json = {
    "type": "view_submission",
    "team": {"id": "T0DEMO", "domain": "demo"},
    "user": {"id": MEMBER, "team_id": "T0DEMO"},
    "trigger_id": "1.2.5",
    "view": {
        "id": "V1",
        "hash": "1.a",
        "type": "modal",
        "callback_id": "form",
        "private_metadata": '{"command":"/candidate","verb":"note"}',
        "state": {"values": {"who": {"who": {"type": "plain_text_input", "value": ""}}}},
    },
}
WRONG: tuple[object, ...] = (None, 7, "x", [], [1], {}, {"id": None}, True)


def signature(secret: str, body: bytes, age: int) -> dict[str, str]:
    return signed(secret, body, int(time.time()) - age)


async def test_a_good_body_is_taken(sender: Sender) -> None:
    assert await sender.send(urlencode(COMMAND).encode()) == 200
    assert await sender.payload(CLICK) == 200
    assert await sender.payload(SUBMISSION) == 200


@pytest.mark.parametrize("age", [301, 86400, -301])
async def test_an_old_signature_is_refused(sender: Sender, age: int) -> None:
    body = urlencode(COMMAND).encode()
    assert await sender.send(body, headers=signature(sender.secret, body, age)) == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "٣", "X-Slack-Signature": "v0=é"},
        {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": ""},
    ],
)
async def test_no_signature_or_nonsense_is_refused(sender: Sender, headers: dict[str, str]) -> None:
    assert await sender.send(urlencode(COMMAND).encode(), headers=headers) == 401


async def test_a_signature_of_another_secret_or_body_is_refused(sender: Sender) -> None:
    body = urlencode(COMMAND).encode()
    assert await sender.send(body, headers=signature("another", body, 0)) == 401
    assert await sender.send(body + b"&x=1", headers=signature(sender.secret, body, 0)) == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FORM),
        (b"", JSON),
        (b"hello", FORM),
        (b"{=1", FORM),
        (b"{}=1", FORM),
        (b"payload=", FORM),
        (b"payload={", FORM),
        (b"payload=[]", FORM),
        (b"payload=7", FORM),
        (b"payload=null", FORM),
        (b"payload={}&payload={", FORM),
        (b"payload={}&payload=7", FORM),
        (b"command=%ff%fe&text=payload", FORM),
        (b"\xff\xfe\x00", FORM),
        (b"\xff\xfe\x00", JSON),
        (b"{", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b"{}", JSON),
        (b'{"type": "event_callback"}', JSON),
        (b'{"type": "event_callback", "event": 7, "team_id": "T0DEMO"}', JSON),
        (b'{"type": ["block_actions"]}', JSON),
        (b"a=1;b=2", "text/plain"),
        (b"<xml/>", "text/xml"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON),
        (b"payload=" + b"[" * 100_000, FORM),
        (b'{"type":"block_actions","x":NaN}', JSON),
        (b'{"ssl_check": {}}', JSON),
    ],
)
async def test_a_body_that_slack_would_not_send_gets_400(sender: Sender, body: bytes, kind: str) -> None:
    assert await sender.send(body, kind) == 400


@pytest.mark.parametrize("kind", ["nothing", "shortcut_of_tomorrow", "", "workflow_step_edit", "view_closed"])
async def test_an_unknown_kind_of_payload_gets_400(sender: Sender, kind: str) -> None:
    assert await sender.payload({**CLICK, "type": kind, "actions": [], "view": {}}) == 400


@pytest.mark.parametrize("field", ["team_id", "user_id", "command", "trigger_id"])
@pytest.mark.parametrize("value", ["", None])
async def test_a_command_without_what_slack_always_sends_gets_400(
    sender: Sender, field: str, value: str | None
) -> None:
    left = {name: text for name, text in COMMAND.items() if name != field}
    body = urlencode(left if value is None else {**left, field: value}).encode()
    assert await sender.send(body) == 400


def broken(payload: Json) -> Iterator[tuple[str, Json]]:
    """The payload with each of its parts left out, and replaced by what it must not be."""
    for path in paths(payload):
        where = ".".join(map(str, path))
        yield f"{where} left out", changed(payload, path, leave_out=True)
        for wrong in WRONG:
            yield f"{where} = {wrong!r}", changed(payload, path, wrong)


def paths(node: object, so_far: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        yield (*so_far, name)
        yield from paths(part, (*so_far, name))


def changed(
    payload: Json, path: tuple[str | int, ...], value: object = None, *, leave_out: bool = False
) -> Json:
    result: Any = copy.deepcopy(payload)
    inner = result
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    if leave_out:
        del inner[path[-1]]
    return dict(result)


@pytest.mark.parametrize("payload", [CLICK, SUBMISSION], ids=["a click", "a form"])
async def test_a_payload_with_a_wrong_part_is_taken_or_gets_400(sender: Sender, payload: Json) -> None:
    answers = {how: await sender.payload(body) for how, body in broken(payload)}
    assert {how: status for how, status in answers.items() if status not in (200, 400)} == {}
    assert 400 in answers.values()


async def test_a_form_with_values_nested_out_of_all_reason_gets_400(sender: Sender) -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = {"a": deep}
    body = changed(SUBMISSION, ("view", "state", "values"), {"who": {"who": deep}})
    assert await sender.payload(body) in (200, 400)
    unread = {
        "who": {"value": {"value": "zoe@example.com"}},
        "text": {"value": {"value": "x"}},
        "more": {"x": {"y": deep}},
    }
    assert await sender.payload(changed(SUBMISSION, ("view", "state", "values"), unread)) == 400


async def test_a_body_that_is_too_large_gets_413(sender: Sender) -> None:
    body = urlencode({**COMMAND, "text": "x" * 3_000_000}).encode()
    assert await sender.send(body) == 413


async def test_a_button_of_an_unknown_kind_gets_an_answer(sender: Sender, nearby: Town) -> None:
    asked = await nearby.type("help")
    url = f"{nearby.slack.url}/response/{list(nearby.slack.workspace.response_urls)[-1]}"
    click = changed(CLICK, ("actions", 0, "action_id"), "button_of_last_year")
    assert await sender.payload({**click, "response_url": url}) == 200
    await asked.answer("This card is too old")


async def test_an_answer_goes_to_no_other_host_than_slacks(sender: Sender, nearby: Town) -> None:
    before = len(nearby.slack.called("chat.postEphemeral"))
    command = {**COMMAND, "text": "find zoe@example.com", "trigger_id": "9.9.9"}
    assert (
        await sender.send(urlencode({**command, "response_url": "http://nowhere.invalid/steal"}).encode())
        == 200
    )
    await nearby.slack.until(lambda: len(nearby.slack.called("chat.postEphemeral")) > before, 10)


async def test_an_unknown_workspace_gets_no_job(sender: Sender, here: Demo) -> None:
    elsewhere = {**COMMAND, "team_id": "T0OTHER", "trigger_id": "8.8.8", "text": "find zoe@example.com"}
    del elsewhere["response_url"]
    assert await sender.send(urlencode(elsewhere).encode()) == 200
    assert await here.bot.jobs.load("T0OTHER:8.8.8") is None


async def test_other_paths_and_methods_are_not_there(sender: Sender, here: Demo) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(sender.url) as answer:
            assert answer.status == 405
        async with session.get(f"{here.bot.url}/") as answer:
            assert answer.status == 404
