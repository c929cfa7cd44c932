"""`/ats audit`: how it is asked, and that each button asks for what its label says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.audit import AUDIT, DAY, parse
from commands.base import Usage
from commands.cards.audit import ROWS, Asked
from commands.ports.auditing import Checked, Entry, Sent, Wanted

from .auditing import AT, entry
from .conftest import Sitting, values, words

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Asked()),
        ("<@U0MIA|mia> note 7 days", Asked("U0MIA", "note", 7)),
        ("7d note <@U0MIA>", Asked("U0MIA", "note", 7)),
        ("Note 1 day", Asked(None, "note", 1)),
        ("operator connect", Asked("operator", "connect")),
        ("<@W0MIA> before 41", Asked("W0MIA", before=41)),
    ],
)
def test_person_verb_and_time_are_read_in_any_order(text: str, found: Asked) -> None:
    request = parse(text)
    assert Asked(request.actor, request.verb, request.days, request.before) == found
    assert not request.export


def test_export_is_a_word_of_its_own() -> None:
    assert parse("export").export


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@mia", "Pick the person from the list"),
        ("<@mia", "Pick the person from the list"),
        ("note tag", "I do not know “tag”"),
        ("no-verb", "I do not know “no-verb”"),
        ("0 days", "Say how many days: 1 to 3,650"),
        ("99999 days", "Say how many days"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(Usage) as wrong:
        parse(text)
    assert said in wrong.value.problem


@given(
    actor=st.none() | st.sampled_from(("U0MIA", "operator", "slack")),
    verb=st.none() | st.sampled_from(("note", "connect", "import")),
    days=st.none() | st.integers(1, 3650),
    before=st.integers(0, 10**12),
)
def test_what_a_button_asks_for_is_read_as_it_was_meant(
    actor: str | None, verb: str | None, days: int | None, before: int
) -> None:
    asked = Asked(actor, verb, days, before)
    request = parse(asked.text)
    assert Asked(request.actor, request.verb, request.days, request.before) == asked


@dataclass
class MemoryBook:
    """`wanted` is what was asked for last."""

    entries: Sequence[Entry] = ()
    wanted: list[Wanted] = field(default_factory=list)
    sent: Sent = field(default_factory=lambda: Sent(count=2, of=2))

    async def latest(self, wanted: Wanted, most: int) -> Sequence[Entry]:
        self.wanted.append(wanted)
        return self.entries[:most]

    async def checked(self) -> Checked:
        return Checked(count=len(self.entries))

    async def send(self) -> Sent:
        return self.sent


async def test_a_page_leads_to_the_earlier_one_and_back(sitting: Sitting) -> None:
    book = MemoryBook([entry(n) for n in range(50, 20, -1)])
    context = replace(sitting.context, book=book, clock=lambda: AT)
    card = (await AUDIT.run(context, parse("<@U0MIA> note 7 days"))).card
    assert book.wanted == [Wanted(actor="U0MIA", verb="note", since=AT - 7 * DAY)]
    assert words(card).count("`/candidate note`") == ROWS
    earlier, export = values(card, "run")
    assert parse(export["text"]).export
    card = (await AUDIT.run(context, parse(earlier["text"]))).card
    assert book.wanted[-1] == Wanted(actor="U0MIA", verb="note", since=AT - 7 * DAY, before=51 - ROWS)
    latest = values(card, "run")[0]
    assert parse(latest["text"]) == parse("<@U0MIA> note 7 days")


async def test_a_connection_is_called_as_it_is_now_and_one_that_is_gone_by_its_vendor(
    sitting: Sitting,
) -> None:
    await sitting.registry.connect("recruspace", "Main", {})
    gone = entry(1).model_copy(update={"connection": "c9", "vendor": "talynce"})
    context = replace(sitting.context, book=MemoryBook([entry(2), gone]))
    said = words((await AUDIT.run(context, parse(""))).card)
    assert "`/candidate note`  ·  Main  ·  " in said
    assert "`/candidate note`  ·  talynce  ·  " in said


async def test_an_export_says_what_became_of_it(sitting: Sitting) -> None:
    book = MemoryBook()
    context = replace(sitting.context, book=book)
    assert "2 entries went to you as a file" in words((await AUDIT.run(context, parse("export"))).card)
    book.sent = Sent(refused="missing_scope")
    assert "`shortlist audit export`" in words((await AUDIT.run(context, parse("export"))).card)
