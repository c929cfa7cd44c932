"""What is found in the corpus, field by field; the floors stand just below what was reached."""

from collections.abc import Mapping

import pytest

from commands.extract import Found

from .corpus import CASES, HARDER, Person
from .cvs import CVS
from .fresh import FRESH
from .measure import FIELDS, FIGURES, SETS, Score, Scores, figures, paired, score

FLOOR = 0.98


@pytest.fixture(scope="module")
def measured() -> Mapping[str, Scores]:
    return {name: measure() for name, measure in SETS.items()}


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CASES) + len(HARDER) >= 60
    assert len(CVS) == 12
    every = (*CASES, *HARDER, *FRESH)
    assert len({each.title for each in every}) == len(every)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", SETS)
def test_precision_and_recall_stay_where_they_are(
    measured: Mapping[str, Scores], name: str, field: str
) -> None:
    reached = measured[name][field]
    assert min(reached.precision, reached.recall) >= FLOOR


def test_the_figures_are_current() -> None:
    assert FIGURES.read_text(encoding="utf-8") == figures()


def test_a_fact_given_to_the_wrong_person_counts_twice() -> None:
    found = [Found(name="Ann", email="ann@a.example", phone="+1"), Found(name="Bob", email="bob@b.example")]
    expected = [Person("Ann", "ann@a.example"), Person("Bob", "bob@b.example", "+1")]
    scores = score(found, expected)
    assert scores["phone"] == Score(0, 1, 1)
    assert scores["email"] == Score(2, 0, 0)


def test_somebody_who_is_not_there_and_somebody_missed_both_count() -> None:
    assert score([Found(name="Ann")], [Person("Bob")])["name"] == Score(0, 1, 1)
    assert len(paired([Found(name="Ann")], [Person("Bob")])) == 2
