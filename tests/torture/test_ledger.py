"""Each kind of wrong is found, and what is well is not taken for wrong."""

from dataclasses import replace
from typing import Any

import pytest

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.world import small_world
from bot.demo.slack.workspace import Message
from commands.cards import trouble
from connectors.errors import UnexpectedResponse
from tests.torture.books import WRONG, balance
from tests.torture.ledger import CHECK, Asked, Came, Ledger
from tests.torture.said import Said, mark_of, said_in

ZOE, YUKI = "zoe@example.com", "yuki@example.com"
ROOM, ME, TEAM = "C1", "U1", "T1"
REFERENCE = "0123abcd"
CAME = Came(reader=ME, address="here")


class Case:
    """One person's command, and what stands in two accounts."""

    def __init__(self, kind: str = "note", *, acked: bool = True, **more: Any) -> None:
        self.lies = False
        self.ledger = Ledger(lambda account, since: self.lies)
        self.accounts: dict[str, StandInAts] = {
            n: STAND_INS["talynce"](small_world()) for n in ("one", "two")
        }
        values = {"way": "typed", "account": "one", "about": ZOE, "user": ME, "team": TEAM, "channel": ROOM}
        self.asked = self.ledger.enter(Asked(mark_of(1), kind, **{**values, **more}))
        self.asked.acked = acked
        self.ledger.answered_at(self.asked, "here", REFERENCE)

    def says(self, text: str, came: Came = CAME, channel: str = ROOM) -> None:
        to = came.reader if channel == ROOM else None
        self.ledger.hears(Message("1.0", channel, text, ephemeral_to=to), came)

    def tags(self, account: str = "one", who: str = ZOE, mark: int = 1) -> None:
        ats = self.accounts[account]
        row = next(row for row in ats.rows() if row["email"] == who)
        ats.do_tag(str(row["id"]), mark_of(mark))

    def adds(self, account: str, email: str) -> None:
        self.accounts[account].do_add("Jane Doe", email, self.accounts[account].places()[0].id)

    @property
    def wrong(self) -> list[str]:
        return [each.partition(":")[0] for each in balance(self.ledger, self.accounts).wrong]


def tagged(number: int = 1) -> str:
    return f"Zoë is tagged {mark_of(number)} in Talynce."


def referring(words: str, reference: str = REFERENCE) -> str:
    return f"{words}\n`tag` · reference `{reference}`"


def test_what_was_done_once_and_told_to_whoever_asked_balances() -> None:
    case = Case("tag")
    case.tags()
    case.says("Talynce is slow to answer. I keep going.")
    case.says(tagged())
    assert case.wrong == []


def test_what_was_said_to_be_done_and_is_not_there_is_lost_whether_acknowledged_or_not() -> None:
    for acked in (True, False):
        case = Case("tag", acked=acked)
        case.says(tagged())
        assert case.wrong == ["lost"]


def test_a_command_of_which_nothing_was_heard_is_lost() -> None:
    assert Case("tag").wrong == ["lost", "untold"]
    assert Case("tag", acked=False).wrong == []


def test_what_stands_there_twice_is_doubled_unless_it_was_sent_again() -> None:
    case = Case("add", about=f"{mark_of(1)}@example.com")
    case.says(f"Jane {mark_of(1).capitalize()} was added to the job Engineer")
    case.adds("one", case.asked.about)
    assert case.wrong == []
    for record in case.accounts["one"].rows():
        if record["email"] == ZOE:
            _rename(case.accounts["one"], str(record["id"]), case.asked.about)
    assert case.wrong == ["doubled"]
    case.asked.again = 1
    assert case.wrong == []


def _rename(ats: Any, id: str, email: str) -> None:
    next(each for each in ats.records.values() if str(each.id) == id).fields["email"] = email


def test_passing_words_are_no_answer() -> None:
    case = Case("tag")
    case.tags()
    case.says(referring("Talynce is not answering. Your tag is kept and will be sent."))
    assert case.wrong == ["untold"]


@pytest.mark.parametrize(
    "words",
    [
        "Talynce stayed away, so your tag was not sent.",
        "Talynce has this already, or it was changed at the same time.",
    ],
)
def test_what_was_said_not_to_be_written_must_not_be_there(words: str) -> None:
    case = Case("tag")
    case.says(referring(words))
    assert case.wrong == []
    case.tags()
    assert case.wrong == ["misled"]


def test_what_stands_with_somebody_else_has_strayed() -> None:
    for account, who in (("two", ZOE), ("one", YUKI)):
        case = Case("tag")
        case.tags()
        case.says(tagged())
        if not any(row["email"] == who for row in case.accounts[account].rows()):
            case.adds(account, who)
        case.tags(account, who)
        assert case.wrong == ["strayed"], (account, who)


def test_a_person_in_a_second_account_has_strayed() -> None:
    case = Case("add", about=f"{mark_of(1)}@example.com")
    case.says(f"Jane {mark_of(1)} was added to the job Engineer")
    case.adds("one", case.asked.about)
    case.adds("two", case.asked.about)
    assert case.wrong == ["strayed"]


def test_a_person_whom_nobody_added_has_strayed() -> None:
    case = Case("nobody", about=f"{mark_of(1)}@example.org")
    case.says(f"Nobody in Talynce matches {mark_of(1)}@example.org.")
    assert case.wrong == []
    case.adds("one", case.asked.about)
    assert case.wrong == ["strayed"]


def test_somebody_who_was_there_from_the_start_may_be_in_one_account_only() -> None:
    case = Case("tag", acked=False)
    case.adds("one", f"{mark_of(9)}@example.net")
    assert case.wrong == []
    case.adds("two", f"{mark_of(9)}@example.net")
    assert case.wrong == ["strayed", "strayed"]


@pytest.mark.parametrize(
    ("came", "channel"),
    [
        (Came(reader="U2", address="here"), ROOM),
        (Came(reader="", address="here"), "C9"),
        (Came(reader=ME, team="T2"), ROOM),
        (Came(reader="U2", team=TEAM), "D2"),
    ],
    ids=["somebody else", "everybody", "another workspace's token", "somebody else's direct messages"],
)
def test_an_answer_that_somebody_else_reads_is_misdirected_and_none(came: Came, channel: str) -> None:
    case = Case("tag")
    case.tags()
    case.says(tagged(), came, channel)
    assert case.wrong == ["untold", "misdirected"]


def test_an_answer_in_ones_own_direct_messages_is_well() -> None:
    case = Case("tag")
    case.tags()
    case.says(tagged(), Came(reader=ME, team=TEAM), "D1")
    assert case.wrong == []


def test_an_answer_in_another_room_is_misdirected() -> None:
    case = Case("tag")
    case.tags()
    case.ledger.hears(Message("1.0", "C2", tagged(), ephemeral_to=ME), CAME)
    assert case.wrong == ["untold", "misdirected"]


def test_a_click_is_answered_in_the_room_in_which_it_was_made() -> None:
    case = Case("tag")
    case.tags()
    case.asked.clicked_in.add("D1")
    case.ledger.hears(Message("1.0", "D1", tagged(), ephemeral_to=ME), CAME)
    assert case.wrong == []


@pytest.mark.parametrize(
    "text", [tagged(2), referring("Talynce stayed away, so your tag was not sent.", "fedcba98")]
)
def test_the_answer_to_another_command_is_none_to_this_one(text: str) -> None:
    case = Case("tag")
    other = case.ledger.enter(Asked(mark_of(2), "tag", "typed", "one", ZOE, ME, TEAM, ROOM))
    case.ledger.answered_at(other, "there", "fedcba98")
    case.tags()
    case.says(text)
    assert case.wrong == ["untold", "misdirected"]


def test_tags_that_somebody_has_besides_do_not_say_what_a_card_is_about() -> None:
    case = Case("tag")
    other = case.ledger.enter(Asked(mark_of(2), "tag", "typed", "one", ZOE, ME, TEAM, ROOM))
    facts = {"type": "section", "text": {"type": "mrkdwn", "text": mark_of(1)}}
    first = {"type": "section", "text": {"type": "mrkdwn", "text": tagged(2)}}
    case.ledger.hears(Message("1.0", ROOM, tagged(2), blocks=(first, facts), ephemeral_to=ME), CAME)
    assert (case.asked.heard, other.heard, len(case.ledger.misdirected)) == ([], [], 1)


def test_a_card_about_nothing_that_was_asked_is_stray() -> None:
    case = Case("tag", acked=False)
    case.says("Zoë is tagged python", Came(reader=ME))
    assert case.wrong == ["stray cards"]


def test_that_an_ats_is_slow_is_told_without_saying_of_what() -> None:
    slow = "Talynce is slow to answer. I keep going, and the answer comes here."
    case = Case("tag", acked=False)
    case.says(slow, Came(reader=ME, team=TEAM))
    assert case.wrong == []
    case.says(slow, Came(reader="U2", team=TEAM))
    case.says(slow, Came(reader=ME, team="T2"))
    assert case.wrong == ["stray cards", "stray cards"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        referring("Something went wrong here, and it is our fault."),
        referring("No idea."),
        "This card is too old to go on with.",
    ],
)
def test_a_card_that_nobody_should_get_is_unfit_and_no_answer(text: str) -> None:
    case = Case("tag")
    case.tags()
    case.says(text)
    assert case.wrong == ["untold", "unfit cards"]


def test_a_receipt_that_does_not_say_of_what_is_no_answer() -> None:
    case = Case("tag")
    case.tags()
    case.says("Zoë is tagged python in Talynce.")
    assert case.wrong == ["untold", "unfit cards"]


def test_nobody_is_told_that_somebody_known_is_not_there() -> None:
    case = Case("tag", about=f"{mark_of(3)}@example.net")
    case.says(f"Nobody in Talynce matches {case.asked.about}.")
    assert case.wrong == ["unfit cards"]


def test_that_an_ats_answered_with_no_answer_is_told_only_when_it_lied() -> None:
    error = UnexpectedResponse("Talynce", "not JSON")
    card = trouble.for_error(error, title="Talynce", reference=REFERENCE, verb="tag")
    text = Message("1", ROOM, card.text, blocks=tuple(card.blocks)).everything
    for lies, wrong in ((True, []), (False, ["unfit cards"])):
        case = Case("tag")
        case.lies = lies
        case.says(text)
        assert (case.asked.heard, case.wrong) == ([Said.LIED], wrong)


def test_a_form_may_answer_before_it_is_sent_and_in_an_ack() -> None:
    case = Case("tag", acked=False)
    case.says(
        "No idea.", Came(reader=ME, ack_of=Asked(mark_of(4), "opening", "form", "one", ZOE, ME, TEAM, ROOM))
    )
    assert case.wrong == []


def test_nothing_is_said_to_a_click_that_only_slack_follows() -> None:
    case = Case("tag", acked=False)
    case.ledger.answered_at(replace(case.asked, kind=CHECK, references=[]), "look")
    case.says(tagged(), Came(reader=ME, address="look"))
    assert case.wrong == ["stray cards"]


def test_every_kind_of_command_has_words_that_end_it() -> None:
    assert said_in(f"Ann {mark_of(1).capitalize()} in Talynce", "find") is Said.FOUND
    assert said_in("Jane was added to the job", "tag") is Said.UNKNOWN
    assert len(set(WRONG)) == len(WRONG)


def test_notes_about_one_person_stand_in_the_order_in_which_they_were_acknowledged() -> None:
    case = Case("note", acked_at=1.0, sent_at=0.0)
    later = case.ledger.enter(Asked(mark_of(2), "note", "typed", "one", ZOE, ME, TEAM, ROOM))
    later.acked, later.sent_at, later.acked_at = True, 2.0, 3.0
    case.ledger.answered_at(later, "there")
    case.says(f"Note added to Zoë {mark_of(1)}")
    case.says(f"Note added to Zoë {mark_of(2)}", Came(reader=ME, address="there"))
    record = next(each for each in case.accounts["one"].records.values() if each.shown("email") == ZOE)  # type: ignore[attr-defined]
    held = next(iter(record.applications.values()))
    held.notes = f"{mark_of(1)}\n{mark_of(2)}"
    assert case.wrong == []
    held.notes = f"{mark_of(2)}\n{mark_of(1)}"
    assert case.wrong == ["disordered"]
    held.notes = f"{mark_of(1)}\n{mark_of(2)}\n{mark_of(1)}"
    assert "doubled" in case.wrong
