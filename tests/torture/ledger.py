"""Who asked for what, what the bot said to it, and what stands in the ATSs: at the end the three have to agree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from bot.demo.ats import StandInAts
from bot.demo.slack.workspace import Message

LETTERS = "abcdefghijklmnop"
MARK = re.compile(r"qz[a-p]{5}z", re.IGNORECASE)
REFERENCE = re.compile(r"reference `([0-9a-f]{8})`")


class Said(StrEnum):
    """What a card tells its person."""

    DONE = "done"
    WAITING = "waiting: kept, and when it is tried again"
    SLOW = "slow"
    UNDECIDED = "was being sent: check, or send again"
    GAVE_UP = "gave up: send again"
    BROKE = "our fault, with a reference"
    PARTLY = "partly done, and which part"
    MAYBE = "failed, and may have been written"
    REFUSED = "refused or asked, nothing written"


WORDS: Sequence[tuple[str, Said]] = (
    ("is kept and will be sent", Said.WAITING),
    ("is slow to answer", Said.SLOW),
    ("when the connection broke off", Said.UNDECIDED),
    ("stayed away, so your", Said.GAVE_UP),
    ("it is our fault", Said.BROKE),
    ("added the person but did not", Said.PARTLY),
    ("It may have been written all the same", Said.MAYBE),
    ("Note added", Said.DONE),
    ("is tagged", Said.DONE),
    ("was added", Said.DONE),
    ("was moved", Said.DONE),
)
"""The first that fits; every other card says that nothing was written."""
PASSING = (Said.WAITING, Said.SLOW)


def said_in(text: str) -> Said:
    return next((said for words, said in WORDS if words in text), Said.REFUSED)


def mark_of(number: int) -> str:
    """A word that occurs nowhere else, without a digit in it: digits might be a phone number."""
    letters = (LETTERS[number >> 4 * place & 15] for place in range(5))
    return f"qz{''.join(letters)}z"


@dataclass
class Asked:
    """One thing that somebody asked for; `marks` are written to the ATS, or name whom it is about.

    `again` counts how often it was sent once more by a click, each of which may write it once more.
    """

    mark: str
    kind: str
    way: str
    account: str
    about: str
    place: str = ""
    acked: bool = False
    sent_at: float = 0.0
    acked_at: float = 0.0
    again: int = 0
    reference: str = ""
    heard: list[Said] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)

    def hears(self, text: str) -> Said:
        said = said_in(text)
        self.heard.append(said)
        self.cards.append(text)
        return said

    @property
    def told(self) -> set[Said]:
        return {said for said in self.heard if said not in PASSING}

    @property
    def writes(self) -> bool:
        return self.kind not in ("find", "nobody")


class Ledger:
    """Cards find what they are about by the address that was answered, a reference, or a mark in their words."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._marks: dict[str, Asked] = {}
        self._addresses: dict[str, Asked] = {}
        self._references: dict[str, Asked] = {}
        self.stray = 0

    def enter(self, asked: Asked) -> Asked:
        self.asked.append(asked)
        for mark in (asked.mark, *MARK.findall(asked.about)):
            self._marks[mark] = asked
        return asked

    def answered_at(self, asked: Asked, address: str = "", reference: str = "") -> None:
        if address:
            self._addresses[address] = asked
        if reference:
            self._references[reference] = asked
            asked.reference = asked.reference or reference

    def hears(self, message: Message, address: str | None) -> tuple[Asked, Said] | None:
        """Take a card down; what it is about, and what it says."""
        text = message.everything
        marks = [each.lower() for each in MARK.findall(text)]
        references = REFERENCE.findall(text)
        found = (
            self._addresses.get(address or "")
            or next((self._references[each] for each in references if each in self._references), None)
            or next((self._marks[each] for each in marks if each in self._marks), None)
        )
        if found is None:
            self.stray += 1
            return None
        return found, found.hears(text)


@dataclass(frozen=True)
class Holdings:
    """What one account holds: how often each mark stands in notes and tags, and where each address is."""

    notes: Counter[str]
    tags: Counter[str]
    people: Mapping[str, Sequence[str]]
    written: Mapping[str, Sequence[str]]
    """By address, the marks of notes in the order in which they stand there."""


def holdings(account: StandInAts) -> Holdings:
    notes, tags = Counter[str](), Counter[str]()
    people: dict[str, list[str]] = {}
    written: dict[str, list[str]] = {}
    for row in account.rows():
        email = str(row["email"])
        found = MARK.findall("\n".join(map(str, row["notes"])))
        notes.update(found)
        tags.update(set(MARK.findall(" ".join(map(str, row["tags"])))))
        people.setdefault(email, []).append(f"{row['where']}/{row['stage']}")
        written.setdefault(email, []).extend(found)
    return Holdings(notes, tags, people, written)


def effects(asked: Asked, held: Holdings) -> int:
    """How often it stands in the ATS."""
    if asked.kind == "tag":
        return held.tags[asked.mark]
    if asked.kind == "add":
        return len(held.people.get(asked.about, ()))
    if asked.kind == "move":
        return sum(asked.place in where for where in held.people.get(asked.about, ()))
    return held.notes[asked.mark]


@dataclass(frozen=True)
class Balance:
    """What the comparison has found. Everything but `doubled_answers` has to be empty."""

    done: int
    lost: list[str]
    doubled: list[str]
    untold: list[str]
    misled: list[str]
    strayed: list[str]
    disordered: list[str]
    doubled_answers: int

    @property
    def wrong(self) -> list[str]:
        kinds = ("lost", "doubled", "untold", "misled", "strayed", "disordered")
        return [f"{kind}: {each}" for kind in kinds for each in getattr(self, kind)]


def balance(asked: Sequence[Asked], accounts: Mapping[str, StandInAts]) -> Balance:
    held = {name: holdings(account) for name, account in accounts.items()}
    count = {each.mark: effects(each, held[each.account]) for each in asked if each.writes}
    return Balance(
        done=sum(number > 0 for number in count.values()),
        lost=[_shown(a) for a in asked if a.acked and a.writes and not count[a.mark] and _as_if_done(a)],
        doubled=[_shown(a, count[a.mark]) for a in asked if a.writes and count[a.mark] > 1 + a.again],
        untold=[_shown(a, count.get(a.mark, 0)) for a in asked if a.acked and not a.told],
        misled=[_shown(a, count[a.mark]) for a in asked if a.writes and count[a.mark] and _as_if_not(a)],
        strayed=list(_strayed(asked, held)),
        disordered=list(_disordered(asked, held)),
        doubled_answers=sum(max(0, a.heard.count(Said.DONE) - 1) for a in asked),
    )


def _as_if_done(asked: Asked) -> bool:
    """Told that it was done, or told nothing at all, though it was not."""
    return Said.DONE in asked.told or not asked.told


def _as_if_not(asked: Asked) -> bool:
    """Told, as the only thing, that nothing was written although it was."""
    return bool(asked.told) and asked.told <= {Said.REFUSED, Said.GAVE_UP}


def _shown(asked: Asked, count: int = 0) -> str:
    told = [said.name for said in asked.heard]
    cards = [card.split("\n")[0][:90] for card in asked.cards[-2:]]
    where = f"{asked.kind} by {asked.way} in {asked.account} about {asked.about}"
    return f"{asked.mark} ({asked.reference}) {where}: acked={asked.acked} there={count} again={asked.again} told={told} {cards}"


def _strayed(asked: Sequence[Asked], held: Mapping[str, Holdings]) -> Iterator[str]:
    """What stands in an account of somebody else."""
    homes = {each.mark: each.account for each in asked}
    for name, each in held.items():
        yield from (f"{mark} in {name}" for mark in {*each.notes, *each.tags} if homes.get(mark) != name)


def _disordered(asked: Sequence[Asked], held: Mapping[str, Holdings]) -> Iterator[str]:
    """Notes about one person, typed one after the other under the same name, that stand there the other way round."""
    plain = {a.mark: a for a in asked if a.way == "typed" and a.acked and not a.again}
    for each in held.values():
        for marks in each.written.values():
            known = [plain[mark] for mark in marks if mark in plain]
            for one, other in combinations(known, 2):
                if other.acked_at < one.sent_at:
                    yield f"{_shown(one, 1)} BEFORE {_shown(other, 1)}"
