"""Who asked for what, and what the bot said to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.demo.slack.workspace import Message
from tests.torture.said import FIT, NO_ANSWER, REFERENCE, Said, marks_in, said_in

CHECK = "check"
"""A click that the bot only hears of: nothing may be said to it."""


@dataclass(eq=False)
class Asked:
    """One thing that somebody asked for; `marks` are written to the ATS, or name whom it is about.

    `again` counts how often it was sent once more by a click, each of which may write it once more; `clicked_in` are the
    rooms of those clicks, where they are answered.
    """

    mark: str
    kind: str
    way: str
    account: str
    about: str
    user: str = ""
    team: str = ""
    channel: str = ""
    place: str = ""
    acked: bool = False
    sent_at: float = 0.0
    acked_at: float = 0.0
    again: int = 0
    clicked_in: set[str] = field(default_factory=set)
    references: list[str] = field(default_factory=list)
    heard: list[Said] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)
    """Cards that nobody should get who asked for this."""

    @property
    def marks(self) -> set[str]:
        return {self.mark, *marks_in(self.about)}

    @property
    def told(self) -> set[Said]:
        return {said for said in self.heard if said not in NO_ANSWER}

    @property
    def writes(self) -> bool:
        return self.kind not in ("find", "nobody")

    def named_by(self, message: Message) -> bool:
        """Whether the card says itself that it is about this."""
        named = set(REFERENCE.findall(message.everything)) & set(self.references)
        return bool(named or subjects(message) & self.marks)


@dataclass(frozen=True)
class Came:
    """How a card came: who reads it (nobody in particular: everybody), to which address or with which workspace's token.

    `ack_of` is what was just asked for, if the card stood in an ack.
    """

    reader: str = ""
    address: str = ""
    team: str = ""
    ack_of: Asked | None = None


class Ledger:
    """Cards find what they are about by the address that was answered, a reference, or a mark in their words.

    `lied` says whether the ATS of an account has answered since then with what is no answer.
    """

    def __init__(self, lied: Callable[[str, float], bool] = lambda account, since: False) -> None:
        self.lied = lied
        self.asked: list[Asked] = []
        self._marks: dict[str, Asked] = {}
        self._addresses: dict[str, Asked] = {}
        self._references: dict[str, Asked] = {}
        self.strays: list[str] = []
        """Cards about nothing that anybody asked for."""
        self.misdirected: list[str] = []
        """Cards that somebody else reads, or that are about something else than what they answer."""

    def enter(self, asked: Asked) -> Asked:
        self.asked.append(asked)
        for mark in asked.marks:
            self._marks[mark] = asked
        return asked

    def answered_at(self, asked: Asked, address: str = "", reference: str = "") -> None:
        if address:
            self._addresses[address] = asked
        if reference:
            self._references[reference] = asked
            asked.references.append(reference)

    def hears(self, message: Message, came: Came) -> tuple[Asked, Said] | None:
        """Take a card down; what it is about, and what it says. None if it is not an answer to whoever reads it."""
        asked = came.ack_of or self._addresses.get(came.address) or self._named(message)
        if asked is None or asked.kind == CHECK:
            if asked or not self._slow_somewhere(message, came):
                self.strays.append(f"{_shown(message)} to {came.reader or 'everybody'}")
            return None
        if why := self._astray(asked, message, came):
            self.misdirected.append(f"{why}: {_shown(message)} ({asked.mark}, {asked.kind} by {asked.user})")
            return None
        said = self._takes_down(asked, message)
        return asked, said

    def _takes_down(self, asked: Asked, message: Message) -> Said:
        said = said_in(message.everything, asked.kind)
        if said not in (Said.SLOW, Said.EMPTY) and not asked.named_by(message):
            said = Said.UNKNOWN
        lie = said is not Said.LIED or self.lied(asked.account, asked.sent_at)
        if said not in FIT[asked.kind] or not lie:
            asked.unfit.append(f"{said.name} {_shown(message)}")
        asked.heard.append(said)
        asked.cards.append(message.everything)
        return said

    def _named(self, message: Message) -> Asked | None:
        references = (self._references.get(each) for each in REFERENCE.findall(message.everything))
        marks = (self._marks.get(each) for each in sorted(subjects(message)))
        return next(filter(None, (*references, *marks)), None)

    def _astray(self, asked: Asked, message: Message, came: Came) -> str:
        """Why this card is not for whoever reads it, or about something else; nothing if all is well."""
        if came.reader != asked.user:
            return f"{came.reader or 'everybody'} reads an answer to {asked.user}"
        if came.team and came.team != asked.team:
            return f"said with the token of {came.team} to somebody of {asked.team}"
        if message.ephemeral_to and message.channel not in (asked.channel, *asked.clicked_in):
            return f"said in {message.channel}, asked in {asked.channel}"
        other = self._named(message)
        if other and other is not asked and not asked.named_by(message):
            return f"an answer to {other.mark} stands in place of one to {asked.mark}"
        return ""

    def _slow_somewhere(self, message: Message, came: Came) -> bool:
        """The only card that does not say what it is about: all that can be known is that its reader waits for something."""
        slow = said_in(message.everything, "") is Said.SLOW
        mine = (a for a in self.asked if a.user == came.reader)
        return slow and any(came.team in ("", a.team) for a in mine)


def subjects(message: Message) -> set[str]:
    """The marks in the first words of a card: further down may stand all tags that somebody has."""
    first = replace(message, blocks=message.blocks[:1]) if message.blocks else message
    return set(marks_in(first.everything))


def unfit(asked: Iterable[Asked]) -> list[str]:
    return [f"{a.mark} {a.kind} in {a.account}: {card}" for a in asked for card in a.unfit]


def _shown(message: Message) -> str:
    return repr(" / ".join(message.everything.split("\n")[:2])[:140])
