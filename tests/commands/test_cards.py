"""Every card and form: what it says, what Slack takes, what must never get through."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.base import Card
from commands.cards import blocks

from ..schemas import problems, things
from .homes import homes
from .samples import Words, cards
from .samples import views as forms

SNAPSHOTS = Path(__file__).parent / "snapshots"
HOSTILE = (
    "<!channel>",
    "<!here|x> & <@U1> *bold* `code` _x_ <https://evil.example|click>",
    "&lt;!channel&gt;",
    "نور الهاشمي \u202e",
    "👩‍👩‍👧‍👦" * 400,
    "&" * 5000,
    "<" * 5000,
    "a" * 20_000,
    "line\nline\r\n\ttab",
    "“quoted” \"double\" 'single' {json: \\}",
    " ",
    "",
)


def views(words: Words) -> dict[str, Any]:
    return {**forms(words), **homes(words)}


def _snapshot(name: str, value: Any) -> None:
    file = SNAPSHOTS / f"{name}.json"
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, f"{name} looks different; see UPDATE_SNAPSHOTS"


def _plain(card: Card) -> dict[str, Any]:
    return {"text": card.text, "blocks": list(card.blocks)}


def _shown(view: Any) -> str:
    """A view as people see it; what stands in an input is raw, since it is typed text."""
    for thing in things(view):
        for first in ("initial_value", "initial_option", "initial_options"):
            thing.pop(first, None)
    return json.dumps(view, ensure_ascii=False)


@pytest.mark.parametrize("name", cards(Words()))
def test_a_card_looks_as_agreed(name: str) -> None:
    _snapshot(name, _plain(cards(Words())[name]))


@pytest.mark.parametrize("name", views(Words()))
def test_a_form_looks_as_agreed(name: str) -> None:
    _snapshot(name, views(Words())[name])


def test_no_snapshot_is_left_over() -> None:
    assert {file.stem for file in SNAPSHOTS.glob("*.json")} == {*cards(Words()), *views(Words())}


@pytest.mark.parametrize("words", [Words(), *map(Words.all_of, HOSTILE)], ids=lambda w: repr(w.name[:12]))
def test_slack_takes_every_card_and_form_whatever_is_in_it(words: Words) -> None:
    for name, card in cards(words).items():
        assert problems(list(card.blocks), "message") == [], name
        assert 1 <= len(card.text) <= 4000, name
    for name, view in views(words).items():
        assert problems(view, view["type"]) == [], name


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=st.text(max_size=3100), after=st.text(max_size=5))
def test_nothing_in_any_card_pings_a_channel(before: str, after: str) -> None:
    words = Words.all_of(f"{before}<!channel>{after}")
    for name, card in cards(words).items():
        assert "<!channel>" not in json.dumps(_plain(card), ensure_ascii=False), name
    for name, view in views(words).items():
        assert "<!channel>" not in _shown(view), name


@given(text=st.text(alphabet="a&<>;👩\u200d ", max_size=60), limit=st.integers(5, 40))
def test_a_cut_never_tears_an_escape(text: str, limit: int) -> None:
    shown = blocks.cut(blocks.esc(text), limit)
    assert len(shown) <= limit
    left = shown.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not {"&", "<", ">"} & set(left)


def test_a_cut_drops_a_torn_date_whole() -> None:
    assert blocks.cut("since <!date^1^{time}|then>", 12) == "since …"


@pytest.mark.parametrize("name", cards(Words()))
def test_only_our_own_words_stand_outside_mrkdwn(name: str) -> None:
    words = Words.all_of("Mallory")
    texts = [t["text"] for t in things(list(cards(words)[name].blocks)) if t.get("type") == "plain_text"]
    assert [text for text in texts if "Mallory" in text] == []


@pytest.mark.parametrize(
    "name", [n for n in cards(Words()) if n.startswith(("error_", "waiting", "gave", "broke"))]
)
def test_every_failure_gives_the_reference_and_no_internals(name: str) -> None:
    text = json.dumps(_plain(cards(Words())[name]))
    assert "r-7f3a" in text
    assert not any(word in text for word in ("Error", "Exception", "Traceback", "None", "HTTP"))
