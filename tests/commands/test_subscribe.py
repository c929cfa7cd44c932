"""What a channel hears of, as somebody types it; and the picture of a week."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.base import Opening, Usage
from commands.cards.chart import HEIGHT, WIDTH, chart
from commands.cards.subscription import as_typed
from commands.ports.subscription import ALL, USUAL, Filters, Subscription
from commands.subscribe import draw, parse, parse_unsubscribe
from connectors.models import ChangeKind

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12).filter(
    lambda text: not set(text) & set("<>&|\"“”„«»‘’',#")
)


@pytest.mark.parametrize(
    ("text", "channel", "kinds"),
    [
        ("here", None, USUAL),
        ("<#C042|hiring> added, moved and noted", "C042", ALL[:3]),
        ("hire reject <#C042>", "C042", (ChangeKind.HIRED, ChangeKind.REJECTED)),
        ("opened closed", None, (ChangeKind.JOB_OPENED, ChangeKind.JOB_CLOSED)),
    ],
)
def test_channel_and_events_are_read_in_any_order(
    text: str, channel: str | None, kinds: tuple[ChangeKind, ...]
) -> None:
    request = parse(text)
    assert (request.channel, request.kinds, request.complete) == (channel, kinds, True)


def test_filters_budget_and_week_are_read() -> None:
    request = parse(
        'here added pool "Backend talent" job Sales stage "Offer" tag go tag rust budget 3 weekly via EU'
    )
    filters = Filters(pools=("Backend talent",), jobs=("Sales",), stages=("Offer",), tags=("go", "rust"))
    assert request.filters == filters
    assert (request.budget, request.weekly, request.via) == (3, True, "EU")
    assert request.kinds == (ChangeKind.ADDED,)


def test_nothing_said_opens_the_form() -> None:
    assert not parse("  ").complete


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#hiring added", "Pick the channel from the list"),
        ("here exploded", "I do not know “exploded”. A channel can hear of: added, moved"),
        ('here "quoted"', "I do not know “quoted”"),
        ("here pool", "Say which pool"),
        ("here budget lots", "a number from 0 to 60"),
        ("here " + "tag x " * 21, "20 of one sort"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(Usage) as wrong:
        parse(text)
    assert said in wrong.value.problem


def test_unsubscribe_takes_a_channel_and_a_connection() -> None:
    request = parse_unsubscribe("<#C042|hiring> via EU")
    assert (request.channel, request.via) == ("C042", "EU")
    assert parse_unsubscribe("here").channel is None
    assert parse_unsubscribe("via EU").via == "EU"
    with pytest.raises(Usage):
        parse_unsubscribe("everything")


@given(
    kinds=st.lists(st.sampled_from(ALL), unique=True, min_size=1),
    named=st.lists(WORDS, max_size=3),
    budget=st.integers(0, 60),
    weekly=st.booleans(),
)
def test_what_is_kept_can_be_typed_again(
    kinds: list[ChangeKind], named: list[str], budget: int, weekly: bool
) -> None:
    ordered = tuple(kind for kind in ALL if kind in kinds)
    filters = Filters(pools=tuple(named), tags=tuple(named))
    kept = Subscription(
        channel="C042", connection="c1", kinds=ordered, filters=filters, budget=budget, weekly=weekly
    )
    again = parse(as_typed(kept))
    assert (again.channel, again.kinds, again.filters) == ("C042", ordered, filters)
    assert (again.budget, again.weekly) == (budget, weekly)


def test_the_form_begins_with_a_channel_but_never_with_a_conversation() -> None:
    about = {"command": "/ats", "verb": "subscribe"}
    channel = draw(parse(""), Opening(**about, channel="C042"), None)["blocks"][0]["element"]
    direct = draw(parse(""), Opening(**about, channel="D042"), None)["blocks"][0]["element"]
    assert channel["initial_conversation"] == "C042"
    assert "initial_conversation" not in direct


@given(weeks=st.lists(st.integers(0, 10**6), max_size=8), most=st.lists(st.integers(0, 10**6), max_size=5))
def test_the_picture_is_a_png_of_its_size_whatever_is_counted(weeks: list[int], most: list[int]) -> None:
    png = chart(weeks, most)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, dict[bytes, bytes]()
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + data),)
        chunks[kind], at = data, at + 12 + length
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    assert len(zlib.decompress(chunks[b"IDAT"])) == HEIGHT * (1 + 3 * WIDTH)
