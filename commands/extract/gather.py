"""Puts facts that stand together into one person each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from commands.extract.contacts import Contact, Kind
from commands.extract.names import folded, parts

SURE, SAID, LIKELY, NAMED, WEAK = 90, 70, 60, 50, 30
"""A name's weight: labelled; after "the CV of"; beside a contact; enough to part two people; of the right shape."""
ONE_EACH = ("linkedin.com", "xing.com")
"""Sites where nobody has two pages."""

Place = tuple[int, int]


@dataclass(frozen=True)
class Name:
    value: str
    weight: int

    @cached_property
    def parts(self) -> frozenset[str]:
        return parts(self.value)

    def shares(self, other: Name) -> bool:
        """Whether two names may be one person's: they share a word."""
        return not self.parts.isdisjoint(other.parts)

    def within(self, other: Name) -> bool:
        """Whether one name is the other or a part of it."""
        return self.parts <= other.parts or other.parts <= self.parts


@dataclass(frozen=True)
class Fact:
    """A contact, a name, or a contact with the name beside it; `place` is line and column, `part` bounds a group."""

    place: Place
    part: int
    contact: Contact | None = None
    name: Name | None = None


@dataclass
class Gathered:
    """One person while their facts are put together."""

    first: Place
    last: Place
    part: int
    names: list[Name] = field(default_factory=list)
    email: str | None = None
    phone: str | None = None
    unsure: bool = False
    """Whether the phone number could be any other number."""
    links: list[Contact] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    @property
    def name(self) -> Name | None:
        """The surest; of two that are compatible the fuller."""
        best = max(self.names, key=lambda name: name.weight, default=None)
        fuller = [n for n in self.names if best and n.weight >= NAMED and best.parts < n.parts]
        return fuller[0] if fuller else best

    @property
    def named(self) -> Name | None:
        return self.name if self.name and self.name.weight >= NAMED else None

    @property
    def sites(self) -> set[str]:
        return {each.link.site for each in self.links if each.link and each.link.site}

    @property
    def somebody(self) -> bool:
        """Whether this is more than a number that could be anything, or a word that could be a name."""
        if self.email or self.sites or (self.phone and not self.unsure):
            return True
        if self.name is None:
            return self.reachable and not self.phone
        return self.name.weight >= (NAMED if self.reachable else SAID) and len(self.name.value) > 1

    @property
    def reachable(self) -> bool:
        return bool(self.email or self.phone or any(each.link and each.link.sure for each in self.links))

    def take(self, fact: Fact) -> None:
        self.last = max(self.last, fact.place)
        if fact.name and not self._strange(fact.name):
            self.names.append(fact.name)
        if fact.contact is None:
            return
        if fact.contact.kind is Kind.EMAIL:
            self.email = self.email or fact.contact.value
        elif fact.contact.kind is Kind.PHONE:
            self._call(fact.contact.value, unsure=not fact.contact.sure)
        elif fact.contact.value not in [each.value for each in self.links]:
            self.links.append(fact.contact)

    def _call(self, number: str, *, unsure: bool) -> None:
        """Take a number, unless there is a better one already."""
        if self.phone is None or (self.unsure and not unsure):
            self.phone, self.unsure = number, unsure

    def _strange(self, name: Name) -> bool:
        return bool(self.named and name.weight <= LIKELY and not self.named.shares(name))

    def absorb(self, other: Gathered) -> None:
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.names += other.names
        self.email = self.email or other.email
        if other.phone:
            self._call(other.phone, unsure=other.unsure)
        known = {each.value for each in self.links}
        self.links += [each for each in other.links if each.value not in known]


def gather(facts: Iterable[Fact]) -> list[Gathered]:
    """People in reading order, each as far as the text tells of them without a break."""
    people = list[Gathered]()
    for fact in facts:
        if not people or _another(people[-1], fact):
            people.append(Gathered(fact.place, fact.place, fact.part))
        people[-1].take(fact)
    return people


def _another(person: Gathered, fact: Fact) -> bool:
    """Whether a fact is about somebody else than the person before it."""
    if fact.part != person.part or _second(person, fact.contact):
        return True
    if fact.name is None or fact.name.weight < NAMED or person.named is None:
        return False
    if person.named.shares(fact.name):
        return False
    missing = fact.contact is not None and not _has(person, fact.contact)
    return not (missing and fact.name.weight <= LIKELY and fact.place[0] == person.last[0])


def _second(person: Gathered, contact: Contact | None) -> bool:
    """Whether nobody has two of these."""
    if contact is None:
        return False
    if contact.kind is Kind.EMAIL:
        return person.email not in (None, contact.value)
    site = contact.link.site if contact.link else None
    return site in ONE_EACH and any(
        each.link and each.link.site == site and each.value != contact.value for each in person.links
    )


def _has(person: Gathered, contact: Contact) -> bool:
    if contact.kind is Kind.EMAIL:
        return person.email is not None
    if contact.kind is Kind.PHONE:
        return person.phone is not None
    return bool(contact.link and contact.link.site in person.sites)


def united(people: Sequence[Gathered]) -> list[Gathered]:
    """Join what paragraphs, bullets and repetitions have parted."""
    found = list[Gathered]()
    for person in people:
        same = next((each for each in found if _same(each, person)), None)
        near = found[-1] if found and _complete(found[-1], person) else None
        if target := same or near:
            target.absorb(person)
        else:
            found.append(person)
    return found


def _same(one: Gathered, other: Gathered) -> bool:
    if one.email and one.email == other.email:
        return True
    left, right = one.named, other.named
    return bool(left and right and left.within(right)) and not _contradict(one, other)


def _complete(one: Gathered, other: Gathered) -> bool:
    """Whether two neighbours fill each other's gaps."""
    if _contradict(one, other):
        return False
    if one.named and other.named:
        return one.named.shares(other.named)
    return True


def _contradict(one: Gathered, other: Gathered) -> bool:
    emails = one.email and other.email and one.email != other.email
    phones = one.phone and other.phone and one.phone != other.phone
    sites = {site for site in one.sites & other.sites if site in ONE_EACH}
    values = [{each.value for each in group.links} for group in (one, other)]
    return bool(emails or phones or (sites and not values[0] & values[1]))


def owns(host: str, name: str | None) -> bool:
    """Whether a host bears the name: janedoe.dev."""
    label = re.sub(r"[^\w]", "", folded(".".join(host.split(".")[:-1])))
    words = [word for word in parts(name or "") if len(word) > 2 and word in label]
    return len(words) > 1 or any(len(word) > 4 for word in words)
