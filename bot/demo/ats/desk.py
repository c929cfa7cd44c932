"""What recruiters do in an ATS itself, on its own pages: nothing of it passes through the API."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass

TAKES: Mapping[str, tuple[str, ...]] = {
    "add": ("name", "email", "place"),
    "move": ("id", "place"),
    "tag": ("id", "tag"),
    "hire": ("id",),
    "reject": ("id",),
    "open_job": ("name",),
    "close_job": ("job",),
}
"""Each act, and the words it takes: `place` is the id of one, `id` of a record, `job` of a job."""


class CannotAct(Exception):
    """The ATS would not let a recruiter do that; says why in a sentence."""


@dataclass(frozen=True)
class Place:
    """Where somebody can be put: a pool, or a stage of the job called `group`."""

    id: str
    title: str
    group: str = ""
    job: str = ""

    def for_page(self) -> dict[str, str]:
        return asdict(self)


class Desk(ABC):
    """The desk of whoever works in this ATS. Ids are texts, whatever the vendor's own are."""

    @abstractmethod
    def places(self) -> list[Place]:
        """Every pool and every stage of an open job."""

    def act(self, kind: str, **given: str) -> str:
        """Do it as a recruiter there would, and return the id of the record or job. Raises `CannotAct`."""
        if kind not in TAKES:
            raise CannotAct("Nobody can do that here.")
        words = [str(given.get(name, "")).strip() for name in TAKES[kind]]
        if missing := [name for name, word in zip(TAKES[kind], words, strict=True) if not word]:
            raise CannotAct(f"Please fill in: {', '.join(missing)}.")
        if "job" in TAKES[kind] and words[0] not in {place.job for place in self.places()}:
            raise CannotAct("That job is not open any more.")
        done: str = getattr(self, f"do_{kind}")(*words)
        return done

    @abstractmethod
    def do_add(self, name: str, email: str, place: str) -> str: ...

    @abstractmethod
    def do_move(self, id: str, place: str) -> str: ...

    @abstractmethod
    def do_tag(self, id: str, tag: str) -> str: ...

    @abstractmethod
    def do_hire(self, id: str) -> str: ...

    @abstractmethod
    def do_reject(self, id: str) -> str: ...

    @abstractmethod
    def do_open_job(self, name: str) -> str: ...

    @abstractmethod
    def do_close_job(self, job: str) -> str: ...

    def place(self, id: str) -> Place:
        for place in self.places():
            if place.id == id:
                return place
        raise CannotAct("That place is not there any more.")


def added_to(tags: list[str], tag: str) -> list[str]:
    """The tags and this one, or these with commas between, as far as they are new."""
    new = [each.strip() for each in tag.split(",") if each.strip()]
    return list(dict.fromkeys([*tags, *new]))


def names_of(name: str) -> tuple[str, str]:
    """First and last name, as a form with one field for both would part them."""
    first, _, last = name.partition(" ")
    return first, last.strip()


def checked_email(email: str) -> str:
    if "@" not in email.strip("@") or " " in email:
        raise CannotAct("That is not an email address.")
    return email
