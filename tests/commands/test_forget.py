"""`/ats forget`: whom, after which question, and what is said of it."""

from dataclasses import replace

import pytest

from commands.base import Context, Interrupt, Person, Picks, Usage
from commands.cards.erasing import KINDS, receipt
from commands.forget import FORGET, ForgetRequest, parse
from tests.commands.conftest import MemoryRegistry
from tests.commands.erasing import proof
from tests.commands.samples import Words

pytestmark = pytest.mark.anyio

EMAIL = "jane@example.com"


class Orders:
    """Takes down whom to forget."""

    def __init__(self) -> None:
        self.given: list[str] = []

    async def begin(self, email: str) -> str:
        self.given.append(email)
        return "r1"


@pytest.mark.parametrize(
    "text",
    [EMAIL, f" {EMAIL} ", "Jane@EXAMPLE.com", f"<mailto:{EMAIL}|{EMAIL}>", f"<mailto:{EMAIL}>", f"“{EMAIL}”"],
)
def test_an_address_is_read_however_slack_sends_it(text: str) -> None:
    assert parse(text).email.casefold() == EMAIL


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Say whom to forget"),
        ("jane", "is not an email address"),
        (f"{EMAIL} kim@example.com", "One person at a time"),
        ("Jane Doe", "One person at a time"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, problem: str) -> None:
    with pytest.raises(Usage) as caught:
        parse(text)
    assert problem in caught.value.problem


async def test_nothing_is_forgotten_before_the_question_is_answered(registry: MemoryRegistry) -> None:
    orders, admin = Orders(), Person(id="U1", name="Ada", admin=True)
    context = Context(job="T1:1", person=admin, channel="C1", registry=registry, erasing=orders)
    with pytest.raises(Interrupt) as asked:
        await FORGET.run(context, ForgetRequest(email=EMAIL))
    assert orders.given == []
    assert f"Forget {EMAIL}?" in asked.value.card.text
    assert "Their records in your ATS stay as they are" in str(asked.value.card.blocks)
    reply = await FORGET.run(replace(context, picks=Picks(anyway=True)), ForgetRequest(email=EMAIL))
    assert orders.given == [EMAIL]
    assert "reference is `r1`" in str(reply.card.blocks)


def test_only_admins_forget() -> None:
    assert FORGET.admin


def test_a_receipt_names_nobody_and_says_what_stays() -> None:
    words = Words()
    card = receipt(proof(words, removed={kind: 1 for kind in KINDS}), file_sent=True)
    said = f"{card.text} {card.blocks}"
    assert words.email not in said
    assert words.name not in said
    assert "What people wrote themselves stays." in said
    assert f"Forgotten: {len(KINDS)} things" in card.text
