"""Reads the facts about people off the lines of a text, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from commands.extract.contacts import Contact, Kind
from commands.extract.gather import LIKELY, SAID, SURE, WEAK, Fact, Name, owns
from commands.extract.lines import SIGNATURE_LINES, Line, Role, signature
from commands.extract.names import Run, caseless, folded, matches, role_address, runs, tidy, tokens
from commands.extract.said import labelled, of_file, phrased

_GAP = re.compile(r"[\s,;:|<(\[\-–—·•/→…\"“”'،，、：（=]*$")
_LAST_FIRST = re.compile(r"[\"“]?([^\W\d_][\w'’\- ]{0,40}), ([^\W\d_][\w'’\-. ]{0,40})[\"”]?\s*<\s*$")
_SPLIT = re.compile(r"[\s,;:|()<>]+")
_VIA = re.compile(r"(?i)\s(?:via|über|through)\s[^<>\n]{1,60}(?=<)")
_COLON = re.compile(r"[\"״”]?\s?[:：]")
_PAIR = re.compile(r"\s*[\"”']?\s*[<＜]\s*$")


@dataclass(frozen=True)
class Known:
    """A line with everything that is known of it."""

    line: Line
    part: int
    contacts: tuple[Contact, ...]
    runs: tuple[Run, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(each.value for each in self.contacts if each.kind is Kind.TAG)

    @cached_property
    def words(self) -> tuple[list[str], list[str]]:
        """All words as they are, and folded."""
        words = [word for word in _SPLIT.split(self.line.text) if word]
        return words, [folded(word) for word in words]

    @cached_property
    def whole(self) -> Run | None:
        """The name that is all of the line."""
        run = self.runs[0] if len(self.runs) == 1 else None
        outside = run and (self.line.text[: run.start] + self.line.text[run.end :])
        return run if run and not re.search(r"\w{4,}", outside or "") and len(outside or "") < 12 else None


@dataclass(frozen=True)
class House:
    """Domains whose addresses are never a candidate's."""

    domains: frozenset[str] = field(default_factory=frozenset)

    def has(self, host: str) -> bool:
        low = host.casefold()
        return any(low == domain or low.endswith(f".{domain}") for domain in self.domains)

    def wrote(self, contact: Contact) -> bool:
        if contact.kind is Kind.EMAIL:
            return self.has(contact.value.rpartition("@")[2])
        return bool(contact.link and self.has(contact.link.host))


def known(lines: Sequence[Line], contacts: Sequence[Sequence[Contact]]) -> list[Known]:
    """Lines with their names; a new part begins with each paragraph, bullet and labelled name."""
    found, part, block = list[Known](), 0, -1
    for line, inside in zip(lines, contacts, strict=True):
        text = _without(line.text, inside)
        label = labelled(text)
        part += line.block != block or line.item or (label is not None and label.start < 24)
        block = line.block
        found.append(Known(line, part, tuple(inside), tuple(runs(text))))
    return found


def _without(text: str, contacts: Sequence[Contact]) -> str:
    """The text with its contacts blanked, so that no name is read out of them."""
    for each in contacts:
        text = text[: each.start] + "\x00" * (each.end - each.start) + text[each.end :]
    return text


def facts(lines: Sequence[Known], house: House) -> Iterator[Fact]:
    """Contacts with the names beside them, and names that are said to be names."""
    mail = any(each.line.role is Role.FROM for each in lines)
    for at, each in enumerate(lines):
        if each.line.role in (Role.TO, Role.HEADER):
            continue
        said = [*_said(lines, at, mail)]
        beside = [
            Fact((at, c.start), each.part, c, _beside(each, c))
            for c in each.contacts
            if usable(c, each, house)
        ]
        yield from sorted([*said, *beside], key=lambda fact: fact.place)


def usable(contact: Contact, line: Known, house: House) -> bool:
    """Whether a contact may be a candidate's."""
    if contact.kind is Kind.TAG or house.wrote(contact):
        return False
    if contact.kind is Kind.EMAIL and role_address(contact.value):
        domain = contact.value.rpartition("@")[2]
        return any(run.words > 1 and owns(domain, run.value) for run in line.runs)
    return not (contact.link and contact.link.site == "")


def _said(lines: Sequence[Known], at: int, mail: bool) -> Iterator[Fact]:
    each = lines[at]
    text = _without(each.line.text, each.contacts)
    if run := labelled(text):
        yield Fact((at, run.start), each.part, name=Name(run.value, SURE))
    for run in phrased(text, list(each.runs)):
        yield Fact((at, run.start), each.part, name=Name(run.value, SAID))
    if each.line.role is Role.SIGNED and each.runs and each.runs[0].start < 12:
        yield from _signed(lines, at, mail)
    if name := of_file(each.line.text):
        yield Fact((at, 0), each.part, name=Name(name, SAID + 5))


def _signed(lines: Sequence[Known], at: int, mail: bool) -> Iterator[Fact]:
    """Who signs: a bare name under a message is its author's; in a mail or a quotation it may be a candidate's."""
    each, run = lines[at], lines[at].runs[0]
    block = signature([other.line for other in lines[at : at + SIGNATURE_LINES]], 0)
    contacts = any(lines[at + n].contacts for n in block)
    if contacts or mail or each.line.quoted:
        weight = SAID if contacts and run.words > 1 else WEAK
        yield Fact((at, run.start), each.part, name=Name(run.value, weight))


def _is_label(text: str, run: Run) -> bool:
    """In scripts without capitals, whatever stands before a colon looks like a name and is none."""
    return caseless(run.value) and bool(_COLON.match(text, run.end))


def _beside(line: Known, contact: Contact) -> Name | None:
    """The name right before a contact, or else right after it."""
    text = line.line.text
    turned = _LAST_FIRST.match(text[: contact.start]) if contact.kind is Kind.EMAIL else None
    if turned and (line.line.role is Role.FROM or text.startswith(('"', "“"))):
        return Name(tidy(f"{turned[2]} {turned[1]}"), SURE)
    text = _VIA.sub(lambda via: " " * len(via[0]), text) if line.line.role is Role.FROM else text
    before = [run for run in line.runs if run.end <= contact.start and not _is_label(text, run)]
    if before and _GAP.match(text, before[-1].end, contact.start):
        run = before[-1]
        if line.line.role is Role.FROM or _PAIR.match(text, run.end, contact.start):
            return Name(run.value, SURE)
        if run.words > 1 or (contact.kind is Kind.EMAIL and matches(run.parts, tokens(contact.value))):
            return Name(run.value, LIKELY)
    after = [run for run in line.runs if run.start >= contact.end]
    if after and after[0].words > 1 and not before and _GAP.match(text, contact.end, after[0].start):
        return Name(after[0].value, LIKELY - 5)
    return None
