"""Tells people's names from other words, and puts them into the form in which they are shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from commands.extract.vocabulary import (
    COMPANY,
    CV_WORDS,
    DEGREES,
    FILE_WORDS,
    HONORIFICS,
    NOT_NAMES,
    PARTICLES,
    ROLES,
)

NAME_LIMIT = 80
MOST_WORDS = 6
RUNS = 400
"""How many sequences of capitalised words a text may have before the rest is not looked at."""

_WORD = re.compile(r"[^\s,;:|()<>\[\]{}\"“”„«»/\\•·、，；：（）。！？!?=→*`~\x00]+")
_LETTERS = re.compile(r"[^\W\d_](?:[\w'’.\-\u200c\u0300-\u036f\u0e31-\u0e4e\u0900-\u097f])*$")
_FOLD_MORE = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "'"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
_INITIALS = re.compile(r"(?:[^\W\d_]\.){1,4}$")
_TRAILING_NUMBER = re.compile(r"[\d]+$")


@dataclass(frozen=True)
class Run:
    """Words in a row that may be a name, and where they stand in their line."""

    value: str
    start: int
    end: int

    @cached_property
    def parts(self) -> frozenset[str]:
        return parts(self.value)

    @property
    def words(self) -> int:
        return len(self.value.split())


def folded(text: str) -> str:
    """Without accents and case, for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FOLD_MORE))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _spellings(word: str) -> set[str]:
    lower = unicodedata.normalize("NFC", word).casefold()
    return {folded(lower), folded(lower.translate(_UMLAUTS))}


def parts(name: str) -> frozenset[str]:
    """The words of a name in every spelling that an address may have them in."""
    words = re.split(r"[\s\-.'’]+", name)
    return frozenset(each for word in words for each in _spellings(word) if each)


def caseless(word: str) -> bool:
    """Whether the script knows no capitals."""
    letters = [letter for letter in word if letter.isalpha()]
    return bool(letters) and all(letter.lower() == letter.upper() for letter in letters)


def _known(word: str, words: frozenset[str]) -> bool:
    low = word.casefold()
    return low in words or low.rstrip(".") in words


def _capital(word: str) -> bool:
    return bool(_LETTERS.match(word)) and (word[0].isupper() or word[0].istitle() or caseless(word))


def runs(text: str) -> list[Run]:
    """Every sequence of words that could be a name: capitalised, or of a script without capitals."""
    found = list[Run]()
    for sequence in _sequences(text):
        if len(found) >= RUNS:
            break
        if run := _name_of(sequence):
            found.append(run)
    return found


def _sequences(text: str) -> Iterator[list[re.Match[str]]]:
    current, company = list[re.Match[str]](), False
    for match in _WORD.finditer(text):
        apart = bool(current) and bool(text[current[-1].end() : match.start()].strip(" "))
        if apart or (current and text[current[-1].end() : match.start()].count(" ") > 2):
            yield from [] if company else [current]
            current, company = [], False
        company = company or (bool(current) and _known(match[0], COMPANY))
        if _ends(match[0]) or (current and caseless(match[0]) != caseless(current[-1][0])):
            yield from [] if company else [current]
            current, company = [], False
        if not _ends(match[0]):
            current.append(match)
    yield from [] if company else [current]


def _ends(word: str) -> bool:
    """Whether no name contains this word."""
    low = word.casefold()
    if _known(low, HONORIFICS) or low in PARTICLES or _known(low, COMPANY):
        return False
    return _known(low, NOT_NAMES) or not _capital(word.rstrip(",."))


def _name_of(sequence: list[re.Match[str]]) -> Run | None:
    """The name in a sequence, without what only introduces it."""
    while sequence and not _can_begin(sequence[0][0]):
        sequence = sequence[1:]
    while sequence and not _can_end(sequence[-1][0]):
        sequence = sequence[:-1]
    value = " ".join(match[0] for match in sequence)
    if not sequence or any(_known(match[0], COMPANY) and match[0].islower() for match in sequence):
        return None
    name = tidy(value)
    return Run(name, sequence[0].start(), sequence[-1].end()) if plausible(name) else None


def _can_begin(word: str) -> bool:
    return _known(word, HONORIFICS) or _capital(word) or (word.casefold() in PARTICLES and word[0].isupper())


def _can_end(word: str) -> bool:
    return _capital(word.rstrip(".,"))


def plausible(name: str) -> bool:
    """Whether a tidied name has the size of one."""
    words = name.split()
    if not words or len(words) > MOST_WORDS or len(name) > NAME_LIMIT:
        return False
    if all(caseless(word) for word in words):
        return _plausible_caseless(name, words)
    return any(len(word.strip(".")) > 1 for word in words) and not all(
        _known(word, NOT_NAMES) for word in words
    )


def _plausible_caseless(name: str, words: list[str]) -> bool:
    """Chinese, Japanese and Korean names are short; elsewhere a name is two to four words."""
    if any(
        "\u2e80" <= letter <= "\u9fff" or "\u3040" <= letter <= "\u30ff" or "\uac00" <= letter <= "\ud7ff"
        for letter in name
    ):
        return 2 <= len(name.replace(" ", "")) <= 6 and len(words) <= 3 and not _known(name, CV_WORDS)
    return 2 <= len(words) <= 4 and not any(_known(word, CV_WORDS) for word in words)


def tidy(name: str) -> str:
    """Jane Doe, for `Dr. DOE Jane`, `JANE DOE, PhD` and `Doe, Jane`."""
    last, comma, first = name.partition(",")
    if comma and first.strip() and not _known(first.strip(), DEGREES):
        name = f"{first} {last}"
    words = [
        word if _INITIALS.match(word) else word.strip(".,;:'’\"-") for word in name.replace(",", " ").split()
    ]
    words = [word for word in words if word]
    while len(words) > 1 and _known(words[0], HONORIFICS):
        words = words[1:]
    while len(words) > 1 and _known(words[-1], DEGREES):
        words = words[:-1]
    return " ".join(_cased(_first_name_first(words)))


def _shouted(word: str) -> bool:
    """Whether a word is in capitals, and not for being initials."""
    return len(word) > 1 and "." not in word and word.isupper() and not caseless(word)


def _first_name_first(words: list[str]) -> list[str]:
    """A surname is written in capitals where it stands first: DUPONT Jean."""
    loud = 0
    while loud < len(words) and _shouted(words[loud]):
        loud += 1
    return words[loud:] + words[:loud] if 0 < loud < len(words) else words


def _cased(words: list[str]) -> list[str]:
    if all(word.islower() for word in words):
        return [word if word in PARTICLES and at else _title(word) for at, word in enumerate(words)]
    whole = all(_shouted(word) or len(word) <= 2 for word in words)
    return [
        word.lower()
        if whole and at and word.casefold() in PARTICLES
        else _title(word)
        if _shouted(word)
        else word
        for at, word in enumerate(words)
    ]


def _title(word: str) -> str:
    """O'Neill, Jean-Baptiste: each part begins with a capital."""
    return re.sub(
        r"[^\W\d_]+", lambda part: part[0][:1].upper() + part[0][1:].lower(), word.replace("İ", "İ")
    )


def tokens(email: str) -> list[str]:
    """The words of the local part, without what follows a plus and without numbers."""
    local = folded(email.rpartition("@")[0].partition("+")[0])
    return [
        word for word in (_TRAILING_NUMBER.sub("", piece) for piece in re.split(r"[._\-]+", local)) if word
    ]


def role_address(email: str) -> bool:
    local = email.rpartition("@")[0].partition("+")[0].casefold()
    return local in ROLES or any(word in ROLES for word in re.split(r"[._\-]+", local))


def matches(name: frozenset[str], local: Sequence[str]) -> int:
    """How many words of an address (`tokens`) are words of a name (`parts`).

    Words that run together count as well, if they make up most of the address or are long.
    """
    same = sum(len(word) > 1 and word in name for word in local)
    if same or not local:
        return same
    whole = "".join(local)
    inside = [word for word in name if len(word) > 2 and word in whole]
    return (
        len(inside) if sum(map(len, inside)) * 2 > len(whole) or any(len(word) > 3 for word in inside) else 0
    )


def from_address(email: str) -> str | None:
    """Jane Doe, of `jane.doe@…`; nothing of initials, nicknames and mailboxes."""
    words = tokens(email)
    if role_address(email) or not 2 <= len(words) <= 3:
        return None
    if not all(word.isalpha() and len(word) > 1 and re.search(r"[aeiouy]", word) for word in words):
        return None
    return None if any(word in NOT_NAMES for word in words) else " ".join(map(_title, words))


def from_slug(slug: str) -> str | None:
    """Jane Doe, of LinkedIn's `jane-doe-1a2b`."""
    words = [word for word in re.split(r"[-_.]+", slug) if word]
    words = [word for word in words if not any(letter.isdigit() for letter in word)]
    words = [word for word in words if word.casefold() not in NOT_NAMES | DEGREES]
    if not 2 <= len(words) <= 4 or not all(_LETTERS.match(word) for word in words):
        return None
    return " ".join(_cased([word.lower() for word in words]))


def from_filename(filename: str, *, says_cv: bool) -> str | None:
    """Jane Doe, of `CV_Jane_Doe_2025.pdf`; with `says_cv` only of a file that calls itself a CV."""
    stem = unicodedata.normalize("NFC", filename.rpartition("/")[2])[:200]
    stem = stem.rpartition(".")[0] or stem
    split = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])", " ", stem)
    words = [word for word in re.split(r"[\s_\-.,()\[\]+&]+", split) if word]
    kept = [word for word in words if not _known(word, CV_WORDS | FILE_WORDS) and not _known(word, NOT_NAMES)]
    kept = [word for word in kept if _LETTERS.match(word)]
    if says_cv and not any(_known(word, CV_WORDS) for word in words):
        return None
    if not 2 <= len(kept) <= 4:
        return None
    name = tidy(" ".join(kept))
    return name if plausible(name) else None
