"""What people asked for, what they were told, and what stands in the ATSs: at the end the three have to agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.demo.ats import StandInAts
from tests.torture.ledger import Asked, Ledger, unfit
from tests.torture.said import NOT_DONE, Said, marks_in

WRONG = (
    *("lost", "doubled", "untold", "misled", "strayed", "disordered"),
    *("misdirected", "stray cards", "unfit cards"),
)
BEFORE = "@example.net"
"""How the addresses end of people who are there from the start."""


@dataclass(frozen=True)
class Holdings:
    """What one account holds, by people's addresses: marks in notes and tags, and where each is."""

    notes: Mapping[str, Sequence[str]]
    """In the order in which they stand there."""
    tags: Mapping[str, Counter[str]]
    people: Mapping[str, Sequence[str]]


def holdings(account: StandInAts) -> Holdings:
    notes: dict[str, list[str]] = {}
    tags: dict[str, Counter[str]] = {}
    people: dict[str, list[str]] = {}
    for row in account.rows():
        email = str(row["email"])
        notes.setdefault(email, []).extend(marks_in("\n".join(map(str, row["notes"]))))
        tags.setdefault(email, Counter()).update(set(marks_in(" ".join(map(str, row["tags"])))))
        people.setdefault(email, []).append(f"{row['where']}/{row['stage']}")
    return Holdings(notes, tags, people)


def effects(asked: Asked, held: Holdings) -> int:
    """How often it stands in the ATS, with whom it is about."""
    if asked.kind == "tag":
        return held.tags.get(asked.about, Counter[str]())[asked.mark]
    if asked.kind == "add":
        return len(held.people.get(asked.about, ()))
    if asked.kind == "move":
        return sum(asked.place in where for where in held.people.get(asked.about, ()))
    return list(held.notes.get(asked.about, ())).count(asked.mark)


@dataclass(frozen=True)
class Balance:
    """What the comparison has found; `found` by the names of `WRONG`, and all of it has to be empty."""

    done: int
    found: Mapping[str, Sequence[str]]
    doubled_answers: int

    @property
    def wrong(self) -> list[str]:
        return [f"{kind}: {each}" for kind in WRONG for each in self.found[kind]]


def balance(ledger: Ledger, accounts: Mapping[str, StandInAts]) -> Balance:
    asked = ledger.asked
    held = {name: holdings(account) for name, account in accounts.items()}
    count = {each.mark: effects(each, held[each.account]) for each in asked if each.writes}
    writing = [each for each in asked if each.writes]
    found = {
        "lost": [_shown(a) for a in writing if not count[a.mark] and _as_if_done(a)],
        "doubled": [_shown(a, count[a.mark]) for a in writing if count[a.mark] > 1 + a.again],
        "untold": [_shown(a, count.get(a.mark, 0)) for a in asked if a.acked and not a.told],
        "misled": [_shown(a, count[a.mark]) for a in writing if count[a.mark] and _as_if_not(a)],
        "strayed": list(_strayed(asked, held)),
        "disordered": list(_disordered(asked, held)),
        "misdirected": ledger.misdirected,
        "stray cards": ledger.strays,
        "unfit cards": unfit(asked),
    }
    done = sum(number > 0 for number in count.values())
    return Balance(done, found, sum(max(0, a.heard.count(Said.DONE) - 1) for a in asked))


def _as_if_done(asked: Asked) -> bool:
    """Told that it was done, or acknowledged and told nothing at all, though it was not."""
    return Said.DONE in asked.told or (asked.acked and not asked.told)


def _as_if_not(asked: Asked) -> bool:
    """Told, as the only thing, that nothing was written although it was."""
    return bool(asked.told) and asked.told <= NOT_DONE


def _shown(asked: Asked, count: int = 0) -> str:
    told = [said.name for said in asked.heard]
    cards = [card.split("\n")[0][:90] for card in asked.cards[-2:]]
    where = f"{asked.kind} by {asked.way} in {asked.account} about {asked.about}"
    return f"{asked.mark} {asked.references[:1]} {where}: acked={asked.acked} there={count} again={asked.again} told={told} {cards}"


def _strayed(asked: Sequence[Asked], held: Mapping[str, Holdings]) -> Iterator[str]:
    """What stands in an account of somebody else, or with another person than it is about."""
    known = {each.mark: each for each in asked}
    for name, each in held.items():
        for email in each.people:
            for mark in sorted({*each.notes[email], *each.tags[email]}):
                home = known.get(mark)
                if home is None or (home.account, home.about) != (name, email):
                    yield f"{mark} in {name} with {email}"
    yield from _out_of_place(asked, held)


def _out_of_place(asked: Sequence[Asked], held: Mapping[str, Holdings]) -> Iterator[str]:
    """People in an account where nobody added them: whoever was there before is there in one account only."""
    homes = {mark: each for each in asked for mark in each.marks}
    seen = Counter(email for each in held.values() for email in each.people if marks_in(email))
    for name, each in held.items():
        for email in filter(marks_in, each.people):
            home = homes.get(marks_in(email)[0])
            there = home.account == name if home else email.endswith(BEFORE) and seen[email] == 1
            nobody = home is not None and home.kind != "add" and marks_in(email)[0] == home.mark
            if not there or nobody:
                yield f"{email} in {name}"


def _disordered(asked: Sequence[Asked], held: Mapping[str, Holdings]) -> Iterator[str]:
    """Notes about one person, typed one after the other under the same name, that stand there the other way round."""
    plain = {a.mark: a for a in asked if a.way == "typed" and a.acked and not a.again}
    for each in held.values():
        for marks in each.notes.values():
            known = [plain[mark] for mark in marks if mark in plain]
            for one, other in combinations(known, 2):
                if other.acked_at < one.sent_at:
                    yield f"{_shown(one, 1)} BEFORE {_shown(other, 1)}"
