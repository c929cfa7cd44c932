"""The five verbs in every ATS, so that a command never leans on what only one of them does."""

from __future__ import annotations

import pytest

from bot.demo.ats.world import ZOE
from connectors.vendors import CONNECTORS

from ..connectors.conftest import PairOf
from .conftest import Sitting, values, words

pytestmark = pytest.mark.anyio

JANE = "jane.doe@example.com"


@pytest.fixture(params=sorted(CONNECTORS))
async def here(request: pytest.FixtureRequest, sitting: Sitting, pair_of: PairOf) -> Sitting:
    return sitting.at(await pair_of(request.param))


async def test_somebody_is_added_noted_tagged_moved_and_found(here: Sitting) -> None:
    title = here.context.ats.title
    added = words(await here.types(f"add Jane Doe {JANE} +33612345678 #rust to Backend Engineer"))
    assert f"*Jane Doe* was added to the job *Backend Engineer* in {title}." in added
    assert "Not done" not in added
    assert "Jane Doe" in words(await here.types(f"find {JANE}"))
    assert "is tagged go, kind" in words(await here.types(f"tag {JANE} go, kind"))
    assert "Note added to *Jane Doe*" in words(await here.types(f"note {JANE} Wants remote"))
    assert "was moved to the job *Product Designer*" in words(
        await here.types(f"move {JANE} to product designer")
    )
    rows = here.rows(JANE)
    assert {"rust", "go", "kind"} <= {tag for row in rows for tag in row["tags"]}
    assert any("Wants remote" in note for row in rows for note in row["notes"])
    assert "already in" in words(await here.types(f"add Jane Doe {JANE} to Product Designer"))


async def test_a_place_that_is_not_there_is_asked_about(here: Sitting) -> None:
    card = await here.types(f"move {ZOE.email} to Prodcut Designr")
    assert "Did you mean one of these?" in words(card)
    pick = values(card, "choose")[0]["picks"]
    moved = words(await here.types(f"move {ZOE.email} to Prodcut Designr", **pick))
    assert "was moved to" in moved
    assert "Product Designer" in moved
