"""What reads a body before anything is done refuses by name whatever it cannot read."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.endpoint import _body
from bot.slack.invocation import Invocation, Malformed, Source, home_opened
from bot.slack.understand import asked_for, continues, edits, opening_of, runs
from commands.base import Invalid, Usage
from tests.bot.test_bad_bodies import CLICK, COMMAND, SUBMISSION
from tests.fuzz.body import FORM, JSON, encoded
from tests.fuzz.spoil import gently, roughly, torn

RUN = '{"command":"/candidate","verb":"find","text":"zoe@example.com","picks":{"connection":"c1"}}'
BUTTON = {**CLICK, "actions": [{**CLICK["actions"][0], "action_id": "run", "value": RUN}]}
SHORTCUT: dict[str, Any] = {
    **{name: CLICK[name] for name in ("team", "user", "channel", "trigger_id", "response_url")},
    "type": "message_action",
    "callback_id": "add_candidate",
    "message": {"ts": "1.1", "text": "Jane Doe, jane@example.com", "files": [{"id": "F1", "name": "cv.pdf"}]},
}
HOME: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T0DEMO",
    "event": {"type": "app_home_opened", "user": "U0MIA", "tab": "home"},
}
PAYLOADS = [dict(COMMAND), CLICK, BUTTON, SUBMISSION, SHORTCUT, HOME]


@given(st.sampled_from(PAYLOADS), st.randoms(), st.booleans())
def test_what_reads_a_payload_refuses_what_it_cannot_read(
    payload: dict[str, Any], random: Random, rough: bool
) -> None:
    spoilt = roughly(payload, random, PAYLOADS) if rough else gently(payload, random)
    try:
        invocation = Invocation.from_slack(spoilt)
    except Malformed:
        return
    json.loads(invocation.model_dump_json())
    for read in (continues, edits, runs, asked_for):
        try:
            read(invocation)
        except (Malformed, Usage, Invalid):
            continue
    assert invocation.source in Source


@given(st.sampled_from(PAYLOADS), st.randoms())
def test_what_reads_an_event_refuses_what_it_cannot_read(payload: dict[str, Any], random: Random) -> None:
    spoilt = roughly(payload, random, PAYLOADS)
    try:
        seen = home_opened(spoilt)
    except Malformed:
        return
    assert seen is None or all(isinstance(id, str) and id for id in seen)


@given(st.sampled_from(PAYLOADS), st.randoms(), st.sampled_from([FORM, JSON, "text/plain", ""]))
def test_torn_bytes_are_an_object_or_nothing(payload: dict[str, Any], random: Random, kind: str) -> None:
    raw, _ = encoded(payload, random.choice(["interactive", "events_api", "slash_commands"]))
    read = _body(torn(raw, random), kind)
    assert read is None or isinstance(read, dict)


@given(st.text(), st.binary(max_size=200))
def test_any_text_is_an_opening_or_refused(text: str, raw: bytes) -> None:
    with pytest.raises(Malformed):
        opening_of(text)
    assert _body(raw, FORM) is None or isinstance(_body(raw, FORM), dict)
    assert _body(raw, JSON) is None or isinstance(_body(raw, JSON), dict)
