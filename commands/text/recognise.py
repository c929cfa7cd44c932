"""Recognises email addresses, phone numbers, links and tags among words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from commands.base import Usage
from commands.text.grammar import QUOTES, Word, fitting, shown

ADDRESS_LIMIT = 254
LINK_LIMIT = 500
LINKS = 10
TAG_LIMIT = 60
TAGS = 20
PHONE_WORDS = 10
PHONE_DIGITS = 7
"""Fewer digits than this are a number in a name, such as "Jane Doe 2"."""

SITES = ("linkedin.com", "github.com", "gitlab.com", "xing.com", "stackoverflow.com", "behance.net")
"""Sites whose addresses people type without http://."""
PHONE_LETTERS = frozenset("+-–().,/ ")


def address(text: str) -> str:
    """A whole email address, tidied; whether it exists is not asked of anybody."""
    bare = text.strip().strip(",;<>()")
    try:
        if len(bare) > ADDRESS_LIMIT:
            raise Usage(f"{shown(bare)} is too long for an email address.")
        return validate_email(bare, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        if bare.startswith("@"):
            raise Usage(
                f"{shown(bare)} is a mention: write the name and the email address instead."
            ) from None
        raise Usage(f"{shown(text)} is not an email address.") from None


def phone(text: str, region: str | None = None) -> str:
    """A phone number as +33612345678; `region` (such as "FR") is for numbers without a country code."""
    number = _number(text, region)
    if number is None:
        need = (
            "" if text.strip().startswith("+") else " It needs its country code, such as +33 6 12 34 56 78."
        )
        raise Usage(f"{shown(text)} is not a phone number.{need}")
    return number


def _number(text: str, region: str | None) -> str | None:
    bare = text.strip(" ,;")
    bare = "+" + bare[2:] if bare.startswith("00") else bare
    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_words(words: Sequence[Word], region: str | None = None) -> tuple[str | None, int]:
    """The phone number that the words begin with, and how many words it takes; None and 0 if there is none."""
    run = _run(words)
    for length in range(len(run), 0, -1):
        if number := _number(" ".join(run[:length]), region):
            return number, length
    text = " ".join(run)
    if run and (run[0].startswith("+") or sum(c.isdigit() for c in text) >= PHONE_DIGITS):
        raise Usage(_not_a_phone(text))
    return None, 0


def _not_a_phone(text: str) -> str:
    if text.startswith("+"):
        return f"{shown(text)} is not a phone number."
    return f"{shown(text)} needs its country code, such as +33 6 12 34 56 78."


def _run(words: Sequence[Word]) -> list[str]:
    run = list[str]()
    for word in words[:PHONE_WORDS]:
        if word.quoted or not starts_phone(word, first=not run) or (run and word.text.startswith("+")):
            break
        run.append(word.text)
    return run


def starts_phone(word: Word, *, first: bool = True) -> bool:
    """Whether a word is made of what phone numbers are made of, and of a digit at least."""
    text = word.text
    if len(text) > 30 or not all(c.isdigit() or c in PHONE_LETTERS for c in text):
        return False
    return any(c.isdigit() for c in text) or (not first and text in ("-", "–", "/"))


def is_link(text: str) -> bool:
    lower = text.casefold()
    host = lower.partition("/")[0]
    return lower.startswith(("http://", "https://", "www.")) or any(
        host == site or host.endswith("." + site) for site in SITES
    )


def link(text: str) -> str:
    """A web address with its scheme."""
    bare = text.strip().strip("<>,;")
    full = bare if bare.casefold().startswith(("http://", "https://")) else f"https://{bare}"
    fitting(full, LINK_LIMIT, "link")
    try:
        parts = urlsplit(full)
        good = bool(parts.hostname and "." in parts.hostname and not re.search(r"\s", full))
    except ValueError:
        good = False
    if not good:
        raise Usage(f"{shown(text)} is not a web address.")
    return full


def links(text: str) -> tuple[str, ...]:
    """Web addresses between spaces, commas or lines."""
    found = tuple(dict.fromkeys(link(part) for part in text.replace(",", " ").split()))
    if len(found) > LINKS:
        raise Usage(f"{LINKS} links are the most I can take.")
    return found


def is_tag(word: Word) -> bool:
    return not word.quoted and word.text.startswith("#") and len(word.text) > 1


def tag(text: str) -> str:
    bare = " ".join(text.strip().lstrip("#").strip(QUOTES + ",;").split())
    if not bare:
        raise Usage(f"{shown(text)} is not a tag.")
    return fitting(bare, TAG_LIMIT, "tag")


def tags(text: str) -> tuple[str, ...]:
    """Tags between commas or lines; each word with a # is one too."""
    pieces = [piece for part in re.split(r"[,;\n]", text) for piece in _hashed(part)]
    return distinct([tag(piece) for piece in pieces])


def _hashed(part: str) -> list[str]:
    groups, open_group = list[list[str]](), False
    for word in part.split():
        hashed = word.startswith("#") and len(word) > 1
        if hashed or not open_group:
            groups.append([])
        groups[-1].append(word)
        open_group = not hashed
    return [" ".join(group) for group in groups]


def distinct(found: Sequence[str]) -> tuple[str, ...]:
    """Each tag once, in whichever spelling came first."""
    first: dict[str, str] = {}
    for each in found:
        first.setdefault(each.casefold(), each)
    if len(first) > TAGS:
        raise Usage(f"{TAGS} tags at once are the most I can take.")
    return tuple(first.values())


def not_markup(text: str) -> str:
    """A word, unless it is a Slack mention that cannot be read back into what was typed."""
    if text.startswith("<#"):
        raise Usage("Slack turned a word after # into a channel; add that tag with `/candidate tag`.")
    if text.startswith("<@"):
        raise Usage("That is somebody in Slack; give the candidate's name and email address.")
    return text


def tidy_address(text: str) -> str | None:
    """The address if the text is a whole one, else None: for what is still being typed."""
    try:
        return address(text)
    except Usage:
        return None
