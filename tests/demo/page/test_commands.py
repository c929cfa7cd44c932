"""Slash commands typed on the page change the ATS that was named, and a card only the person sees says so."""

from __future__ import annotations

import pytest

from tests.demo.page.window import Window

pytestmark = pytest.mark.anyio

TITLES = {
    "recruspace": "Recruspace",
    "eightfold": "Eightfold",
    "talynce": "Talynce",
    "welcomekit": "Welcome to the Jungle",
}
PLACES = {
    "recruspace": "Backend talent",
    "eightfold": "Backend talent",
    "talynce": "Data Analyst",
    "welcomekit": "Data Analyst",
}
each_ats = pytest.mark.parametrize("vendor", TITLES)


@each_ats
async def test_add_puts_somebody_into_the_ats(window: Window, vendor: str) -> None:
    place = PLACES[vendor]
    await window.say(
        f'/candidate add Jane Doe jane@example.com +33 6 12 34 56 78 #python #senior to "{place}" via {vendor}'
    )
    await window.card("Jane Doe", "was added", place, TITLES[vendor])
    await window.holds(vendor, "jane@example.com", name="Jane Doe", where=place, tags="python")
    await window.holds(vendor, "jane@example.com", tags="senior")


@each_ats
async def test_find_shows_who_they_are(window: Window, vendor: str) -> None:
    await window.say(f"/candidate find okafor via {vendor}")
    await window.card("Ada Okafor", "ada.okafor@example.com", "python", TITLES[vendor])


@each_ats
async def test_note_lands_in_the_ats(window: Window, vendor: str) -> None:
    await window.say(f"/candidate note zoe@example.com Strong on Go, wants remote via {vendor}")
    await window.card("Note added to", "Zoë Ødegård", "Strong on Go, wants remote")
    await window.holds(vendor, "zoe@example.com", notes="Strong on Go, wants remote")


@each_ats
async def test_tag_adds_to_the_tags_that_are_there(window: Window, vendor: str) -> None:
    await window.say(f"/candidate tag zoe@example.com erlang, on call via {vendor}")
    await window.card("Zoë Ødegård", "is tagged erlang, on call")
    for tag in ("go", "remote", "erlang", "on call"):
        await window.holds(vendor, "zoe@example.com", tags=tag)


@each_ats
async def test_move_puts_them_somewhere_else(window: Window, vendor: str) -> None:
    await window.say(f'/candidate move mina@example.com to "{PLACES[vendor]}" via {vendor}')
    await window.card("Mina Park", "was moved to", PLACES[vendor])
    await window.holds(vendor, "mina@example.com", where=PLACES[vendor])


@pytest.mark.parametrize("vendor", ["eightfold", "talynce", "welcomekit"])
async def test_move_to_a_stage_is_seen_in_the_ats(window: Window, vendor: str) -> None:
    await window.say(f'/candidate move noor@example.com to "Product Designer: Offer" via {vendor}')
    await window.card("was moved to", "Offer")
    await window.holds(vendor, "noor@example.com", where="Product Designer", stage="Offer")


async def test_without_via_the_default_connection_is_used(window: Window) -> None:
    await window.say("/candidate tag ada.okafor@example.com mentor")
    await window.card("Ada Okafor", "is tagged mentor", "Recruspace")
    await window.holds("recruspace", "ada.okafor@example.com", tags="mentor")
