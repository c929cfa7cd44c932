"""What `/candidate add` says when the ATS turns out to have the person already, and what it does all the same."""

from dataclasses import dataclass, replace

import pytest

from bot.demo.ats.server import Fault
from bot.demo.ats.world import ADA
from connectors.errors import Refused
from connectors.models import Resume

from ..connectors.conftest import PairOf
from .conftest import Sitting, words

pytestmark = pytest.mark.anyio

JANE = "jane@example.com"
IVO = "add Ivo Silva ivo.silva@hidden.example.com"


@dataclass
class Cv:
    name: str = "jane.pdf"

    async def fetch(self) -> Resume:
        return Resume(filename=self.name, content=b"%PDF-1.4")


def with_cv(sitting: Sitting) -> Sitting:
    return replace(sitting, context=replace(sitting.context, attached=Cv()))


async def test_a_phone_that_went_along_with_a_cv_is_not_noted_again(sitting: Sitting) -> None:
    card = await with_cv(sitting).types(f'add Jane Doe {JANE} +33 6 12 34 56 78 to "Alumni"')
    assert sitting.row(JANE)["notes"] == []
    assert "*jane.pdf* was uploaded." in words(card)


async def test_a_cv_is_not_said_to_be_uploaded_to_a_record_that_was_there(sitting: Sitting) -> None:
    text = f'add Ada Okafor {ADA.email} to "Backend talent"'
    card = await with_cv(sitting).types(text, anyway=True)
    assert "Recruspace had this person already" in words(card)
    assert "*jane.pdf* was not uploaded." in words(card)
    assert len(sitting.rows(ADA.email or "")) == 1


async def test_a_refused_cv_adds_nobody_and_says_so(sitting: Sitting) -> None:
    sitting.stand_in.force(Fault(400, {"file": ["too large"]}, path="upload-file"))
    with pytest.raises(Refused):
        await with_cv(sitting).types(f'add Ada Okafor {ADA.email} to "Alumni"', anyway=True)
    assert len(sitting.rows(ADA.email or "")) == 1


async def test_a_hidden_person_who_is_put_on_a_job_is_said_to_be_there(
    sitting: Sitting, pair_of: PairOf
) -> None:
    at = sitting.at(await pair_of("talynce"))
    card = await at.types(f'{IVO} to "Data Analyst" #senior')
    assert "*Ivo Silva* was added to the job *Data Analyst*" in words(card)
    assert "Talynce had this person already" in words(card)
    assert "Nothing was added" not in words(card)
    (row,) = [row for row in at.stand_in.rows() if row["name"] == "Ivo Silva"]
    assert (row["where"], row["tags"]) == ("Data Analyst", ["senior"])


async def test_a_hidden_person_stays_at_their_stage_and_the_card_claims_no_other(
    sitting: Sitting, pair_of: PairOf
) -> None:
    at = sitting.at(await pair_of("talynce"))
    (place,) = [p for p in at.stand_in.places() if (p.title, p.group) == ("Hired", "Data Analyst")]
    (ivo,) = [row["id"] for row in at.stand_in.rows() if row["name"] == "Ivo Silva"]
    at.stand_in.do_move(ivo, place.id)
    card = await at.types(f'{IVO} to "Data Analyst: Interview"')
    assert "the stage" not in words(card)
    assert [row["stage"] for row in at.stand_in.rows() if row["id"] == ivo] == ["Hired"]
