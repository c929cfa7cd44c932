"""What `/candidate` does in an ATS, and what it says: against Recruspace's stand-in over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.demo.ats.server import Fault
from bot.demo.ats.world import ADA, NOOR, SAM, ZOE
from connectors.errors import Ambiguous, Unavailable
from connectors.http import Http, new_client
from connectors.models import Candidate, Kind, NewNote, Note, Placement
from connectors.recruspace import Recruspace, RecruspaceSettings

from .conftest import Sitting, values, words

pytestmark = pytest.mark.anyio

JANE = "jane@example.com"


async def test_adds_somebody_with_tags_and_keeps_what_has_no_field_in_a_note(sitting: Sitting) -> None:
    card = await sitting.types(
        f'add Jane Doe {JANE} +33 6 12 34 56 78 linkedin.com/in/jane to "Backend talent" #python #senior'
    )
    row = sitting.row(JANE)
    assert (row["name"], row["where"], row["tags"]) == ("Jane Doe", "Backend talent", ["python", "senior"])
    assert "Phone: +33612345678\nLinks: https://linkedin.com/in/jane" in row["notes"][0]
    assert "Mia Member via Slack, https://acme.slack.example/p1" in row["notes"][0]
    assert "*Jane Doe* was added to the talent pool *Backend talent* in Recruspace." in words(card)
    assert "Phone and links went into a note" in words(card)
    assert {v["candidate"] for v in values(card, "open_form")} == {row["id"]}


async def test_asks_for_a_last_name_where_the_ats_insists_and_keeps_what_was_typed(sitting: Sitting) -> None:
    card = await sitting.types(f'add Jane {JANE} #go to "Alumni"')
    assert "Recruspace also needs a last name." in words(card)
    (opening,) = values(card, "open_form")
    assert opening["verb"] == "add"
    assert opening["text"] == f'"Jane" {JANE} #"go" to "Alumni"'
    assert sitting.stand_in.writes == []


async def test_asks_where_to_when_the_ats_insists_on_a_place(sitting: Sitting) -> None:
    card = await sitting.types(f"add Jane Doe {JANE}")
    assert "Where to in Recruspace?" in words(card)
    chosen = next(v for v in values(card, "choose"))["picks"]["destination"]
    await sitting.types(f"add Jane Doe {JANE}", destination=chosen)
    assert sitting.row(JANE)["where"] == "Backend talent"


async def test_does_not_add_somebody_who_is_there_unless_told_to(sitting: Sitting) -> None:
    text = f'add Ada Okafor {ADA.email} to "Alumni"'
    card = await sitting.types(text)
    assert "*Ada Okafor* is already in Recruspace. Nothing was added." in words(card)
    assert values(card, "choose") == [{"of": "T1:123.456", "picks": {"anyway": True}}]
    assert sitting.stand_in.writes == []
    await sitting.types(text, anyway=True)
    assert sorted(row["where"] for row in sitting.rows(ADA.email or "")) == ["Alumni", "Backend talent"]


async def test_offers_no_second_record_in_the_job_where_they_are(sitting: Sitting) -> None:
    card = await sitting.types(f"add Zoë Ødegård {ZOE.email} to Backend Engineer")
    assert "already in Recruspace" in words(card)
    assert values(card, "choose") == []


async def test_says_what_was_not_done_when_only_a_part_was(sitting: Sitting) -> None:
    sitting.stand_in.force(Fault(400, {"title": ["no"]}, path="add-tag"))
    card = await sitting.types(f'add Jane Doe {JANE} 0044 20 7946 0101 to "Alumni" #python')
    assert sitting.row(JANE)["tags"] == []
    assert "*Jane Doe* was added" in words(card)
    assert "Not done" in words(card)
    assert "Tags python: Recruspace refused the request: title." in words(card)
    assert "Phone went into a note" in words(card)


async def test_lets_an_ats_that_is_away_be_tried_again(sitting: Sitting) -> None:
    sitting.stand_in.force(*[Fault(503, "", path="add-tag")] * 9)
    with pytest.raises(Unavailable):
        await sitting.types(f'add Jane Doe {JANE} to "Alumni" #python')
    assert len(sitting.rows(JANE)) == 1


async def test_writes_a_note_signed_by_its_author(sitting: Sitting) -> None:
    card = await sitting.types(f"note {ADA.email} Strong on Go,\nwants <remote>")
    (note,) = sitting.row(ADA.email or "")["notes"]
    assert note.startswith("Strong on Go,\nwants <remote>\n\n— Mia Member via Slack")
    assert "Note added to *Ada Okafor* in Recruspace." in words(card)
    assert "Strong on Go, wants &lt;remote&gt;" in words(card)


async def test_never_guesses_between_two_people(sitting: Sitting) -> None:
    card = await sitting.types('note "Sam Rivera" Called back')
    assert "2 people in Recruspace match “Sam Rivera”." in words(card)
    picks = [v["picks"]["candidate"] for v in values(card, "choose")]
    assert len(set(picks)) == 2
    assert sitting.stand_in.writes == []
    await sitting.types('note "Sam Rivera" Called back', candidate=picks[0])
    assert sum(len(row["notes"]) for row in sitting.stand_in.rows() if row["name"] == "Sam Rivera") == 1


async def test_offers_to_add_somebody_who_is_nowhere(sitting: Sitting) -> None:
    card = await sitting.types(f"note {JANE} Hello")
    assert f"Nobody in Recruspace matches “{JANE}”." in words(card)
    assert [v["text"] for v in values(card, "open_form")] == [JANE]
    assert [v["text"] for v in values(await sitting.types("find Qqq Zzz"), "open_form")] == ['"Qqq Zzz"']


async def test_says_when_a_picked_candidate_is_gone(sitting: Sitting) -> None:
    card = await sitting.types("find jane", candidate="999999999")
    assert "That candidate is no longer in Recruspace." in words(card)


class OneJobOnly(Recruspace):
    """Keeps notes on a job, as some ATSs do; `noted_on` are the jobs that got one."""

    def __init__(self, settings: RecruspaceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self.noted_on: list[str | None] = []

    async def candidate(self, id: str) -> Candidate:
        two = [Placement(kind=Kind.JOB, destination_id=key, title=f"Job {key}") for key in ("a", "b")]
        return (await super().candidate(id)).model_copy(update={"placements": tuple(two)})

    async def find(self, query: str, *, limit: int = 10) -> list[Candidate]:
        return [await self.candidate(each.id) for each in await super().find(query, limit=limit)]

    async def add_note(self, candidate: Candidate, note: NewNote) -> Note:
        if len(candidate.placements) > 1:
            raise Ambiguous(self.title, "keeps notes on a job, and this person is on several")
        self.noted_on.append(candidate.placements[0].destination_id)
        return await super().add_note(candidate, note)


async def test_asks_which_job_a_note_is_meant_for(sitting: Sitting) -> None:
    async with new_client() as client:
        http = Http(client, {"recruspace": sitting.stand_in.url})
        picky = OneJobOnly(RecruspaceSettings.model_validate(sitting.stand_in.settings), http)
        sitting.context = replace(sitting.context, connector=picky)
        card = await sitting.types(f"note {ADA.email} Hello")
        assert "*Ada Okafor* is on several jobs" in words(card)
        picks = values(card, "choose")[1]["picks"]
        await sitting.types(f"note {ADA.email} Hello", **picks)
    assert (picks["placement"], picky.noted_on) == ("b", ["b"])


async def test_tags_without_minding_what_is_there(sitting: Sitting) -> None:
    card = await sitting.types(f"tag {ADA.email} python, senior")
    assert sitting.row(ADA.email or "")["tags"] == ["python", "senior"]
    assert "*Ada Okafor* is tagged python, senior in Recruspace." in words(card)


async def test_moves_and_says_that_a_second_record_was_made(sitting: Sitting) -> None:
    card = await sitting.types(f'move {ADA.email} to "alumni"')
    assert [row["where"] for row in sitting.rows(ADA.email or "")] == ["Backend talent", "Alumni"]
    assert "*Ada Okafor* was moved to the talent pool *Alumni* in Recruspace." in words(card)
    assert "made a second record" in words(card)


async def test_does_not_move_somebody_to_where_they_are(sitting: Sitting) -> None:
    card = await sitting.types(f"move {NOOR.email} to Product Designer")
    assert "is already in the job *Product Designer*. Nothing was moved." in words(card)
    assert sitting.stand_in.writes == []


async def test_offers_near_places_and_a_new_pool(sitting: Sitting) -> None:
    text = f"move {SAM.email} to Bakend talents"
    card = await sitting.types(text)
    assert "Nothing in Recruspace is called “Bakend talents”." in words(card)
    *_, last = [v["picks"] for v in values(card, "choose")]
    assert last == {"new_pool": True}
    assert "*Backend talent*\ntalent pool" in words(card)
    await sitting.types(text, **last)
    assert "Bakend talents" in {row["where"] for row in sitting.rows(SAM.email or "")}


async def test_says_when_a_picked_place_is_gone(sitting: Sitting) -> None:
    card = await sitting.types(f"move {ADA.email} to X", destination="WyJwb29sIiwiIiwiOTk5Il0")
    assert "That place is no longer in Recruspace." in words(card)


async def test_shows_one_person_and_lists_several(sitting: Sitting) -> None:
    one = await sitting.types("find Okafor")
    assert "*Ada Okafor*" in words(one)
    assert "python" in words(one)
    assert [v["verb"] for v in values(one, "open_form")] == ["note", "tag", "move"]
    several = await sitting.types("find rivera")
    assert [v["once"] for v in values(several, "choose")] == [False, False]
    assert words(several).count("Show") == 2
    many = await sitting.types("find nguyen")
    assert "10 or more people" in words(many)
