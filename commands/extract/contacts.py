"""Finds email addresses, phone numbers, links and tags in one line of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from commands.extract.links import Link, link_of
from commands.extract.vocabulary import A_PHONE_LABEL, BEFORE_A_NUMBER, MONEY_AFTER

LOCAL_LIMIT, DOMAIN_LIMIT = 64, 253
PHONE_LIMIT = 40
NATIONAL_DIGITS, INTERNATIONAL_DIGITS = 8, 8
PER_LINE = 60
"""More than this in one line is no message about people."""


class Kind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    LINK = "link"
    TAG = "tag"


@dataclass(frozen=True)
class Contact:
    """`link` says more of a link; `value` is the normal form.

    A phone number is not `sure` that could be any number: no country code, and no word that calls it one.
    """

    kind: Kind
    value: str
    start: int
    end: int
    link: Link | None = None
    sure: bool = True


# Every pattern is one pass: no part can match what its neighbour begins with.
_LINK = re.compile(
    r"(?i)(?<![\w@.])(?:https?://|www\.|(?:[a-z]{2,3}\.)?(?:linkedin|github|gitlab|xing|behance|dribbble"
    r"|stackoverflow)\.(?:com|net)/)"
    r"[^\s<>|\"“”，；]{1,500}"
)
_TAG = re.compile(r"(?<![^\s(,;])#([^\W\d_][\w+.\-]{0,59})")
_PHONE = re.compile(r"[+＋(\d][\d\s().\-–‑/]{5,38}\d")
_LOCAL = re.compile(r"[\w.!%+'’\-]")
_DOMAIN = re.compile(r"[\w\-]+(?:\.[\w\-]+)+")
_GROUP_END = re.compile(r"(?<=\d)[\s().\-–‑/]+(?=\d)")
_DATE = re.compile(
    r"(?:^|\D)(?:(?:19|20)\d\d[\-./](?:0?[1-9]|1[0-2])[\-./]\d{1,2}|\d{1,2}[\-./]\d{1,2}[\-./](?:19"
    r"|20)?\d\d)(?:\D|$)"
    r"|^\s*(?:19|20)\d\d\s*[\-–/]\s*(?:19|20)\d\d\s*$"
)
_GROUPED = re.compile(r"^\d{1,3}(?:\.\d{3})+$|^\d{1,3}(?:\.\d{1,3}){3}$")


def contacts_in(text: str, region: str | None) -> list[Contact]:
    """All of them in reading order; none overlaps another."""
    taken = [*_links(text)]
    blank = _blanked(text, taken)
    taken += _emails(blank)
    blank = _blanked(text, taken)
    taken += [*_tags(blank), *_phones(blank, region)]
    return sorted(taken, key=lambda contact: contact.start)


def _blanked(text: str, taken: list[Contact]) -> str:
    """The text with what is known already replaced, so that the rest keeps its place."""
    parts, at = list[str](), 0
    for each in sorted(taken, key=lambda contact: contact.start):
        parts += [text[at : each.start], "\x00" * (each.end - each.start)]
        at = each.end
    return "".join([*parts, text[at:]])


def _links(text: str) -> Iterator[Contact]:
    for at, match in enumerate(_LINK.finditer(text)):
        if at >= PER_LINE:
            return
        bare = _unwrapped(match[0])
        if link := link_of(bare, text[: match.start()]):
            yield Contact(Kind.LINK, link.url, match.start(), match.start() + len(bare), link)


def _unwrapped(address: str) -> str:
    """Without the punctuation of the sentence around it."""
    while address and (address[-1] in ".,;:!?'’*_~…" or (address[-1] in ")]}" and not _balanced(address))):
        address = address[:-1]
    return address


def _balanced(address: str) -> bool:
    opening = {")": "(", "]": "[", "}": "{"}[address[-1]]
    return address.count(opening) >= address.count(address[-1])


def _emails(text: str) -> Iterator[Contact]:
    at, found = text.find("@"), 0
    while at >= 0 and found < PER_LINE:
        if contact := _email(text, at):
            found += 1
            yield contact
        at = text.find("@", at + 1)


def _email(text: str, at: int) -> Contact | None:
    start = at
    while start > 0 and at - start < LOCAL_LIMIT and _LOCAL.match(text[start - 1]):
        start -= 1
    domain = _DOMAIN.match(text, at + 1, at + 1 + DOMAIN_LIMIT)
    if start == at or domain is None:
        return None
    local = _latin_tail(text[start:at])
    start = at - len(local)
    try:
        address = validate_email(f"{local}@{domain[0]}", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return Contact(Kind.EMAIL, _lowered(address.normalized), start, domain.end())


def _latin_tail(local: str) -> str:
    """Chinese and Japanese put no space before an address, so what stands before its Latin letters is text."""
    bare = local.lstrip(".'’!%+-_")
    if bare.isascii():
        return bare
    tail = re.search(r"[!-~]*$", bare)
    before = bare[: len(bare) - len(tail[0])] if tail else bare
    return tail[0] if tail and tail[0] and before and _scriptio_continua(before[-1]) else bare


def _scriptio_continua(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\u0e00" <= letter <= "\u0e7f" or "\uac00" <= letter <= "\ud7ff"


def _lowered(address: str) -> str:
    """Capitals in an address are a habit of forms and CVs."""
    return address.lower()


def _tags(text: str) -> Iterator[Contact]:
    for at, match in enumerate(_TAG.finditer(text)):
        if at >= PER_LINE:
            return
        bare = match[1].rstrip(".-")
        yield Contact(Kind.TAG, bare, match.start(), match.start(1) + len(bare))


def _phones(text: str, region: str | None) -> Iterator[Contact]:
    for at, match in enumerate(_PHONE.finditer(text)):
        if at >= PER_LINE:
            return
        start = match.start()
        for piece in re.split(r"(\s{3,}|\s/\s|\s[\-–]\s)", match[0]):
            contact = _phone(text, piece, start, region)
            start += len(piece)
            if contact:
                yield contact


def _phone(text: str, piece: str, start: int, region: str | None) -> Contact | None:
    shift = len(piece) - len(piece.lstrip())
    bare, start = piece.strip(), start + shift
    if _glued(text, start, start + len(bare)):
        return None
    international = bare.lstrip("(").startswith(("+", "＋", "00"))
    ends = [len(bare), *(match.start() for match in reversed([*_GROUP_END.finditer(bare)]))]
    for end in ends[:6]:
        number = _international(bare[:end]) if international else _national(text, bare[:end], start, region)
        if number:
            sure = international or bool(A_PHONE_LABEL.search(text[max(0, start - 24) : start]))
            return Contact(Kind.PHONE, number, start, start + end, sure=sure)
    return None


def _glued(text: str, start: int, end: int) -> bool:
    """Whether letters or signs touch the number, as in ids, amounts and addresses of machines."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    foreign = before.isalnum() and before.isascii()
    return (
        foreign
        or before in tuple("#=_@$€£₹.")
        or (after.isalnum() and after.isascii())
        or after in tuple("_@%=")
    )


def _international(bare: str) -> str | None:
    text = bare.lstrip("(").replace("＋", "+")
    number = _parsed("+" + text[2:] if text.startswith("00") else text, None)
    if number is None or _digits(bare) < INTERNATIONAL_DIGITS or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _national(text: str, bare: str, start: int, region: str | None) -> str | None:
    if not region or _digits(bare) < NATIONAL_DIGITS or _DATE.search(bare) or _GROUPED.match(bare):
        return None
    before = text[max(0, start - 24) : start]
    if BEFORE_A_NUMBER.search(before) or MONEY_AFTER.match(text, start + len(bare)):
        return None
    number = _parsed(bare, region)
    if number is None or not phonenumbers.is_possible_number(number):
        return None
    if not (A_PHONE_LABEL.search(before) or phonenumbers.is_valid_number(number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text[:PHONE_LIMIT], region)
    except phonenumbers.NumberParseException:
        return None


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)
