"""Destinations by text: an exact title wins over a part, a job over its stages, one's own job over others."""

import pytest

from commands.text.grammar import Place
from commands.text.key import key_of
from commands.where import fitting, near
from connectors.models import Candidate, Destination, Kind, Placement


def pool(id: str, title: str) -> Destination:
    return Destination(id=id, kind=Kind.POOL, title=title)


def job(id: str, title: str) -> Destination:
    return Destination(id=id, kind=Kind.JOB, title=title)


def stage(id: str, title: str, of: Destination) -> Destination:
    return Destination(id=id, kind=Kind.STAGE, title=title, job_id=of.id, job_title=of.title)


BACKEND, FRONTEND = job("1", "Backend Engineer"), job("2", "Frontend Engineer (m/w/d)")
CAFE = job("3", "Café Manager")
TALENT, ALUMNI = pool("1", "Backend talent"), pool("2", "Alumni")
NAMESAKE = pool("3", "Café Manager")
STAGES = [
    stage(f"{of.id}{n}", title, of) for of in (BACKEND, FRONTEND) for n, title in enumerate(("New", "Offer"))
]
ONSITE = stage("39", "On-site", CAFE)
ALL = [TALENT, ALUMNI, BACKEND, FRONTEND, CAFE, *STAGES, ONSITE]

FITS = {
    "backend engineer": [BACKEND],
    "  BACKEND   Engineer ": [BACKEND],
    "cafe manager": [CAFE],
    "frontend": [FRONTEND],
    "alum": [ALUMNI],
    "backend": [TALENT, BACKEND],
    "engineer": [BACKEND, FRONTEND],
    "on-site": [ONSITE],
    "on site": [],
    "site": [ONSITE],
    "offer": [STAGES[1], STAGES[3]],
    "Backend Engineer: Offer": [STAGES[1]],
    "backend engineer / offer": [STAGES[1]],
    "engineer: new": [STAGES[0]],
    "nothing like it": [],
    "": [],
}


@pytest.mark.parametrize("text", FITS)
def test_fits(text: str) -> None:
    assert fitting(ALL, Place(text)) == FITS[text]


def test_prefers_a_stage_of_the_candidates_own_job() -> None:
    placed = Placement(kind=Kind.JOB, destination_id=FRONTEND.id, title=FRONTEND.title)
    ada = Candidate(id="9", name="Ada", placements=(placed,))
    assert fitting(ALL, Place("Offer"), ada) == [STAGES[3]]
    assert fitting(ALL, Place("off"), ada) == [STAGES[3]]


def test_a_pool_that_is_called_one_is_no_job() -> None:
    assert fitting(ALL, Place("Backend", pool=True)) == [TALENT]
    assert fitting([*ALL, NAMESAKE], Place("café manager")) == [CAFE, NAMESAKE]
    assert fitting([*ALL, NAMESAKE], Place("café manager", pool=True)) == [NAMESAKE]


def test_what_is_near_comes_best_first() -> None:
    assert near(ALL, "Bakend talant")[0] == TALENT
    assert near(ALL, "xxxxxxx") == [TALENT, ALUMNI, BACKEND, FRONTEND, CAFE]
    assert near([job(str(n), "x" * 5000) for n in range(3000)], "y" * 200)


def test_keys_tell_apart_what_shares_an_id_and_show_no_title() -> None:
    keys = [key_of(each) for each in ALL]
    assert len(set(keys)) == len(ALL)
    assert all(key.isascii() and " " not in key for key in keys)
