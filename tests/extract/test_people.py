"""Promises about single facts, and about text that nobody would write."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.extract import people_in
from commands.extract.cv import person_in
from commands.extract.names import from_address, from_filename, from_slug, tidy

SECONDS = 2.0


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("DOE Jane", "Jane Doe"),
        ("Doe, Jane", "Jane Doe"),
        ("JANE DOE", "Jane Doe"),
        ("Dr. Jane Doe, PhD", "Jane Doe"),
        ("jane van der berg", "Jane van der Berg"),
        ("SINÉAD O'NEILL", "Sinéad O'Neill"),
        ("Jean-Baptiste DUPONT", "Jean-Baptiste Dupont"),
        ("王小明", "王小明"),
    ],
)
def test_names_are_tidied(written: str, shown: str) -> None:
    assert tidy(written) == shown


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("jane.doe@a.example", "Jane Doe"),
        ("jane_doe92+work@a.example", "Jane Doe"),
        ("jobs.berlin@a.example", None),
        ("jdoe@a.example", None),
        ("j.doe@a.example", None),
        ("hr@a.example", None),
    ],
)
def test_an_address_is_a_name_only_if_it_looks_like_one(address: str, name: str | None) -> None:
    assert from_address(address) == name


def test_profiles_and_files_are_names() -> None:
    assert from_slug("jane-doe-1a2b") == "Jane Doe"
    assert from_slug("janedoe") is None
    assert from_filename("JaneDoe_Resume.pdf", says_cv=True) == "Jane Doe"
    assert from_filename("Quarterly_Report.pdf", says_cv=True) is None


def test_addresses_of_the_house_are_nobody() -> None:
    found = people_in("Jane Doe jane@mail.acme.example, Bo Li bo@li.example", own_domains=("acme.example",))
    assert [each.email for each in found] == ["bo@li.example"]


def test_a_number_without_its_country_needs_a_region() -> None:
    assert people_in("Jane Doe, tel. 06 12 34 56 78") == []
    assert people_in("Jane Doe, tel. 06 12 34 56 78", region="FR")[0].phone == "+33612345678"


def test_a_bare_number_is_nobody_unless_somebody_is_named() -> None:
    assert people_in("budget line 601 234 567", region="PL") == []
    assert people_in("Ewa Maj 601 234 567", region="PL")[0].phone == "+48601234567"
    assert people_in("tel. 601 234 567", region="PL")[0].phone == "+48601234567"


def test_tracking_is_dropped_and_the_rest_of_an_address_stays() -> None:
    text = "Jane Doe, portfolio: https://doe.example/work?page=2&utm_source=x&fbclid=y"
    assert people_in(text)[0].links == ("https://doe.example/work?page=2",)


BOMBS = {
    "spaces": " " * 60_000,
    "at signs": "@" * 60_000,
    "local part": "a" * 59_000 + "@",
    "dots": "a." * 30_000 + "@" + "b." * 100,
    "addresses": "a@b.example " * 5_000,
    "digits": "1" * 60_000,
    "spaced digits": "1 " * 30_000,
    "plus signs": "+1" * 30_000,
    "numbers": "+49 170 1234567 " * 3_700,
    "brackets": "<" * 30_000 + ">" * 30_000,
    "quotes": "> " * 30_000,
    "stars": "*_~`" * 15_000,
    "links": "https://" * 7_500,
    "parentheses": "https://a.example/" + ")" * 59_000,
    "profiles": "linkedin.com/in/a ".join(["x "] * 3_000),
    "capitals": "Jane Doe " * 6_600,
    "names in lines": "Jane Doe\n" * 6_600,
    "signatures": "Best regards,\nJane Doe\n" * 2_600,
    "labels": "Name: " * 10_000,
    "phrases": "CV of " * 10_000,
    "headers": "From: a@b.example\n" * 3_000,
    "tags": "#a " * 20_000,
    "colons": ":a" * 30_000,
    "markup": "<a|" * 20_000,
    "people": "".join(f"Jane Doe{n} jane.doe{n}@b.example\n" for n in range(1_500)),
    "combining": "e" + "\u0301" * 59_000,
    "capital sharp": "ß" * 30_000 + " " + "İ" * 20_000,
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize(
    "read", [lambda text: people_in(text, region="DE"), person_in], ids=["message", "cv"]
)
def test_no_text_takes_long(name: str, read: object) -> None:
    assert callable(read)
    start = time.process_time()
    read(BOMBS[name])
    assert time.process_time() - start < SECONDS


PIECES = st.sampled_from(
    ["Jane Doe", "jane@doe.example", "+33612345678", "06 12", "#go", "\n", "\n\n", "> ", "• ", "From: ", "Name: ", "-- ",
     "Best regards,", "<", ">", "https://linkedin.com/in/jane-doe", "王小明", "Dr. ", "DOE", "van der", "|", ",", "```", "CV of ", "cv.pdf"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=40).map(" ".join)),
    st.sampled_from([None, "FR", "US"]),
)
def test_any_text_gives_people_or_none(text: str, region: str | None) -> None:
    start = time.process_time()
    for found in people_in(text, region=region):
        assert found.name or found.email or found.phone or found.links
        assert found.phone is None or found.phone.startswith("+")
    person_in(text, text[:50], region=region)
    assert time.process_time() - start < SECONDS
