"""The people, pools and jobs that every stand-in ATS starts with, each in its vendor's words."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Job:
    key: str
    title: str
    stages: tuple[str, ...] = ("New", "Interview", "Offer", "Hired")


@dataclass(frozen=True)
class Person:
    """`pool` or `job` is a key of the world; `stage` is free text, since vendors have stages no code knows."""

    number: int
    first: str
    last: str
    email: str | None
    phone: str | None = None
    pool: str | None = None
    job: str | None = None
    stage: str = "New"
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    pools: dict[str, str]
    jobs: tuple[Job, ...]
    people: tuple[Person, ...] = field(repr=False)


POOLS = {"backend": "Backend talent", "design": "Design talent", "alumni": "Alumni"}
JOBS = (
    Job("engineer", "Backend Engineer"),
    Job("designer", "Product Designer"),
    Job("analyst", "Data Analyst"),
)
ADA = Person(
    101, "Ada", "Okafor", "ada.okafor@example.com", "+44 20 7946 0101", pool="backend", tags=("python",)
)
ZOE = Person(
    102, "Zoë", "Ødegård", "zoe@example.com", job="engineer", stage="Interview", tags=("go", "remote")
)
NOOR = Person(103, "نور", "الهاشمي", "noor@example.com", "+971 4 555 0103", job="designer")
SILENT = Person(104, "Ivo", "Silva", None, pool="design")
SAM = Person(105, "Sam", "Rivera", "sam.rivera@example.com", pool="backend")
SAM_TOO = Person(106, "Sam", "Rivera", "s.rivera@example.org", job="analyst")
LIMBO = Person(107, "Mina", "Park", "mina@example.com", job="engineer", stage="Limbo of the third kind")
PEOPLE = (ADA, ZOE, NOOR, SILENT, SAM, SAM_TOO, LIMBO)


def small_world() -> World:
    """What the demo starts with: few enough to see at a glance."""
    return World(POOLS, JOBS, PEOPLE)


def large_world(extra: int = 230) -> World:
    """The same people and three pages of others."""
    crowd = tuple(
        Person(1000 + n, f"Alum{n:03}", "Nguyen", f"alum{n:03}@example.net", pool="alumni")
        for n in range(extra)
    )
    return World(POOLS, JOBS, PEOPLE + crowd)
