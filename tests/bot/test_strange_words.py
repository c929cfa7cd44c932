"""Whatever people type arrives as they typed it, harms nobody, and is shown within Slack's limits."""

import pytest

from tests.bot.town import MEMBER, Town

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"
LONG = "A long story. " * 710
"""Nearly the 10,000 characters that a note may have."""


def as_slack_sends(text: str) -> str:
    """What was typed by hand: Slack marks the three characters that could be its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    "text",
    [
        LONG.strip(),
        "字" * 9_900,
        "🦊 a fox, 👩‍👩‍👧 a family, and z̵̛a̷l̵g̶o̴",
        "ملاحظة: يتحدث العربية والفرنسية",
        "\u202egnirts desrever\u202c and \u200bnothing",
        "<!channel> <!here> <@U0ADA> <#C0HIRING> look",
        "*bold* _it_ ~gone~ `code` & <https://x.example|link> &amp;",
        "'; drop table connections; -- {{7*7}} ${HOME} %s \\u0000",
        "null",
        "0",
    ],
    ids=[
        "10 kB",
        "30 kB",
        "emoji",
        "right to left",
        "turned around",
        "mentions",
        "marks",
        "code",
        "null",
        "zero",
    ],
)
async def test_a_note_arrives_as_it_was_typed(nearby: Town, text: str) -> None:
    card = await nearby.ask(f"note {ZOE} {as_slack_sends(text)}", "Note added")
    assert nearby.row("recruspace", ZOE)["notes"][-1] == f"{text}\n\n— Mia Member via Slack"
    assert "<!channel>" not in card.everything
    assert "<@U0ADA>" not in card.everything


async def test_a_mention_in_a_note_becomes_words(nearby: Town) -> None:
    await nearby.ask(f"note {ZOE} <!channel> see <https://x.example/a|this>", "Note added")
    assert nearby.row("recruspace", ZOE)["notes"][-1].startswith("@channel see https://x.example/a")


async def test_a_note_that_is_too_long_is_refused_at_once(nearby: Town) -> None:
    asked = await nearby.type(f"note {ZOE} {'x' * 10_001}")
    assert "The note is 10,001 characters long; 10,000 is the most I can take." in asked.answers()[0].text


async def test_a_note_of_several_lines_keeps_them_in_a_form(nearby: Town) -> None:
    await nearby.type(f"note {ZOE}")
    form = await nearby.slack.opened(MEMBER, "Add a note")
    await nearby.slack.submit(MEMBER, form.id, {"text": "One\n\n* two\n* three"})
    await nearby.slack.heard(MEMBER, "One * two * three")
    assert nearby.row("recruspace", ZOE)["notes"][-1].startswith("One\n\n* two\n* three")


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("🦊 Fox", "fox@example.com"),
        ("نور الزهراء", "noor.z@example.com"),
        ("<!channel> Everyone", "everyone@example.com"),
        ("Robert'); DROP TABLE", "bobby@example.com"),
    ],
)
async def test_a_candidate_of_any_name_is_added_and_pings_nobody(nearby: Town, name: str, email: str) -> None:
    asked = await nearby.type(f'add "{as_slack_sends(name)}" {email} to "Alumni"')
    card = await asked.answer("was added")
    assert nearby.row("recruspace", email)["name"] == name
    assert "<!channel>" not in card.everything
    assert "&lt;!channel&gt;" in card.everything or "<!channel>" not in name


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('add Jane Doe jane@ to "Alumni"', "jane@"),
        ('add Jane Doe jane@@example.com to "Alumni"', "jane@@example.com"),
        ('add Jane Doe one@example.com two@example.com to "Alumni"', "I can take one email address"),
        ("nota jane", "Did you mean `/candidate note`?"),
        ("x" * 3000, "I do not know"),
    ],
)
async def test_what_cannot_be_right_is_answered_at_once_with_a_sentence(
    nearby: Town, text: str, sentence: str
) -> None:
    asked = await nearby.type(text)
    assert asked.delivery.ok
    assert sentence in asked.answers()[0].everything


async def test_an_unknown_destination_is_a_choice_and_never_a_guess(nearby: Town) -> None:
    before = len(nearby.ats["recruspace"].writes)
    await nearby.ask(f'move {ZOE} to "Backnd talent"', "Backend talent")
    assert len(nearby.ats["recruspace"].writes) == before


async def test_nobody_of_that_name_is_said_with_a_way_on(nearby: Town) -> None:
    card = await nearby.ask("find Nobody Atall", "matches")
    await nearby.slack.click(MEMBER, card, "Add candidate")
    form = await nearby.slack.opened(MEMBER, "Add a candidate")
    assert "Nobody Atall" in str(form.body)
