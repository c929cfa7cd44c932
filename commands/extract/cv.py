"""Reads the person whom a CV is about, offline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from commands.extract import Found
from commands.extract.contacts import Contact, Kind, contacts_in
from commands.extract.facts import House, Known, known, usable
from commands.extract.gather import SAID, SURE, WEAK, Name, owns
from commands.extract.lines import lines_of
from commands.extract.links import slug
from commands.extract.names import from_address, from_filename, from_slug, matches, parts, tokens
from commands.extract.said import labelled, phrased

TEXT_LIMIT = 60_000
LINKS = 10
TOP = 12
"""Lines in which a CV says whose it is; a sidebar may push the name down, but seldom to more than twice as many."""
BORNE_OUT = 25
"""What an address, a file name or a profile with the same words adds to the weight of a name."""

_OTHERS = re.compile(
    r"(?i)^\W*(?:references?|referees|referenzen|références|referencias|referenze|referências|referenties"
    r"|referencje|推荐人|证明人|المراجع"
    r"|рекомендации|references available.*)\W*$"
)
_SPACED = re.compile(r"^\s*(?:[^\W\d_](?: |\s{2,})){3,60}[^\W\d_]\s*$")


def person_in(
    text: str, filename: str = "", *, region: str | None = None, own_domains: Iterable[str] = ()
) -> Found:
    """The subject of a CV; a field of which nothing is said is empty.

    `region` is for phone numbers without a country code. Referees' addresses are not the subject's.
    """
    house = House(frozenset(domain.casefold() for domain in own_domains))
    lines = _lines(text[:TEXT_LIMIT], region)
    contacts = [(line, each) for line in lines for each in line.contacts if usable(each, line, house)]
    emails = [each.value for _, each in contacts if each.kind is Kind.EMAIL]
    links = [each for _, each in contacts if each.link]
    name = _name(lines, emails, links, filename)
    email = max(emails, key=lambda value: matches(parts(name or ""), tokens(value)), default=None)
    phone = next((each.value for _, each in contacts if each.kind is Kind.PHONE), None)
    return Found(name=name, email=email, phone=phone, links=_links(links, name))


def _lines(text: str, region: str | None) -> list[Known]:
    """The lines up to the referees."""
    lines = lines_of("\n".join(map(_closed_up, text.splitlines())))
    end = next((at for at, line in enumerate(lines) if _OTHERS.match(line.text)), len(lines))
    # A sidebar may have put the heading of the referees before everything else.
    kept = lines[:end] if end > TOP else lines
    return known(kept, [contacts_in(line.text, region) for line in kept])


def _closed_up(line: str) -> str:
    """JANE DOE, for J A N E   D O E."""
    if len(line) > 120 or not _SPACED.match(line):
        return line
    return " ".join(word.replace(" ", "") for word in re.split(r"\s{2,}", line.strip()))


def _name(
    lines: Sequence[Known], emails: Sequence[str], links: Sequence[Contact], filename: str
) -> str | None:
    """The weightiest name; what bears a name out makes it weightier, of two forms the fuller wins."""
    hints = _hints(emails, links, filename)
    addresses = [tokens(email) for email in emails[:3]]
    files = [parts(hint.value) for hint in hints]

    def weight(name: Name) -> tuple[int, int]:
        words = parts(name.value)
        own = any(matches(words, address) for address in addresses)
        alike = sum(len(file & words) > 1 for file in files)
        return name.weight + BORNE_OUT * (own + min(alike, 2)), len(name.value)

    return max((*_names(lines), *hints), key=weight, default=Name("", 0)).value or None


def _hints(emails: Sequence[str], links: Sequence[Contact], filename: str) -> list[Name]:
    """Names outside the text, weak by themselves."""
    file = from_filename(filename, says_cv=False) if filename else None
    slugs = [slug(each.link) for each in links if each.link and each.link.sure]
    found = [
        (file, WEAK + 5),
        *((from_slug(each), WEAK) for each in slugs if each),
        *((from_address(email), WEAK - 5) for email in emails[:3]),
    ]
    return [Name(name, weight) for name, weight in found if name]


def _names(lines: Sequence[Known]) -> Iterator[Name]:
    for at, line in enumerate(lines):
        near = max(0, TOP * 2 - at)
        if at < TOP * 3 and (run := labelled(line.line.text)):
            yield Name(run.value, SURE + near)
        if whole := line.whole:
            yield Name(whole.value, (45 if whole.words > 1 else 5) + near)
        for run in phrased(line.line.text, list(line.runs)) if at < TOP * 3 else ():
            yield Name(run.value, SAID)
        # The name may share its line with a title, an address or a date.
        yield from (Name(run.value, 20 + near - 4) for run in line.runs[:3] if run.words > 1)


def _links(links: Sequence[Contact], name: str | None) -> tuple[str, ...]:
    own = [each.value for each in links if each.link and (each.link.sure or owns(each.link.host, name))]
    return tuple(dict.fromkeys(own))[:LINKS]
