"""Reads people out of the text of a message, offline and without guessing what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from commands.extract.contacts import Kind, contacts_in
from commands.extract.facts import House, Known, facts, known, usable
from commands.extract.found import Found
from commands.extract.gather import LIKELY, NAMED, WEAK, Gathered, Name, Place, gather, owns, united
from commands.extract.lines import Role, lines_of, without_signatures_of
from commands.extract.links import slug
from commands.extract.names import from_address, from_slug, matches, tidy, tokens

TEXT_LIMIT = 60_000
PEOPLE = 50
FRAGMENTS = 100
"""Pieces of people before they are put together; a longer list is a file, not a message."""
TAGS = 20
LINKS = 10
MATCHED = 85
"""The weight of a name that its address bears out."""


def people_in(text: str, *, region: str | None = None, own_domains: Iterable[str] = ()) -> list[Found]:
    """Everybody whom a text tells of, in reading order.

    `region` (such as "FR") is for numbers without a country code. Nobody at `own_domains` is a candidate.
    """
    house = House(frozenset(domain.casefold().lstrip("@") for domain in own_domains))
    lines = _read(text, region, house)
    people = gather(facts(lines, house))[:FRAGMENTS]
    if not any(person.email for person in people):
        people += _recipients(lines, house)
    for at, person in enumerate(people):
        _name(person, lines, _scope(people, at))
    people = [person for person in united(people) if person.somebody][:PEOPLE]
    for person in people:
        _name_by_contacts(person)
    _label(people, lines)
    return [_found(person) for person in people]


def _read(text: str, region: str | None, house: House) -> list[Known]:
    lines = lines_of(text[:TEXT_LIMIT])
    contacts = [contacts_in(line.text, region) for line in lines]
    ours = frozenset(
        at
        for at, inside in enumerate(contacts)
        if any(c.kind is Kind.EMAIL and house.wrote(c) for c in inside)
    )
    kept = without_signatures_of(lines, ours)
    if len(kept) < len(lines):
        contacts = [contacts_in(line.text, region) for line in kept]
    return known(kept, contacts)


def _recipients(lines: Sequence[Known], house: House) -> list[Gathered]:
    """Whom a mail of ours went to: the candidate, if nobody else is."""
    found = list[Gathered]()
    for at, line in enumerate(lines):
        for contact in line.contacts if line.line.role is Role.TO else ():
            if contact.kind is Kind.EMAIL and usable(contact, line, house):
                found.append(Gathered((at, 0), (at, contact.end), line.part, email=contact.value))
    return found


def _scope(people: Sequence[Gathered], at: int) -> tuple[Place, Place]:
    """From the end of the person before to the beginning of the one after."""
    start = people[at - 1].last if at else (0, 0)
    end = people[at + 1].first if at + 1 < len(people) else (10**6, 0)
    return start, end


def _name(person: Gathered, lines: Sequence[Known], scope: tuple[Place, Place]) -> None:
    """Look for a better name than stands beside the contacts."""
    if person.name and person.name.weight >= MATCHED:
        return
    if person.email:
        person.names += _matching(person.email, lines, scope)
    if not person.named and person.reachable:
        person.names += _near(person, lines, scope)


def _matching(email: str, lines: Sequence[Known], scope: tuple[Place, Place]) -> list[Name]:
    """Names that share words with an address; the fuller, the better."""
    local = tokens(email)
    best: tuple[int, int, int] | None = None
    name: str | None = None
    for at, line in enumerate(lines):
        if line.line.role in (Role.TO, Role.HEADER):
            continue
        for run in line.runs:
            same = matches(run.parts, local)
            rank = (same, int(scope[0] <= (at, run.start) <= scope[1]), min(run.words, 3))
            if same and (best is None or rank > best):
                best, name = rank, run.value
    small = None if name and best and best[2] > 1 else _written_small(local, lines)
    return [Name(value, MATCHED) for value in (small or name,) if value]


def _written_small(wanted: list[str], lines: Sequence[Known]) -> str | None:
    """The words of an address as words of the text: "maria lopez maria.lopez@…"."""
    if len(wanted) < 2:
        return None
    for line in lines:
        words, plain = line.words
        at = plain.index(wanted[0]) if wanted[0] in plain else len(plain)
        if plain[at : at + len(wanted)] == wanted:
            return tidy(" ".join(words[at : at + len(wanted)]))
    return None


def _near(person: Gathered, lines: Sequence[Known], scope: tuple[Place, Place]) -> list[Name]:
    """A line that is a name, in the same paragraph and above all before the contacts; else the line's only name."""
    part = [
        (at, line)
        for at, line in enumerate(lines)
        if line.part == person.part and scope[0][0] <= at <= scope[1][0]
    ]
    ahead = sorted(part, key=lambda pair: (pair[0] > person.first[0], pair[0]))
    for at, line in ahead:
        inside = line.whole and scope[0] <= (at, line.whole.start) < scope[1]
        if line.whole and inside and line.whole.words > 1:
            return [Name(line.whole.value, LIKELY - 2)]
    full = [
        run
        for at, line in part
        for run in line.runs
        if run.words > 1 and scope[0] <= (at, run.start) < min(scope[1], person.last)
    ]
    return [Name(full[0].value, NAMED)] if len({run.value for run in full}) == 1 else []


def _name_by_contacts(person: Gathered) -> None:
    """Last resorts: what LinkedIn and the address are called."""
    if person.named:
        return
    slugs = [slug(each.link) for each in person.links if each.link]
    person.names += [Name(name, WEAK + 9) for each in slugs if each and (name := from_slug(each))]
    if person.email and (name := from_address(person.email)):
        person.names.append(Name(name, WEAK + 8))


def _label(people: Sequence[Gathered], lines: Sequence[Known]) -> None:
    """Give each tag to the person of its line, or of its paragraph, or to all."""
    for at, line in enumerate(lines):
        if not line.tags:
            continue
        here = [person for person in people if person.first[0] <= at <= person.last[0]]
        block = [person for person in people if lines[person.first[0]].line.block == line.line.block]
        for person in (here[:1] if len(here) == 1 else here) or block or people:
            person.tags += [tag for tag in line.tags if tag.casefold() not in map(str.casefold, person.tags)]


def _found(person: Gathered) -> Found:
    name = person.name.value if person.name else None
    links = [
        each.value for each in person.links if each.link and (each.link.sure or owns(each.link.host, name))
    ]
    return Found(
        name=name,
        email=person.email,
        phone=person.phone,
        links=tuple(links[:LINKS]),
        tags=tuple(person.tags[:TAGS]),
    )
