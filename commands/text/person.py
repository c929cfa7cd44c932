"""A new candidate in words: typed after `add`, or filled into its form."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from commands.base import Block, Opening, Picks, Request, Usage, Values
from commands.cards import form
from commands.fields import place_field, read_place_field, read_tags_field, tags_field
from commands.text.grammar import (
    NAME_LIMIT,
    Word,
    bounded,
    destination,
    fitting,
    quoted,
    shown,
    unescaped,
    via,
    words,
)
from commands.text.reading import Reading
from commands.text.recognise import (
    LINKS,
    address,
    distinct,
    is_link,
    is_tag,
    link,
    links,
    not_markup,
    phone,
    phone_words,
    tag,
)
from connectors.models import NewCandidate


class AddRequest(Request):
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    links: tuple[str, ...] = Field((), repr=False)
    tags: tuple[str, ...] = ()
    to: str | None = None
    pool: bool = False

    @property
    def complete(self) -> bool:
        return bool(self.name and self.email)

    def also(self, picks: Picks) -> tuple[str, ...]:
        """Whoever is in the ATS already is moved and tagged rather than added."""
        return ("move", *(("tag",) if self.tags else ())) if picks.anyway else ()

    def new(self) -> NewCandidate:
        """What is to be added; the first word of a name is the first name."""
        first, _, last = (self.name or "").strip().partition(" ")
        return NewCandidate(
            first_name=first,
            last_name=last.strip(),
            email=self.email or "",
            phone=self.phone,
            links=self.links,
        )

    def as_typed(self) -> str:
        """The same as text after `add`."""
        place = [f"to {'pool ' if self.pool else ''}{quoted(self.to)}"] if self.to else []
        name = [quoted(self.name)] if self.name else []
        given = [*name, self.email, self.phone, *self.links, *(f"#{quoted(t)}" for t in self.tags)]
        return " ".join([*filter(None, given), *place])


class _Person:
    """Gathers one word after the other."""

    def __init__(self, region: str | None) -> None:
        self.region = region
        self.email: str | None = None
        self.phone: str | None = None
        self.links: list[str] = []
        self.tags: list[str] = []
        self.name: list[str] = []

    def take(self, found: Sequence[Word]) -> int:
        """Take what the words begin with; returns how many words that was."""
        word = found[0]
        number, length = phone_words(found, self.region)
        if number:
            self.phone = _only(self.phone, number, "phone number")
            return length
        self._take_one(word)
        return 1

    def _take_one(self, word: Word) -> None:
        if not word.quoted and is_link(word.text):
            self.links.append(link(word.text))
        elif is_tag(word):
            self.tags.append(tag(word.text))
        elif "@" in not_markup(word.text) and " " not in word.text:
            self.email = _only(self.email, address(word.text), "email address")
        elif bare := word.text.strip(",;"):
            self.name.append(bare)


def _only(old: str | None, new: str, what: str) -> str:
    if old and old != new:
        raise Usage(f"{shown(old)} and {shown(new)}: I can take one {what}.")
    return new


def parse_person(text: str, region: str | None = None) -> AddRequest:
    """Read what follows `add`, in any order; `region` is for phone numbers without a country code."""
    short, connection = via(unescaped(bounded(text)))
    place, left = destination(words(short), _ends_place)
    person = _Person(region)
    while left:
        left = left[person.take(left) :]
    if len(person.links) > LINKS:
        raise Usage(f"{LINKS} links are the most I can take.")
    return AddRequest(
        name=fitting(" ".join(person.name), NAME_LIMIT, "name") or None,
        email=person.email,
        phone=person.phone,
        links=tuple(dict.fromkeys(person.links)),
        tags=distinct(person.tags),
        to=place.text if place else None,
        pool=place.pool if place else False,
        via=connection,
    )


def _ends_place(word: Word) -> bool:
    """What cannot be a part of a destination that stands without quotation marks."""
    begins_phone = word.text.startswith("+") and word.text[1:2].isdigit()
    return not word.quoted and (is_tag(word) or is_link(word.text) or "@" in word.text or begins_phone)


def draw_person(request: AddRequest, opening: Opening, problem: str | None) -> Block:
    inputs = [
        form.text_input("name", "Name", request.name, placeholder="Jane Doe", limit=NAME_LIMIT),
        form.email_input("email", "Email", request.email),
        form.text_input(
            "phone", "Phone", request.phone, hint="With its country code: +33 6 …", optional=True, limit=40
        ),
        form.text_input("links", "Links", "\n".join(request.links), optional=True, multiline=True),
        place_field("Add to", request.to, request.picks, optional=True),
        tags_field(request.tags, optional=True),
    ]
    return form.modal("Add a candidate", "Add", opening, inputs, problem)


def read_person(values: Values, opening: Opening) -> AddRequest:
    reading = Reading(values)
    name = reading.needed("name", lambda text: " ".join(text.split()), "Write the candidate's name.")
    email = reading.needed("email", address, "Write the candidate's email address.")
    number = reading.optional("phone", phone)
    web = reading.optional("links", links)
    labels = read_tags_field(reading, optional=True)
    to, picks = read_place_field(reading, opening, optional=True)
    reading.finish()
    return AddRequest(name=name, email=email, phone=number, links=web or (), tags=labels, to=to, picks=picks)
