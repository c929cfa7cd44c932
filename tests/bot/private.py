"""What must be in no log, and in no file in clear."""

from bot.demo.ats.world import PEOPLE
from tests.bot.town import Town

JANE = "Jane Quillfeather"
EMAIL = "jane.quillfeather@example.com"
PHONE = "+33612345678"
NOTE = "Speaks Occitan fluently"
TYPED = (JANE, "Quillfeather", EMAIL, PHONE, PHONE[1:], "33 6 12 34 56 78", NOTE, "Occitan")


def secrets(town: Town) -> list[str]:
    keys = [stand_in.settings["key"] for stand_in in town.ats.values()]
    return [*keys, town.slack.bot_token, town.slack.app_token, town.slack.signing_secret]


def private(town: Town) -> list[str]:
    """Keys, and the names, addresses and numbers of people."""
    people = [[p.last, p.email, p.phone, (p.email or "").replace("@", "%40")] for p in PEOPLE]
    return [*secrets(town), *TYPED, *(word for each in people for word in each if word)]


def assert_nothing_private(text: str, town: Town) -> None:
    assert [word for word in private(town) if word in text] == []
