"""What is found in the corpus, field by field; the floors stand just below what was reached."""

import pytest

from commands.extract import Found

from .corpus import CASES, HARDER, Person
from .cvs import CVS
from .measure import FIELDS, FIGURES, SETS, Score, figures, paired, score

FLOORS = {
    "messages": {"name": 0.97, "email": 0.98, "phone": 0.97, "links": 0.93, "tags": 0.9},
}


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CASES) + len(HARDER) >= 60
    assert len(CVS) == 12
    assert len({each.title for each in (*CASES, *HARDER)}) == len(CASES) + len(HARDER)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", SETS)
def test_precision_and_recall_stay_where_they_are(name: str, field: str) -> None:
    reached = SETS[name]()[field]
    assert min(reached.precision, reached.recall) >= FLOORS[name][field]


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
